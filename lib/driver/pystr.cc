#include "driver/pystr.h"

#include <algorithm>
#include <limits>

#include "base/utf8.h"
#include "object/repr.h"

namespace mkpyc::driver {
u32 next_character(std::string_view text, std::size_t& at) {
  std::size_t length = valid_sequence(text, at);
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

std::string_view take_line(std::string_view& text) {
  std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end);
  return line;
}

std::string repr(std::string_view text, UnicodeVersion version) {
  std::string result;
  append_str_repr(is_ascii(text) ? text : std::string_view(with_surrogates(text)), version, result);
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
  for (std::size_t at = 0; at < text.size();) {
    u32 code = next_character(text, at);
    if (code == '_' && after_digit) {
      after_digit = false;
      continue;
    }
    int digit = unicode::decimal(code, kNewestUnicode);
    if (digit < 0) return false;
    after_digit = true;
    ++digits;
    number = number > (kMax - digit) / 10 ? kMax : number * 10 + digit;
  }
  value = negative ? -number : number;
  return digits <= kMaxDigits;
}

}  // namespace mkpyc::driver
