#include "target/held_names.h"

#include <algorithm>
#include <iterator>

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
#undef HELD_NAME

}  // namespace

bool interpreter_holds(const Target& target, std::string_view text) {
  if (target.version().minor != 11) return false;
  const Row* row = std::ranges::lower_bound(kHeld311, text, {}, &Row::text);
  return row != std::end(kHeld311) && row->text == text && row->since_micro <= target.version().micro;
}

}  // namespace mkpyc
