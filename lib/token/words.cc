// Names, keywords and strings.
#include <string>

#include "base/unicode.h"
#include "base/utf8.h"
#include "token/scan.h"
#include "token/tokenizer.h"

namespace mkpyc::token {
namespace {

char lower(char c) { return static_cast<char>(c | 0x20); }

// b, r, u, f, and r with b or f, in any order and case.
bool is_string_prefix(const char* start, std::size_t length) {
  char a = lower(start[0]);
  if (length == 1) return a == 'b' || a == 'r' || a == 'u' || a == 'f';
  if (length != 2) return false;
  char b = lower(start[1]);
  return (a == 'r' && (b == 'b' || b == 'f')) || (b == 'r' && (a == 'b' || a == 'f'));
}

}  // namespace

bool Tokenizer::name() {
  const char* start = at_;
  const char* end = end_of_ascii_name(start);
  if (is_non_ascii(*end)) return non_ascii_name(start);
  std::size_t length = static_cast<std::size_t>(end - start);
  if ((*end == '"' || *end == '\'') && is_string_prefix(start, length)) {
    at_ = end;
    return string(start);
  }
  std::string_view text(start, length);
  Name id =
      length <= NameTable::kShort ? names_.intern_short(name_words(start, length), text) : names_.intern_stable(text);
  emit(is_keyword(id) ? keyword_kind(id) : Kind::Name, start, end, line_, id);
  at_ = end;
  return true;
}

// An identifier with characters outside ASCII. CPython: verify_identifier; _PyPegen_new_identifier.
bool Tokenizer::non_ascii_name(const char* start) {
  const char* end = start;
  while (is_name_char(*end)) ++end;
  std::string_view text(start, static_cast<std::size_t>(end - start));
  if (!source_.valid_utf8 && find_utf8_error(text)) return fail_decoding(start, end);
  UnicodeVersion version = target_.unicode_version();
  for (const char* at = start; at != end;) {
    bool first = at == start;
    u32 code = next_code_point(at);
    if (first ? unicode::is_xid_start(code, version) : unicode::is_xid_continue(code, version)) continue;
    char hex[16];
    std::snprintf(hex, sizeof hex, "U+%04X", code);
    std::string character;
    append_code_point(character, code);
    return fail(at, unicode::is_printable(code, version) ? "invalid character '" + character + "' (" + hex + ")"
                                                         : std::string("invalid non-printable character ") + hex);
  }
  std::string normalised = unicode::nfkc(text, version);
  emit(Kind::Name, start, end, line_, normalised == text ? names_.intern_stable(text) : names_.intern(normalised));
  at_ = end;
  return true;
}

// A string literal; at_ is at its first quote, `start` at its prefix.
bool Tokenizer::string(const char* start) {
  u32 first_line = line_;
  const char* first_line_start = line_start_;
  char quote = *at_;
  bool triple = at_[1] == quote && at_[2] == quote;
  if (!triple && at_[1] == quote) {
    at_ += 2;
    emit(Kind::String, start, at_);
    return true;
  }
  at_ += triple ? 3 : 1;
  for (;;) {
    at_ = end_of_plain_string(at_, quote);
    if (*at_ == quote) {
      if (!triple || (at_[1] == quote && at_[2] == quote)) break;
      ++at_;
    } else if (*at_ == '\\') {
      // The next character means nothing, not even a line end.
      ++at_;
      if (at_end()) continue;
      if (*at_++ == '\n') next_line();
    } else if (at_end() || !triple) {
      return unterminated_string(start, triple, first_line, first_line_start);
    } else {
      ++at_;
      next_line();
    }
  }
  at_ += triple ? 3 : 1;
  emit(Kind::String, start, at_, first_line, Name::kNone);
  return true;
}

}  // namespace mkpyc::token
