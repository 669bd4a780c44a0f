// Expression -> source text, as CPython keeps annotations under `from __future__ import annotations` (CPython:
// ast_unparse.c). Parentheses, quotes and spaces are CPython's, not the source's.
#pragma once

#include <string>

#include "ast/ast.h"
#include "object/object.h"
#include "target/target.h"

namespace mkpyc::codegen {

/// The text of an annotation, as a fresh str. Throws diag::SourceError (ValueError) for an integer with more than
/// `int_max_str_digits` decimal digits; 0 is no limit. `scratch` is memory to use again.
StrObject* unparse(const ast::Expr& expression, Objects& objects, const Target& target, int int_max_str_digits,
                   std::string& scratch);

}  // namespace mkpyc::codegen
