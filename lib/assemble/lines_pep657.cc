#include <algorithm>

#include "assemble/location_writer.h"
#include "base/likely.h"

namespace mkpyc::assemble {
namespace {

constexpr u32 with_sign(i32 value) {
  return value < 0 ? (0 - static_cast<u32>(value)) << 1 | 1 : static_cast<u32>(value) << 1;
}

// Six bits a byte, the lowest first; 64 says that more follow.
char* put_varint(char* to, u32 value) {
  for (; value >= 64; value >>= 6) *to++ = static_cast<char>(64 | (value & 63));
  *to = static_cast<char>(value);
  return to + 1;
}
constexpr u32 kTwoBytes = 1 << 12;

// An entry of at most eight bytes for one code unit, the first byte lowest.
struct Entry {
  u64 bytes = 0;
  u32 size = 0;  // 0: the entry is longer

  // A varint of a value below kTwoBytes.
  void append(u32 value) {
    u64 bits = value < 64 ? value : (value & 63) | 64 | value >> 6 << 8;
    bytes |= bits << (8 * size);
    size += value < 64 ? 1 : 2;
  }
};

bool lines_only(Pair lines, Pair columns, bool with_columns) {
  return unlikely(!with_columns) || (unlikely(columns.first() < 0 || columns.second() < 0) &&
                                     (lines.second() == lines.first() || lines.second() == -1));
}

Entry far_entry(Pair lines, Pair columns, i32 delta, bool with_columns) {
  if (lines.first() < 0) return {first_location_byte(kNone), 1};
  bool is_one_line = likely(with_columns) && lines.second() == lines.first() && columns.is_below_128();
  if (is_one_line && delta == 0) [[unlikely]]
    return {near_entry(columns), near_entry(columns) >> 24};
  if (is_one_line && (delta == 1 || delta == 2)) return {one_line_entry(static_cast<u32>(delta), columns), 3};
  bool short_form = lines_only(lines, columns, with_columns);
  u32 signed_delta = with_sign(delta);
  u32 more_lines = static_cast<u32>(lines.second() - lines.first());
  u32 col = static_cast<u32>(columns.first() + 1), end_col = static_cast<u32>(columns.second() + 1);
  // Eight bytes hold the first, one for each of two numbers, and two for each column.
  if (signed_delta >= 64) return {};
  if (short_form) [[unlikely]]
    return {first_location_byte(kNoColumns) | signed_delta << 8, 2};
  if (more_lines >= 64 || (col | end_col) >= kTwoBytes) [[unlikely]]
    return {};
  Entry entry{first_location_byte(kLong) | signed_delta << 8 | more_lines << 16, 3};
  entry.append(col);
  entry.append(end_col);
  return entry;
}

// Puts one that far_entry() has no room for.
[[gnu::noinline]] char* put_huge(char* to, Pair lines, Pair columns, i32 delta, u32 units, bool with_columns) {
  bool short_form = lines_only(lines, columns, with_columns);
  u32 first = first_location_byte(short_form ? kNoColumns : kLong);
  *to++ = static_cast<char>(first | (units - 1));
  to = put_varint(to, with_sign(delta));
  if (short_form) return to;
  to = put_varint(to, static_cast<u32>(lines.second() - lines.first()));
  to = put_varint(to, static_cast<u32>(columns.first() + 1));
  return put_varint(to, static_cast<u32>(columns.second() + 1));
}

// Puts several entries, or one that far_entry() has no room for.
[[gnu::noinline]] char* put_many(char* to, Pair lines, Pair columns, i32 delta, u32 units, bool with_columns) {
  for (;;) {
    u32 some = std::min(units, kUnitsPerEntry);
    Entry entry = far_entry(lines, columns, delta, with_columns);
    if (entry.size == 0) [[unlikely]]
      to = put_huge(to, lines, columns, delta, some, with_columns);
    else
      to = store_entry(to, entry.bytes, entry.size, some);
    units -= some;
    if (units == 0) return to;
    if (lines.first() >= 0) delta = 0;
  }
}

}  // namespace

[[gnu::noinline]] char* put_far_entries(char* to, Pair lines, Pair columns, i32 delta, u32 units, bool with_columns) {
  if (units <= kUnitsPerEntry) [[likely]] {
    Entry entry = far_entry(lines, columns, delta, with_columns);
    if (entry.size != 0) [[likely]]
      return store_entry(to, entry.bytes, entry.size, units);
  }
  return put_many(to, lines, columns, delta, units, with_columns);
}

}  // namespace mkpyc::assemble
