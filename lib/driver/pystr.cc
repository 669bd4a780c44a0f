#include "driver/pystr.h"

#include <algorithm>
#include <limits>

#include "base/utf8.h"

namespace mkpyc::driver {
namespace {

u8 byte_at(std::string_view text, std::size_t at) { return at < text.size() ? static_cast<u8>(text[at]) : u8{0}; }
bool is_continuation(u8 byte) { return (byte & 0xC0) == 0x80; }

// Length of the valid UTF-8 sequence at `at`, or 0.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  u8 first = byte_at(text, at), second = byte_at(text, at + 1);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4 || !is_continuation(second)) return 0;
  if (first < 0xE0) return 2;
  if (!is_continuation(byte_at(text, at + 2))) return 0;
  if (first == 0xE0 && second < 0xA0) return 0;
  if (first == 0xED && second >= 0xA0) return 0;
  if (first < 0xF0) return 3;
  if (!is_continuation(byte_at(text, at + 3))) return 0;
  if (first == 0xF0 && second < 0x90) return 0;
  if (first == 0xF4 && second >= 0x90) return 0;
  return 4;
}

void append_hex(std::string& to, const char* prefix, u32 code, int digits) {
  to += prefix;
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) to += "0123456789abcdef"[code >> shift & 15];
}

// CPython: unicodeobject.c unicode_repr
void append_escaped(std::string& to, u32 code, std::string_view bytes, char quote, UnicodeVersion version) {
  if (code == static_cast<u8>(quote) || code == '\\') {
    to += '\\';
    to += static_cast<char>(code);
  } else if (code == '\t') {
    to += "\\t";
  } else if (code == '\n') {
    to += "\\n";
  } else if (code == '\r') {
    to += "\\r";
  } else if (code < 0x20 || code == 0x7F) {
    append_hex(to, "\\x", code, 2);
  } else if (code < 0x80 || unicode::is_printable(code, version)) {
    to += bytes;
  } else if (code <= 0xFF) {
    append_hex(to, "\\x", code, 2);
  } else if (code <= 0xFFFF) {
    append_hex(to, "\\u", code, 4);
  } else {
    append_hex(to, "\\U", code, 8);
  }
}

}  // namespace

u32 next_character(std::string_view text, std::size_t& at) {
  std::size_t length = sequence_length(text, at);
  if (length == 0) return 0xDC00u + static_cast<u8>(text[at++]);
  const char* bytes = text.data() + at;
  at += length;
  return next_code_point(bytes);
}

std::string with_surrogates(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) append_code_point(result, next_character(text, at));
  return result;
}

bool is_space(u32 code) {
  return (code >= 0x09 && code <= 0x0D) || (code >= 0x1C && code <= 0x20) || code == 0x85 || code == 0xA0 ||
         code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 || code == 0x202F ||
         code == 0x205F || code == 0x3000;
}

std::string_view strip(std::string_view text) {
  std::size_t first = std::string_view::npos, last = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t start = at;
    if (is_space(next_character(text, at))) continue;
    if (first == std::string_view::npos) first = start;
    last = at;
  }
  return first == std::string_view::npos ? std::string_view() : text.substr(first, last - first);
}

std::string repr(std::string_view text, UnicodeVersion version) {
  bool has_single = text.find('\'') != std::string_view::npos;
  char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
  std::string result;
  result.reserve(text.size() + 2);
  result += quote;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t start = at;
    u32 code = next_character(text, at);
    append_escaped(result, code, text.substr(start, at - start), quote, version);
  }
  result += quote;
  return result;
}

bool less_by_characters(std::string_view text, std::string_view other) {
  auto [mine, theirs] = std::mismatch(text.begin(), text.end(), other.begin(), other.end());
  // Where no sequence can straddle the first difference, bytes decide.
  if (mine == text.begin() || static_cast<u8>(mine[-1]) < 0x80) {
    if (mine == text.end() || theirs == other.end()) return mine == text.end() && theirs != other.end();
    u8 byte = static_cast<u8>(*mine), other_byte = static_cast<u8>(*theirs);
    if (byte < 0x80 || other_byte < 0x80) return byte < other_byte;
  }
  std::size_t at = 0, other_at = 0;
  while (at < text.size() && other_at < other.size()) {
    u32 code = next_character(text, at), other_code = next_character(other, other_at);
    if (code != other_code) return code < other_code;
  }
  return at == text.size() && other_at < other.size();
}

bool parse_int(std::string_view text, i64& value) {
  constexpr std::size_t kMaxDigits = 4300;  // sys.int_info.default_max_str_digits
  text = strip(text);
  bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  if (text.empty() || text.back() == '_') return false;
  constexpr i64 kMax = std::numeric_limits<i64>::max();
  i64 number = 0;
  std::size_t digits = 0;
  bool after_digit = false;
  for (char c : text) {
    if (c == '_' && after_digit) {
      after_digit = false;
      continue;
    }
    if (c < '0' || c > '9') return false;
    after_digit = true;
    ++digits;
    i64 digit = c - '0';
    number = number > (kMax - digit) / 10 ? kMax : number * 10 + digit;
  }
  value = negative ? -number : number;
  return digits <= kMaxDigits;
}

}  // namespace mkpyc::driver
