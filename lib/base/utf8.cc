#include "base/utf8.h"

#include <cstdio>
#include <cstring>

namespace mkpyc {
namespace {

// Whole words, of which the last may overlap the one before.
template <class Word>
bool is_ascii(const char* at, std::size_t size) {
  Word seen = 0, word;
  const char* last = at + size - sizeof word;
  for (; at < last; at += sizeof word) {
    std::memcpy(&word, at, sizeof word);
    seen |= word;
  }
  std::memcpy(&word, last, sizeof word);
  return ((seen | word) & static_cast<Word>(0x8080808080808080u)) == 0;
}

bool continues(u8 byte) { return (byte & 0xC0) == 0x80; }

// The second byte of a three- or four-byte sequence: overlong forms, surrogates and code points past the last one
// show there.
bool second_fits(u8 first, u8 second) {
  switch (first) {
    case 0xE0: return second >= 0xA0 && second < 0xC0;
    case 0xED: return second >= 0x80 && second < 0xA0;
    case 0xF0: return second >= 0x90 && second < 0xC0;
    case 0xF4: return second >= 0x80 && second < 0x90;
    default: return continues(second);
  }
}

// Length of the sequence that `first` starts, 0 if it starts none.
std::size_t sequence_length(u8 first) {
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return 2;
  if (first < 0xF0) return 3;
  return first < 0xF5 ? 4 : 0;
}

// CPython: stringlib/codecs.h utf8_decode. A character that the end cuts off is "unexpected end of data" unless what
// is there of it is already wrong.
struct Step {
  std::size_t length;
  const char* reason;  // nullptr: a valid character
};

Step step(const u8* at, std::size_t left) {
  std::size_t length = sequence_length(*at);
  if (length == 0) return {1, "invalid start byte"};
  if (length == 1) return {1, nullptr};
  if (left >= 2 && !second_fits(*at, at[1])) return {1, "invalid continuation byte"};
  for (std::size_t i = 2; i < length && i < left; ++i)
    if (!continues(at[i])) return {i, "invalid continuation byte"};
  if (left < length) return {left, "unexpected end of data"};
  return {length, nullptr};
}

std::size_t skip_ascii(std::string_view text, std::size_t at) {
  while (at + 8 <= text.size()) {
    u64 word;
    std::memcpy(&word, text.data() + at, 8);
    if ((word & 0x8080808080808080u) != 0) break;
    at += 8;
  }
  while (at < text.size() && static_cast<u8>(text[at]) < 0x80) ++at;
  return at;
}

}  // namespace

bool is_ascii(std::string_view text) {
  if (text.size() >= sizeof(u64)) return is_ascii<u64>(text.data(), text.size());
  if (text.size() >= sizeof(u32)) return is_ascii<u32>(text.data(), text.size());
  u8 seen = 0;
  for (char c : text) seen |= static_cast<u8>(c);
  return seen < 0x80;
}

std::optional<Utf8Error> find_utf8_error(std::string_view text, std::size_t from) {
  const u8* bytes = reinterpret_cast<const u8*>(text.data());
  for (std::size_t at = skip_ascii(text, from); at < text.size();) {
    Step one = step(bytes + at, text.size() - at);
    if (one.reason != nullptr) return Utf8Error{at, at + one.length, one.reason};
    at += one.length;
    if (at < text.size() && bytes[at] < 0x80) at = skip_ascii(text, at);
  }
  return std::nullopt;
}

std::string decode_error_text(std::string_view codec, std::string_view input, std::size_t start, std::size_t end,
                              std::string_view reason) {
  std::string text = "'" + std::string(codec) + "' codec can't decode ";
  if (end == start + 1 && start < input.size()) {
    char byte[8];
    std::snprintf(byte, sizeof byte, "0x%02x", static_cast<u8>(input[start]));
    text += std::string("byte ") + byte + " in position " + std::to_string(start);
  } else {
    text += "bytes in position " + std::to_string(start) + "-" + std::to_string(end - 1);
  }
  return text.append(": ").append(reason);
}

std::size_t valid_sequence(std::string_view text, std::size_t at) {
  Step one = step(reinterpret_cast<const u8*>(text.data()) + at, text.size() - at);
  return one.reason == nullptr ? one.length : 0;
}

void append_escape(std::string& to, u32 code) {
  int digits = code < 0x100 ? 2 : code < 0x10000 ? 4 : 8;
  to += digits == 2 ? "\\x" : digits == 4 ? "\\u" : "\\U";
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) to += "0123456789abcdef"[code >> shift & 15];
}

std::size_t utf8_length(std::string_view text) {
  const u8* bytes = reinterpret_cast<const u8*>(text.data());
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) at += step(bytes + at, text.size() - at).length;
  return count;
}

}  // namespace mkpyc
