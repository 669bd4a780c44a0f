// The location table of PEP 657: entries in the shortest of five forms (CPython: Objects/locations.md, compile.c
// write_location_info_entry). What nearly every instruction has is here, to be inlined where instructions are walked;
// the rest is in lines_pep657.cc.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

#include "ast/ast.h"
#include "base/likely.h"

namespace mkpyc::assemble {

/// CPython: code.h _PyCodeLocationInfoKind. Short forms are 0..9, by the tens of the column.
enum LocationForm : u32 { kOneLine0 = 10, kNoColumns = 13, kLong = 14, kNone = 15 };

/// The first byte of an entry for one code unit.
constexpr u32 first_location_byte(u32 form) { return 0x80 | form << 3; }

/// Line and end line, or column and end column, in one register.
struct Pair {
  u64 both;

  static Pair lines(const ast::Loc& loc) { return at(loc, offsetof(ast::Loc, line)); }
  static Pair columns(const ast::Loc& loc) { return at(loc, offsetof(ast::Loc, col)); }
  static constexpr Pair of_equal(i32 value) { return {static_cast<u32>(value) * u64{0x1'0000'0001}}; }

  constexpr i32 first() const { return static_cast<i32>(both); }
  constexpr i32 second() const { return static_cast<i32>(both >> 32); }
  bool is_below_128() const { return (both & ~u64{0x0000'007F'0000'007F}) == 0; }
  friend bool operator==(const Pair&, const Pair&) = default;

 private:
  static Pair at(const ast::Loc& loc, std::size_t offset) {
    Pair pair{0};
    std::memcpy(&pair.both, reinterpret_cast<const char*>(&loc) + offset, sizeof pair.both);
    return pair;
  }
};
static_assert(std::endian::native == std::endian::little,
              "the first of a pair is the lower, as is the first byte of an entry");

inline constexpr u32 kUnitsPerEntry = 8;
inline constexpr std::size_t kLongestEntry = 25;  // a byte and four varints of at most six
inline constexpr std::size_t kEntrySlack = sizeof(u64);

/// Puts an entry of at most eight bytes for `units` code units and returns its end. `bytes` is the entry for one, the
/// first byte lowest. It is put with one store: what that stores beyond the size is overwritten by the next entry.
[[gnu::always_inline]] inline char* store_entry(char* to, u64 bytes, u32 size, u32 units) {
  bytes |= units - 1;
  std::memcpy(to, &bytes, sizeof bytes);
  return to + size;
}

/// An entry of up to three bytes, with the size as the fourth, on the line of the one before or one or two below, and
/// with columns below 128.
constexpr u32 one_line_entry(u32 delta, Pair columns) {
  u32 col = static_cast<u32>(columns.first()), end_col = static_cast<u32>(columns.second());
  return (first_location_byte(kOneLine0) | 3 << 24) + (delta << 3) + (col << 8) + (end_col << 16);
}
/// The shortest entry on the line of the one before, by its column and by whether it is narrow, which a short form is
/// for where there is one.
struct NearForm {
  u32 entry = 0;  // of width 0
  u32 shift = 0;  // of the byte that grows with the width
};
inline constexpr u32 kNarrow = 16;
inline constexpr auto kNearForms = [] {
  std::array<NearForm, std::size_t{128} * 2> forms{};
  for (u32 col = 0; col < 128; ++col) {
    NearForm one_line{one_line_entry(0, Pair::of_equal(static_cast<i32>(col))), 16};
    NearForm short_form{first_location_byte(col / 8) | (col % 8) << 12 | 2 << 24, 8};
    forms[2 * col] = one_line;
    forms[2 * col + 1] = col < 80 ? short_form : one_line;
  }
  return forms;
}();
inline u32 near_entry(Pair columns) {
  u32 col = static_cast<u32>(columns.first()), width = static_cast<u32>(columns.second()) - col;
  // No branch, because nothing predicts it.
  const NearForm& form = kNearForms[2 * col + (width < kNarrow)];
  return form.entry + (width << form.shift);
}

/// Puts entries of a location that is `delta` lines below the entry before, and may be any; returns their end.
char* put_far_entries(char* to, Pair lines, Pair columns, i32 delta, u32 units, bool with_columns);

struct LocationEntries {
  bool columns = true;
  bool merged = false;  // one entry for a run of instructions with one location
};

/// Its state stays in registers: it is handed to nothing that is not inlined.
template <LocationEntries kEntries>
class LocationWriter {
 public:
  LocationWriter(char* to, i32 firstlineno) : to_(to), here_(Pair::of_equal(firstlineno)) {}

  char* end() const { return to_; }

  /// An entry for as many code units; more than one if the number asks for it.
  [[gnu::always_inline]] void put(Pair lines, Pair columns, u32 units) {
    if (!kEntries.columns || lines != here_ || !columns.is_below_128()) [[unlikely]]
      return put_far(lines, columns, units);
    // Where entries are not merged, many have the columns of the one before.
    if (kEntries.merged || columns != near_columns_) {
      near_columns_ = columns;
      near_ = near_entry(columns);
    }
    put_near(near_, near_ >> 24, units);
  }

 private:
  // Entries for as many code units, of which most are few.
  [[gnu::always_inline]] void put_near(u32 entry, u32 size, u32 units) {
    u32 more = units - 1;
    for (u32 full = more / kUnitsPerEntry; unlikely(full != 0); --full)
      to_ = store_entry(to_, entry, size, kUnitsPerEntry);
    to_ = store_entry(to_, entry, size, more % kUnitsPerEntry + 1);
  }

  static constexpr Pair kNever{0xFFFF'FFFD'FFFF'FFFD};  // no instruction has -3

  [[gnu::always_inline]] void put_far(Pair lines, Pair columns, u32 units) {
    i32 delta = lines.first() - here_.first();
    bool is_single = units <= kUnitsPerEntry;
    if (!kEntries.merged && is_single && delta == 0 && lines == far_lines_ && columns == far_columns_) {
      to_ = store_entry(to_, far_, far_size_, units);
      return;
    }
    bool is_one_line = lines.second() == lines.first() && columns.is_below_128();
    if (kEntries.columns && is_single && is_one_line && static_cast<u32>(delta) - 1 < 2) {
      here_ = lines;
      to_ = store_entry(to_, one_line_entry(static_cast<u32>(delta), columns), 3, units);
      return;
    }
    char* start = to_;
    to_ = put_far_entries(start, lines, columns, delta, units, kEntries.columns);
    if (lines.first() >= 0) here_ = Pair::of_equal(lines.first());
    if (!kEntries.merged && is_single && delta == 0) remember_far(start, lines, columns);
  }

  // A call that takes several lines is many instructions.
  void remember_far(const char* entry, Pair lines, Pair columns) {
    far_size_ = static_cast<u32>(to_ - entry);
    far_lines_ = far_size_ <= sizeof far_ ? lines : kNever;
    far_columns_ = columns;
    std::memcpy(&far_, entry, sizeof far_);
    far_ &= ~u64{kUnitsPerEntry - 1};
  }

  char* to_;
  Pair here_;  // the line of the last entry that had one, as line and as end line
  // The entry of these columns on that line.
  Pair near_columns_ = kNever;
  u32 near_ = 0;
  // Another one on that line, of one code unit, in the bytes that it has.
  Pair far_lines_ = kNever, far_columns_ = kNever;
  u64 far_ = 0;
  u32 far_size_ = 0;
};

}  // namespace mkpyc::assemble
