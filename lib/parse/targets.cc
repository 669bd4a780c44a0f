// Assignment targets. The grammar's star_targets, single_target and del_targets accept a subset of what expressions
// accept, with the same extents, so a target is parsed as an expression and checked here; the context is set all the
// way down, as CPython's rules do.
#include "parse/parser.h"

namespace mkpyc::parse {

using ast::Expr;
using ast::ExprContext;
using ast::ExprKind;

// Recursion follows brackets, which are bounded.
void Parser::make_other_target(Expr* target, ExprContext ctx) {
  switch (target->kind) {
    case ExprKind::Name:
    case ExprKind::Attribute:
    case ExprKind::Subscript: break;
    case ExprKind::Starred:
      if (ctx == ExprContext::Del) fail();
      make_target(target->as<ast::Starred>()->value, ctx);
      break;
    case ExprKind::List:
    case ExprKind::Tuple:
      for (Expr* element : target->as<ast::Sequence>()->elts) make_target(element, ctx);
      break;
    default: fail();
  }
  target->ctx = ctx;
}

// The target of an annotated or augmented assignment.
void Parser::make_single_target(Expr* target) {
  if (target->kind != ExprKind::Name && target->kind != ExprKind::Attribute && target->kind != ExprKind::Subscript)
    fail();
  target->ctx = ExprContext::Store;
}

// An annotated target may be in parentheses, or else be an attribute or a subscript. The grammar tries the parentheses
// first, and does not come back: `(a).b: int` is an error, `(a + b).c: int` and `f(a).b: int` are not.
void Parser::make_annotated_target(Expr* target) {
  make_single_target(target);
  const Expr* base = target;
  while (!base->parenthesized) {
    if (base->kind == ExprKind::Attribute)
      base = base->as<ast::Attribute>()->value;
    else if (base->kind == ExprKind::Subscript)
      base = base->as<ast::Subscript>()->value;
    else if (base->kind == ExprKind::Call)
      base = base->as<ast::Call>()->func;
    else
      return;
  }
  bool is_target =
      base->kind == ExprKind::Name || base->kind == ExprKind::Attribute || base->kind == ExprKind::Subscript;
  if (base != target && is_target) fail();
}

// The targets of `for`, which end before `in`: their parts are primaries, so that `in` is no operator.
Expr* Parser::star_targets() {
  Pos first = pos_;
  Expr* head = star_target();
  if (!at(Kind::Comma)) return head;
  u32 mark = stack_.mark();
  stack_.push(head);
  while (accept(Kind::Comma)) {
    if (!starts_expression() && !at(Kind::Star)) break;
    stack_.push(star_target());
  }
  Seq<Expr*> elts = stack_.take<Expr>(arena_, mark);
  auto* tuple = expr<ast::Sequence>(ExprKind::Tuple, first, elts);
  tuple->ctx = ExprContext::Store;
  return tuple;
}

Expr* Parser::star_target() {
  Pos first = pos_;
  bool star = accept(Kind::Star);
  Expr* target = primary();
  make_target(target, ExprContext::Store);
  if (!star) return target;
  auto* node = expr<ast::Starred>(ExprKind::Starred, first, target);
  node->ctx = ExprContext::Store;
  return node;
}

Expr* Parser::del_target() {
  Expr* target = primary();
  make_target(target, ExprContext::Del);
  return target;
}

}  // namespace mkpyc::parse
