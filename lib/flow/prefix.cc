// The slots of locals, cells and free variables from 3.11 on: one row of slots, in which a parameter that is also a
// cell has one slot, its parameter's. And the instructions at the start of a unit that make cells, copy free variables
// and make the generator.
#include <span>

#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

// CPython: pycore_code.h CO_FAST_LOCAL, CO_FAST_CELL, CO_FAST_FREE.
constexpr u8 kHidden = 0x10, kLocal = 0x20, kCell = 0x40, kFree = 0x80;
// CO_FAST_ARG_POS, CO_FAST_ARG_KW, CO_FAST_ARG_VAR.
constexpr u8 kByPosition = 0x02, kByKeyword = 0x04, kVariadic = 0x08;
constexpr u32 kGeneratorFlags = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR;

// CPython: assemble.c compute_localsplus_info, the kinds of parameters.
void mark_parameters(const codegen::CodeUnit& unit, std::span<u8> kinds) {
  auto kind = kinds.begin();
  auto mark = [&](i32 count, u8 as) {
    for (; count > 0 && kind != kinds.end(); --count) *kind++ |= as;
  };
  mark(unit.posonlyargcount, kByPosition);
  mark(unit.argcount, kByPosition | kByKeyword);
  mark(unit.kwonlyargcount, kByKeyword);
  mark((unit.flags & CO_VARARGS) != 0, kVariadic | kByPosition);
  mark((unit.flags & CO_VARKEYWORDS) != 0, kVariadic | kByKeyword);
}

// The names and kinds of the slots of locals. The unit can do without the names, unless it has cells, which may be
// among them.
void assign_local_slots(Work& work, bool cells) {
  codegen::CodeUnit& unit = work.unit;
  Graph& graph = work.graph;
  graph.kinds.assign(unit.varnames.size(), kLocal);
  if (work.on(Feature::parameter_kinds)) mark_parameters(unit, graph.kinds);
  for (Name hidden : unit.hidden.names)
    if (i32 slot = unit.varnames.find(hidden); slot >= 0) graph.kinds[static_cast<std::size_t>(slot)] |= kHidden;
  if (cells)
    graph.localsplus.assign(unit.varnames.names.begin(), unit.varnames.names.end());
  else
    graph.localsplus.swap(unit.varnames.names);
}

// The slot of each cell and free variable, by the argument that the code generator gave it; the slots' names and kinds
// on the way (CPython: build_cellfixedoffsets, the first half of fix_cell_offsets, compute_localsplus_info).
void assign_cell_slots(Work& work) {
  const codegen::CodeUnit& unit = work.unit;
  Graph& graph = work.graph;
  auto add_slot = [&graph](Name name, u8 kind) {
    graph.localsplus.push_back(name);
    graph.kinds.push_back(kind);
    return static_cast<i32>(graph.kinds.size()) - 1;
  };
  work.numbers.clear();
  for (Name cell : unit.cellvars.names) {
    i32 slot = unit.varnames.find(cell);
    if (slot >= 0)
      graph.kinds[static_cast<std::size_t>(slot)] |= kCell;
    else
      slot = add_slot(cell, kCell);
    work.numbers.push_back(slot);
  }
  for (Name free : unit.freevars.names) work.numbers.push_back(add_slot(free, kFree));
}

// CPython: the second half of fix_cell_offsets.
void renumber_cells(Work& work) {
  for (Block& block : work.graph.layout()) {
    if (!block.may_have(codegen::BlockFacts::kNamesCell)) continue;
    for (Instr& instr : work.graph.code(block))
      if (work.traits.names_cell(instr.op)) [[unlikely]]
        instr.arg = work.numbers[static_cast<std::size_t>(instr.arg)];
  }
}

// CPython moves the block's instructions up by one place, over what was left behind them.
void shift_unused(Graph& graph, const Block& block) {
  for (u32 i = block.count; i < block.room; ++i)
    graph.at(block.first + i).handler = i + 1 < block.room ? graph.at(block.first + i + 1).handler : BlockId::kNone;
}

// Puts instructions before the first of the entry block, where there is room. To be called from the last to the first.
[[gnu::noinline]] void prepend(Graph& graph, Op op, i32 arg, i32 line) {
  Block& entry = graph[graph.entry];
  shift_unused(graph, entry);
  --entry.first;
  ++entry.count;
  ++entry.room;
  entry.may_lack_lines |= line < 0;
  graph.first(entry) = {.op = op, .arg = arg, .loc = {line, line, -1, -1}};
}

// CPython: insert_prefix_instructions. MAKE_CELLs are in the order of their slots.
[[gnu::noinline]] void insert_prefix(Work& work, bool generator) {
  const codegen::CodeUnit& unit = work.unit;
  Graph& graph = work.graph;
  graph.reserve_before(graph.entry, (generator ? 2 : 0) + unit.cellvars.size() + (unit.freevars.size() != 0 ? 1 : 0));
  if (generator) {
    prepend(graph, Op::POP_TOP, 0, work.on(Feature::generator_pop_has_line) ? unit.firstlineno : -1);
    prepend(graph, Op::RETURN_GENERATOR, 0, unit.firstlineno);
  }
  if (unit.cellvars.size() != 0)
    for (std::size_t slot = graph.kinds.size(); slot-- > 0;)
      if ((graph.kinds[slot] & kCell) != 0) prepend(graph, Op::MAKE_CELL, static_cast<i32>(slot), -1);
  if (unit.freevars.size() != 0) prepend(graph, Op::COPY_FREE_VARS, static_cast<i32>(unit.freevars.size()), -1);
}

[[gnu::noinline]] void number_cells(Work& work) {
  assign_cell_slots(work);
  renumber_cells(work);
}

}  // namespace

// Most units have neither cells nor free variables, and the code for them stays out of the way.
void number_locals(Work& work) {
  bool cells = work.unit.cellvars.size() + work.unit.freevars.size() != 0;
  assign_local_slots(work, cells);
  bool generator = (work.unit.flags & kGeneratorFlags) != 0 && !work.on(Feature::generator_prefix_in_codegen);
  if (cells) number_cells(work);
  if (cells || generator) insert_prefix(work, generator);
}

}  // namespace mkpyc::flow
