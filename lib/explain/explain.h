// Tokens of a program that the parser refused -> the SyntaxError that CPython reports for it. Entered only after a
// failure, so it may be slow. CPython parses a second time with its `invalid_` rules on and reports the first that
// fires, else "invalid syntax" at the furthest token.
#pragma once

#include "diag/diag.h"
#include "parse/parse.h"
#include "token/token.h"

namespace mkpyc::explain {

/// parse::parse, but it throws the SourceError that CPython would report: what the pipeline calls. A program that
/// nests so deeply that the parser cannot tell whether CPython's would overflow is counted out rule by rule. Warnings
/// of the tokenizer and of literals go to the context's sink as far as CPython's parser gets.
ast::Module* parse(const token::TokenBuffer& tokens, parse::Context& context);
ast::Module* parse(token::Lines& lines, parse::Context& context);

/// What CPython's first pass makes of the tokens, for compile() with PyCF_ALLOW_INCOMPLETE_INPUT.
enum class FirstPass : u8 {
  kAccepted,
  kIncomplete,  // not accepted, but more text might be
  kRefused,
  kFailed,  // by an exception that is no SyntaxError
};
FirstPass first_pass(const token::TokenBuffer& tokens, parse::Context& context);

/// Whether the grammar that explains errors accepts the tokens: what the tests hold against the parser.
bool accepts(const token::TokenBuffer& tokens, parse::Context& context);

}  // namespace mkpyc::explain
