// UTF-8 as CPython reads it: what is invalid, where an invalid piece ends, and how many characters a decoder that
// replaces errors would see.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/int.h"

namespace mkpyc {

/// The first invalid piece of a text: bytes [start, end), with CPython's word for what is wrong.
struct Utf8Error {
  std::size_t start;
  std::size_t end;
  const char* reason;
};

/// True if all bytes are below 128.
bool is_ascii(std::string_view text);

/// The first error at or after `from`, which starts a character; nothing if the rest is valid.
std::optional<Utf8Error> find_utf8_error(std::string_view text, std::size_t from = 0);

/// The text of CPython's UnicodeDecodeError for bytes [start, end) of `input`.
std::string decode_error_text(std::string_view codec, std::string_view input, std::size_t start, std::size_t end,
                              std::string_view reason);

/// Number of characters when each invalid piece is replaced by one U+FFFD (CPython: errors="replace").
std::size_t utf8_length(std::string_view text);

/// Number of characters of valid UTF-8.
inline std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (char c : text) count += (c & 0xC0) != 0x80;
  return count;
}

/// Length of the valid sequence at `at`, or 0.
std::size_t valid_sequence(std::string_view text, std::size_t at);

/// "\\xe9", "\\u20ac" or "\\U0001f600", as repr() and the handler backslashreplace write a character.
void append_escape(std::string& to, u32 code);

/// A half of a UTF-16 pair, which is no character.
constexpr bool is_surrogate(u32 code) { return code >= 0xD800 && code <= 0xDFFF; }

/// One character of valid UTF-8 (or of a surrogate's three bytes) at `at`, which is moved past it.
inline u32 next_code_point(const char*& at) {
  auto byte = [&] { return static_cast<u32>(static_cast<u8>(*at++)); };
  u32 first = byte();
  if (first < 0x80) return first;
  u32 second = byte() & 0x3F;
  if (first < 0xE0) return (first & 0x1F) << 6 | second;
  u32 third = byte() & 0x3F;
  if (first < 0xF0) return (first & 0x0F) << 12 | second << 6 | third;
  u32 fourth = byte() & 0x3F;
  return (first & 0x07) << 18 | second << 12 | third << 6 | fourth;
}

/// Writes a code point, surrogates included, and returns the end: at most four bytes.
inline char* put_code_point(char* to, u32 code) {
  if (code < 0x80) {
    *to++ = static_cast<char>(code);
  } else if (code < 0x800) {
    *to++ = static_cast<char>(0xC0 | code >> 6);
    *to++ = static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    *to++ = static_cast<char>(0xE0 | code >> 12);
    *to++ = static_cast<char>(0x80 | (code >> 6 & 0x3F));
    *to++ = static_cast<char>(0x80 | (code & 0x3F));
  } else {
    *to++ = static_cast<char>(0xF0 | code >> 18);
    *to++ = static_cast<char>(0x80 | (code >> 12 & 0x3F));
    *to++ = static_cast<char>(0x80 | (code >> 6 & 0x3F));
    *to++ = static_cast<char>(0x80 | (code & 0x3F));
  }
  return to;
}

inline void append_code_point(std::string& to, u32 code) {
  char bytes[4];
  to.append(bytes, static_cast<std::size_t>(put_code_point(bytes, code) - bytes));
}

}  // namespace mkpyc
