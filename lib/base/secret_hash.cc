#include "base/secret_hash.h"

#include <xxhash.h>

#include <random>

namespace mkpyc {

HashKey draw_hash_key() {
  std::random_device source;
  auto word = [&source] { return u64{source()} << 32 | source(); };
  return {word(), word()};
}

u64 secret_hash_of_odd(const void* bytes, std::size_t size) {
  return XXH3_64bits_withSeed(bytes, size, kHashKey.first);
}

}  // namespace mkpyc
