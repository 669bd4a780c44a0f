// Names, keywords and strings.
#include <cstdio>
#include <string>

#include "base/unicode.h"
#include "base/utf8.h"
#include "target/features.h"
#include "token/scan.h"
#include "token/tokenizer.h"

namespace mkpyc::token {
namespace {

// Letters before a quote, as bits: each at most once.
enum Prefix : u32 { kBytes = 1, kRaw = 2, kUnicode = 4, kFormat = 8, kTemplate = 16 };
constexpr std::size_t kMostPrefixes = 5;

// 0: the word is a name, not a prefix.
u32 prefix_of(const char* start, std::size_t length) {
  u32 found = 0;
  for (std::size_t i = 0; i < length; ++i) {
    u32 letter = 0;
    switch (start[i] | 0x20) {
      case 'b': letter = kBytes; break;
      case 'r': letter = kRaw; break;
      case 'u': letter = kUnicode; break;
      case 'f': letter = kFormat; break;
      case 't': letter = kTemplate; break;
      default: return 0;
    }
    if ((found & letter) != 0) return 0;
    found |= letter;
  }
  return found;
}

// Pairs that do not go together, in the order in which CPython looks for them.
struct Clash {
  u32 both;
  const char* message;
};
constexpr Clash kClashes[] = {
    {kUnicode | kBytes, "'u' and 'b' prefixes are incompatible"},
    {kUnicode | kRaw, "'u' and 'r' prefixes are incompatible"},
    {kUnicode | kFormat, "'u' and 'f' prefixes are incompatible"},
    {kUnicode | kTemplate, "'u' and 't' prefixes are incompatible"},
    {kBytes | kFormat, "'b' and 'f' prefixes are incompatible"},
    {kBytes | kTemplate, "'b' and 't' prefixes are incompatible"},
    {kFormat | kTemplate, "'f' and 't' prefixes are incompatible"},
};

const Clash* clash_of(u32 prefix) {
  for (const Clash& clash : kClashes)
    if ((prefix & clash.both) == clash.both) return &clash;
  return nullptr;
}

}  // namespace

// A name that is long, or goes on with a quote or a character outside ASCII.
bool Tokenizer::long_name() {
  const char* start = at_;
  const char* end = end_of_ascii_name(start);
  if (is_non_ascii(*end)) return non_ascii_name(start);
  if (*end == '"' || *end == '\'') {
    bool found = false;
    bool fine = prefixed_string(end, found);
    if (found || !fine) return fine;
  }
  Name id = names_.intern_stable({start, static_cast<std::size_t>(end - start)});
  emit(is_keyword(id) ? keyword_kind(id) : Kind::Name, start, end, id);
  at_ = end;
  return true;
}

// `end` is at the quote behind the name. If that is a prefix, the two are `found` to be one token.
bool Tokenizer::prefixed_string(const char* end, bool& found) {
  const char* start = at_;
  std::size_t length = static_cast<std::size_t>(end - start);
  if (length > kMostPrefixes) return true;
  u32 prefix = prefix_of(start, length);
  if (prefix == 0 || ((prefix & kTemplate) != 0 && !target_.on(Feature::template_strings))) return true;
  if (const Clash* clash = clash_of(prefix)) {
    if (!target_.on(Feature::string_prefixes_named)) return true;
    return fail_in_columns(end + 1, clash->message, static_cast<int>(start + 1 - line_start_),
                           static_cast<int>(end + 1 - line_start_));
  }
  found = true;
  at_ = end;
  bool tokens = (prefix & (kFormat | kTemplate)) != 0 && target_.on(Feature::fstring_tokens);
  return tokens ? fstring_start(start, (prefix & kRaw) != 0, (prefix & kTemplate) != 0) : string(start);
}

// An identifier with characters outside ASCII. CPython: verify_identifier; _PyPegen_new_identifier.
bool Tokenizer::non_ascii_name(const char* start) {
  const char* end = start;
  while (is_name_char(*end)) ++end;
  std::string_view text(start, static_cast<std::size_t>(end - start));
  // A carriage return may have parted a character's bytes: see token_behind().
  bool valid = source_.valid_utf8 && (static_cast<u8>(*start) & 0xC0) != 0x80;
  if (!valid && find_utf8_error(text)) return fail_decoding(start, end);
  if (generous_) {
    emit(Kind::Name, start, end, names_.intern_stable(text));
    at_ = end;
    return true;
  }
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
  bool constant = normalised == "None" || normalised == "True" || normalised == "False";
  if (constant && target_.on(Feature::constant_names_refused) && !refuse_name(end)) return false;
  emit(Kind::Name, start, end, normalised == text ? names_.intern_stable(text) : names_.intern(normalised));
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
  bool escaped_quote = false, has_backslash = false;
  for (;;) {
    at_ = end_of_plain_string(at_, quote);
    if (*at_ == quote) {
      if (!triple || (at_[1] == quote && at_[2] == quote)) break;
      ++at_;
    } else if (*at_ == '\\') {
      // The next character means nothing, not even a line end.
      ++at_;
      has_backslash = true;
      if (*at_ == quote) escaped_quote = true;
      if (*at_ == '\r' && skips_carriage_returns_) ++at_;
      if (at_end()) continue;
      if (*at_++ == '\n') next_line();
    } else if (at_end() || !triple) {
      return unterminated_string(start, quote, triple, first_line, first_line_start, escaped_quote);
    } else {
      ++at_;
      next_line();
    }
  }
  at_ += triple ? 3 : 1;
  emit(Kind::String, start, at_, first_line);
  next_[-1].has_backslash = has_backslash;
  return true;
}

}  // namespace mkpyc::token
