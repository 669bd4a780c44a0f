// Hashes with a key that nobody outside the process knows: a source cannot be written so that many of its texts or
// numbers have one hash, and tables of them become slow. They decide where things are looked for, and show in nothing
// that the program writes.
#pragma once

#include <cstddef>
#include <cstring>

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

/// The hash of a text that secret_hash() does not look at in blocks.
u64 secret_hash_of_odd(const void* bytes, std::size_t size);

/// A hash of so many bytes.
inline u64 secret_hash(const void* bytes, std::size_t size) {
  constexpr std::size_t kBlock = 16, kLarge = 512;  // XXH3 is faster from there on, but needs much code for the shorter
  if (size < kBlock || size > kLarge) return secret_hash_of_odd(bytes, size);
  auto add_block = [](u64 hash, const char* at) {
    u64 words[2];
    std::memcpy(words, at, kBlock);
    return secret_mix(hash ^ words[0], words[1]);
  };
  const char *at = static_cast<const char*>(bytes), *last = at + size - kBlock;
  u64 hash = size;
  for (; at < last; at += kBlock) hash = add_block(hash, at);
  return add_block(hash, last);
}

/// 32 bits of a hash, of which the lowest is set: never 0.
inline u32 short_hash(u64 hash) { return static_cast<u32>(hash ^ hash >> 32) | 1; }

}  // namespace mkpyc
