#include "source/scan.h"

#include <algorithm>
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

// Blocks are long, so that few are asked what they held.
constexpr std::size_t kBlock = 1024;

#ifdef __SSE2__
constexpr std::size_t kStep = 16;

/// `size` is that of a block or of the rest of the text, which ends at `end` and is at least a step long.
Found look(const char* at, std::size_t size, const char* end) {
  const __m128i zero = _mm_setzero_si128(), cr = _mm_set1_epi8('\r');
  __m128i any = zero, crs = zero, least = _mm_set1_epi8('\x7F');
  auto take = [&](const char* from) {
    __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    any = _mm_or_si128(any, bytes);
    least = _mm_min_epu8(least, bytes);
    crs = _mm_or_si128(crs, _mm_cmpeq_epi8(cr, bytes));
  };
  const char* block_end = at + size;
  for (; block_end - at >= 64; at += 64) take(at), take(at + 16), take(at + 32), take(at + 48);
  for (; block_end - at >= 16; at += 16) take(at);
  if (at != block_end) take(end - kStep);
  return {_mm_movemask_epi8(any) != 0, _mm_movemask_epi8(crs) != 0,
          _mm_movemask_epi8(_mm_cmpeq_epi8(least, zero)) != 0};
}
#else
constexpr std::size_t kStep = 8;

Found look(const char* at, std::size_t size, const char* end) {
  auto has_zero_byte = [](u64 w) { return ((w - 0x0101010101010101u) & ~w & 0x8080808080808080u) != 0; };
  Found found;
  auto take = [&](const char* from) {
    u64 word;
    std::memcpy(&word, from, 8);
    found.non_ascii |= (word & 0x8080808080808080u) != 0;
    found.carriage_return |= has_zero_byte(word ^ 0x0D0D0D0D0D0D0D0Du);
    found.null |= has_zero_byte(word);
  };
  const char* block_end = at + size;
  for (; block_end - at >= 8; at += 8) take(at);
  if (at != block_end) take(end - kStep);
  return found;
}
#endif

Found look_at_short(std::string_view bytes) {
  Found found;
  for (char c : bytes) {
    found.non_ascii |= static_cast<u8>(c) >= 0x80;
    found.carriage_return |= c == '\r';
    found.null |= c == '\0';
  }
  return found;
}

}  // namespace

Scan scan(std::string_view bytes) {
  Scan result;
  std::size_t first_non_ascii = bytes.size();
  const char* end = bytes.data() + bytes.size();
  for (std::size_t at = 0; at < bytes.size(); at += kBlock) {
    std::size_t size = std::min(kBlock, bytes.size() - at);
    Found found = bytes.size() < kStep ? look_at_short(bytes) : look(bytes.data() + at, size, end);
    result.has_carriage_return |= found.carriage_return;
    result.has_null |= found.null;
    if (found.non_ascii && first_non_ascii == bytes.size()) first_non_ascii = at;
  }
  result.ascii = first_non_ascii == bytes.size();
  // A block before the first that is not ASCII is: a character starts where that block does.
  result.valid_utf8 = result.ascii || !find_utf8_error(bytes, first_non_ascii);
  return result;
}

}  // namespace mkpyc::source
