// Where a run of characters ends. The text is followed by at least 16 null bytes, so a block of 16 may be read from any
// place in it; every scan stops at the first null byte.
#pragma once

#include <array>
#include <cstring>

#include "base/int.h"
#include "base/simd.h"
#include "object/names.h"
#include "token/chars.h"

namespace mkpyc::token {

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

/// A name's length, if it is a short one, and its words.
struct ShortName {
  std::size_t length;  // more than NameTable::kShort: the words are not known
  NameTable::Words words;
};

#ifdef __SSE2__
/// Bytes to keep of 16: a window of it that begins 16 - n places behind the start keeps n.
inline constexpr std::array<u8, 32> kKept = [] {
  std::array<u8, 32> table{};
  for (std::size_t i = 0; i < 16; ++i) table[i] = 0xFF;
  return table;
}();
#endif

/// The name of ASCII letters, digits and '_' at hand.
inline ShortName short_name(const char* at) {
#ifdef __SSE2__
  __m128i bytes = simd::load(at);
  std::size_t length = static_cast<std::size_t>(__builtin_ctz(~simd::name_chars(bytes)));
  auto word = [](const void* from) {
    u64 loaded;
    std::memcpy(&loaded, from, sizeof loaded);
    return loaded;
  };
  return {length, {word(at) & word(&kKept[16 - length]), word(at + 8) & word(&kKept[24 - length])}};
#else
  std::size_t length = static_cast<std::size_t>(end_of_ascii_name(at) - at);
  ShortName name{length, {}};
  char padded[16] = {};
  if (length > NameTable::kShort) return name;
  std::memcpy(padded, at, length);
  std::memcpy(&name.words.low, padded, 8);
  std::memcpy(&name.words.high, padded + 8, 8);
  return name;
#endif
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
    if (spaces != 0xFFFF) [[likely]]
      return at + __builtin_ctz(~spaces);
  }
#else
  while (*at == ' ') ++at;
  return at;
#endif
}

}  // namespace mkpyc::token
