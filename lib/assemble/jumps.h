// How far jumps go, once the offsets of blocks are known. Private to emit.cc and jumps.cc.
#pragma once

#include <cstdlib>

#include "flow/flow.h"
#include "target/target.h"

namespace mkpyc::assemble {

/// The jump at the end of a block that has one: its last instruction, but for a NOT_TAKEN after it.
inline flow::Instr& jump_of(flow::Graph& graph, const flow::Block& block) {
  flow::Instr& last = graph.last(block);
  return last.op == Op::NOT_TAKEN ? *(&last - 1) : last;
}

/// Where the jump ends, in code units.
inline i32 end_of_jump(const flow::Graph& graph, const flow::Block& block, const flow::Instr& jump, i32 code_units) {
  i32 end = block.next != flow::BlockId::kNone ? graph[block.next].offset : code_units;
  return &jump != &graph.last(block) ? end - 1 : end;
}

/// What tells a jump of that distance where to go. END_ASYNC_FOR names the SEND of its loop and tells how far the
/// END_SEND is (CPython: assemble.c END_SEND_OFFSET).
inline i32 jump_argument(const flow::Instr& jump, i32 distance, const OpTable& ops) {
  constexpr i32 kEndSend = 5;
  return jump.op != Op::END_ASYNC_FOR ? distance : distance - (kEndSend + ops[Op::RESUME].caches);
}

/// Gives jumps their arguments where some have extended ones.
void resolve_jump_offsets(flow::Graph& graph, const Target& target);

}  // namespace mkpyc::assemble
