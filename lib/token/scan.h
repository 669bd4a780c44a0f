// Where a run of characters ends. The text is followed by at least 16 null bytes, so a block of 16 may be read from any
// place in it; every scan stops at the first null byte.
#pragma once

#include <cstring>

#include "base/int.h"
#include "object/names.h"
#include "token/chars.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace mkpyc::token {

#ifdef __SSE2__
namespace simd {

inline __m128i load(const char* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }
inline __m128i equal(__m128i bytes, char c) { return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)); }
inline u32 mask(__m128i bytes) { return static_cast<u32>(_mm_movemask_epi8(bytes)); }

/// Bit per byte: letter, digit or '_' (all of ASCII).
inline u32 name_chars(__m128i bytes) {
  auto within = [](__m128i v, char first, char last) {  // signed compares: bytes from 0x80 on are below all
    return _mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8(static_cast<char>(first - 1))),
                         _mm_cmplt_epi8(v, _mm_set1_epi8(static_cast<char>(last + 1))));
  };
  __m128i letters = within(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 'z');
  return mask(_mm_or_si128(_mm_or_si128(letters, within(bytes, '0', '9')), equal(bytes, '_')));
}

}  // namespace simd
#endif

/// The end of a run of ASCII letters, digits and '_'.
inline const char* end_of_ascii_name(const char* at) {
#ifdef __SSE2__
  for (;; at += 16) {
    u32 names = simd::name_chars(simd::load(at));
    if (names != 0xFFFF) return at + __builtin_ctz(~names);
  }
#else
  while (is_letter(*at) || is_digit(*at) || *at == '_') ++at;
  return at;
#endif
}

/// The words of a name of 1 to 15 bytes.
inline NameTable::Words name_words(const char* at, std::size_t length) {
  u64 low, high;
  std::memcpy(&low, at, 8);
  std::memcpy(&high, at + 8, 8);
  if (length <= 8) {
    low &= ~u64{0} >> (64 - 8 * length);
    high = 0;
  } else {
    high &= ~u64{0} >> (128 - 8 * length);
  }
  return {low, high | NameTable::length_mark(length)};
}

/// The first '\n' or null byte.
inline const char* end_of_line(const char* at) {
#ifdef __SSE2__
  for (;; at += 16) {
    __m128i bytes = simd::load(at);
    u32 found = simd::mask(_mm_or_si128(simd::equal(bytes, '\n'), simd::equal(bytes, '\0')));
    if (found != 0) return at + __builtin_ctz(found);
  }
#else
  while (*at != '\n' && *at != '\0') ++at;
  return at;
#endif
}

/// The first byte that matters inside a string: the quote, a backslash, a '\n' or a null byte.
inline const char* end_of_plain_string(const char* at, char quote) {
#ifdef __SSE2__
  for (;; at += 16) {
    __m128i bytes = simd::load(at);
    __m128i stop = _mm_or_si128(_mm_or_si128(simd::equal(bytes, quote), simd::equal(bytes, '\\')),
                                _mm_or_si128(simd::equal(bytes, '\n'), simd::equal(bytes, '\0')));
    u32 found = simd::mask(stop);
    if (found != 0) return at + __builtin_ctz(found);
  }
#else
  while (*at != quote && *at != '\\' && *at != '\n' && *at != '\0') ++at;
  return at;
#endif
}

/// The first byte that matters in the text of an f-string: as in a string, or a brace.
inline const char* end_of_plain_fstring(const char* at, char quote) {
#ifdef __SSE2__
  for (;; at += 16) {
    __m128i bytes = simd::load(at);
    __m128i stop = _mm_or_si128(_mm_or_si128(simd::equal(bytes, quote), simd::equal(bytes, '\\')),
                                _mm_or_si128(simd::equal(bytes, '\n'), simd::equal(bytes, '\0')));
    __m128i braces = _mm_or_si128(simd::equal(bytes, '{'), simd::equal(bytes, '}'));
    u32 found = simd::mask(_mm_or_si128(stop, braces));
    if (found != 0) return at + __builtin_ctz(found);
  }
#else
  while (*at != quote && *at != '\\' && *at != '\n' && *at != '\0' && *at != '{' && *at != '}') ++at;
  return at;
#endif
}

/// The first byte that is not a space.
inline const char* end_of_spaces(const char* at) {
#ifdef __SSE2__
  for (;; at += 16) {
    u32 spaces = simd::mask(simd::equal(simd::load(at), ' '));
    if (spaces != 0xFFFF) return at + __builtin_ctz(~spaces);
  }
#else
  while (*at == ' ') ++at;
  return at;
#endif
}

}  // namespace mkpyc::token
