// SipHash, by Jean-Philippe Aumasson and Daniel J. Bernstein: a keyed hash of bytes to 64 bits.
#pragma once

#include <string_view>

#include "base/int.h"

namespace mkpyc {

/// SipHash-c-d with c rounds a word and d rounds at the end.
u64 siphash(std::string_view bytes, u64 key0, u64 key1, int rounds, int final_rounds);

}  // namespace mkpyc
