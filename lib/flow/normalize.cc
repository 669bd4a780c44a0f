// What blocks are: exits, blocks that do not fall through, jumps that reach instructions; and the copying of small
// exits in place of jumps to them.
#include <algorithm>

#include "base/check.h"
#include "base/likely.h"
#include "flow/passes.h"

namespace mkpyc::flow {

BlockId skip_empty(const Graph& graph, BlockId target) {
  while (unlikely(graph[target].empty())) {
    target = graph[target].next;
    MKPYC_CHECK(target != BlockId::kNone);
  }
  return target;
}

// CPython: compile.c normalize_basic_block. A block's last instruction is the only one that can jump or exit, because
// the code generator begins a block after each of them.
void normalize_blocks(Work& work) {
  Graph& graph = work.graph;
  for (Block& block : graph.blocks) {
    if (block.empty()) continue;
    Instr& last = graph.last(block);
    if (work.traits.exits(last.op)) block.exits = block.no_fallthrough = true;
    if (!work.traits.jumps(last.op)) continue;
    if (work.traits.always_jumps(last.op)) block.no_fallthrough = true;
    last.target = skip_empty(graph, last.target);
  }
}

namespace {

bool has_line(const Graph& graph, const Block& block) {
  return std::ranges::any_of(graph.code(block), [](const Instr& instr) { return instr.loc.line > 0; });
}

// CPython: compile.c extend_block. Only exits without a line, as implicit `return None`, are copied.
void extend_block(Graph& graph, BlockId id) {
  Block& block = graph[id];
  if (block.empty()) return;
  Instr& last = graph.last(block);
  if (last.op != Op::JUMP) return;
  const Block& target = graph[last.target];
  if (!target.exits || target.count > kMaxCopySize || has_line(graph, target)) return;
  last.op = Op::NOP;
  block.may_have_nops = true;
  block.exits = true;
  graph.append(id, last.target);
}

}  // namespace

// In reverse order of creation: whether a target has been extended already when it is looked at depends on it.
void extend_blocks(Work& work) {
  for (std::size_t i = work.graph.blocks.size(); i-- > 0;) extend_block(work.graph, BlockId{static_cast<u32>(i)});
}

}  // namespace mkpyc::flow
