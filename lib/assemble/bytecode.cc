#include <cstring>

#include "assemble/tables.h"
#include "base/check.h"

namespace mkpyc::assemble {
namespace {

void put_unit(char* to, i16 number, u32 arg) {
  to[0] = static_cast<char>(number);
  to[1] = static_cast<char>(arg);
}

// The extended arguments before the last byte of `arg`; returns what comes after them.
[[gnu::noinline]] char* put_extended(char* to, i16 extended, u32 arg) {
  for (int shift = arg > 0xFFFFFF ? 24 : arg > 0xFFFF ? 16 : 8; shift > 0; shift -= 8, to += 2)
    put_unit(to, extended, arg >> shift);
  return to;
}

}  // namespace

// CPython: compile.c write_instr. Cache entries are zero.
std::string_view emit_bytecode(flow::Graph& graph, const OpTable& ops, Arena& arena) {
  const std::size_t size = static_cast<std::size_t>(graph.code_units) * 2;
  char* const start = arena.array<char>(size);
  std::memset(start, 0, size);
  char* to = start;
  for (const flow::Block& block : graph.layout()) {
    for (const flow::Instr& instr : graph.code(block)) {
      const OpInfo& info = ops[instr.op];
      u32 arg = static_cast<u32>(instr.arg) & (0 - u32{info.has_arg});
      char* at = to;
      if (arg > 0xFF) [[unlikely]]
        at = put_extended(to, ops[Op::EXTENDED_ARG].number, arg);
      put_unit(at, info.number, arg);
      to += 2 * std::size_t{instr.size};
    }
  }
  MKPYC_CHECK(to == start + size);
  return {start, size};
}

}  // namespace mkpyc::assemble
