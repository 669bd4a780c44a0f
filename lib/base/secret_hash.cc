#include "base/secret_hash.h"

#include <random>

namespace mkpyc {

HashKey draw_hash_key() {
  std::random_device source;
  auto word = [&source] { return u64{source()} << 32 | source(); };
  return {word(), word()};
}

}  // namespace mkpyc
