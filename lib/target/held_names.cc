#include "target/held_names.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "base/check.h"

namespace mkpyc {
namespace {

struct Row {
  std::string_view text;
  int since_micro;
};
#define HELD_NAME(text, micro) {text, micro},
constexpr Row kHeld311[] = {
#include "held_names/3.11.def"
};
constexpr Row kHeld312[] = {
#include "held_names/3.12.def"
};
constexpr Row kHeld313[] = {
#include "held_names/3.13.def"
};
constexpr Row kHeld314[] = {
#include "held_names/3.14.def"
};
constexpr Row kHeld315[] = {
#include "held_names/3.15.def"
};
#undef HELD_NAME

constexpr std::span<const Row> kTables[] = {kHeld311, kHeld312, kHeld313, kHeld314, kHeld315};
constexpr int kFirstMinor = 11;

}  // namespace

bool interpreter_holds(const Target& target, std::string_view text) {
  std::size_t table = static_cast<std::size_t>(target.version().minor - kFirstMinor);
  MKPYC_CHECK(table < std::size(kTables));
  auto row = std::ranges::lower_bound(kTables[table], text, {}, &Row::text);
  return row != kTables[table].end() && row->text == text && row->since_micro <= target.version().micro;
}

}  // namespace mkpyc
