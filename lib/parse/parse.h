// Tokens -> syntax tree, for valid programs. The parser keeps no error logic but the furthest token it read; when it
// fails, lib/compile.cc asks explain/ for the error that CPython reports.
//
// In: TokenBuffer. Out: ast::Module. Errors: ParseFailure for "not in the grammar"; SourceError for what CPython's
// parser actions raise themselves (bad string escapes, too many nested parentheses, ...).
#pragma once

#include "ast/ast.h"
#include "diag/diag.h"
#include "object/object.h"
#include "target/target.h"
#include "token/token.h"

namespace mkpyc::parse {

/// Thrown when the tokens are not a program: nothing more is known here.
struct ParseFailure {
  u32 furthest_token;  // the last token that the grammar looked at
};

struct Context {
  const Target& target;
  Arena& arena;
  NameTable& names;
  Objects& objects;
  diag::Sink& sink;
  /// Most decimal digits of an integer literal (PYTHONINTMAXSTRDIGITS); 0 is no limit.
  int int_max_str_digits = 4300;
};

ast::Module* parse(const token::TokenBuffer& tokens, Context& context);

}  // namespace mkpyc::parse
