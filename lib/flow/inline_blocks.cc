// Copies of small exits, and of blocks without lines, in place of jumps to them, where the graph is made after code
// generation.
#include <algorithm>

#include "base/check.h"
#include "flow/passes.h"

namespace mkpyc::flow {
namespace {

// Larger exits are not copied (CPython: MAX_COPY_SIZE).
constexpr u32 kMaxCopySize = 4;

bool is_small_exit(Work& work, const Block& block) {
  return !block.empty() && block.count <= kMaxCopySize && work.traits.exits(work.graph.last(block).op);
}

// The jump at the end of the block if that always jumps.
Instr* last_jump(Work& work, const Block& block) {
  if (block.empty()) return nullptr;
  Instr& last = work.graph.last(block);
  return work.traits.always_jumps(last.op) ? &last : nullptr;
}

}  // namespace

bool has_no_line(const Graph& graph, const Block& block) {
  if (!block.empty() && !block.may_lack_lines) return false;
  return std::ranges::all_of(graph.code(block), [](const Instr& instr) { return instr.loc.line < 0; });
}

// CPython: inline_small_exit_blocks.
void inline_small_exits(Work& work) {
  if (!work.names_blocks) return;
  Graph& graph = work.graph;
  for (BlockId id = graph.entry; id != BlockId::kNone; id = graph[id].next) {
    Instr* jump = last_jump(work, graph[id]);
    if (jump == nullptr || !is_small_exit(work, graph[jump->target])) continue;
    BlockId target = jump->target;
    make_nop(graph[id], *jump);
    graph.append(id, target);
  }
}

namespace {

// CPython: basicblock_inline_small_or_no_lineno_blocks.
bool inline_block(Work& work, BlockId id) {
  Graph& graph = work.graph;
  Instr* jump = last_jump(work, graph[id]);
  if (jump == nullptr) return false;
  BlockId target = jump->target;
  bool has_no_lines = !falls_through(work, graph[target]) && has_no_line(graph, graph[target]);
  if (!has_no_lines && !is_small_exit(work, graph[target])) return false;
  Op removed = jump->op;
  make_nop(graph[id], *jump);
  graph.append(id, target);
  if (has_no_lines) {
    // A jump that looks for signals is not lost.
    Instr& last = graph.last(graph[id]);
    if (work.traits.always_jumps(last.op) && removed == Op::JUMP) last.op = Op::JUMP;
  }
  --graph[target].predecessors;
  return true;
}

}  // namespace

// CPython: inline_small_or_no_lineno_blocks. Each change takes away a jump; a block that jumps to itself without a line
// is none that code generation makes.
void inline_exits_and_lineless(Work& work) {
  if (!work.names_blocks) return;
  Graph& graph = work.graph;
  std::size_t rounds = 0;
  bool changed;
  do {
    MKPYC_CHECK(rounds++ <= graph.blocks.size() + 1);
    changed = false;
    for (BlockId id = graph.entry; id != BlockId::kNone; id = graph[id].next) changed |= inline_block(work, id);
  } while (changed);
}

}  // namespace mkpyc::flow
