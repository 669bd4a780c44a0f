// The names of what differs between CPython releases: one for each row of grammar/features.def.
#pragma once

#include "target/target.h"

namespace mkpyc {

enum class Feature : u16 {
#define FEATURE(name, why, ...) name,
#include "features.def"
#undef FEATURE
  kCount
};
inline constexpr std::size_t kFeatureCount = static_cast<std::size_t>(Feature::kCount);
static_assert(kFeatureCount <= kFeatureLimit, "raise kFeatureLimit");

}  // namespace mkpyc
