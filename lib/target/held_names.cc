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
constexpr Row kRows311[] = {
#include "held_names/3.11.def"
};
constexpr Row kRows312[] = {
#include "held_names/3.12.def"
};
constexpr Row kRows313[] = {
#include "held_names/3.13.def"
};
constexpr Row kRows314[] = {
#include "held_names/3.14.def"
};
constexpr Row kRows315[] = {
#include "held_names/3.15.def"
};
#define TARGET(minor, ...) \
  constexpr Table<std::size(kRows3##minor), bytes_of(kRows3##minor, kText)> kHeld3##minor(kRows3##minor);
#include "targets.def"
#undef TARGET
#undef HELD_NAME

}  // namespace

bool interpreter_holds(const Target& target, std::string_view text) {
  auto [minor, micro] = target.version();
  switch (minor) {
#define TARGET(minor, ...) \
  case minor:              \
    return kHeld3##minor.holds(text, micro);
#include "targets.def"
#undef TARGET
    default: check_failed(__FILE__, __LINE__, "no names are known that this CPython holds");
  }
}

}  // namespace mkpyc
