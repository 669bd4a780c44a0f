// Copies of small exits, and of blocks without lines, in place of jumps to them, where the graph is made after code
// generation.
#include <algorithm>

#include "base/check.h"
#include "flow/passes.h"

namespace mkpyc::flow {
namespace {

bool is_small_exit(const Block& block) { return block.leaves() && block.count <= kMaxCopySize; }

}  // namespace

bool has_no_line(const Graph& graph, const Block& block) {
  if (!block.empty() && !block.may_lack_lines) return false;
  return std::ranges::all_of(graph.code(block), [](const Instr& instr) { return instr.loc.line < 0; });
}

// CPython: inline_small_exit_blocks.
void inline_small_exits(Work& work) {
  Graph& graph = work.graph;
  for (BlockId id = graph.entry; id != BlockId::kNone; id = graph[id].next) {
    Block& block = graph[id];
    if (!block.always_jumps() || !is_small_exit(graph[block.target])) continue;
    BlockId target = block.target;
    drop_jump(work, block);
    graph.append(id, target);
  }
}

namespace {

void append_going_on(Work& work, BlockId id, BlockId target) {
  Graph& graph = work.graph;
  u32 before = graph[id].count;
  bool lacks_lines = graph[id].may_lack_lines;
  graph.append(id, target);
  if (!work.lines_at_front) return;
  std::span<Instr> code = graph.code(graph[id]);
  go_on_with_lines(code.data() + before, code.data() + code.size());
  graph[id].may_lack_lines = lacks_lines;
}

// CPython: basicblock_inline_small_or_no_lineno_blocks.
bool inline_block(Work& work, BlockId id) {
  Graph& graph = work.graph;
  BlockId target = graph[id].target;
  bool has_no_lines = !graph[target].falls_through() && has_no_line(graph, graph[target]);
  if (!has_no_lines && !is_small_exit(graph[target])) return false;
  Op removed = graph.last(graph[id]).op;
  drop_jump(work, graph[id]);
  append_going_on(work, id, target);
  if (has_no_lines) {
    // A jump that looks for signals is not lost.
    if (graph[id].always_jumps() && removed == Op::JUMP) graph.last(graph[id]).op = Op::JUMP;
  }
  return true;
}

}  // namespace

// CPython: inline_small_or_no_lineno_blocks. Each change takes away a jump; a block that jumps to itself without a line
// is none that code generation makes.
void inline_exits_and_lineless(Work& work) {
  Graph& graph = work.graph;
  std::size_t rounds = 0;
  bool changed;
  do {
    MKPYC_CHECK(rounds++ <= graph.blocks.size() + 1);
    changed = false;
    for (BlockId id : work.jumps)
      if (graph[id].always_jumps()) changed |= inline_block(work, id);
  } while (changed);
}

}  // namespace mkpyc::flow
