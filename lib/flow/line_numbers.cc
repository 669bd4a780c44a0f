// Instructions without a line get one where it can be told which (PEP 626): from the instruction before, or from the
// only block that leads to theirs. Exits must have a line, so an exit without one is copied for each jump to it.
#include <algorithm>

#include "flow/passes.h"

namespace mkpyc::flow {
namespace {

bool is_exit_without_line(const Graph& graph, const Block& block) {
  return block.exits && std::ranges::all_of(graph.code(block), [](const Instr& instr) { return instr.loc.line < 0; });
}

// CPython: compiler_copy_block. The copy is the newest block.
BlockId copy_block(Graph& graph, BlockId from) {
  BlockId id{static_cast<u32>(graph.blocks.size())};
  bool exits = graph[from].exits;
  Block& copy = graph.blocks.emplace_back();
  copy.exits = exits;
  copy.no_fallthrough = true;
  graph.append(id, from);
  return id;
}

// Gives the jump at the end of the block its own copy of the exit that it leads to.
void duplicate_exit(Work& work, BlockId id) {
  Graph& graph = work.graph;
  if (graph[id].empty() || !work.traits.jumps(graph.last(graph[id]).op)) return;
  BlockId target = graph.last(graph[id]).target;
  if (graph[target].predecessors <= 1 || !is_exit_without_line(graph, graph[target])) return;
  BlockId copy = copy_block(graph, target);
  Instr& jump = graph.last(graph[id]);
  graph.first(graph[copy]).loc = jump.loc;
  jump.target = copy;
  graph[target].predecessors--;
  graph[copy].predecessors = 1;
  graph[copy].next = graph[target].next;
  graph[target].next = copy;
}

}  // namespace

// CPython: compile.c duplicate_exits_without_lineno. Blocks are walked in reverse order of creation, copies not at
// first, and then before the others; blocks that are not laid out are walked too.
void duplicate_exits_without_line(Work& work) {
  Graph& graph = work.graph;
  for (std::size_t i = graph.blocks.size(); i-- > 0;) duplicate_exit(work, BlockId{static_cast<u32>(i)});
  for (Block& block : graph.blocks)
    while (block.next != BlockId::kNone && graph[block.next].empty()) block.next = graph[block.next].next;
  for (std::size_t i = graph.blocks.size(); i-- > 0;) {
    const Block& block = graph.blocks[i];
    if (block.no_fallthrough || block.next == BlockId::kNone || block.empty()) continue;
    const Block& next = graph[block.next];
    if (!next.empty() && is_exit_without_line(graph, next)) graph.first(next).loc = graph.last(block).loc;
  }
}

// CPython: compile.c propagate_line_numbers.
void propagate_line_numbers(Work& work) {
  Graph& graph = work.graph;
  for (Block& block : graph.layout()) {
    if (block.empty()) continue;
    ast::Loc loc = codegen::kNoLocation;
    for (Instr& instr : graph.code(block)) {
      if (instr.loc.line < 0)
        instr.loc = loc;
      else
        loc = instr.loc;
    }
    auto inherit = [&](BlockId id) {
      if (id == BlockId::kNone || graph[id].predecessors != 1 || graph[id].empty()) return;
      Instr& first = graph.first(graph[id]);
      if (first.loc.line < 0) first.loc = loc;
    };
    if (!block.no_fallthrough) inherit(block.next);
    if (work.traits.jumps(graph.last(block).op)) inherit(graph.last(block).target);
  }
}

// CPython: compile.c guarantee_lineno_for_exits. Only the line is set; columns stay unknown.
void guarantee_lines_of_exits(Work& work) {
  Graph& graph = work.graph;
  i32 line = work.unit.firstlineno;
  for (Block& block : graph.layout()) {
    if (block.empty()) continue;
    const Instr& last = graph.last(block);
    if (last.loc.line >= 0) {
      line = last.loc.line;
    } else if (last.op == Op::RETURN_VALUE) {
      for (Instr& instr : graph.code(block)) instr.loc.line = line;
    }
  }
}

}  // namespace mkpyc::flow
