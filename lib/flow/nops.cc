// NOPs, and where the graph is made after code generation, jumps that do nothing. A NOP stays if its line would have no
// other instruction.
#include <algorithm>

#include "base/likely.h"
#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

BlockId next_nonempty(const Graph& graph, BlockId id) {
  while (id != BlockId::kNone && unlikely(graph[id].empty())) id = graph[id].next;
  return id;
}

// The line of the first instruction after the block; -1 without one.
i32 line_after(Work& work, const Block& block) {
  const Graph& graph = work.graph;
  BlockId next = next_nonempty(graph, block.next);
  if (next == BlockId::kNone) return -1;
  if (!work.on(Feature::nops_without_line_are_skipped)) return graph.first(graph[next]).loc.line;
  for (const Instr& instr : graph.code(graph[next]))
    if (instr.op != Op::NOP || instr.loc.line >= 0) return instr.loc.line;
  return -1;
}

// The one after it may take its line.
bool goes(Work& work, const Block& block, Instr* nop, i32 line_before, const Instr* end) {
  i32 line = nop->loc.line;
  if (line < 0 || line == line_before) return true;
  Instr* next = nop + 1;
  if (next == end) return line == line_after(work, block);
  if (next->loc.line >= 0) return next->loc.line == line;
  next->loc = nop->loc;
  return true;
}

Instr* next_nop(Instr* from, const Instr* end) {
  while (from != end && from->op != Op::NOP) ++from;
  return from;
}

}  // namespace

// CPython: clean_basic_block, basicblock_remove_redundant_nops from 3.12. What was behind the removed ones stays in
// their place, unless the target clears it: an instruction that is put there later has the handler that it finds.
bool remove_nops_of(Work& work, Block& block) {
  Instr *const begin = work.graph.code(block).data(), *const end = begin + block.count;
  block.may_have_nops = false;
  // A NOP that stays is gone over, until one goes.
  Instr* from = begin;
  for (;; ++from) {
    from = next_nop(from, end);
    if (from == end) return false;
    if (goes(work, block, from, from != begin ? from[-1].loc.line : -1, end)) break;
    block.may_have_nops = true;
  }
  Instr* to = from;
  while (++from != end) {
    if (from->op == Op::NOP) {
      if (goes(work, block, from, to != begin ? to[-1].loc.line : -1, end)) continue;
      block.may_have_nops = true;
    }
    *to++ = *from;
  }
  block.count -= static_cast<u32>(end - to);
  if (block.empty()) work.change_layout(block);
  if (work.on(Feature::removed_slots_are_cleared))
    for (; to != end; ++to) *to = {};
  return true;
}

bool remove_all_nops(Work& work) {
  bool removed = false;
  work.nops_left = false;
  for (Block& block : work.graph.layout()) {
    removed |= remove_nops(work, block);
    work.nops_left |= block.may_have_nops;
  }
  return removed;
}

namespace {

bool is_load_or_copy(const Instr& instr) {
  return instr.op == Op::LOAD_CONST || instr.op == Op::LOAD_SMALL_INT || instr.op == Op::LOAD_COMMON_CONSTANT ||
         (instr.op == Op::COPY && instr.arg == 1);
}

// A value that is made and popped at once; `made` may be of an earlier block.
bool remove_pair(Block& made_in, Instr& made, Block& popped_in, Instr& popped) {
  if (!is_load_or_copy(made)) return false;
  make_nop(made_in, made);
  make_nop(popped_in, popped);
  return true;
}

// One walk of remove_nops_and_pairs: true if a pair was found.
bool remove_pairs(Work& work) {
  Graph& graph = work.graph;
  bool found = false;
  constexpr u32 kMakes = codegen::BlockFacts::kReadsConst | codegen::BlockFacts::kCopies;
  Block* before = nullptr;  // the block before, if its end leads here and nothing else does
  work.nops_left = false;
  for (Block& block : graph.layout()) {
    remove_nops(work, block);
    work.nops_left |= block.may_have_nops;
    if (block.labeled()) before = nullptr;
    if (block.empty()) continue;  // it falls through
    if (block.may_have(codegen::BlockFacts::kPops)) {
      Instr *instr = &graph.first(block), *end = instr + block.count;
      if (before != nullptr && instr->op == Op::POP_TOP)
        found |= remove_pair(*before, graph.last(*before), block, *instr);
      if (block.may_have(kMakes))
        while (++instr != end)
          if (instr->op == Op::POP_TOP) [[unlikely]]
            found |= remove_pair(block, instr[-1], block, *instr);
    }
    before = block.terminated() ? nullptr : &block;
  }
  return found;
}

}  // namespace

// Takes away NOPs, and values that are made and popped at once (CPython: remove_redundant_nops_and_pairs).
void remove_nops_and_pairs(Work& work) {
  while (remove_pairs(work)) {
  }
}

namespace {

bool jumps_to_next(Work& work, const Block& block) {
  return block.always_jumps() && next_nonempty(work.graph, block.target) == next_nonempty(work.graph, block.next);
}

bool remove_jump_to_next(Work& work, Block& block) {
  if (!jumps_to_next(work, block)) return false;
  drop_jump(work, block);
  work.change_layout(block);
  return true;
}

}  // namespace

// Jumps to the next block become NOPs (CPython: remove_redundant_jumps).
bool remove_jumps_to_next(Work& work) {
  bool changed = false;
  for (Block& block : work.graph.layout()) changed |= remove_jump_to_next(work, block);
  return changed;
}

// CPython: remove_redundant_nops_and_jumps, until nothing changes. Where no NOP stays, nothing can change any more.
void remove_nops_and_jumps(Work& work) {
  bool changed;
  do {
    changed = work.nops_left && remove_all_nops(work);
    for (BlockId id : work.jumps) changed |= remove_jump_to_next(work, work.graph[id]);
  } while (changed && work.nops_left);
  work.jumps_settled = true;
}

i32 next_label(Graph& graph) {
  i32 label = -1;
  for (const Block& block : graph.layout()) label = std::max(label, block.label);
  return label + 1;
}

// Takes empty blocks out of the layout (CPython: eliminate_empty_basic_blocks).
void drop_empty_blocks(Work& work) {
  Graph& graph = work.graph;
  for (Block& block : graph.layout()) block.next = next_nonempty(graph, block.next);
  graph.entry = next_nonempty(graph, graph.entry);
  i32 label = next_label(graph);
  for (Block& block : graph.layout()) {
    for (Instr& instr : graph.code(block)) {
      if (!work.traits.names_block(instr.op) || !graph[instr.target].empty()) continue;
      instr.target = skip_empty(graph, instr.target);
      Block& target = graph[instr.target];
      if (!target.labeled()) target.label = label++;
      instr.arg = target.label;
    }
    note_end(work, block);
  }
}

}  // namespace mkpyc::flow
