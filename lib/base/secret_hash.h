// Hashes with a key that nobody outside the process knows: a source cannot be written so that many of its texts or
// numbers have one hash, and tables of them become slow. They decide where things are looked for, and show in nothing
// that the program writes.
#pragma once

#include <cstddef>

#include "base/int.h"

namespace mkpyc {

/// Drawn once a process.
struct HashKey {
  u64 first, second;
};
HashKey draw_hash_key();
inline const HashKey kHashKey = draw_hash_key();

/// A hash of two words: the two halves of a product, each of which hangs on all bits of both.
inline u64 secret_mix(u64 a, u64 b) {
  __extension__ using Product = unsigned __int128;
  auto product = Product{a ^ kHashKey.first} * (b ^ kHashKey.second);
  return static_cast<u64>(product) ^ static_cast<u64>(product >> 64);
}

/// A hash of so many bytes.
u64 secret_hash(const void* bytes, std::size_t size);

/// 32 bits of a hash, of which the lowest is set: never 0.
inline u32 short_hash(u64 hash) { return static_cast<u32>(hash ^ hash >> 32) | 1; }

}  // namespace mkpyc
