// What each byte can start, in one table for the tokenizer's switch.
#pragma once

#include <array>

#include "base/int.h"
#include "token/token.h"

namespace mkpyc::token {

enum class Class : u8 {
  kNewline,
  // What a line may start with that is more than spaces:
  kComment,
  kBlank,  // space, tab, form feed
  kBackslash,
  kLastOddStart = kBackslash,
  kOther,  // a control character or a character that means nothing, and '!'
  kEnd,    // the null byte behind the text
  kOpen,
  kClose,
  kComma,  // or a semicolon or tilde: an operator of its own, whatever follows
  kOperator,
  kName,  // ASCII letter or '_'
  kDigit,
  kDot,
  // What a name may turn out to go on with:
  kQuote,
  kNonAscii,  // taken for a letter
};

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_non_ascii(char c) { return static_cast<u8>(c) >= 0x80; }
/// CPython: is_potential_identifier_char
constexpr bool is_name_char(char c) { return is_letter(c) || is_digit(c) || c == '_' || is_non_ascii(c); }

constexpr Class class_of(char c) {
  if (is_letter(c) || c == '_') return Class::kName;
  if (is_non_ascii(c)) return Class::kNonAscii;
  if (is_digit(c)) return Class::kDigit;
  switch (c) {
    case '\0': return Class::kEnd;
    case ' ':
    case '\t':
    case '\f': return Class::kBlank;
    case '\n': return Class::kNewline;
    case '#': return Class::kComment;
    case '\\': return Class::kBackslash;
    case '\'':
    case '"': return Class::kQuote;
    case '.': return Class::kDot;
    case '(':
    case '[':
    case '{': return Class::kOpen;
    case ')':
    case ']':
    case '}': return Class::kClose;
    case ',':
    case ';':
    case '~': return Class::kComma;
    case '%':
    case '&':
    case '*':
    case '+':
    case '-':
    case '/':
    case ':':
    case '<':
    case '=':
    case '>':
    case '@':
    case '^':
    case '|': return Class::kOperator;
    default: return Class::kOther;
  }
}

inline constexpr std::array<Class, 256> kClasses = [] {
  std::array<Class, 256> table{};
  for (int c = 0; c < 256; ++c) table[static_cast<std::size_t>(c)] = class_of(static_cast<char>(c));
  return table;
}();

constexpr Class class_at(const char* at) { return kClasses[static_cast<u8>(*at)]; }

/// The operators that start with one character; kCount where there is none.
struct Operators {
  Kind alone = Kind::kCount;
  Kind equal = Kind::kCount;          // followed by '='
  Kind doubled = Kind::kCount;        // followed by itself
  Kind doubled_equal = Kind::kCount;  // by itself and '='
  Kind greater = Kind::kCount;        // by '>'
};

constexpr Operators operators_of(char c) {
  switch (c) {
    case '(': return {Kind::LPar};
    case ')': return {Kind::RPar};
    case '[': return {Kind::LSqb};
    case ']': return {Kind::RSqb};
    case '{': return {Kind::LBrace};
    case '}': return {Kind::RBrace};
    case ',': return {Kind::Comma};
    case ';': return {Kind::Semi};
    case '~': return {Kind::Tilde};
    case ':': return {Kind::Colon, Kind::ColonEqual};
    case '=': return {Kind::Equal, Kind::EqEqual};
    case '+': return {Kind::Plus, Kind::PlusEqual};
    case '%': return {Kind::Percent, Kind::PercentEqual};
    case '&': return {Kind::Amper, Kind::AmperEqual};
    case '|': return {Kind::VBar, Kind::VBarEqual};
    case '^': return {Kind::Circumflex, Kind::CircumflexEqual};
    case '@': return {Kind::At, Kind::AtEqual};
    case '!': return {Kind::Op, Kind::NotEqual};
    case '-': return {Kind::Minus, Kind::MinEqual, Kind::kCount, Kind::kCount, Kind::RArrow};
    case '*': return {Kind::Star, Kind::StarEqual, Kind::DoubleStar, Kind::DoubleStarEqual};
    case '/': return {Kind::Slash, Kind::SlashEqual, Kind::DoubleSlash, Kind::DoubleSlashEqual};
    case '<': return {Kind::Less, Kind::LessEqual, Kind::LeftShift, Kind::LeftShiftEqual, Kind::NotEqual};
    case '>': return {Kind::Greater, Kind::GreaterEqual, Kind::RightShift, Kind::RightShiftEqual};
    default: return {};
  }
}

inline constexpr std::array<Operators, 128> kOperators = [] {
  std::array<Operators, 128> table{};
  for (int c = 0; c < 128; ++c) table[static_cast<std::size_t>(c)] = operators_of(static_cast<char>(c));
  return table;
}();

/// The bracket that the closing one needs.
constexpr Kind opening_of(Kind closing) { return static_cast<Kind>(static_cast<u8>(closing) - 1); }
static_assert(opening_of(Kind::RPar) == Kind::LPar && opening_of(Kind::RSqb) == Kind::LSqb &&
              opening_of(Kind::RBrace) == Kind::LBrace);

}  // namespace mkpyc::token
