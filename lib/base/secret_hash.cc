#include "base/secret_hash.h"

#include <xxhash.h>

#include <cstring>
#include <random>

namespace mkpyc {
namespace {

constexpr std::size_t kBlock = 16;
constexpr std::size_t kLarge = 512;  // XXH3 is faster from there on, but needs much code for what is shorter

u64 add_block(u64 hash, const char* at) {
  u64 words[2];
  std::memcpy(words, at, kBlock);
  return secret_mix(hash ^ words[0], words[1]);
}

}  // namespace

HashKey draw_hash_key() {
  std::random_device source;
  auto word = [&source] { return u64{source()} << 32 | source(); };
  return {word(), word()};
}

u64 secret_hash(const void* bytes, std::size_t size) {
  if (size < kBlock || size > kLarge) return XXH3_64bits_withSeed(bytes, size, kHashKey.first);
  const char *at = static_cast<const char*>(bytes), *last = at + size - kBlock;
  u64 hash = size;
  for (; at < last; at += kBlock) hash = add_block(hash, at);
  return add_block(hash, last);
}

}  // namespace mkpyc
