// Tokens of a program that the parser refused -> the SyntaxError that CPython reports for it. Entered only after a
// failure, so it may be slow. CPython parses a second time with its `invalid_` rules on and reports the first that
// fires, else "invalid syntax" at the furthest token.
#pragma once

#include "diag/diag.h"
#include "parse/parse.h"
#include "token/token.h"

namespace mkpyc::explain {

/// The error. `failure` is what the parser threw.
diag::SourceError explain(const token::TokenBuffer& tokens, const parse::ParseFailure& failure,
                          parse::Context& context);

}  // namespace mkpyc::explain
