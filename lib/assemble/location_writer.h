// The location table of PEP 657: entries in the shortest of five forms (CPython: Objects/locations.md, compile.c
// write_location_info_entry). What nearly every instruction has is here, to be inlined where instructions are walked;
// the rest is in lines_pep657.cc.
#pragma once

#include <bit>
#include <cstring>

#include "assemble/tables.h"
#include "ast/ast.h"

namespace mkpyc::assemble {

/// CPython: code.h _PyCodeLocationInfoKind. Short forms are 0..9, by the tens of the column.
enum LocationForm : u32 { kOneLine0 = 10, kNoColumns = 13, kLong = 14, kNone = 15 };

/// The first byte of an entry for one code unit.
constexpr u32 first_location_byte(u32 form) { return 0x80 | form << 3; }

/// An entry of at most eight bytes for one code unit, the first byte lowest. It is made in registers and put with one
/// store; what that stores beyond the size is overwritten by the next entry.
struct LocationEntry {
  u64 bytes = 0;
  u32 size = 0;  // 0: the entry is longer
};

/// Line and end line, or column and end column, in one register.
struct Pair {
  u64 both;

  static Pair at(const i32& first) {
    Pair pair;
    std::memcpy(&pair.both, &first, sizeof pair.both);
    return pair;
  }
  static Pair of_equal(i32 value) { return {static_cast<u32>(value) * u64{0x1'0000'0001}}; }

  i32 first() const { return static_cast<i32>(both); }
  i32 second() const { return static_cast<i32>(both >> 32); }
  bool is_below_128() const { return (both & ~u64{0x0000'007F'0000'007F}) == 0; }
  friend bool operator==(const Pair&, const Pair&) = default;
};
static_assert(std::endian::native == std::endian::little,
              "the first of a pair is the lower, as is the first byte of an entry");

/// The entry of a location that is `delta` lines below the entry before.
LocationEntry any_location(Pair lines, Pair columns, i32 delta, bool with_columns);
/// Puts an entry that any_location() has no room for; returns its end.
char* put_huge_location(char* to, Pair lines, Pair columns, i32 delta, u32 units, bool with_columns);

inline constexpr std::size_t kLongestEntry = 25;  // a byte and four varints of at most six
inline constexpr std::size_t kEntrySlack = sizeof(u64);

/// Its state stays in registers: it is handed to nothing that is not inlined.
template <LocationEntries kEntries>
class LocationWriter {
 public:
  LocationWriter(char* to, i32 firstlineno) : to_(to), here_(Pair::of_equal(firstlineno)) {}

  char* end() const { return to_; }

  /// An entry for as many code units; more than one if the number asks for it.
  [[gnu::always_inline]] void put(Pair lines, Pair columns, u32 units) {
    for (; units > kUnitsPerEntry; units -= kUnitsPerEntry) put_entry(lines, columns, kUnitsPerEntry);
    put_entry(lines, columns, units);
  }

 private:
  static constexpr bool kColumns = kEntries.columns;
  static constexpr u32 kUnitsPerEntry = 8;
  static constexpr Pair kNever{0xFFFF'FFFD'FFFF'FFFD};  // no instruction has -3

  i32 line() const { return here_.first(); }

  [[gnu::always_inline]] void put_entry(Pair lines, Pair columns, u32 units) {
    if (kColumns && lines == here_) [[likely]] {
      // An entry on the line of the one before hangs on the columns alone. Where entries are not merged, many have
      // those of the one before.
      if (kEntries.merged || columns != near_columns_) {
        if (!columns.is_below_128()) [[unlikely]]
          return put_other(lines, columns, units);
        near_columns_ = columns;
        near_ = on_this_line(static_cast<u32>(columns.first()), static_cast<u32>(columns.second()));
      }
      return store(near_, near_ >> 24, units);
    }
    u32 delta = static_cast<u32>(lines.first() - line());
    bool is_near = kColumns && delta - 1 < 2 && columns.is_below_128() && lines.second() == lines.first();
    if (!is_near) return put_other(lines, columns, units);
    here_ = lines;
    store(one_line_form(delta, static_cast<u32>(columns.first()), static_cast<u32>(columns.second())), 3, units);
  }

  // Entries of up to three bytes, with the size as the fourth.
  static u32 one_line_form(u32 delta, u32 col, u32 end_col) {
    return (first_location_byte(kOneLine0) | 3 << 24) + (delta << 3) + (col << 8) + (end_col << 16);
  }
  static u32 on_this_line(u32 col, u32 end_col) {
    u32 width = end_col - col;
    u32 short_form = (first_location_byte(0) | 2 << 24) + (col * 0x1001 & 0x7078) + (width << 8);
    u32 one_line = one_line_form(0, col, end_col);
    // Short: the column is below 80 and the width below 16. No branch, because nothing predicts it.
    u32 is_short = 0 - static_cast<u32>(((col + 48) | width << 3) < 128);
    return one_line ^ ((one_line ^ short_form) & is_short);
  }

  // Longer entries are made by functions, unless they repeat the last of them: a call that takes several lines is many
  // instructions.
  [[gnu::always_inline]] void put_other(Pair lines, Pair columns, u32 units) {
    i32 delta = lines.first() - line();
    if (delta == 0 && lines == other_lines_ && columns == other_columns_)
      return store(other_.bytes, other_.size, units);
    LocationEntry entry = any_location(lines, columns, delta, kColumns);
    if (entry.size == 0) [[unlikely]]
      to_ = put_huge_location(to_, lines, columns, delta, units, kColumns);
    else
      store(entry.bytes, entry.size, units);
    if (lines.first() < 0) return;
    here_ = Pair::of_equal(lines.first());
    if (delta != 0 || entry.size == 0) return;
    other_lines_ = lines;
    other_columns_ = columns;
    other_ = entry;
  }

  [[gnu::always_inline]] void store(u64 bytes, u32 size, u32 units) {
    bytes |= units - 1;
    std::memcpy(to_, &bytes, sizeof bytes);
    to_ += size;
  }

  char* to_;
  Pair here_;  // the line of the last entry that had one, as line and as end line
  // The entry of these columns on the line of the entry before.
  Pair near_columns_ = kNever;
  u32 near_ = 0;
  // Another one on that line.
  Pair other_lines_ = kNever, other_columns_ = kNever;
  LocationEntry other_;
};

}  // namespace mkpyc::assemble
