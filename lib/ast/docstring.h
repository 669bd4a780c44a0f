// Which statement is a docstring.
#pragma once

#include "ast/ast.h"

namespace mkpyc::ast {

/// The string that is the statement, if it is one.
inline Object* string_statement(const Stmt& stmt) {
  if (stmt.kind != StmtKind::Expr) return nullptr;
  const Expr& value = *stmt.as<ExprStmt>()->value;
  if (value.kind != ExprKind::Constant) return nullptr;
  Object* constant = value.as<Constant>()->value;
  return constant->type == Type::Str ? constant : nullptr;
}

/// The docstring that a body begins with; null: none (CPython: _PyAST_GetDocString).
inline Object* docstring(Seq<Stmt*> body) { return body.empty() ? nullptr : string_statement(*body[0]); }

}  // namespace mkpyc::ast
