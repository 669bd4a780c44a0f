// Instructions of the compiler alone become those of the bytecode.
#include "flow/passes.h"

namespace mkpyc::flow {

// JUMP_IF_TRUE and JUMP_IF_FALSE leave what they test on the stack: it is copied first (CPython:
// convert_pseudo_conditional_jumps).
void convert_keeping_tests(Work& work) {
  Graph& graph = work.graph;
  for (BlockId id = graph.entry; id != BlockId::kNone; id = graph[id].next) {
    if (!graph[id].jumps()) continue;
    Op op = graph.last(graph[id]).op;
    if (op != Op::JUMP_IF_TRUE && op != Op::JUMP_IF_FALSE) continue;
    graph.append_slot(id);
    graph.append_slot(id);
    Instr* jump = &graph.last(graph[id]);
    *jump = jump[-2];
    jump->op = op == Op::JUMP_IF_TRUE ? Op::POP_JUMP_IF_TRUE : Op::POP_JUMP_IF_FALSE;
    BlockId handler = jump->handler;
    jump[-2] = {.op = Op::COPY, .arg = 1, .handler = handler, .loc = jump->loc};
    jump[-1] = {.op = Op::TO_BOOL, .handler = handler, .loc = jump->loc};
    note_end(work, graph[id]);
  }
}

// CPython: convert_pseudo_ops.
void convert_pseudo_ops(Work& work) {
  bool closures_are_locals = work.context.target.ops()[Op::LOAD_CLOSURE].number < 0;
  for (Block& block : work.graph.layout()) {
    if (!block.may_have(codegen::BlockFacts::kPseudo)) continue;
    for (Instr& instr : work.graph.code(block)) {
      if (!work.traits.is_pseudo(instr.op)) [[likely]]
        continue;
      if (work.traits.pushes_block(instr.op) || instr.op == Op::POP_BLOCK) {
        make_nop(block, instr);
        work.nops_left = true;
      } else if (instr.op == Op::STORE_FAST_MAYBE_NULL) {
        instr.op = Op::STORE_FAST;
      } else if (instr.op == Op::LOAD_CLOSURE && closures_are_locals) {
        instr.op = Op::LOAD_FAST;
      }
    }
  }
}

}  // namespace mkpyc::flow
