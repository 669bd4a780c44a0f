// Jumps get their direction.
#include <string>

#include "diag/diag.h"
#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

void direct(const OpTraits& traits, Instr& jump, bool forward) {
  Op directed = traits.directed(jump.op, forward);
  if (directed != Op::kCount) {
    jump.op = directed;
  } else if (!forward && (jump.op == Op::JUMP_IF_TRUE_OR_POP || jump.op == Op::JUMP_IF_FALSE_OR_POP)) {
    throw diag::SourceError{.exception = diag::Exception::SystemError,
                            .message = std::string("unexpected ") + op_name(jump.op) + " jumping backwards"};
  }
}

}  // namespace

// CPython: compile.c normalize_jumps.
void direct_jumps(Work& work) {
  Graph& graph = work.graph;
  const u8 walk = work.begin_walk();
  for (Block& block : graph.layout()) {
    block.walk = walk;
    if (block.jumps()) direct(work.traits, graph.last(block), graph[block.target].walk != walk);
  }
}

namespace {

Op reversed(Op test) {
  switch (test) {
    case Op::POP_JUMP_IF_TRUE: return Op::POP_JUMP_IF_FALSE;
    case Op::POP_JUMP_IF_FALSE: return Op::POP_JUMP_IF_TRUE;
    case Op::POP_JUMP_IF_NONE: return Op::POP_JUMP_IF_NOT_NONE;
    default: return Op::POP_JUMP_IF_NONE;
  }
}

// After a conditional jump in its block: where it goes on when it does not jump.
[[gnu::noinline]] void mark_not_taken(Work& work, BlockId id) {
  ast::Loc loc = work.graph.last(work.graph[id]).loc;
  BlockId handler = work.graph.last(work.graph[id]).handler;
  work.graph.reserve(id, work.graph[id].count + 1);
  Instr& slot = work.graph.append_slot(id);
  if (!work.on(Feature::appended_instrs_have_handlers)) handler = slot.handler;
  slot = {.op = Op::NOT_TAKEN, .handler = handler, .loc = loc};
}

// A conditional jump cannot go back: the opposite test jumps over a jump that does.
[[gnu::noinline]] void jump_back(Work& work, BlockId id, bool marks) {
  Graph& graph = work.graph;
  BlockId back = graph.add_block();
  graph.reserve(back, 2);
  Instr& test = graph.last(graph[id]);
  bool have_handlers = work.on(Feature::appended_instrs_have_handlers);
  Instr jump{.op = Op::JUMP,
             .arg = graph[test.target].label,
             .target = test.target,
             .handler = have_handlers ? test.handler : BlockId::kNone,
             .loc = test.loc};
  Instr mark = jump;
  mark.op = Op::NOT_TAKEN;
  mark.arg = 0;
  mark.target = BlockId::kNone;
  graph[back].start_depth = graph[test.target].start_depth;
  graph[back].cold = graph[id].cold;
  graph[back].next = graph[id].next;
  test.op = reversed(test.op);
  redirect(work, graph[id], graph[id].next);
  graph[id].next = back;
  if (marks) graph.append_slot(back) = mark;
  graph.append_slot(back) = jump;
  note_end(work, graph[back]);
}

}  // namespace

// CPython from 3.12: flowgraph.c normalize_jumps, assemble.c resolve_unconditional_jumps. What is between the two asks
// for no direction.
void normalize_and_direct_jumps(Work& work) {
  Graph& graph = work.graph;
  bool marks = work.on(Feature::not_taken);
  const u8 walk = work.begin_walk();
  for (BlockId id = graph.entry; id != BlockId::kNone; id = graph[id].next) {
    graph[id].walk = walk;
    if (!graph[id].jumps()) continue;
    bool forward = graph[graph[id].target].walk != walk;
    if (!graph[id].tests())
      direct(work.traits, graph.last(graph[id]), forward);
    else if (!forward)
      jump_back(work, id, marks);
    else if (marks)
      mark_not_taken(work, id);
  }
}

}  // namespace mkpyc::flow
