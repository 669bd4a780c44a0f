// SipHash, by Jean-Philippe Aumasson and Daniel J. Bernstein: a keyed hash of bytes to 64 bits.
#pragma once

#include <string_view>

#include "base/int.h"

namespace mkpyc {

/// SipHash-1-3: one round a word and three at the end, as CPython hashes strings and sources (bpo-29410).
u64 siphash13(std::string_view bytes, u64 key0, u64 key1);

}  // namespace mkpyc
