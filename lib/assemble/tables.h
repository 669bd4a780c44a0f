// The tables of a code object, each written from the instructions of the finished graph. `out` is cleared first.
#pragma once

#include "base/bytes.h"
#include "flow/flow.h"
#include "object/object.h"
#include "target/target.h"

namespace mkpyc::assemble {

struct LocationEntries {
  bool columns = true;  // false: as CPython strips them under PYTHONNODEBUGRANGES
  bool merged = false;  // one entry for a run of instructions with one location
};
struct Emitted {
  std::string_view code;       // co_code, in the arena
  std::string_view locations;  // co_linetable of PEP 657, in the writer
};
Emitted emit_code(flow::Graph& graph, const OpTable& ops, i32 firstlineno, LocationEntries entries, Arena& arena,
                  ByteWriter& out);

/// co_exceptiontable.
std::string_view emit_exceptions(flow::Graph& graph, ByteWriter& out);

}  // namespace mkpyc::assemble
