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

// Those of the block; true if there are any.
bool pair_all(Work& work, Block& block) {
  const OpTraits& traits = work.traits;
  Instr *instr = &work.graph.first(block), *last = &work.graph.last(block);
  bool any = false, changes = traits.changes_local(last->op);
  for (; instr != last; ++instr) {
    changes |= traits.changes_local(instr->op);
    if (traits.pairs(instr[0].op, instr[1].op))
      any |= pair(block, instr[0], instr[1], paired(instr[0].op, instr[1].op));
  }
  block.changes_locals = changes;
  return any;
}

}  // namespace

void insert_superinstructions(Work& work) {
  if (!work.may_have(codegen::BlockFacts::kUsesLocal)) return;
  bool any = false;
  for (Block& block : work.graph.layout())
    if (block.may_have(codegen::BlockFacts::kUsesLocal) && !block.empty()) any |= pair_all(work, block);
  // Without new ones no NOP goes that has not gone before.
  if (any) remove_all_nops(work);
}

}  // namespace mkpyc::flow
