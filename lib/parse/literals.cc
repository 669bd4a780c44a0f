// Strings: taking tokens apart and placing errors. The escapes are in escapes.cc, numbers in numbers.cc.
#include "parse/literals.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/utf8.h"
#include "parse/escapes.h"
#include "target/features.h"
#include "token/error_text.h"

namespace mkpyc::parse {
namespace {

bool has_backslash(std::string_view text) { return text.find('\\') != text.npos; }

void check_utf8(std::string_view text) {
  if (auto error = find_utf8_error(text))
    throw LiteralError{"(unicode error) " + decode_error_text("utf-8", text, error->start, error->end, error->reason)};
}

// CPython looks at the text after it has put escapes in the place of all that is not ASCII. The line may end after the
// backslash of an escape.
int escaped_width(std::string_view line) {
  constexpr int kCharacter = 10, kBackslash = 6;  // \U000000e9, \u005c
  int width = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    bool continued = (static_cast<u8>(line[at]) & 0xC0) == 0x80;
    bool pair = at + 1 < line.size() && static_cast<u8>(line[at + 1]) < 0x80;
    if (line[at] == '\\' && (pair || at + 1 == line.size()))
      width += pair ? 2 : 1, at += pair;
    else if (!continued)
      width += line[at] == '\\' ? kBackslash : static_cast<u8>(line[at]) < 0x80 ? 1 : kCharacter;
  }
  return width;
}

LiteralError error_at_escape(std::string message, std::string_view before) {
  LiteralError error{std::move(message), LiteralError::Where::kEscape};
  error.escape_line = static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  std::size_t line_start = before.rfind('\n') + 1;  // 0 if there is none
  error.escape_column = escaped_width(before.substr(line_start));
  return error;
}

// The first escape in `body` that means nothing, if there is one. It may be on a later line than `line`.
void warn_of_first(std::string_view first_invalid, std::string_view body, int line, Context& context) {
  if (first_invalid.empty()) return;
  bool at_line = context.target.on(Feature::escape_warning_at_line);
  std::string_view before(body.data(), static_cast<std::size_t>(first_invalid.data() - body.data()));
  if (at_line) line += static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  try {
    warn_invalid_escape(first_invalid, line, context);
  } catch (const LiteralError& error) {
    if (at_line) throw error_at_escape(error.message, before);
    throw;
  }
}

std::string_view with_escapes(std::string_view body, bool valid_utf8, int line, Context& context) {
  if (!valid_utf8) check_utf8_runs(body);
  if (!has_backslash(body)) return body;
  Unescaped result = unescape_str(body, context.target, context.arena);
  warn_of_first(result.first_invalid, body, line, context);
  return result.text;
}

}  // namespace

void check_utf8_runs(std::string_view text) {
  auto outside = [](char c) { return static_cast<u8>(c) >= 0x80; };
  for (auto at = text.begin(); at != text.end();) {
    auto start = std::find_if(at, text.end(), outside);
    at = std::find_if_not(start, text.end(), outside);
    check_utf8({start, at});
  }
}

StringLiteral split_unusual_string(std::string_view spelling) {
  StringLiteral literal;
  const char* quote = spelling.data();
  const char* end = quote + spelling.size();
  if (*quote == '\r' || *quote == '#')  // a string behind what Feature::carriage_return_skipped says
    throw diag::SourceError{.exception = diag::Exception::SystemError,
                            .message = "Parser/string_parser.c: bad argument to internal function"};
  for (; *quote != '"' && *quote != '\''; ++quote) {
    switch (*quote | 0x20) {
      case 'r': literal.raw = true; break;
      case 'b': literal.bytes = true; break;
      case 'f': literal.format = true; break;
      case 'u': literal.unicode = true; break;
      default: MKPYC_CHECK(false);
    }
  }
  bool triple = end - quote >= 6 && quote[1] == *quote && quote[2] == *quote;
  literal.quotes = triple ? 3 : 1;
  literal.body = {quote + literal.quotes, end - literal.quotes};
  return literal;
}

std::string_view decode_str(const StringLiteral& literal, bool valid_utf8, int line, Context& context) {
  if (!literal.raw && has_backslash(literal.body)) return with_escapes(literal.body, valid_utf8, line, context);
  if (!valid_utf8) check_utf8(literal.body);
  return literal.body;
}

std::string_view decode_str_piece(std::string_view piece, bool raw, bool valid_utf8, int line, Context& context) {
  if (!raw) return with_escapes(piece, valid_utf8, line, context);
  if (!valid_utf8) check_utf8(piece);
  return piece;
}

std::string_view fstring_text(std::string_view spelling) {
  std::size_t size = spelling.size();
  bool doubled =
      size >= 2 && spelling[size - 1] == spelling[size - 2] && (spelling[size - 1] == '{' || spelling[size - 1] == '}');
  return spelling.substr(0, size - (doubled ? 1 : 0));
}

std::string_view decode_fstring_text(std::string_view text, bool raw, bool valid_utf8, int line, Context& context) {
  if (raw || !has_backslash(text)) {
    if (!valid_utf8) check_utf8(text);
    return text;
  }
  if (!valid_utf8) check_utf8_runs(text);
  Unescaped result = unescape_str(text, context.target, context.arena);
  std::string_view invalid = result.first_invalid;
  if (!invalid.empty() && invalid[0] != '{' && invalid[0] != '}') warn_of_first(invalid, text, line, context);
  return result.text;
}

std::string_view decode_bytes(const StringLiteral& literal, int line, Context& context) {
  if (!is_ascii(literal.body))
    throw LiteralError{"bytes can only contain ASCII literal characters",
                       context.target.on(Feature::bytes_error_at_literal) ? LiteralError::Where::kToken
                                                                          : LiteralError::Where::kLastToken};
  if (literal.raw || !has_backslash(literal.body)) return literal.body;
  Unescaped result = unescape_bytes(literal.body, context.arena);
  warn_of_first(result.first_invalid, literal.body, line, context);
  return result.text;
}

// CPython: string_parser.c warn_invalid_escape_sequence
void warn_invalid_escape(std::string_view after_backslash, int line, Context& context) {
  if (context.silent_escapes) return;
  bool octal = after_backslash[0] >= '4' && after_backslash[0] <= '7';
  std::string escape = "\\" + std::string(after_backslash.substr(0, octal ? 3 : 1));
  std::string message = token::invalid_escape_message(escape, octal, context.target);
  diag::Category category = context.target.on(Feature::escapes_are_syntax_warnings)
                                ? diag::Category::SyntaxWarning
                                : diag::Category::DeprecationWarning;
  if (context.sink.warn(category, line, message, diag::Origin::Parser))
    throw LiteralError{token::invalid_escape_error(escape, octal, context.target), LiteralError::Where::kKnownToken};
}

// CPython: string_parser.c warn_invalid_escape_sequence: quotes count where they begin the token, prefixes never.
EscapePlace escape_place(const LiteralError& error, const token::TokenBuffer& tokens, u32 token) {
  EscapePlace place{tokens.loc(token).line + error.escape_line, error.escape_column};
  if (error.escape_line > 0) return place;
  place.column += tokens.loc(token).col;
  std::string_view spelling = tokens.spelling(token);
  for (char c : spelling) {
    if (c != '"' && c != '\'') break;
    place.column += c == spelling[0];
  }
  return place;
}

// CPython: pegen_errors.c _PyPegen_raise_error, and pegen.h for the two other places.
diag::SourceError located(const LiteralError& error, const token::TokenBuffer& tokens, u32 token, u32 last_token) {
  u32 at = error.where == LiteralError::Where::kLastToken ? last_token : token;
  token::ErrorLine line(tokens, last_token, static_cast<u32>(tokens.loc(at).line));
  diag::SourceError result;
  result.message = error.message;
  result.located = true;
  result.text_from = diag::TextFrom::kGiven;
  result.text = line.text();
  result.line = tokens.loc(at).line;
  result.end_line = tokens.loc(at).end_line;
  if (error.where == LiteralError::Where::kTokenLine) return result;
  if (error.where == LiteralError::Where::kEscape) {
    EscapePlace place = escape_place(error, tokens, token);
    token::ErrorLine escape_line(tokens, last_token, static_cast<u32>(place.line));
    result.text = escape_line.text();
    result.line = result.end_line = place.line;
    result.offset = escape_line.offset(place.column);
    result.end_offset = escape_line.offset(place.column + 2);
    return result;
  }
  // A token without text has no columns: the place where the tokenizer stands is taken as it is.
  bool text = has_text(tokens.kind(at));
  result.offset = line.offset(tokens.loc(at).col + (text ? 1 : 0));
  result.end_offset = text ? line.offset(tokens.loc(at).end_col + 1) : -1;
  return result;
}

}  // namespace mkpyc::parse
