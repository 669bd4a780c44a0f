// Adjacent string literals become one constant, or one JoinedStr if any is an f-string.
// CPython: action_helpers.c _PyPegen_concatenate_strings.
#include "parse/fstring_reparse.h"
#include "parse/literals.h"
#include "parse/parser.h"
#include "parse/text_builder.h"

namespace mkpyc::parse {

using ast::Expr;
using ast::ExprKind;

Expr* Parser::strings() {
  u32 first = pos_;
  while (at(Kind::String)) ++pos_;
  u32 last = pos_ - 1;
  raise_warnings(pos_);  // before those of the literals
  StringLiteral head = split_string(tokens_.spelling(first));
  if (head.bytes) return bytes(first, last);
  bool valid_utf8 = tokens_.source.valid_utf8;
  FStringReparse parts(*this, first, last);
  for (u32 token = first;; head = split_string(tokens_.spelling(++token))) {
    if (head.bytes) fail();
    if (head.format)
      parts.add_format(token, head);
    else
      parts.add_text(decode_str(head, valid_utf8, token_line(token), context_));
    if (token == last) return parts.finish();
  }
}

Expr* Parser::bytes(u32 first, u32 last) {
  TextBuilder text(arena_);
  for (u32 token = first; token <= last; ++token) {
    StringLiteral literal = split_string(tokens_.spelling(token));
    if (!literal.bytes) fail();
    text.append(decode_bytes(literal, token_line(token), context_));
  }
  return expr<ast::Constant>(ExprKind::Constant, span(first, last), context_.objects.bytes(text.take()), false);
}

}  // namespace mkpyc::parse
