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

// What a walk over the unit finds: the constants that are loaded, as bits, and whether two instructions became one.
// Most questions are answered without a branch, which would be taken at random.
struct Found {
  u64 used_consts = 0;
  bool paired = false;
};

void walk(Work& work, Block& block, Found& found) {
  const OpTraits& traits = work.traits;
  Instr *instr = &work.graph.first(block), *last = &work.graph.last(block);
  u16 seen = traits.bits(last->op);
  u64 used = u64{OpTraits::reads_const(seen)} << (last->arg & 63);
  for (; instr != last; ++instr) {
    Op op = instr->op;
    u16 bits = traits.bits(op);
    seen |= bits;
    used |= u64{OpTraits::reads_const(bits)} << (instr->arg & 63);
    if (traits.pairs(op, instr[1].op)) found.paired |= pair(block, instr[0], instr[1], paired(op, instr[1].op));
  }
  found.used_consts |= used;
  block.changes_locals = OpTraits::changes_local(seen);
}

}  // namespace

// The unused constants of CPython's remove_unused_consts go on the way: it is one of the passes before.
void insert_superinstructions_and_drop_consts(Work& work) {
  using codegen::BlockFacts;
  Found found;
  for (Block& block : work.graph.layout())
    if (block.may_have(BlockFacts::kUsesLocal | BlockFacts::kReadsConst) && !block.empty()) walk(work, block, found);
  // Without new ones no NOP goes that has not gone before.
  if (found.paired) remove_all_nops(work);
  if (work.graph.consts.size() <= kFewConsts)
    remove_unused_consts(work, found.used_consts);
  else
    remove_unused_consts(work);
}

}  // namespace mkpyc::flow
