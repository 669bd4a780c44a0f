// Taking away: blocks that nothing reaches, empty blocks, jumps to the next block, constants that nothing loads.
#include <algorithm>
#include <bit>

#include "base/check.h"
#include "base/likely.h"
#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
// Counts the edges into each block that can be reached (CPython: compile.c mark_reachable).
void mark_reachable(Work& work) {
  Graph& graph = work.graph;
  Todo& todo = work.todo;
  auto enter = [&](BlockId id) {
    if (graph[id].predecessors++ == 0) todo.push(id);
  };
  todo.clear();
  enter(graph.entry);
  while (!todo.empty()) {
    const Block& block = graph[todo.pop()];
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

namespace {

// Calls `enter` with each block that an instruction of the block names.
template <class Enter>
[[gnu::always_inline]] inline void follow_names(Work& work, const Block& block, const Enter& enter) {
  for (const Instr& instr : work.graph.code(block))
    if (work.traits.names_block(instr.op)) [[unlikely]]
      enter(instr.target);
}

// Calls `enter` with each block that the block leads to.
template <class Enter>
[[gnu::always_inline]] inline void follow(Work& work, const Block& block, const Enter& enter) {
  if (block.falls_through() && block.next != BlockId::kNone) enter(block.next);
  if (block.may_have(codegen::BlockFacts::kPushesBlock))
    follow_names(work, block, enter);
  else if (block.jumps())
    enter(block.target);
}

// Counts the edges into each block that can be reached, and these blocks. Most edges lead on, so that the order of the
// layout leaves few blocks for later. Whether a block falls through or jumps is not branched on: nothing predicts it.
u32 count_edges(Work& work) {
  Graph& graph = work.graph;
  Todo& todo = work.todo;
  todo.clear();
  u32 reached = 0;
  const u8 walk = work.begin_walk();
  auto lead_to = [&](BlockId id, bool leads) {
    Block& block = graph[id];
    bool is_late = leads & (block.predecessors == 0) & (block.walk == walk);
    block.predecessors += leads;
    if (is_late) [[unlikely]]
      todo.push(id);
  };
  auto enter = [&](BlockId id) { lead_to(id, true); };
  bool goes_on = true;
  for (BlockId id = graph.entry, next; id != BlockId::kNone; id = next) {
    Block& block = graph[id];
    next = block.next;
    block.walk = walk;
    block.predecessors += goes_on;
    const bool is_reached = block.predecessors != 0;
    reached += is_reached;
    goes_on = is_reached & block.falls_through();
    if (block.may_have(codegen::BlockFacts::kPushesBlock)) {
      if (is_reached) follow_names(work, block, enter);
    } else {
      const bool jumps = is_reached & block.jumps();
      lead_to(jumps ? block.target : id, jumps);
    }
  }
  while (!todo.empty()) {
    ++reached;
    follow(work, graph[todo.pop()], enter);
  }
  return reached;
}

// The same in CPython up to 3.12, where a block counts as visited only once its turn comes, so that it can have more
// than one, and the blocks after it are counted again.
void count_edges_repeatedly(Work& work) {
  Graph& graph = work.graph;
  Todo& todo = work.todo;
  todo.clear();
  const u8 walk = work.begin_walk();
  auto enter = [&](BlockId id) {
    Block& block = graph[id];
    ++block.predecessors;
    if (block.walk != walk) todo.push(id);
  };
  enter(graph.entry);
  while (!todo.empty()) {
    Block& block = graph[todo.pop()];
    block.walk = walk;
    follow(work, block, enter);
  }
}

// Blocks at the end that nothing reaches leave the layout: nothing falls through to them.
void delete_unreached(Work& work, bool once) {
  Graph& graph = work.graph;
  Block* last = nullptr;
  for (Block& block : graph.layout()) {
    if (block.predecessors != 0) {
      last = &block;
      continue;
    }
    block.count = 0;
    block.end = 0;
    block.may_have_nops = false;
    block.may_lack_lines = false;
    if (once) block.handler = false;
  }
  if (once) last->next = BlockId::kNone;
}

}  // namespace

namespace {

// Returns how many blocks there are.
u32 forget_edges(Graph& graph) {
  u32 count = 0;
  for (Block& block : graph.layout()) {
    block.predecessors = 0;
    ++count;
  }
  return count;
}

[[gnu::noinline]] void remove_unreachable_of(Work& work) {
  if (!work.on(Feature::blocks_are_walked_once)) {
    forget_edges(work.graph);
    count_edges_repeatedly(work);
    return delete_unreached(work, false);
  }
  // At first all blocks are in the layout, as they were made.
  u32 count = work.edges_counted ? forget_edges(work.graph) : static_cast<u32>(work.graph.blocks.size());
  work.edges_counted = true;
  work.edges_changed = false;
  if (count_edges(work) != count) delete_unreached(work, true);
}

}  // namespace

// The same where the graph is made after code generation (CPython: flowgraph.c mark_reachable, remove_unreachable).
void remove_unreachable(Work& work) {
  if (!is_one_block(work)) return remove_unreachable_of(work);
  work.graph[work.graph.entry].predecessors = 1;
  work.edges_changed = false;
}

// Takes empty blocks out of the layout, but for the entry and the last (CPython: eliminate_empty_basic_blocks).
void eliminate_empty_blocks(Work& work) {
  Graph& graph = work.graph;
  for (Block& block : graph.layout()) {
    if (block.next == BlockId::kNone) continue;
    while (unlikely(graph[block.next].empty()) && graph[block.next].next != BlockId::kNone)
      block.next = graph[block.next].next;
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

namespace {

template <class Use>
void for_const_uses(Work& work, const Use& use) {
  for (Block& block : work.graph.layout()) {
    if (!block.may_have(codegen::BlockFacts::kReadsConst)) continue;
    for (Instr& instr : work.graph.code(block))
      if (work.traits.reads_const(instr.op)) use(instr.arg);
  }
}

// `used` has 0 for a constant that is not loaded, and gets its new index in place of 1.
void drop_consts(Work& work, std::span<i32> used) {
  std::vector<Object*>& consts = work.graph.consts;
  i32 count = 0;
  for (std::size_t i = 0; i < consts.size(); ++i) {
    if (used[i] == 0) continue;
    consts[static_cast<std::size_t>(count)] = consts[i];
    used[i] = count++;
  }
  if (static_cast<std::size_t>(count) == consts.size()) return;
  consts.resize(static_cast<std::size_t>(count));
  for_const_uses(work, [&](i32& index) { index = used[static_cast<std::size_t>(index)]; });
}

// The same for few, `used` as bits.
void drop_few_consts(Work& work, u64 used, std::span<Instr* const> loads) {
  std::vector<Object*>& consts = work.graph.consts;
  i32 place[kFewConsts];
  std::size_t count = 0;
  for (; used != 0; used &= used - 1) {
    std::size_t i = static_cast<std::size_t>(std::countr_zero(used));
    consts[count] = consts[i];
    place[i] = static_cast<i32>(count++);
  }
  consts.resize(count);
  for (Instr* load : loads) load->arg = place[static_cast<std::size_t>(load->arg)];
}

}  // namespace

void remove_unused_consts(Work& work, std::span<Instr* const> loads) {
  std::size_t count = work.graph.consts.size();
  MKPYC_CHECK(count <= kFewConsts);
  if (count == 0) return;
  u64 used = 1;
  for (const Instr* load : loads) used |= u64{1} << (load->arg & 63);
  if (used != ~u64{0} >> (kFewConsts - count)) drop_few_consts(work, used, loads);
}

// Drops all constants that nothing loads but the first (CPython: remove_unused_consts).
void remove_unused_consts(Work& work) {
  if (work.graph.consts.size() <= 1) return;
  std::vector<i32>& place = work.numbers;
  place.assign(work.graph.consts.size(), 0);
  place[0] = 1;
  for_const_uses(work, [&](i32 index) { place[static_cast<std::size_t>(index)] = 1; });
  drop_consts(work, place);
}

}  // namespace mkpyc::flow
