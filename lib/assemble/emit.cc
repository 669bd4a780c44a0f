// The walk over the finished graph that writes bytecode and locations: one, because each reads every instruction.
#include <cstring>

#include "assemble/bytecode_writer.h"
#include "assemble/location_writer.h"
#include "assemble/tables.h"
#include "base/check.h"

namespace mkpyc::assemble {
namespace {

struct Ends {
  char *code, *locations;
};

// Up to 3.11 each instruction has an entry, after that a run of instructions with one location (CPython: assemble.c
// assemble_location_info).
template <LocationEntries kEntries>
Ends put_all(flow::Graph& graph, BytecodeWriter code, char* to, i32 firstlineno) {
  LocationWriter<kEntries> locations(to, firstlineno);
  Pair lines{}, columns{};
  u32 units = 0;
  for (const flow::Block& block : graph.layout()) {
    for (const flow::Instr& instr : graph.code(block)) {
      code.put(instr);
      Pair new_lines = Pair::lines(instr.loc), new_columns = Pair::columns(instr.loc);
      if constexpr (!kEntries.merged) {
        locations.put(new_lines, new_columns, instr.size);
        continue;
      }
      if (new_lines != lines || new_columns != columns) {
        if (units != 0) locations.put(lines, columns, units);
        lines = new_lines;
        columns = new_columns;
        units = 0;
      }
      units += instr.size;
    }
  }
  if (kEntries.merged && units != 0) locations.put(lines, columns, units);
  return {code.end(), locations.end()};
}

}  // namespace

Emitted emit_code(flow::Graph& graph, const OpTable& ops, i32 firstlineno, LocationEntries entries, Arena& arena,
                  ByteWriter& out) {
  const std::size_t size = static_cast<std::size_t>(graph.code_units) * 2;
  char* const code = arena.array<char>(size);
  std::memset(code, 0, size);
  out.clear();
  char* const locations = out.room(static_cast<std::size_t>(graph.code_units) * kLongestEntry + kEntrySlack);
  auto put = entries.merged
                 ? entries.columns ? put_all<LocationEntries{true, true}> : put_all<LocationEntries{false, true}>
             : entries.columns ? put_all<LocationEntries{true, false}>
                               : put_all<LocationEntries{false, false}>;
  Ends ends = put(graph, BytecodeWriter(code, ops), locations, firstlineno);
  MKPYC_CHECK(ends.code == code + size);
  return {{code, size}, {locations, static_cast<std::size_t>(ends.locations - locations)}};
}

}  // namespace mkpyc::assemble
