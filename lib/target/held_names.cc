#include "target/held_names.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"
#include "base/packed_texts.h"

namespace mkpyc {
namespace {

struct Row {
  std::string_view text;
  int since_micro;
};

constexpr auto kText = [](const Row& row) { return row.text; };

// One CPython's names, in the order of their bytes.
template <std::size_t kCount, std::size_t kBytes>
struct Table {
  PackedTexts<kCount, kBytes> texts;
  std::array<u8, kCount> since_micro{};

  consteval explicit Table(const Row (&rows)[kCount]) : texts(rows, kText) {
    for (std::size_t i = 0; i < kCount; ++i) since_micro[i] = static_cast<u8>(rows[i].since_micro);
  }

  bool holds(std::string_view text, int micro) const {
    std::size_t first = 0, last = kCount;
    while (first < last) {
      std::size_t middle = first + (last - first) / 2;
      if (texts[middle] < text)
        first = middle + 1;
      else
        last = middle;
    }
    return first < kCount && texts[first] == text && since_micro[first] <= micro;
  }
};

#define HELD_NAME(text, micro) {text, micro},
#define TABLE(name) constexpr Table<std::size(name##Rows), bytes_of(name##Rows, kText)> name(name##Rows)
constexpr Row kHeld311Rows[] = {
#include "held_names/3.11.def"
};
constexpr Row kHeld312Rows[] = {
#include "held_names/3.12.def"
};
constexpr Row kHeld313Rows[] = {
#include "held_names/3.13.def"
};
constexpr Row kHeld314Rows[] = {
#include "held_names/3.14.def"
};
constexpr Row kHeld315Rows[] = {
#include "held_names/3.15.def"
};
TABLE(kHeld311);
TABLE(kHeld312);
TABLE(kHeld313);
TABLE(kHeld314);
TABLE(kHeld315);
#undef TABLE
#undef HELD_NAME

}  // namespace

bool interpreter_holds(const Target& target, std::string_view text) {
  auto [minor, micro] = target.version();
  switch (minor) {
    case 11: return kHeld311.holds(text, micro);
    case 12: return kHeld312.holds(text, micro);
    case 13: return kHeld313.holds(text, micro);
    case 14: return kHeld314.holds(text, micro);
    case 15: return kHeld315.holds(text, micro);
    default: check_failed(__FILE__, __LINE__, "no names are known that this CPython holds");
  }
}

}  // namespace mkpyc
