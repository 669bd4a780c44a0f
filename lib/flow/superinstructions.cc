// Pairs of loads and stores of local variables as one instruction (CPython: insert_superinstructions).
#include "flow/passes.h"

namespace mkpyc::flow {
namespace {

constexpr i32 kFitsBoth = 16;  // either argument has four bits

Op paired(Op first, Op second) {
  if (first == Op::LOAD_FAST) return Op::LOAD_FAST_LOAD_FAST;
  return second == Op::LOAD_FAST ? Op::STORE_FAST_LOAD_FAST : Op::STORE_FAST_STORE_FAST;
}

// CPython: make_super_instruction. Never over two lines.
bool pair(Block& block, Instr& first, Instr& second, Op op) {
  if (first.loc.line >= 0 && second.loc.line >= 0 && first.loc.line != second.loc.line) return false;
  if (first.arg >= kFitsBoth || second.arg >= kFitsBoth) return false;
  first.op = op;
  first.arg = first.arg << 4 | second.arg;
  make_nop(block, second);
  return true;
}

// A walk over the unit. Most questions are answered without a branch, which would be taken at random.
class Walk {
 public:
  explicit Walk(Work& work) : work_(work), graph_(work.graph), loads_(work.scratch.instrs) {
    if (loads_.size() <= graph_.size()) loads_.resize(graph_.size() + 1);
    load_end_ = loads_.data();
  }

  void run() {
    using codegen::BlockFacts;
    for (Block& block : graph_.layout())
      if (block.may_have(BlockFacts::kUsesLocal | BlockFacts::kReadsConst) && !block.empty()) walk(block);
    // The unused constants of CPython's remove_unused_consts go on the way: it is one of the passes before.
    if (graph_.consts.size() <= kFewConsts)
      remove_unused_consts(work_, {loads_.data(), load_end_});
    else
      remove_unused_consts(work_);
    // Without new ones no NOP goes that has not gone before.
    if (paired_) remove_all_nops(work_);
  }

 private:
  void walk(Block& block) {
    const OpTraits& traits = work_.traits;
    Instr *instr = &graph_.first(block), *last = &graph_.last(block);
    Instr** load = load_end_;
    OpTraits::Row row = traits.row(instr->op);
    for (; instr != last; ++instr) {
      OpTraits::Row next = traits.row(instr[1].op);
      *load = instr;
      load += OpTraits::reads_const(row);
      if (OpTraits::pairs(row, next) && pair(block, instr[0], instr[1], paired(instr[0].op, instr[1].op)))
          [[unlikely]] {
        paired_ = true;
        next = traits.row(Op::NOP);
      }
      row = next;
    }
    *load = last;
    load_end_ = load + OpTraits::reads_const(row);
  }

  Work& work_;
  Graph& graph_;
  std::vector<Instr*>& loads_;  // of constants
  Instr** load_end_;
  bool paired_ = false;
};

}  // namespace

void insert_superinstructions_and_drop_consts(Work& work) { Walk(work).run(); }

}  // namespace mkpyc::flow
