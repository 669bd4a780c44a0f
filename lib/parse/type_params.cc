// Type parameters and the type statement (PEP 695, 696).
#include "parse/parser.h"
#include "target/features.h"

namespace mkpyc::parse {

using ast::Expr;

// `type X[T] = value`; `type` is at hand, and a name behind it.
ast::Stmt* Parser::type_alias() {
  Pos first = pos_++;
  Expr* alias = name();
  alias->ctx = ast::ExprContext::Store;
  Seq<ast::TypeParam*> params = type_params();
  expect(Kind::Equal);
  Expr* value = expression();
  return stmt<ast::TypeAlias>(ast::StmtKind::TypeAlias, first, alias, params, value);
}

// "[" parameters "]", or nothing.
Seq<ast::TypeParam*> Parser::type_params() {
  if (!at(Kind::LSqb)) return {};
  if (!context_.target.on(Feature::type_params)) fail();
  Nested nested(*this, Nested::kBracket);
  ++pos_;
  u32 mark = stack_.mark();
  do {
    if (at(Kind::RSqb) && stack_.mark() != mark) break;
    stack_.push(type_param());
  } while (accept(Kind::Comma));
  expect(Kind::RSqb);
  return stack_.take<ast::TypeParam>(arena_, mark);
}

ast::TypeParam* Parser::type_param() {
  Pos first = pos_;
  using ast::TypeParamKind;
  TypeParamKind kind = accept(Kind::Star)         ? TypeParamKind::TypeVarTuple
                       : accept(Kind::DoubleStar) ? TypeParamKind::ParamSpec
                                                  : TypeParamKind::TypeVar;
  Name name = expect_name();
  Expr* bound = kind == TypeParamKind::TypeVar && accept(Kind::Colon) ? expression() : nullptr;
  Expr* default_value = nullptr;
  if (at(Kind::Equal)) {
    if (!context_.target.on(Feature::type_param_defaults)) fail();
    ++pos_;
    default_value = kind == TypeParamKind::TypeVarTuple ? star_expression() : expression();
  }
  return arena_.make<ast::TypeParam>(kind, name, bound, default_value, span(first));
}

}  // namespace mkpyc::parse
