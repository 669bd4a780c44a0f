// Adjacent string literals become one constant, or one JoinedStr if any is an f-string.
// CPython: action_helpers.c _PyPegen_concatenate_strings.
#include "parse/fstring_reparse.h"
#include "parse/fstring_tokens.h"
#include "parse/literals.h"
#include "parse/parser.h"
#include "parse/text_builder.h"
#include "target/features.h"

namespace mkpyc::parse {

using ast::Expr;
using ast::ExprKind;

Expr* Parser::strings() {
  Pos first = pos_;
  while (at(Kind::String)) ++pos_;
  if (at(Kind::FStringStart) || at(Kind::TStringStart)) [[unlikely]]
    return format_strings(first);
  Pos last = pos_ - 1;
  last_literal_ = first;
  raise_warnings(pos_);  // before those of the literals
  std::string_view spelling = tokens_.spelling(*first);
  StringLiteral literal = split_string(spelling);
  if (literal.bytes) return bytes(first, last);
  if (first != last || literal.format) [[unlikely]]
    return joined_strings(first, last);
  bool plain = !first->has_backslash && tokens_.source.ascii;
  Object* value =
      plain ? context_.objects.ascii_stable(literal.body)
            : context_.objects.str_stable(decode_str(literal, tokens_.source.valid_utf8, first->loc.line, context_));
  return expr<ast::Constant>(ExprKind::Constant, first->loc, spelling[0] == 'u', value);
}

// Several strings, or one that is an f-string in one token.
Expr* Parser::joined_strings(Pos first, Pos last) {
  note_unordered();
  FStringReparse parts(*this, first, last);
  for (Pos token = first;; ++token) {
    StringLiteral literal = split_string(tokens_.spelling(*token));
    last_literal_ = token;
    if (literal.bytes) mixed(literal, token);
    if (literal.format)
      parts.add_format(token, literal);
    else
      parts.add_text(decode_str(literal, tokens_.source.valid_utf8, token->loc.line, context_));
    if (token == last) return parts.finish();
  }
}

// Some of the tokens from `first` on begin f-strings or t-strings, whose parts are tokens of their own.
Expr* Parser::format_strings(Pos first) {
  pos_ = first;
  note_unordered();
  FStringTokens parts(*this);
  bool templates = at(Kind::TStringStart);
  for (;;) {
    if (at(Kind::String)) {
      if (templates) fail();
      Pos token = pos_++;
      raise_warnings(pos_);
      last_literal_ = token;
      StringLiteral literal = split_string(tokens_.spelling(*token));
      if (literal.bytes) mixed(literal, token);
      parts.add_string(token, decode_str(literal, tokens_.source.valid_utf8, token->loc.line, context_));
    } else if (at(Kind::FStringStart) || at(Kind::TStringStart)) {
      if (at(Kind::TStringStart) != templates) fail();
      parts.add_format();
    } else {
      return parts.finish(first);
    }
  }
}

Expr* Parser::bytes(Pos first, Pos last) {
  TextBuilder text(arena_);
  for (Pos token = first; token <= last; ++token) {
    last_literal_ = token;
    StringLiteral literal = split_string(tokens_.spelling(*token));
    if (!literal.bytes) mixed(literal, token);
    text.append(decode_bytes(literal, token->loc.line, context_));
  }
  return expr<ast::Constant>(ExprKind::Constant, span(first, last), false, context_.objects.bytes(text.take()));
}

// Bytes and text side by side; but CPython looks at the second literal first.
void Parser::mixed(const StringLiteral& literal, Pos token) {
  if (literal.bytes)
    decode_bytes(literal, token->loc.line, context_);
  else if (!literal.format)
    decode_str(literal, tokens_.source.valid_utf8, token->loc.line, context_);
  throw LiteralError{"cannot mix bytes and nonbytes literals"};
}

Expr* Parser::only_strings(u32 first, u32& token) {
  pos_ += first;
  next_warning_ = static_cast<u32>(tokens_.warnings.size());
  try {
    return strings();
  } catch (const LiteralError&) {
    token = index(last_literal_);
    throw;
  }
}

bool check_string(const token::TokenBuffer& tokens, u32 token, Context& context) {
  StringLiteral literal = split_string(tokens.spelling(token));
  i32 line = tokens.loc(token).line;
  if (literal.bytes)
    decode_bytes(literal, line, context);
  else
    decode_str(literal, tokens.source.valid_utf8, line, context);
  return literal.bytes;
}

void check_fstring_text(const token::TokenBuffer& tokens, u32 token, bool raw, u32 line_token, Context& context) {
  decode_fstring_text(fstring_text(tokens.spelling(token)), raw, tokens.source.valid_utf8, tokens.loc(line_token).line,
                      context);
}

bool check_strings(const token::TokenBuffer& tokens, u32 first, const Relocation& where, const KnownPieces& known,
                   Context& context, u32& token) {
  Scratch scratch;
  scratch.fine_pieces = known.fine;
  scratch.bad_piece = known.bad;
  token::TokenBuffer relocated;
  if (where.piece) {
    relocated = tokens;
    relocated.relocate(where.first_line, where.first_column);
  }
  Parser parser(where.piece ? relocated : tokens, context, scratch);
  return parser.only_strings(first, token)->kind == ExprKind::JoinedStr;
}

}  // namespace mkpyc::parse
