// Peephole rules inside a block, and jumps to jumps (CPython: compile.c optimize_basic_block). Rules leave NOPs, which
// nops.cc takes away.
#include <algorithm>

#include "base/check.h"
#include "flow/fold_graph.h"
#include "flow/passes.h"
#include "object/arith.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

// The rules of one block. `at` is the instruction looked at; a rule sets it back to look again.
class BlockOptimizer {
 public:
  BlockOptimizer(Work& work, Block& block)
      : work_(work), graph_(work.graph), block_(block), code_(work.graph.code(block)) {}

  // Rules for what is not at the end of the block start with few instructions, and most blocks have none.
  void run() {
    constexpr u32 kInside = codegen::BlockFacts::kPeephole | codegen::BlockFacts::kPushesBlock;
    if (!block_.may_have(kInside) && code_.size() > 2) at_ = code_.size() - 2;
    for (; at_ < code_.size(); ++at_) {
      Instr& instr = code_[at_];
      if (work_.traits.optimizable(instr.op)) apply(instr);
    }
  }

 private:
  void make_nop(Instr& instr) {
    instr.op = Op::NOP;
    block_.may_have_nops = true;
  }

  Op op_at(std::size_t i) const { return i < code_.size() ? code_[i].op : Op::CACHE; }
  static bool tests_and_pops(Op op) { return op == Op::POP_JUMP_IF_FALSE || op == Op::POP_JUMP_IF_TRUE; }
  static bool tests_or_pops(Op op) { return op == Op::JUMP_IF_FALSE_OR_POP || op == Op::JUMP_IF_TRUE_OR_POP; }

  void apply(Instr& instr) {
    if (work_.traits.names_block(instr.op)) {
      instr.target = skip_empty(graph_, instr.target);
      thread_jump(instr, graph_.first(graph_[instr.target]));
    } else if (instr.op == Op::LOAD_CONST) {
      load_const(instr);
    } else if (instr.op == Op::BUILD_TUPLE) {
      build_tuple(instr);
    } else if (instr.op == Op::SWAP) {
      swap(instr);
    } else if (instr.op == Op::PUSH_NULL) {
      push_null(instr);
    }
  }

  // A constant before a conditional jump decides it.
  void load_const(Instr& instr) {
    Op next = op_at(at_ + 1);
    if (next == Op::IS_OP) return compare_with_none(instr);
    if (!tests_and_pops(next) && !tests_or_pops(next)) return;
    bool jumps_if_true = next == Op::POP_JUMP_IF_TRUE || next == Op::JUMP_IF_TRUE_OR_POP;
    bool taken = arith::truth(graph_.consts[static_cast<std::size_t>(instr.arg)]) == jumps_if_true;
    if (tests_and_pops(next) || !taken) make_nop(instr);
    if (!taken) return make_nop(code_[at_ + 1]);
    code_[at_ + 1].op = Op::JUMP;
    block_.no_fallthrough = true;
  }

  // LOAD_CONST None, IS_OP, POP_JUMP_IF: one jump.
  void compare_with_none(Instr& instr) {
    Op jump = op_at(at_ + 2);
    if (!tests_and_pops(jump) || graph_.consts[static_cast<std::size_t>(instr.arg)]->type != Type::None) return;
    bool is_not = (code_[at_ + 1].arg & 0xFF) != 0;
    make_nop(instr);
    make_nop(code_[at_ + 1]);
    code_[at_ + 2].op = is_not != (jump == Op::POP_JUMP_IF_FALSE) ? Op::POP_JUMP_IF_NOT_NONE : Op::POP_JUMP_IF_NONE;
  }

  void build_tuple(Instr& instr) {
    if (op_at(at_ + 1) == Op::UNPACK_SEQUENCE && code_[at_ + 1].arg == instr.arg && instr.arg >= 1 && instr.arg <= 3) {
      code_[at_ + 1].op = instr.arg == 1 ? Op::NOP : Op::SWAP;
      return make_nop(instr);
    }
    std::size_t size = static_cast<std::size_t>(instr.arg);
    if (at_ < size) return;
    std::span<Instr> loads = code_.subspan(at_ - size, size);
    i32 index = constant_tuple(work_, loads);
    if (index < 0) return;
    for (Instr& load : loads) make_nop(load);
    instr.op = Op::LOAD_CONST;
    instr.arg = index;
  }

  // A global that was loaded for a call has its own NULL already.
  void push_null(Instr& instr) {
    if (op_at(at_ + 1) != Op::LOAD_GLOBAL || (code_[at_ + 1].arg & 1) != 0) return;
    make_nop(instr);
    instr.arg = 0;
    code_[at_ + 1].arg |= 1;
  }

  void swap(Instr& instr) {
    if (instr.arg == 1) return make_nop(instr);
    block_.may_have_nops = true;
    at_ = swaptimize(code_, at_, work_.numbers);
    apply_static_swaps(code_, at_, work_.on(Feature::safe_static_swaps));
  }

  // A jump whose target is a jump: what the first becomes. Looked at again after each step.
  void thread_jump(Instr& instr, const Instr& target) {
    if (tests_or_pops(instr.op)) {
      bool if_true = instr.op == Op::JUMP_IF_TRUE_OR_POP;
      Op same_pop = if_true ? Op::POP_JUMP_IF_TRUE : Op::POP_JUMP_IF_FALSE;
      if (target.op == same_pop) {
        step(instr, target, same_pop);
      } else if (target.op == Op::JUMP || target.op == instr.op) {
        step(instr, target, instr.op);
      } else if (tests_or_pops(target.op) || tests_and_pops(target.op)) {
        // The opposite test fails: go on after it.
        if (instr.loc.line != target.loc.line || !more_steps()) return;
        instr.op = same_pop;
        instr.target = graph_[instr.target].next;
        --at_;
      }
    } else if (target.op == Op::JUMP && (tests_and_pops(instr.op) || instr.op == Op::POP_JUMP_IF_NONE ||
                                         instr.op == Op::POP_JUMP_IF_NOT_NONE || instr.op == Op::JUMP)) {
      step(instr, target, instr.op);
    }
  }

  // CPython: jump_thread, which does not do so across lines, nor when nothing changes.
  void step(Instr& instr, const Instr& target, Op op) {
    if (instr.loc.line != target.loc.line || instr.target == target.target || !more_steps()) return;
    instr.target = target.target;
    instr.op = op;
    --at_;
  }

  // CPython follows a ring of jumps for ever. A chain that ends is shorter than the number of blocks.
  bool more_steps() { return steps_++ <= graph_.blocks.size(); }

  Work& work_;
  Graph& graph_;
  Block& block_;
  std::span<Instr> code_;
  std::size_t at_ = 0;  // --at_ before the loop's ++at_ may wrap at 0, and comes back
  std::size_t steps_ = 0;
};

}  // namespace

void optimize_blocks(Work& work) {
  for (Block& block : work.graph.layout()) {
    BlockOptimizer(work, block).run();
    remove_nops(work, block);
  }
}

}  // namespace mkpyc::flow
