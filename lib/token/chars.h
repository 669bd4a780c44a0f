// What each byte can start or go on with.
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
  kCarriageReturn,  // one that only decoding has brought to light
  kLastOddStart = kCarriageReturn,
  kOther,
  kOperator,  // one that others may follow in the same token
  // What a number may turn out to go on with:
  kName,  // ASCII letter or '_'
  kDigit,
  kDot,
  // What a name may turn out to go on with:
  kQuote,
  kNonAscii,  // taken for a letter
};

// Labels of a switch over a character.
// clang-format off
#define CASES_OF_LETTERS \
  case 'A': case 'B': case 'C': case 'D': case 'E': case 'F': case 'G': case 'H': case 'I': case 'J': case 'K': \
  case 'L': case 'M': case 'N': case 'O': case 'P': case 'Q': case 'R': case 'S': case 'T': case 'U': case 'V': \
  case 'W': case 'X': case 'Y': case 'Z': case '_': \
  case 'a': case 'b': case 'c': case 'd': case 'e': case 'f': case 'g': case 'h': case 'i': case 'j': case 'k': \
  case 'l': case 'm': case 'n': case 'o': case 'p': case 'q': case 'r': case 's': case 't': case 'u': case 'v': \
  case 'w': case 'x': case 'y': case 'z':
#define CASES_OF_DIGITS \
  case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
#define CASES_OF_OPERATORS \
  case '%': case '&': case '*': case '+': case '-': case '/': case ':': case '<': case '=': case '>': case '@': \
  case '^': case '|':
// clang-format on

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_non_ascii(char c) { return static_cast<u8>(c) >= 0x80; }
/// CPython: is_potential_identifier_char
constexpr bool is_name_char(char c) { return is_letter(c) || is_digit(c) || c == '_' || is_non_ascii(c); }

constexpr Class class_of(char c) {
  switch (c) {
    CASES_OF_LETTERS return Class::kName;
    CASES_OF_DIGITS return Class::kDigit;
    CASES_OF_OPERATORS return Class::kOperator;
    case ' ':
    case '\t':
    case '\f': return Class::kBlank;
    case '\n': return Class::kNewline;
    case '#': return Class::kComment;
    case '\\': return Class::kBackslash;
    case '\r': return Class::kCarriageReturn;
    case '\'':
    case '"': return Class::kQuote;
    case '.': return Class::kDot;
    default: return is_non_ascii(c) ? Class::kNonAscii : Class::kOther;
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
