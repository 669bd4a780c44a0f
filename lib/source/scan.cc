#include "source/scan.h"

#include <cstring>

#include "base/int.h"
#include "base/utf8.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace mkpyc::source {
namespace {

// What a block of text holds.
struct Found {
  bool non_ascii = false, carriage_return = false, null = false;
};

#ifdef __SSE2__
constexpr std::size_t kBlock = 64;

Found look(const char* at) {
  const __m128i zero = _mm_setzero_si128(), cr = _mm_set1_epi8('\r');
  __m128i any = zero, crs = zero, nulls = zero;
  for (int i = 0; i < 64; i += 16) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + i));
    any = _mm_or_si128(any, bytes);
    crs = _mm_or_si128(crs, _mm_cmpeq_epi8(bytes, cr));
    nulls = _mm_or_si128(nulls, _mm_cmpeq_epi8(bytes, zero));
  }
  return {_mm_movemask_epi8(any) != 0, _mm_movemask_epi8(crs) != 0, _mm_movemask_epi8(nulls) != 0};
}
#else
constexpr std::size_t kBlock = 8;

Found look(const char* at) {
  u64 word;
  std::memcpy(&word, at, 8);
  auto has_zero_byte = [](u64 w) { return ((w - 0x0101010101010101u) & ~w & 0x8080808080808080u) != 0; };
  return {(word & 0x8080808080808080u) != 0, has_zero_byte(word ^ 0x0D0D0D0D0D0D0D0Du), has_zero_byte(word)};
}
#endif

}  // namespace

Scan scan(std::string_view bytes) {
  Scan result;
  std::size_t first_non_ascii = bytes.size();
  std::size_t at = 0;
  auto take = [&](const Found& found, std::size_t block) {
    result.has_carriage_return |= found.carriage_return;
    result.has_null |= found.null;
    if (found.non_ascii && first_non_ascii == bytes.size()) first_non_ascii = block;
  };
  for (; at + kBlock <= bytes.size(); at += kBlock) take(look(bytes.data() + at), at);
  for (; at < bytes.size(); ++at) take({static_cast<u8>(bytes[at]) >= 0x80, bytes[at] == '\r', bytes[at] == '\0'}, at);
  result.ascii = first_non_ascii == bytes.size();
  // A block before the first that is not ASCII is: a character starts where that block does.
  result.valid_utf8 = result.ascii || !find_utf8_error(bytes, first_non_ascii);
  return result;
}

}  // namespace mkpyc::source
