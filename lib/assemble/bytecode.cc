#include <cstring>

#include "assemble/tables.h"
#include "base/check.h"

namespace mkpyc::assemble {
namespace {

char* put_unit(char* to, i16 number, u32 arg) {
  to[0] = static_cast<char>(number);
  to[1] = static_cast<char>(arg);
  return to + 2;
}

}  // namespace

// CPython: compile.c write_instr.
std::string_view emit_bytecode(flow::Graph& graph, const OpTable& ops, Arena& arena) {
  const std::size_t size = static_cast<std::size_t>(graph.code_units) * 2;
  char* const start = arena.array<char>(size);
  const i16 extended = ops[Op::EXTENDED_ARG].number;
  char* to = start;
  for (flow::Block& block : graph.layout()) {
    for (const flow::Instr& instr : graph.code(block)) {
      const OpInfo& info = ops[instr.op];
      u32 arg = info.has_arg ? static_cast<u32>(instr.arg) : 0;
      if (arg > 0xFF) {
        if (arg > 0xFFFFFF) to = put_unit(to, extended, arg >> 24);
        if (arg > 0xFFFF) to = put_unit(to, extended, arg >> 16);
        to = put_unit(to, extended, arg >> 8);
      }
      to = put_unit(to, info.number, arg);
      std::memset(to, 0, std::size_t{2} * info.caches);
      to += std::size_t{2} * info.caches;
    }
  }
  MKPYC_CHECK(to == start + size);
  return {start, size};
}

}  // namespace mkpyc::assemble
