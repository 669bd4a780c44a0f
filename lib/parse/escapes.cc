// CPython decodes a str literal in two steps: string_parser.c decode_unicode_with_escapes writes every character
// outside ASCII as \UXXXXXXXX, then the unicode-escape codec decodes that. We decode in one step from the source; only
// a bad escape shows the second text, in the positions of its message, so that text is made when there is one to
// report.
#include "parse/escapes.h"

#include <array>
#include <cstdio>
#include <cstring>
#include <string>

#include "base/check.h"
#include "base/unicode.h"
#include "base/utf8.h"
#include "parse/literals.h"
#include "target/features.h"

namespace mkpyc::parse {
namespace {

bool is_octal(char c) { return c >= '0' && c <= '7'; }

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// What a one-letter escape stands for; 0 for none.
constexpr std::array<char, 128> kSimple = [] {
  std::array<char, 128> table{};
  constexpr std::string_view kPairs = "\\\\''\"\"b\bf\ft\tn\nr\rv\va\a";
  for (std::size_t i = 0; i < kPairs.size(); i += 2) table[static_cast<u8>(kPairs[i])] = kPairs[i + 1];
  return table;
}();

// One escape sequence: `at` is behind the backslash.
class Reader {
 public:
  Reader(std::string_view text, Arena& arena)
      : at_(text.data()), end_(at_ + text.size()), to_(arena.array<char>(text.size())), start_(to_) {}

  // Copies up to the next backslash and steps over it; false at the end.
  bool find_escape() {
    std::size_t left = static_cast<std::size_t>(end_ - at_);
    const void* backslash = left != 0 ? std::memchr(at_, '\\', left) : nullptr;
    std::size_t plain =
        backslash != nullptr ? static_cast<std::size_t>(static_cast<const char*>(backslash) - at_) : left;
    if (plain != 0) std::memcpy(to_, at_, plain);
    to_ += plain;
    at_ += plain;
    if (backslash == nullptr) return false;
    ++at_;
    return true;
  }

  // Escapes that str and bytes have in common.
  bool common_escape(u32& octal) {
    octal = kNoOctal;
    if (*at_ == '\n') {
      ++at_;
      return true;
    }
    if (static_cast<u8>(*at_) < 128 && kSimple[static_cast<u8>(*at_)] != '\0') {
      *to_++ = kSimple[static_cast<u8>(*at_++)];
      return true;
    }
    if (!is_octal(*at_)) return false;
    const char* digits = at_;
    octal = 0;
    while (at_ < end_ && at_ < digits + 3 && is_octal(*at_)) octal = octal * 8 + static_cast<u32>(*at_++ - '0');
    if (octal > 0377) note_invalid(digits);
    return true;
  }

  void note_invalid(const char* after_backslash) {
    if (first_invalid_.empty()) first_invalid_ = {after_backslash, static_cast<std::size_t>(end_ - after_backslash)};
  }
  void put(char c) { *to_++ = c; }
  void put_code(u32 code) { to_ = put_code_point(to_, code); }
  Unescaped result() const { return {{start_, static_cast<std::size_t>(to_ - start_)}, first_invalid_}; }

  static constexpr u32 kNoOctal = ~u32{0};
  const char* at_;
  const char* end_;

 private:
  char* to_;
  char* start_;
  std::string_view first_invalid_;
};

// An escape sequence of a str read from `at`, behind the backslash. Fills `code`, or the message of what is wrong and
// where reading stopped.
struct Escape {
  u32 code = 0;
  const char* end;
  const char* message = nullptr;
};

Escape hex_escape(const char* at, const char* end, int digits, const char* message) {
  u32 code = 0;
  for (; digits > 0; --digits, ++at) {
    if (at >= end || hex_value(*at) < 0) return {0, at, message};
    code = code << 4 | static_cast<u32>(hex_value(*at));
  }
  return code <= 0x10FFFF ? Escape{code, at} : Escape{0, at, "illegal Unicode character"};
}

Escape named_escape(const char* at, const char* end, const Target& target) {
  constexpr const char* kMalformed = "malformed \\N character escape";
  if (at >= end || *at != '{') return {0, at, kMalformed};
  const char* name = ++at;
  while (at < end && *at != '}') ++at;
  if (at >= end || at == name) return {0, at, kMalformed};
  u32 code = unicode::lookup_name({name, static_cast<std::size_t>(at - name)}, target.unicode_version(),
                                  target.on(Feature::names_by_rule_in_any_case));
  return code != unicode::kNoCharacter ? Escape{code, at + 1} : Escape{0, at + 1, "unknown Unicode character name"};
}

// x, u, U and N; `letter` is behind the backslash.
Escape long_escape(const char* letter, const char* end, const Target& target) {
  switch (*letter) {
    case 'x': return hex_escape(letter + 1, end, 2, "truncated \\xXX escape");
    case 'u': return hex_escape(letter + 1, end, 4, "truncated \\uXXXX escape");
    case 'U': return hex_escape(letter + 1, end, 8, "truncated \\UXXXXXXXX escape");
    default: return named_escape(letter + 1, end, target);
  }
}

bool is_long_escape(char c) { return c == 'x' || c == 'u' || c == 'U' || c == 'N'; }

// The text that CPython gives to its unicode-escape codec. CPython: decode_unicode_with_escapes.
std::string escaped_text(std::string_view body) {
  std::string out;
  for (const char *at = body.data(), *end = at + body.size(); at != end;) {
    if (*at == '\\') {
      out += *at++;
      if (at == end || static_cast<u8>(*at) >= 0x80) {
        out += "u005c";
        continue;
      }
      // The escaped character is copied as it is, be it a backslash.
      out += *at++;
    } else if (static_cast<u8>(*at) >= 0x80) {
      char hex[16];
      std::snprintf(hex, sizeof hex, "\\U%08x", next_code_point(at));
      out += hex;
    } else {
      out += *at++;
    }
  }
  return out;
}

// Finds the escape that cannot be decoded in CPython's text and reports it with the positions there.
[[noreturn]] void fail_str(std::string_view body, const Target& target) {
  std::string text = escaped_text(body);
  const char* start = text.data();
  const char* end = start + text.size();
  for (const char* at = start; at < end;) {
    if (*at++ != '\\') continue;
    if (!is_long_escape(*at)) {
      ++at;
      continue;
    }
    Escape escape = long_escape(at, end, target);
    if (escape.message != nullptr)
      throw LiteralError{"(unicode error) " +
                         decode_error_text("unicodeescape", text, static_cast<std::size_t>(at - 1 - start),
                                           static_cast<std::size_t>(escape.end - start), escape.message)};
    at = escape.end;
  }
  ::mkpyc::check_failed(__FILE__, __LINE__, "no bad escape found");
}

}  // namespace

Unescaped unescape_str(std::string_view body, const Target& target, Arena& arena) {
  Reader reader(body, arena);
  u32 octal;
  while (reader.find_escape()) {
    if (reader.at_ == reader.end_ || static_cast<u8>(*reader.at_) >= 0x80) {
      reader.put('\\');
    } else if (reader.common_escape(octal)) {
      if (octal != Reader::kNoOctal) reader.put_code(octal);
    } else if (is_long_escape(*reader.at_)) {
      Escape escape = long_escape(reader.at_, reader.end_, target);
      if (escape.message != nullptr) fail_str(body, target);
      reader.put_code(escape.code);
      reader.at_ = escape.end;
    } else {
      reader.note_invalid(reader.at_);
      reader.put('\\');
      reader.put(*reader.at_++);
    }
  }
  return reader.result();
}

// CPython: bytesobject.c _PyBytes_DecodeEscape
Unescaped unescape_bytes(std::string_view body, Arena& arena) {
  Reader reader(body, arena);
  u32 octal;
  while (reader.find_escape()) {
    const char* at = reader.at_;
    if (at == reader.end_) throw LiteralError{"(value error) Trailing \\ in string"};
    if (reader.common_escape(octal)) {
      if (octal != Reader::kNoOctal) reader.put(static_cast<char>(octal));
    } else if (*at == 'x') {
      bool digits = reader.end_ - at > 2 && hex_value(at[1]) >= 0 && hex_value(at[2]) >= 0;
      if (!digits)
        throw LiteralError{"(value error) invalid \\x escape at position " + std::to_string(at - 1 - body.data())};
      reader.put(static_cast<char>(hex_value(at[1]) << 4 | hex_value(at[2])));
      reader.at_ += 3;
    } else {
      reader.note_invalid(at);
      reader.put('\\');
    }
  }
  return reader.result();
}

}  // namespace mkpyc::parse
