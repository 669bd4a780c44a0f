// The values of number and string tokens. CPython: pegen.c parsenumber, string_parser.c, unicodeobject.c
// _PyUnicode_DecodeUnicodeEscapeInternal, bytesobject.c _PyBytes_DecodeEscape.
//
// A bad literal throws LiteralError, a message without a place: where CPython reports it depends on how far its parser
// has read. `located` makes the SourceError for the usual case; the parser of f-strings adds its own prefix and place.
#pragma once

#include <string>
#include <string_view>

#include "parse/parse.h"

namespace mkpyc::parse {

struct LiteralError {
  enum class Where : u8 {
    kLastToken,   // at the last token that the parser has read (CPython: RAISE_SYNTAX_ERROR)
    kToken,       // at the literal itself (RAISE_SYNTAX_ERROR_KNOWN_LOCATION)
    kKnownToken,  // the same; it also counts as the last token read from here on (known_err_token)
    kTokenLine,   // on the literal's lines, without columns
    kEscape,      // at an escape sequence in the literal, see below; kKnownToken else
  };
  std::string message;
  Where where = Where::kLastToken;
  // For kEscape: lines of the literal before the escape, and bytes before its end in its line, as CPython counts them.
  int escape_line = 0, escape_column = 0;
};

/// The line and the column, from 0, of an escape in `token` for kEscape.
struct EscapePlace {
  int line, column;
};
EscapePlace escape_place(const LiteralError& error, const token::TokenBuffer& tokens, u32 token);

/// The SyntaxError for `error` found in `token` when the parser has read up to `last_token`.
diag::SourceError located(const LiteralError& error, const token::TokenBuffer& tokens, u32 token, u32 last_token);

/// The value of a Number token: an int, float or complex object, fresh (or CPython's cached small int).
Object* decode_number(std::string_view spelling, Context& context);

/// A string token taken apart: prefix letters and the text between the quotes.
struct StringLiteral {
  bool raw = false;
  bool bytes = false;
  bool format = false;    // f
  bool unicode = false;   // u: Constant.kind is "u"
  u8 quotes = 1;          // 1 or 3
  std::string_view body;  // a part of the source text
};

StringLiteral split_unusual_string(std::string_view spelling);

/// Takes the whole spelling of a String token (prefix, quotes and all), as the tokenizer made it. Most have no prefix
/// and one quote at each end.
inline StringLiteral split_string(std::string_view spelling) {
  char quote = spelling[0];
  bool usual = (quote == '"' || quote == '\'') && (spelling.size() < 6 || spelling[1] != quote);
  if (!usual) return split_unusual_string(spelling);
  StringLiteral literal;
  literal.body = {spelling.data() + 1, spelling.size() - 2};
  return literal;
}

/// The text of a str literal: the body itself when there is nothing to decode, else in the arena. Lone surrogates are
/// kept as their three bytes. Warnings about escapes have the line `line` (the first line of the token), or are counted
/// from it. `valid_utf8`: the source is known to be valid UTF-8 (source::Source::valid_utf8); else it is checked.
std::string_view decode_str(const StringLiteral& literal, bool valid_utf8, int line, Context& context);

/// The same for one literal piece of an f-string, between replacement fields and doubled braces.
std::string_view decode_str_piece(std::string_view piece, bool raw, bool valid_utf8, int line, Context& context);

/// Whether the spelling of the token that begins an f-string or t-string, its prefix and quotes, says that it is raw.
inline bool starts_raw(std::string_view spelling) { return spelling.find_first_of("rR") != spelling.npos; }

/// The text that a token of an f-string stands for: of a doubled brace one.
std::string_view fstring_text(std::string_view spelling);

/// That a text is UTF-8, as it is looked at when there may be escapes: each run outside ASCII is decoded by itself, and
/// positions count from its start. Throws LiteralError.
void check_utf8_runs(std::string_view text);

/// The same for the text of an f-string whose parts are tokens. The tokenizer has warned of backslashes before braces.
std::string_view decode_fstring_text(std::string_view text, bool raw, bool valid_utf8, int line, Context& context);

/// The value of a bytes literal.
std::string_view decode_bytes(const StringLiteral& literal, int line, Context& context);

/// CPython's warning about an escape sequence that means nothing: to be called for `\{` in an f-string, with what
/// follows the backslash. Throws if the filters make it an error.
void warn_invalid_escape(std::string_view after_backslash, int line, Context& context);

}  // namespace mkpyc::parse
