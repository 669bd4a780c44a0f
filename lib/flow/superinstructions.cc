// Pairs of loads and stores of local variables as one instruction (CPython: insert_superinstructions).
#include "flow/passes.h"

namespace mkpyc::flow {
namespace {

constexpr i32 kFitsBoth = 16;  // either argument has four bits

Op paired(Op first, Op second) {
  if (first == Op::LOAD_FAST && second == Op::LOAD_FAST) return Op::LOAD_FAST_LOAD_FAST;
  if (first != Op::STORE_FAST) return Op::NOP;
  if (second == Op::LOAD_FAST) return Op::STORE_FAST_LOAD_FAST;
  return second == Op::STORE_FAST ? Op::STORE_FAST_STORE_FAST : Op::NOP;
}

// CPython: make_super_instruction. Never over two lines.
void pair(Block& block, Instr& first, Instr& second, Op op) {
  if (first.loc.line >= 0 && second.loc.line >= 0 && first.loc.line != second.loc.line) return;
  if (first.arg >= kFitsBoth || second.arg >= kFitsBoth) return;
  first.op = op;
  first.arg = first.arg << 4 | second.arg;
  make_nop(block, second);
}

}  // namespace

void insert_superinstructions(Work& work) {
  for (Block& block : work.graph.layout()) {
    if (!block.may_have(codegen::BlockFacts::kUsesLocal)) continue;
    std::span<Instr> code = work.graph.code(block);
    for (std::size_t i = 0; i + 1 < code.size(); ++i) {
      if (!work.traits.uses_local(code[i].op)) continue;
      Op op = paired(code[i].op, code[i + 1].op);
      if (op != Op::NOP) pair(block, code[i], code[i + 1], op);
    }
  }
  remove_all_nops(work);
}

}  // namespace mkpyc::flow
