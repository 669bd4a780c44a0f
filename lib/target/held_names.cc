#include "target/held_names.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"

namespace mkpyc {
namespace {

#define HELD_NAME(text) text,
constexpr std::string_view kHeld311[] = {
#include "held_names/3.11.def"
};
#undef HELD_NAME

}  // namespace

bool interpreter_holds(const Target& target, std::string_view text) {
  MKPYC_CHECK(target.version().minor == 11);
  return std::binary_search(std::begin(kHeld311), std::end(kHeld311), text);
}

}  // namespace mkpyc
