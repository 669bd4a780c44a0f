#include "driver/display_width.h"

#include <algorithm>
#include <iterator>

namespace mkpyc::driver {
namespace {

struct Row {
  u32 first, last;
  u8 columns;
};
constexpr Row kRows[] = {
#define WIDTH(first, last, columns) {first, last, columns},
#include "unicode/display_width.def"
#undef WIDTH
};

constexpr u32 kControlZ = 0x1A, kEscape = 0x1B;

std::size_t columns_of(u32 code) {
  if (code < 128) return code == kControlZ ? 2 : 1;
  const Row* row = std::lower_bound(std::begin(kRows), std::end(kRows), code,
                                    [](const Row& one, u32 wanted) { return one.last < wanted; });
  return row != std::end(kRows) && row->first <= code ? row->columns : 1;
}

// The length of the escape sequence at `at`, 0 if there is none: ESC [ [ -@]* [A-~]
std::size_t escape_length(std::span<const u32> text, std::size_t at) {
  if (text[at] != kEscape || at + 1 >= text.size() || text[at + 1] != '[') return 0;
  std::size_t end = at + 2;
  while (end < text.size() && text[end] >= ' ' && text[end] <= '@') ++end;
  return end < text.size() && text[end] >= 'A' && text[end] <= '~' ? end + 1 - at : 0;
}

}  // namespace

std::size_t display_width(std::span<const u32> characters) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < characters.size();) {
    if (std::size_t length = escape_length(characters, at)) {
      at += length;
      continue;
    }
    width += columns_of(characters[at++]);
  }
  return width;
}

}  // namespace mkpyc::driver
