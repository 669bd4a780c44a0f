// Instructions without a line get one where it can be told which (PEP 626): from the instruction before, or from the
// only block that leads to theirs. Exits must have a line, so an exit without one is copied for each jump to it.
#include <algorithm>

#include "base/likely.h"
#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

bool is_exit_without_line(const Graph& graph, const Block& block) {
  if (!block.exits || (!block.may_lack_lines && !block.empty())) return false;
  return std::ranges::all_of(graph.code(block), [](const Instr& instr) { return instr.loc.line < 0; });
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

// A line below 0 that is not -1 waits for the next instruction's (CPython: NEXT_LOCATION), where there is such a thing.
bool has_line(const ast::Loc& loc, bool next_counts) { return next_counts ? loc.line != -1 : loc.line >= 0; }

// Instructions of the block without a line get that of the one before. `at_front`: only those at its beginning may
// lack one.
void spread_lines(Graph& graph, Block& block, bool next_counts, bool at_front) {
  Instr *const begin = graph.code(block).data(), *const end = begin + block.count;
  if (at_front) {
    if (!has_line(begin->loc, next_counts)) begin->loc = codegen::kNoLocation;
    go_on_with_lines(begin + 1, end);
    block.may_lack_lines = begin->loc.line < 0;
    return;
  }
  block.may_lack_lines = false;
  for (Instr* instr = begin; instr != end; ++instr) {
    if (instr->loc.line >= 0) [[likely]]
      continue;
    if (!has_line(instr->loc, next_counts)) instr->loc = instr != begin ? instr[-1].loc : codegen::kNoLocation;
    block.may_lack_lines |= instr->loc.line < 0;
  }
}

}  // namespace

// CPython: compile.c duplicate_exits_without_lineno. Blocks are walked in reverse order of creation, copies not at
// first, and then before the others; blocks that are not laid out are walked too.
void duplicate_exits_without_line(Work& work) {
  Graph& graph = work.graph;
  for (std::size_t i = graph.blocks.size(); i-- > 0;) duplicate_exit(work, BlockId{static_cast<u32>(i)});
  for (Block& block : graph.blocks)
    while (block.next != BlockId::kNone && unlikely(graph[block.next].empty())) block.next = graph[block.next].next;
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
    if (block.may_lack_lines) spread_lines(graph, block, false, false);
    auto inherit = [&](BlockId id) {
      if (id == BlockId::kNone) return;
      const Block& to = graph[id];
      if (!to.may_lack_lines || to.predecessors != 1 || to.empty()) return;
      Instr& first = graph.first(to);
      if (first.loc.line < 0) first.loc = graph.last(block).loc;
    };
    if (!block.no_fallthrough) inherit(block.next);
    if (work.traits.jumps(graph.last(block).op)) inherit(graph.last(block).target);
  }
}

// Where the graph is made after code generation (CPython: flowgraph.c resolve_line_numbers).
namespace {

// Of a block that may lack lines.
[[gnu::noinline]] bool lacks_line(Work& work, const Block& block) {
  const Graph& graph = work.graph;
  if (block.empty() || !has_no_line(graph, block)) return false;
  if (block.leaves()) return true;
  if (!work.on(Feature::eval_breaks_need_line)) return false;
  return std::ranges::any_of(graph.code(block), [&](const Instr& i) { return work.traits.has_eval_break(i.op); });
}

bool needs_line(Work& work, const Block& block) { return block.may_lack_lines && lacks_line(work, block); }

// What the blocks lack: a line somewhere; a line at the beginning of a block, which it may get from the only one that
// leads to it; and a line that a block needs which the one before leads to, or several.
struct Lacking {
  bool some = false, inheritable = false, needed = false;
};
Lacking find_lacking(Work& work) {
  Graph& graph = work.graph;
  // Blocks before those that may lack a line are put down first: whether one does is known of none before.
  std::span<BlockId> found = work.todo.room(graph.blocks.size());
  std::size_t count = 0;
  for (BlockId id = graph.entry; id != BlockId::kNone;) {
    found[count] = id;
    id = graph[id].next;
    count += id != BlockId::kNone && graph[id].may_lack_lines;
  }
  Lacking lacking;
  auto look_at = [&](const Block& block, bool shared) {
    lacking.some = true;
    if (block.handler) return;  // only exceptions lead there
    lacking.inheritable |= block.predecessors == 1 && !block.empty() && graph.first(block).loc.line < 0;
    if (shared) lacking.needed |= lacks_line(work, block);
  };
  const Block& entry = graph[graph.entry];
  if (entry.may_lack_lines) look_at(entry, entry.predecessors > 1);
  for (BlockId before : found.first(count)) {
    const Block& block = graph[graph[before].next];
    look_at(block, block.predecessors > 1 || graph[before].falls_through());
  }
  return lacking;
}

// The block gets its own copy of the one that it jumps to.
[[gnu::noinline]] void copy_target(Work& work, BlockId id, BlockId target, i32 label) {
  Graph& graph = work.graph;
  BlockId copy = graph.add_block();
  work.change_edges();
  graph.append(copy, target);
  graph.first(graph[copy]).loc = graph.last(graph[id]).loc;
  redirect(work, graph[id], copy);
  --graph[target].predecessors;
  graph[copy].predecessors = 1;
  graph[copy].label = label;
  graph[copy].next = graph[target].next;
  graph[target].next = copy;
  if (graph[copy].always_jumps()) work.jumps.push(copy);
}

void duplicate_targets(Work& work) {
  Graph& graph = work.graph;
  i32 label = -1;
  for (BlockId id = graph.entry; id != BlockId::kNone; id = graph[id].next) {
    const Block& block = graph[id];
    if (!block.jumps()) continue;
    BlockId target = skip_empty(graph, block.target);
    if (graph[target].predecessors <= 1 || !needs_line(work, graph[target])) continue;
    if (label < 0) label = next_label(graph);
    copy_target(work, id, target, label++);
  }
  for (const Block& block : graph.layout()) {
    if (block.next == BlockId::kNone || block.empty()) continue;
    const Block& next = graph[block.next];
    if (!next.may_lack_lines || !block.falls_through()) continue;
    if (lacks_line(work, next)) graph.first(next).loc = graph.last(block).loc;
  }
}

// From one block to the next.
class LinePropagation {
 public:
  explicit LinePropagation(Work& work)
      : graph_(work.graph),
        through_empty_(work.on(Feature::empty_blocks_are_passed)),
        next_counts_(work.on(Feature::next_location)),
        at_front_(work.lines_at_front),
        walk_(work.begin_walk()) {}

  // See Work::lines_complete.
  bool complete() const { return complete_; }

  // Inside of blocks alone, where no block begins with an instruction without a line.
  void spread() {
    for (Block& block : graph_.layout())
      if (block.may_lack_lines && !block.empty()) spread_in(block);
  }

  // True if a second walk would change nothing. Few blocks inherit a line: whether one does is asked in one go.
  bool run() {
    for (Block& block : graph_.layout()) {
      block.walk = walk_;
      if (block.empty()) continue;
      if (block.may_lack_lines) spread_in(block);
      BlockId next = block.falls_through() && block.next != BlockId::kNone ? block.next : BlockId::kNone;
      BlockId target = block.jumps() ? target_of(block) : BlockId::kNone;
      if ((may_inherit(next) | may_inherit(target)) != 0) {
        inherit(next, block);
        inherit(target, block);
      }
    }
    return settled_;
  }

 private:
  void spread_in(Block& block) {
    spread_lines(graph_, block, next_counts_, at_front_);
    complete_ &= !block.may_lack_lines | block.handler;
  }

  BlockId target_of(const Block& block) const {
    BlockId target = block.target;
    if (through_empty_)
      while (graph_[target].empty() && graph_[target].predecessors == 1) target = graph_[target].next;
    return target;
  }

  // Only one block leads to it.
  u32 may_inherit(BlockId id) const {
    const Block& block = id != BlockId::kNone ? graph_[id] : kNobody;
    return u32{block.may_lack_lines} & u32{block.predecessors == 1};
  }

  // The first instruction of a block, from the one that leads to it.
  void inherit(BlockId id, const Block& from) {
    if (may_inherit(id) == 0 || graph_[id].empty()) return;
    Instr& first = graph_.first(graph_[id]);
    if (has_line(first.loc, next_counts_)) return;
    first.loc = graph_.last(from).loc;
    settled_ &= graph_[id].walk != walk_;
  }

  static constexpr Block kNobody{};
  Graph& graph_;
  const bool through_empty_, next_counts_, at_front_;
  const u8 walk_;
  bool settled_ = true, complete_ = true;
};

}  // namespace

// CPython: assemble.c assemble_location_info, its first loop. An instruction with NEXT_LOCATION has the location of the
// one after it; what ends a block has none then.
void resolve_next_locations(Work& work) {
  Graph& graph = work.graph;
  std::vector<Instr*> waiting;
  auto settle = [&](const ast::Loc& loc) {
    for (Instr* instr : waiting) instr->loc = loc;
    waiting.clear();
  };
  for (Block& block : graph.layout()) {
    for (Instr& instr : graph.code(block)) {
      bool waits = instr.loc.line == codegen::kNextLocation.line;
      if (waits && work.traits.terminates(instr.op)) instr.loc = codegen::kNoLocation;
      if (waits && instr.loc.line != codegen::kNoLocation.line)
        waiting.push_back(&instr);
      else if (!waiting.empty())
        settle(instr.loc);
    }
  }
  settle(codegen::kNoLocation);
}

namespace {

[[gnu::noinline]] void resolve_lines_of(Work& work) {
  Lacking lacking = find_lacking(work);
  if (lacking.needed) duplicate_targets(work);
  LinePropagation propagation(work);
  bool settled = true;
  if (lacking.inheritable || lacking.needed)
    settled = propagation.run();
  else if (lacking.some)
    propagation.spread();
  work.lines_settled = settled && !lacking.needed;
  work.lines_complete = propagation.complete();
  work.lines_at_front = false;
}

}  // namespace

// Nothing changes where every instruction has a line. What changes edges, empties a block or takes a line away
// unsettles the lines.
void resolve_lines(Work& work) {
  if (!is_one_block(work)) return resolve_lines_of(work);
  Block& entry = work.graph[work.graph.entry];
  if (entry.may_lack_lines && !entry.empty())
    spread_lines(work.graph, entry, work.on(Feature::next_location), work.lines_at_front);
  work.lines_settled = true;
  work.lines_complete = !entry.may_lack_lines;
  work.lines_at_front = false;
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
