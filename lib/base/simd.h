// Sixteen characters at a time, where the processor has SSE2.
#pragma once

#include "base/int.h"
#ifdef __SSE2__
#include <emmintrin.h>

namespace mkpyc::simd {

inline __m128i load(const char* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }
inline __m128i equal(__m128i bytes, char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); }
inline u32 mask(__m128i bytes) { return static_cast<u32>(_mm_movemask_epi8(bytes)); }

/// Bit per byte: letter, digit or '_' (all of ASCII). A range of characters is shifted to the end of what a signed byte
/// holds, so that one comparison does; bytes from 0x80 on come to lie below.
inline u32 name_chars(__m128i bytes) {
  auto within = [](__m128i v, char first, char last) {
    __m128i shifted = _mm_add_epi8(v, _mm_set1_epi8(static_cast<char>(0x7F - last)));
    return _mm_cmpgt_epi8(shifted, _mm_set1_epi8(static_cast<char>(0x7F - last + first - 1)));
  };
  __m128i letters = within(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 'z');
  return mask(_mm_or_si128(_mm_or_si128(letters, within(bytes, '0', '9')), equal(bytes, '_')));
}
inline bool all_name_chars(__m128i bytes) { return name_chars(bytes) == 0xFFFF; }

}  // namespace mkpyc::simd
#endif
