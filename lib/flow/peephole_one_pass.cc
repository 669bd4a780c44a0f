// The peephole rules of the first release that makes the graph after code generation: one walk over a block applies all
// of them, and a jump to a jump is changed where it is (CPython 3.12: flowgraph.c optimize_basic_block).
#include "base/check.h"
#include "flow/fold_graph.h"
#include "flow/passes.h"
#include "flow/peephole_rules.h"
#include "object/arith.h"

namespace mkpyc::flow {
namespace {

class OnePass {
 public:
  OnePass(Work& work, ConstantFolder& folder) : work_(work), graph_(work.graph), folder_(folder) {}

  void run(Block& block) {
    block_ = &block;
    code_ = graph_.code(block);
    steps_ = 0;
    LastLoad last;
    for (at_ = 0; at_ < code_.size(); ++at_) {
      Instr& instr = code_[at_];
      last.look_at(instr);
      if (last.op == Op::LOAD_CONST)
        load_const(instr, last.arg);
      else if (work_.traits.in_peephole(last.op) || last.op == Op::PUSH_NULL)
        apply(instr);
    }
  }

 private:
  Op op_at(std::size_t i) const { return i < code_.size() ? code_[i].op : Op::CACHE; }
  void nop(Instr& instr) { make_nop(*block_, instr); }

  void load_const(Instr& instr, i32 index) {
    Op next = op_at(at_ + 1);
    if (is_test(next)) {
      decide_jump(*block_, instr, code_[at_ + 1], arith::truth(folder_.constant(Op::LOAD_CONST, index)));
      note_end(work_, *block_);
    } else if (next == Op::IS_OP) {
      if (folder_.constant(Op::LOAD_CONST, index)->type == Type::None) compare_with_none(*block_, code_, at_);
      note_end(work_, *block_);
    } else if (next == Op::RETURN_VALUE) {
      return_const(*block_, instr, code_[at_ + 1], index);
      ++at_;
    }
  }

  void apply(Instr& instr) {
    if (instr.op == Op::BUILD_TUPLE) {
      if (!unpack_tuple(*block_, code_, at_)) folder_.fold_tuple(*block_, code_, at_);
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
    redirect(work_, *block_, target.target);
    --at_;
  }

  Work& work_;
  Graph& graph_;
  ConstantFolder& folder_;
  Block* block_ = nullptr;
  std::span<Instr> code_;
  std::size_t at_ = 0;  // --at_ before the loop's ++at_ may wrap at 0, and comes back
  std::size_t steps_ = 0;  // from one jump to the next, for the jumps of one block
};

}  // namespace

void optimize_code_in_one_pass(Work& work) {
  ConstantFolder folder(work);
  OnePass pass(work, folder);
  for (Block& block : work.graph.layout()) pass.run(block);
}

}  // namespace mkpyc::flow
