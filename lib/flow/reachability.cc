// Taking away: blocks that nothing reaches, empty blocks, jumps to the next block, constants that nothing loads.
#include <algorithm>

#include "base/check.h"
#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
// Counts the edges into each block that can be reached (CPython: compile.c mark_reachable).
void mark_reachable(Work& work) {
  Graph& graph = work.graph;
  std::vector<BlockId>& todo = work.todo;
  auto enter = [&](BlockId id) {
    if (graph[id].predecessors++ == 0) todo.push_back(id);
  };
  todo.clear();
  enter(graph.entry);
  while (!todo.empty()) {
    const Block& block = graph[todo.back()];
    todo.pop_back();
    if (block.next != BlockId::kNone && !block.no_fallthrough) enter(block.next);
    if (!block.may_have(codegen::BlockFacts::kPushesBlock)) {
      if (!block.empty() && work.traits.jumps(graph.last(block).op)) enter(graph.last(block).target);
      continue;
    }
    for (const Instr& instr : graph.code(block))
      if (work.traits.names_block(instr.op)) enter(instr.target);
  }
}

void delete_unreachable(Work& work) {
  for (Block& block : work.graph.layout()) {
    if (block.predecessors != 0) continue;
    block.count = 0;
    block.no_fallthrough = false;
  }
}

// The same where the graph is made after code generation. Up to one release a block counts as visited only once its
// turn comes, so that it can have more than one, and the blocks after it are counted again (CPython: mark_reachable,
// remove_unreachable).
void remove_unreachable(Work& work) {
  Graph& graph = work.graph;
  std::vector<BlockId>& todo = work.todo;
  bool once = work.on(Feature::blocks_are_walked_once);
  for (Block& block : graph.layout()) {
    block.visited = false;
    block.predecessors = 0;
  }
  auto enter = [&](BlockId id) {
    Block& block = graph[id];
    ++block.predecessors;
    if (block.visited) return;
    block.visited = once;
    todo.push_back(id);
  };
  todo.clear();
  enter(graph.entry);
  while (!todo.empty()) {
    Block& block = graph[todo.back()];
    todo.pop_back();
    block.visited = true;
    if (block.next != BlockId::kNone && falls_through(work, block)) enter(block.next);
    if (!block.may_have(codegen::BlockFacts::kPushesBlock)) {
      if (!block.empty() && work.traits.jumps(graph.last(block).op)) enter(graph.last(block).target);
      continue;
    }
    for (const Instr& instr : graph.code(block))
      if (work.traits.names_block(instr.op)) enter(instr.target);
  }
  for (Block& block : graph.layout()) {
    if (block.predecessors != 0) continue;
    block.count = 0;
    block.may_have_nops = false;
    if (once) block.handler = false;
  }
}

// Takes empty blocks out of the layout, but for the entry and the last (CPython: eliminate_empty_basic_blocks).
void eliminate_empty_blocks(Work& work) {
  Graph& graph = work.graph;
  for (Block& block : graph.layout()) {
    if (block.next == BlockId::kNone) continue;
    while (graph[block.next].empty() && graph[block.next].next != BlockId::kNone) block.next = graph[block.next].next;
  }
  for (Block& block : graph.layout()) {
    if (block.empty()) continue;
    Instr& last = graph.last(block);
    if (work.traits.jumps(last.op)) last.target = skip_empty(graph, last.target);
  }
}

void remove_redundant_jumps(Work& work) {
  Graph& graph = work.graph;
  bool maybe_empty = false;
  for (Block& block : graph.layout()) {
    if (block.empty()) continue;
    Instr& last = graph.last(block);
    if (!work.traits.always_jumps(last.op) || last.target != block.next) continue;
    block.no_fallthrough = false;
    last.op = Op::NOP;
    block.may_have_nops = true;
    maybe_empty = true;
  }
  if (maybe_empty) eliminate_empty_blocks(work);
}

namespace {

// The largest index of a constant that is loaded. Most units load their last constant in one of their last blocks, so
// these are looked at first, and the search ends there. Blocks that are not in the layout are empty.
i32 largest_const(Work& work) {
  i32 largest = 0, last = static_cast<i32>(work.graph.consts.size()) - 1;
  for (std::size_t i = work.graph.blocks.size(); i-- > 0 && largest < last;)
    for (const Instr& instr : work.graph.code(work.graph.blocks[i]))
      if (work.traits.reads_const(instr.op)) largest = std::max(largest, instr.arg);
  return largest;
}

}  // namespace

// Drops constants from the end that nothing loads; the first may be the docstring and stays.
void trim_unused_consts(Work& work) {
  std::vector<Object*>& consts = work.graph.consts;
  std::size_t used = static_cast<std::size_t>(largest_const(work)) + 1;
  if (used < consts.size()) consts.resize(used);
}

// Drops all constants that nothing loads but the first (CPython: remove_unused_consts).
void remove_unused_consts(Work& work) {
  std::vector<Object*>& consts = work.graph.consts;
  if (consts.size() <= 1) return;
  std::vector<i32>& place = work.numbers;  // by constant: 0 unused, 1 used; then its new index
  place.assign(consts.size(), 0);
  place[0] = 1;
  for (const Block& block : work.graph.layout())
    for (const Instr& instr : work.graph.code(block))
      if (work.traits.reads_const(instr.op)) place[static_cast<std::size_t>(instr.arg)] = 1;
  i32 used = 0;
  for (std::size_t i = 0; i < consts.size(); ++i) {
    if (place[i] == 0) continue;
    consts[static_cast<std::size_t>(used)] = consts[i];
    place[i] = used++;
  }
  if (static_cast<std::size_t>(used) == consts.size()) return;
  consts.resize(static_cast<std::size_t>(used));
  for (Block& block : work.graph.layout())
    for (Instr& instr : work.graph.code(block))
      if (work.traits.reads_const(instr.op)) instr.arg = place[static_cast<std::size_t>(instr.arg)];
}

}  // namespace mkpyc::flow
