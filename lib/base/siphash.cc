#include "base/siphash.h"

#include <bit>
#include <cstring>

namespace mkpyc {
namespace {

struct State {
  u64 v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v2 += v3;
    v1 = std::rotl(v1, 13) ^ v0;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 = std::rotl(v0, 32);
    v2 += v1;
    v0 += v3;
    v1 = std::rotl(v1, 17) ^ v2;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 = std::rotl(v2, 32);
  }
  void absorb(u64 word) {
    v3 ^= word;
    round();
    v0 ^= word;
  }
};

u64 load(const char* from, std::size_t count) {
  static_assert(std::endian::native == std::endian::little, "words are little endian");
  u64 word = 0;
  std::memcpy(&word, from, count);
  return word;
}

}  // namespace

u64 siphash13(std::string_view bytes, u64 key0, u64 key1) {
  State state{key0 ^ 0x736f6d6570736575, key1 ^ 0x646f72616e646f6d, key0 ^ 0x6c7967656e657261,
              key1 ^ 0x7465646279746573};
  std::size_t whole = bytes.size() & ~std::size_t{7};
  for (std::size_t i = 0; i < whole; i += 8) state.absorb(load(bytes.data() + i, 8));
  u64 rest = bytes.size() == whole ? 0 : load(bytes.data() + whole, bytes.size() - whole);
  state.absorb(rest | static_cast<u64>(bytes.size()) << 56);
  state.v2 ^= 0xFF;
  for (int i = 0; i < 3; ++i) state.round();
  return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

}  // namespace mkpyc
