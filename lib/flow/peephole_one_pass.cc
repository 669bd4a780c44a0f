// The peephole rules of the first release that makes the graph after code generation: one walk over a block applies all
// of them, and a jump to a jump is changed where it is (CPython 3.12: flowgraph.c optimize_basic_block).
#include "base/check.h"
#include "flow/fold_graph.h"
#include "flow/passes.h"
#include "object/arith.h"

namespace mkpyc::flow {
namespace {

class OnePass {
 public:
  OnePass(Work& work, ConstantFolder& folder) : work_(work), graph_(work.graph), folder_(folder) {}

  void run(Block& block) {
    block_ = &block;
    code_ = graph_.code(block);
    Op op = Op::CACHE;
    i32 arg = 0;
    for (at_ = 0; at_ < code_.size(); ++at_) {
      Instr& instr = code_[at_];
      // A copy of a constant counts as another load of it.
      bool copies_const = op == Op::LOAD_CONST && instr.op == Op::COPY && instr.arg == 1;
      if (!copies_const) {
        op = instr.op;
        arg = instr.arg;
      }
      if (op == Op::LOAD_CONST)
        load_const(instr, arg);
      else if (work_.traits.in_peephole(op) || op == Op::PUSH_NULL)
        apply(instr);
    }
  }

 private:
  Op op_at(std::size_t i) const { return i < code_.size() ? code_[i].op : Op::CACHE; }
  void nop(Instr& instr) { make_nop(*block_, instr); }

  void load_const(Instr& instr, i32 index) {
    Op next = op_at(at_ + 1);
    if (next == Op::POP_JUMP_IF_FALSE || next == Op::POP_JUMP_IF_TRUE) {
      Instr& jump = code_[at_ + 1];
      nop(instr);
      if (arith::truth(folder_.constant(Op::LOAD_CONST, index)) == (next == Op::POP_JUMP_IF_TRUE))
        jump.op = Op::JUMP;
      else
        nop(jump);
    } else if (next == Op::IS_OP) {
      compare_with_none(instr, index);
    } else if (next == Op::RETURN_VALUE) {
      nop(instr);
      ++at_;
      code_[at_].op = Op::RETURN_CONST;
      code_[at_].arg = index;
    }
  }

  void compare_with_none(Instr& instr, i32 index) {
    Op jump = op_at(at_ + 2);
    if (jump != Op::POP_JUMP_IF_FALSE && jump != Op::POP_JUMP_IF_TRUE) return;
    if (folder_.constant(Op::LOAD_CONST, index)->type != Type::None) return;
    bool is_not = (code_[at_ + 1].arg & 0xFF) != 0;
    nop(instr);
    nop(code_[at_ + 1]);
    code_[at_ + 2].op = is_not != (jump == Op::POP_JUMP_IF_FALSE) ? Op::POP_JUMP_IF_NOT_NONE : Op::POP_JUMP_IF_NONE;
  }

  void apply(Instr& instr) {
    if (instr.op == Op::BUILD_TUPLE) {
      build_tuple(instr);
    } else if (instr.op == Op::SWAP) {
      swap(instr);
    } else if (instr.op == Op::PUSH_NULL) {
      if (op_at(at_ + 1) != Op::LOAD_GLOBAL || (code_[at_ + 1].arg & 1) != 0) return;
      nop(instr);
      code_[at_ + 1].arg |= 1;
    } else if (work_.traits.tests(instr.op) || instr.op == Op::JUMP) {
      thread_jump(instr);
    }
  }

  void build_tuple(Instr& instr) {
    if (op_at(at_ + 1) == Op::UNPACK_SEQUENCE && code_[at_ + 1].arg == instr.arg && instr.arg >= 1 && instr.arg <= 3) {
      if (instr.arg == 1)
        nop(code_[at_ + 1]);
      else
        code_[at_ + 1].op = Op::SWAP;
      return nop(instr);
    }
    folder_.fold_tuple(*block_, code_, at_);
  }

  void swap(Instr& instr) {
    if (instr.arg == 1) return nop(instr);
    block_->may_have_nops = true;
    at_ = swaptimize(code_, at_, work_.numbers);
    apply_static_swaps(code_, at_, true);
  }

  // CPython: jump_thread. A ring of jumps, which CPython follows for ever, is followed once.
  void thread_jump(Instr& instr) {
    const Instr& target = graph_.first(graph_[instr.target]);
    if (target.op != Op::JUMP || instr.target == target.target) return;
    if (instr.loc.line != target.loc.line && target.loc.line != -1) return;
    if (steps_++ > graph_.blocks.size()) return;
    instr.target = target.target;
    --at_;
  }

  Work& work_;
  Graph& graph_;
  ConstantFolder& folder_;
  Block* block_ = nullptr;
  std::span<Instr> code_;
  std::size_t at_ = 0;  // --at_ before the loop's ++at_ may wrap at 0, and comes back
  std::size_t steps_ = 0;
};

}  // namespace

void optimize_code_in_one_pass(Work& work) {
  ConstantFolder folder(work);
  OnePass pass(work, folder);
  for (Block& block : work.graph.layout()) pass.run(block);
}

}  // namespace mkpyc::flow
