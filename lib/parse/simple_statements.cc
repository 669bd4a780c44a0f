// Statements of one line, and the lines that hold them.
#include <string>

#include "parse/parser.h"
#include "target/features.h"

namespace mkpyc::parse {

using ast::Expr;
using ast::ExprKind;
using ast::Stmt;
using ast::StmtKind;

inline Stmt* Parser::simple_stmt() {
  if (token::is_keyword(kind())) return keyword_stmt();
  if (at(Kind::Name) && starts_soft_statement()) [[unlikely]]
    return soft_keyword_stmt();
  return expression_statement();
}

// A statement that begins with a keyword, which may be one of an expression.
Stmt* Parser::keyword_stmt() {
  switch (kind()) {
    case Kind::Kw_return_: return return_stmt();
    case Kind::Kw_import_: return import_name(pos_, false);
    case Kind::Kw_from_: return import_from(pos_, false);
    case Kind::Kw_raise_: return raise_stmt();
    case Kind::Kw_pass_: return plain(StmtKind::Pass);
    case Kind::Kw_del_: return del_stmt();
    case Kind::Kw_assert_: return assert_stmt();
    case Kind::Kw_break_: return plain(StmtKind::Break);
    case Kind::Kw_continue_: return plain(StmtKind::Continue);
    case Kind::Kw_global_: return scope_stmt(StmtKind::Global);
    case Kind::Kw_nonlocal_: return scope_stmt(StmtKind::Nonlocal);
    case Kind::Kw_yield_: {
      Pos first = pos_;
      Expr* value = yield_expr();
      return stmt<ast::ExprStmt>(StmtKind::Expr, first, value);
    }
    default: return expression_statement();
  }
}

// One line: statements between semicolons, pushed on the stack.
void Parser::simple_stmts() {
  do {
    begin_statement();
    Stmt* node = simple_stmt();
    node->first_name = take_names();
    if (pos_ - statement_start_ > ast::kMostTokensNotToFold) [[unlikely]]
      node->may_fold = ast::kUnknown;
    inside_ |= node->may_fold;
    stack_.push(node);
  } while (accept(Kind::Semi) && !at(Kind::Newline));
  last_of_line_ = {pos_[-1].loc.end_line, pos_[-1].loc.end_col};
  expect_newline();
}

// `type X = ...` or `lazy import ...`: two words in a row begin no expression.
Stmt* Parser::soft_keyword_stmt() {
  const Target& target = context_.target;
  if (peek() == Kind::Name && at_soft(names::type_, 4) && target.on(Feature::type_params)) return type_alias();
  if (peek() == Kind::Name || !at_soft(names::lazy_, 4) || !target.on(Feature::lazy_imports)) fail();
  Pos first = pos_++;
  return at(Kind::Kw_import_) ? import_name(first, true) : import_from(first, true);
}

Stmt* Parser::plain(StmtKind node_kind) {
  Pos first = pos_++;
  return arena_.make<Stmt>(Stmt{.kind = node_kind, .may_fold = 0, .inside = 0, .loc = span(first)});
}

// An expression, or an assignment that begins with one.
Stmt* Parser::expression_statement() {
  Pos first = pos_;
  Expr* value = star_expressions();
  if (at(Kind::Equal)) return assign(value, first);
  if (at(Kind::Colon)) return ann_assign(value, first);
  if (kKindFacts.augmented[static_cast<std::size_t>(kind())]) return aug_assign(value, first);
  return stmt<ast::ExprStmt>(StmtKind::Expr, first, value);
}

[[gnu::always_inline]] inline Stmt* Parser::assign(Expr* value, Pos first) {
  u32 mark = stack_.mark();
  while (accept(Kind::Equal)) {
    make_target(value, ast::ExprContext::Store);
    stack_.push(value);
    value = yield_or_star_expressions();
    if (value->kind == ExprKind::Yield || value->kind == ExprKind::YieldFrom) break;  // no target: nothing may follow
  }
  Seq<Expr*> targets = stack_.take<Expr>(arena_, mark);
  return stmt<ast::Assign>(StmtKind::Assign, first, targets, value);
}

Stmt* Parser::aug_assign(Expr* target, Pos first) {
  make_single_target(target);
  u8 op = kKindFacts.op[static_cast<std::size_t>(kind())];
  ++pos_;
  Expr* value = yield_or_star_expressions();
  auto* node = stmt<ast::AugAssign>(StmtKind::AugAssign, first, target, value);
  node->op = op;
  return node;
}

Stmt* Parser::ann_assign(Expr* target, Pos first) {
  make_annotated_target(target);
  bool simple = target->kind == ExprKind::Name && !target->parenthesized;
  expect(Kind::Colon);
  Expr* annotation = expression();
  Expr* value = accept(Kind::Equal) ? yield_or_star_expressions() : nullptr;
  return stmt<ast::AnnAssign>(StmtKind::AnnAssign, first, simple, target, annotation, value);
}

Stmt* Parser::return_stmt() {
  Pos first = pos_++;
  Expr* value = starts_expression() || at(Kind::Star) ? star_expressions() : nullptr;
  return stmt<ast::Return>(StmtKind::Return, first, value);
}

Stmt* Parser::raise_stmt() {
  Pos first = pos_++;
  Expr* exc = starts_expression() ? expression() : nullptr;
  Expr* cause = exc != nullptr && accept(Kind::Kw_from_) ? expression() : nullptr;
  return stmt<ast::Raise>(StmtKind::Raise, first, exc, cause);
}

Stmt* Parser::del_stmt() {
  Pos first = pos_++;
  u32 mark = stack_.mark();
  do {
    stack_.push(del_target());
  } while (accept(Kind::Comma) && starts_expression());
  if (!at(Kind::Semi) && !at(Kind::Newline)) fail();
  Seq<Expr*> targets = stack_.take<Expr>(arena_, mark);
  return stmt<ast::Delete>(StmtKind::Delete, first, targets);
}

Stmt* Parser::assert_stmt() {
  Pos first = pos_++;
  Expr* test = expression();
  Expr* message = accept(Kind::Comma) ? expression() : nullptr;
  return stmt<ast::Assert>(StmtKind::Assert, first, test, message);
}

Stmt* Parser::scope_stmt(StmtKind node_kind) {
  Pos first = pos_++;
  Pos first_name = pos_;
  do {
    expect_name();
  } while (accept(Kind::Comma));
  u32 count = static_cast<u32>(pos_ - first_name + 1) / 2;  // names and commas in turns
  Seq<Name> all{arena_.array<Name>(count), count};
  for (u32 i = 0; i < count; ++i) all[i] = first_name[std::size_t{2} * i].name;
  return stmt<ast::Global>(node_kind, first, all);
}

// ---- imports ----

Stmt* Parser::import_name(Pos first, bool lazy) {
  expect(Kind::Kw_import_);
  u32 mark = stack_.mark();
  do {
    stack_.push(alias(true));
  } while (accept(Kind::Comma));
  Seq<ast::Alias*> all = stack_.take<ast::Alias>(arena_, mark);
  return stmt<ast::Import>(StmtKind::Import, first, lazy, all);
}

Stmt* Parser::import_from(Pos first, bool lazy) {
  expect(Kind::Kw_from_);
  i32 level = 0;
  for (; at(Kind::Dot) || at(Kind::Ellipsis); ++pos_) level += at(Kind::Dot) ? 1 : 3;
  Pos name_token = pos_;
  Name module = level != 0 && at(Kind::Kw_import_) ? Name::kNone : dotted_name();
  expect(Kind::Kw_import_);
  if (lazy && level == 0 && module == names::dunder_future) fail();
  if (module == names::lazy_ && level != 0) warn_of_lazy(name_token, level);
  Seq<ast::Alias*> all = import_from_targets();
  if (module == names::dunder_future && level == 0) [[unlikely]]
    for (const ast::Alias* alias : all)
      if (alias->name == names::barry_as_FLUFL) barry_ = context_.target.on(Feature::barry_in_files);
  return stmt<ast::ImportFrom>(StmtKind::ImportFrom, first, module, all, level, lazy);
}

// `from . lazy import x` is not what it looks like.
void Parser::warn_of_lazy(Pos name_token, i32 level) {
  if (!context_.target.on(Feature::lazy_imports) || tokens_.start(*name_token) == tokens_.end(name_token[-1])) return;
  std::string dots(static_cast<std::size_t>(level), '.');
  std::string message = "'from " + dots + " lazy import' is the same as 'from " + dots +
                        "lazy import'; did you mean 'lazy from " + dots + " import'?";
  raise_warnings(pos_);
  if (context_.sink.warn(diag::Category::SyntaxWarning, name_token->loc.line, message, diag::Origin::Parser)) fail();
}

Seq<ast::Alias*> Parser::import_from_targets() {
  u32 mark = stack_.mark();
  if (at(Kind::Star)) {
    Pos token = pos_++;
    stack_.push(arena_.make<ast::Alias>(names::star, Name::kNone, span(token)));
    return stack_.take<ast::Alias>(arena_, mark);
  }
  bool parenthesis = accept(Kind::LPar);
  do {
    if (parenthesis && at(Kind::RPar) && stack_.mark() != mark) break;
    stack_.push(alias(false));
  } while (accept(Kind::Comma));
  if (parenthesis) expect(Kind::RPar);
  return stack_.take<ast::Alias>(arena_, mark);
}

ast::Alias* Parser::alias(bool dotted) {
  Pos first = pos_;
  Name name = dotted ? dotted_name() : expect_name();
  Name asname = accept(Kind::Kw_as_) ? expect_name() : Name::kNone;
  return arena_.make<ast::Alias>(name, asname, span(first));
}

// `a.b.c` as one name.
Name Parser::dotted_name() {
  Name name = expect_name();
  if (!at(Kind::Dot)) return name;
  std::string& joined = scratch_.text;
  joined.assign(context_.names.text(name));
  while (accept(Kind::Dot)) {
    Name part = expect_name();
    joined.push_back('.');
    joined.append(context_.names.text(part));
  }
  return context_.names.intern(joined);
}

}  // namespace mkpyc::parse
