// Peephole rules that the releases which make the graph after code generation have in common (CPython: flowgraph.c
// optimize_basic_block, optimize_load_const). Private to peephole.cc and peephole_one_pass.cc.
#pragma once

#include <span>

#include "flow/passes.h"

namespace mkpyc::flow {

inline bool is_test(Op op) { return op == Op::POP_JUMP_IF_FALSE || op == Op::POP_JUMP_IF_TRUE; }

// What is known of a constant that was loaded last: a COPY of it counts as another load.
struct LastLoad {
  Op op = Op::CACHE;
  i32 arg = 0;

  void look_at(const Instr& instr) {
    if (op == Op::LOAD_CONST && instr.op == Op::COPY && instr.arg == 1) return;
    op = instr.op;
    arg = instr.arg;
  }
};

// A constant of this truth decides the conditional jump after it.
inline void decide_jump(Block& block, Instr& load, Instr& jump, bool truth) {
  bool jumps_if_true = jump.op == Op::POP_JUMP_IF_TRUE || jump.op == Op::JUMP_IF_TRUE;
  if (is_test(jump.op)) make_nop(block, load);
  if (truth == jumps_if_true)
    jump.op = Op::JUMP;
  else
    make_nop(block, jump);
}

// LOAD_CONST None, IS_OP, POP_JUMP_IF: one jump. A TO_BOOL before the jump goes in any case.
inline void compare_with_none(Block& block, std::span<Instr> code, std::size_t at) {
  if (at + 2 >= code.size()) return;
  Instr* jump = &code[at + 2];
  if (jump->op == Op::TO_BOOL) {
    make_nop(block, *jump);
    if (at + 3 >= code.size()) return;
    jump = &code[at + 3];
  }
  if (!is_test(jump->op)) return;
  bool is_not = (code[at + 1].arg & 0xFF) != 0;
  bool inverted = is_not != (jump->op == Op::POP_JUMP_IF_FALSE);
  make_nop(block, code[at]);
  make_nop(block, code[at + 1]);
  jump->op = inverted ? Op::POP_JUMP_IF_NOT_NONE : Op::POP_JUMP_IF_NONE;
}

// The two end the block. The NOP in place of the load would go because of the line after it, and goes at once.
inline void return_const(Block& block, Instr& load, Instr& ret, i32 index) {
  ret.op = Op::RETURN_CONST;
  ret.arg = index;
  if (load.loc.line != ret.loc.line) return make_nop(block, load);
  load = ret;
  --block.count;
}

// BUILD_TUPLE and UNPACK_SEQUENCE of as many, at most three: nothing or a SWAP. True if they were these.
inline bool unpack_tuple(Block& block, std::span<Instr> code, std::size_t at) {
  Instr& build = code[at];
  if (at + 1 >= code.size() || build.arg < 1 || build.arg > 3) return false;
  Instr& unpack = code[at + 1];
  if (unpack.op != Op::UNPACK_SEQUENCE || unpack.arg != build.arg) return false;
  if (build.arg == 1)
    make_nop(block, unpack);
  else
    unpack.op = Op::SWAP;
  make_nop(block, build);
  return true;
}

}  // namespace mkpyc::flow
