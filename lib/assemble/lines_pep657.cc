// The location table of PEP 657: an entry an instruction, or a run of them with one location (and more entries for more
// than eight code units), in the
// shortest of five forms (CPython: Objects/locations.md, compile.c write_location_info_entry).
#include <cstring>

#include "assemble/tables.h"

namespace mkpyc::assemble {
namespace {

// CPython: code.h _PyCodeLocationInfoKind. Short forms are 0..9, by the tens of the column.
enum Form : int { kOneLine0 = 10, kNoColumns = 13, kLong = 14, kNone = 15 };

constexpr int kLongestEntry = 25;  // a byte and four varints of at most six
constexpr int kUnitsPerEntry = 8;

// Writing functions take the place to write to and return the place after: with both in registers this is a third
// faster than a writer object, because a char* may point at the object itself.
inline char* put_byte(char* to, int value) {
  *to = static_cast<char>(value);
  return to + 1;
}
inline char* put_first(char* to, int form, int size) { return put_byte(to, 0x80 | form << 3 | (size - 1)); }

// Six bits a byte, the lowest first; 64 says that more follow.
inline char* put_varint(char* to, u32 value) {
  for (; value >= 64; value >>= 6) to = put_byte(to, static_cast<int>(64 | (value & 63)));
  return put_byte(to, static_cast<int>(value));
}
inline char* put_signed_varint(char* to, i32 value) {
  return put_varint(to, value < 0 ? (0 - static_cast<u32>(value)) << 1 | 1 : static_cast<u32>(value) << 1);
}

inline char* put_no_columns(char* to, i32 delta, int size) {
  return put_signed_varint(put_first(to, kNoColumns, size), delta);
}

char* put_long(char* to, const ast::Loc& loc, i32 delta, int size) {
  to = put_signed_varint(put_first(to, kLong, size), delta);
  to = put_varint(to, static_cast<u32>(loc.end_line - loc.line));
  to = put_varint(to, static_cast<u32>(loc.col + 1));
  return put_varint(to, static_cast<u32>(loc.end_col + 1));
}

// An entry of one line near the line of the entry before, which most are; anything else is put by put_long().
inline bool is_near(const ast::Loc& loc, i32 delta) {
  return loc.end_line == loc.line && static_cast<u32>(delta) < 3 && static_cast<u32>(loc.col) < 128 &&
         static_cast<u32>(loc.end_col) < 128;
}

inline char* put_near(char* to, const ast::Loc& loc, i32 delta, int size) {
  i32 width = loc.end_col - loc.col;
  if (delta == 0 && loc.col < 80 && static_cast<u32>(width) < 16)
    return put_byte(put_first(to, loc.col >> 3, size), (loc.col & 7) << 4 | width);
  return put_byte(put_byte(put_first(to, kOneLine0 + delta, size), loc.col), loc.end_col);
}

// An entry, with `line` the line of the last one that had any.
inline char* put_location(char* to, const ast::Loc& loc, i32& line, int size, bool columns) {
  if (loc.line < 0) return put_first(to, kNone, size);
  i32 delta = loc.line - line;
  line = loc.line;
  if (!columns) return put_no_columns(to, delta, size);
  if (is_near(loc, delta)) [[likely]]
    return put_near(to, loc, delta, size);
  bool lines_only = (loc.col < 0 || loc.end_col < 0) && (loc.end_line == loc.line || loc.end_line == -1);
  return lines_only ? put_no_columns(to, delta, size) : put_long(to, loc, delta, size);
}

std::size_t most_entries(flow::Graph& graph) {
  std::size_t instrs = 0;
  for (const flow::Block& block : graph.layout()) instrs += block.count;
  return instrs + static_cast<std::size_t>(graph.code_units / kUnitsPerEntry);
}

}  // namespace

namespace {

// As many entries as the size takes.
inline char* put_run(char* to, const ast::Loc& loc, i32& line, i32 size, bool columns) {
  for (; size > kUnitsPerEntry; size -= kUnitsPerEntry) to = put_location(to, loc, line, kUnitsPerEntry, columns);
  return put_location(to, loc, line, size, columns);
}

inline bool same(const ast::Loc& a, const ast::Loc& b) { return std::memcmp(&a, &b, sizeof a) == 0; }
static_assert(sizeof(ast::Loc) == 4 * sizeof(i32));

char* put_each(char* to, flow::Graph& graph, i32 line, bool columns) {
  for (const flow::Block& block : graph.layout())
    for (const flow::Instr& instr : graph.code(block)) to = put_run(to, instr.loc, line, instr.size, columns);
  return to;
}

// CPython from 3.12: assemble.c assemble_location_info.
char* put_merged(char* to, flow::Graph& graph, i32 line, bool columns) {
  const ast::Loc* loc = nullptr;
  i32 size = 0;
  for (const flow::Block& block : graph.layout()) {
    for (const flow::Instr& instr : graph.code(block)) {
      if (loc == nullptr || !same(*loc, instr.loc)) {
        if (size != 0) to = put_run(to, *loc, line, size, columns);
        loc = &instr.loc;
        size = 0;
      }
      size += instr.size;
    }
  }
  return size != 0 ? put_run(to, *loc, line, size, columns) : to;
}

}  // namespace

std::string_view emit_locations(flow::Graph& graph, i32 firstlineno, LocationEntries entries, ByteWriter& out) {
  out.clear();
  char* const start = out.room(most_entries(graph) * kLongestEntry);
  char* to = entries.merged ? put_merged(start, graph, firstlineno, entries.columns)
                            : put_each(start, graph, firstlineno, entries.columns);
  return {start, static_cast<std::size_t>(to - start)};
}

}  // namespace mkpyc::assemble
