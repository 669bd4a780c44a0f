// The tables of a code object, written from the instructions of the finished graph.
#pragma once

#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "flow/flow.h"
#include "object/object.h"
#include "target/target.h"

namespace mkpyc::assemble {

/// Memory for tables while they are built.
struct Scratch {
  ByteWriter locations, exceptions;
  std::vector<char> code;
  std::size_t written = 0;  // how much of it may not be zero
  std::vector<flow::BlockId> jumping;
};

struct Emitted {
  std::string_view code;       // co_code
  std::string_view locations;  // co_linetable of PEP 657
};
/// Both are in scratch memory. Blocks get their offsets. `with_columns`: false as CPython strips them under
/// PYTHONNODEBUGRANGES.
Emitted emit_code(flow::Graph& graph, const Target& target, i32 firstlineno, bool with_columns, Scratch& scratch);

/// co_exceptiontable of a graph with handlers whose blocks have their offsets. `code_units`: how large the bytecode is.
std::string_view emit_exceptions(flow::Graph& graph, const OpTable& ops, i32 code_units, ByteWriter& out);

}  // namespace mkpyc::assemble
