// Number tokens. What is wrong with a number is found here, not in the parser: CPython's messages depend on how far
// its tokenizer got (tokenizer.c tok_get, verify_end_of_number). The value is made later (parse/literals.h).
#include <cstring>
#include <string>

#include "target/features.h"
#include "token/tokenizer.h"

namespace mkpyc::token {
namespace {

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_octal(char c) { return c >= '0' && c <= '7'; }
bool is_binary(char c) { return c == '0' || c == '1'; }

// True if the word goes on with `rest` and ends there.
bool is_rest_of_word(const char* at, std::string_view rest) {
  return std::strncmp(at, rest.data(), rest.size()) == 0 && !is_name_char(at[rest.size()]);
}

// A keyword that may follow a number in a program starts at the letter. For if, in and is two letters are enough.
bool starts_keyword(const char* at) {
  switch (*at) {
    case 'a': return is_rest_of_word(at + 1, "nd");
    case 'e': return is_rest_of_word(at + 1, "lse");
    case 'f': return is_rest_of_word(at + 1, "or");
    case 'i': return at[1] == 'f' || at[1] == 'n' || at[1] == 's';
    case 'o': return is_rest_of_word(at + 1, "r");
    case 'n': return is_rest_of_word(at + 1, "ot");
    default: return false;
  }
}

}  // namespace

void Tokenizer::finish_number(const char* end) {
  emit(Kind::Number, at_, end);
  at_ = end;
}

// A number that is more than a decimal integer.
bool Tokenizer::number() { return *at_ == '0' ? zero_number() : decimal_number(at_); }

bool Tokenizer::number_or_dot() {
  if (is_digit(at_[1])) return fraction(at_ + 1);
  bool ellipsis = at_[1] == '.' && at_[2] == '.';
  emit(ellipsis ? Kind::Ellipsis : Kind::Dot, at_, at_ + (ellipsis ? 3 : 1));
  at_ += ellipsis ? 3 : 1;
  return true;
}

// A number that starts with 0 and goes on.
bool Tokenizer::zero_number() {
  const char* at = at_ + 1;
  switch (*at | 0x20) {
    case 'x': return radix_number(at + 1, is_hex, "hexadecimal", false);
    case 'o': return radix_number(at + 1, is_octal, "octal", true);
    case 'b': return radix_number(at + 1, is_binary, "binary", true);
  }
  for (;; ++at) {  // zeros
    if (*at == '_' && !is_digit(*++at)) return fail(at, "invalid decimal literal");
    if (*at != '0') break;
  }
  const char* zeros_end = at == end_ ? at : at + 1;  // as CPython has it: with the character after them
  bool nonzero = is_digit(*at);
  if (nonzero && !decimal_tail(at)) return false;
  if (*at == '.') return fraction(at + 1);
  if ((*at | 0x20) == 'e') return exponent(at);
  if ((*at | 0x20) == 'j') return imaginary(at);
  if (!nonzero || generous_) return end_number(at, "decimal");
  return fail_in_columns(at,
                         "leading zeros in decimal integer literals are not permitted; "
                         "use an 0o prefix for octal integers",
                         static_cast<int>(at_ + 1 - line_start_), static_cast<int>(zeros_end - line_start_));
}

// The digits after 0x, 0o or 0b. `names_digits`: a decimal digit that does not belong is named.
bool Tokenizer::radix_number(const char* at, bool (*is_digit_of)(char), const char* kind, bool names_digits) {
  auto wrong_digit = [&] { return fail(at + 1, std::string("invalid digit '") + *at + "' in " + kind + " literal"); };
  do {
    if (*at == '_') ++at;
    if (!is_digit_of(*at)) {
      if (names_digits && is_digit(*at)) return wrong_digit();
      return fail(at, std::string("invalid ") + kind + " literal");
    }
    do ++at;
    while (is_digit_of(*at));
  } while (*at == '_');
  if (names_digits && is_digit(*at)) return wrong_digit();
  return end_number(at, kind);
}

// Digits, with single underscores between them; `at` is at one and is left behind the last. CPython: tok_decimal_tail.
bool Tokenizer::decimal_tail(const char*& at) {
  for (;;) {
    do ++at;
    while (is_digit(*at));
    if (*at != '_') return true;
    if (!is_digit(*++at)) return fail(at, "invalid decimal literal");
  }
}

bool Tokenizer::decimal_number(const char* at) {
  if (!decimal_tail(at)) return false;
  if (*at == '.') return fraction(at + 1);
  return after_digits(at);
}

// `at` is behind the point.
bool Tokenizer::fraction(const char* at) {
  if (is_digit(*at) && !decimal_tail(at)) return false;
  return after_digits(at);
}

bool Tokenizer::after_digits(const char* at) {
  if ((*at | 0x20) == 'e') return exponent(at);
  if ((*at | 0x20) == 'j') return imaginary(at);
  return end_number(at, "decimal");
}

// `at` is at an e. If no exponent follows, the number ends before it.
bool Tokenizer::exponent(const char* e) {
  const char* at = e + 1;
  if (*at == '+' || *at == '-') {
    if (!is_digit(*++at)) return fail(at, "invalid decimal literal");
  } else if (!is_digit(*at)) {
    return end_number(e, "decimal");
  }
  if (!decimal_tail(at)) return false;
  if ((*at | 0x20) == 'j') return imaginary(at);
  return end_number(at, "decimal");
}

bool Tokenizer::imaginary(const char* j) { return end_number(j + 1, "imaginary"); }

bool Tokenizer::end_number(const char* at, const char* kind) {
  if (is_name_char(*at) && !verify_end_of_number(at, kind)) return false;
  finish_number(at);
  return true;
}

// A name directly after a number: an error, but only a warning where it is a keyword that may follow a number.
bool Tokenizer::verify_end_of_number(const char* at, const char* kind) {
  if (generous_) return true;
  std::string message = std::string("invalid ") + kind + " literal";
  if (starts_keyword(at)) {
    diag::Warning warning{diag::Category::SyntaxWarning, static_cast<int>(line_), message};
    warning.offset = warning.end_offset = characters_to(at);
    out_.warnings.push_back({out_.before + count(), std::move(warning)});
    return true;
  }
  if (is_non_ascii(*at) && target_.on(Feature::non_ascii_may_follow_number)) return true;
  return fail(at, message);
}

}  // namespace mkpyc::token
