// The location table of PEP 657: an entry an instruction (two when it takes more than eight code units), in the
// shortest of five forms (CPython: Objects/locations.md, compile.c write_location_info_entry).
#include <cstddef>

#include "assemble/tables.h"

namespace mkpyc::assemble {
namespace {

// CPython: code.h _PyCodeLocationInfoKind. Short forms are 0..9, by the tens of the column.
enum Form : int { kOneLine0 = 10, kNoColumns = 13, kLong = 14, kNone = 15 };

constexpr int kLongestEntry = 25;  // a byte and four varints of at most six
constexpr i32 kUnitsPerEntry = 8;

class Writer {
 public:
  Writer(char* to, i32 line, bool columns) : to_(to), line_(line), columns_(columns) {}

  void instruction(const ast::Loc& loc, i32 size) {
    for (; size > kUnitsPerEntry; size -= kUnitsPerEntry) entry(loc, kUnitsPerEntry);
    entry(loc, size);
  }
  char* end() const { return to_; }

 private:
  void entry(const ast::Loc& loc, i32 size) {
    if (loc.line < 0) return first_byte(kNone, size);
    i32 delta = loc.line - line_;
    line_ = loc.line;
    if (!columns_) return no_columns(delta, size);
    if (loc.col < 0 || loc.end_col < 0) {
      if (loc.end_line == loc.line || loc.end_line == -1) return no_columns(delta, size);
    } else if (loc.end_line == loc.line) {
      i32 width = loc.end_col - loc.col;
      if (delta == 0 && loc.col < 80 && width >= 0 && width < 16) {
        first_byte(loc.col >> 3, size);
        return byte((loc.col & 7) << 4 | width);
      }
      if (delta >= 0 && delta < 3 && loc.col < 128 && loc.end_col < 128) {
        first_byte(kOneLine0 + delta, size);
        byte(loc.col);
        return byte(loc.end_col);
      }
    }
    first_byte(kLong, size);
    signed_varint(delta);
    varint(static_cast<u32>(loc.end_line - loc.line));
    varint(static_cast<u32>(loc.col + 1));
    varint(static_cast<u32>(loc.end_col + 1));
  }

  void no_columns(i32 delta, i32 size) {
    first_byte(kNoColumns, size);
    signed_varint(delta);
  }

  void byte(int value) { *to_++ = static_cast<char>(value); }
  void first_byte(int form, i32 size) { byte(0x80 | form << 3 | (size - 1)); }
  // Six bits a byte, the lowest first; 64 says that more follow.
  void varint(u32 value) {
    for (; value >= 64; value >>= 6) byte(static_cast<int>(64 | (value & 63)));
    byte(static_cast<int>(value));
  }
  void signed_varint(i32 value) {
    varint(value < 0 ? (0 - static_cast<u32>(value)) << 1 | 1 : static_cast<u32>(value) << 1);
  }

  char* to_;
  i32 line_;
  bool columns_;
};

std::size_t most_entries(flow::Graph& graph) {
  std::size_t instrs = 0;
  for (const flow::Block& block : graph.layout()) instrs += block.count;
  return instrs + static_cast<std::size_t>(graph.code_units / kUnitsPerEntry);
}

}  // namespace

std::string_view emit_locations(flow::Graph& graph, const OpTable& ops, i32 firstlineno, bool columns,
                                ByteWriter& out) {
  out.clear();
  char* start = out.room(most_entries(graph) * kLongestEntry);
  Writer writer(start, firstlineno, columns);
  for (const flow::Block& block : graph.layout())
    for (const flow::Instr& instr : graph.code(block)) writer.instruction(instr.loc, flow::instr_size(ops, instr));
  return {start, static_cast<std::size_t>(writer.end() - start)};
}

}  // namespace mkpyc::assemble
