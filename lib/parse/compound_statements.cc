// Statements with blocks. Their extent ends with the last token of their last line, even if that is a semicolon.
#include <utility>

#include "parse/parser.h"
#include "target/features.h"

namespace mkpyc::parse {

using ast::Expr;
using ast::Stmt;
using ast::StmtKind;

// Statements up to the `end` token, which is consumed.
Seq<Stmt*> Parser::statements(Kind end) {
  u32 mark = stack_.mark();
  while (!at(end)) statement();
  if (end != Kind::EndMarker) ++pos_;
  return stack_.take<Stmt>(arena_, mark);
}

// Pushes one compound statement, or the statements of a line.
void Parser::statement() {
  begin_statement();
  switch (kind()) {
    case Kind::Name:
      if (at_soft(names::match_, 5) && at_match_stmt()) [[unlikely]] {
        stack_.push(match_stmt());
        return;
      }
      break;
    case Kind::Kw_def_:
    case Kind::At:
    case Kind::Kw_async_:
    case Kind::Kw_if_:
    case Kind::Kw_class_:
    case Kind::Kw_with_:
    case Kind::Kw_for_:
    case Kind::Kw_try_:
    case Kind::Kw_while_: stack_.push(compound_stmt()); return;
    default: break;
  }
  simple_stmts();
}

// What its blocks hold counts for the statement around it, too.
[[gnu::always_inline]] inline Stmt* Parser::compound_stmt() {
  u8 outer = std::exchange(inside_, u8{0});
  Stmt* node = any_compound_stmt();
  node->inside = inside_;
  inside_ |= outer;
  inside_ |= node->may_fold;
  return node;
}

[[gnu::always_inline]] inline Stmt* Parser::any_compound_stmt() {
  switch (kind()) {
    case Kind::Kw_def_: return function_def(StmtKind::FunctionDef, start_of(pos_), {});
    case Kind::At: return decorated();
    case Kind::Kw_async_: return async_stmt();
    case Kind::Kw_if_: return if_stmt();
    case Kind::Kw_class_: return class_def({});
    case Kind::Kw_with_: return with_stmt(StmtKind::With, start_of(pos_));
    case Kind::Kw_for_: return for_stmt(StmtKind::For, start_of(pos_));
    case Kind::Kw_try_: return try_stmt();
    case Kind::Kw_while_: return while_stmt();
    default: fail();
  }
}

// What follows a colon: an indented block, or simple statements on the same line.
Seq<Stmt*> Parser::block() {
  Nested nested(*this, Nested::kBlock);
  end_header();
  u8 may_fold = may_fold_;  // of the statement that the block belongs to
  Seq<Stmt*> body = block_body();
  may_fold_ = may_fold;
  return body;
}

Seq<Stmt*> Parser::block_body() {
  if (accept_newline()) {
    expect(Kind::Indent);
    if (at(Kind::Dedent)) fail();
    return statements(Kind::Dedent);
  }
  u32 mark = stack_.mark();
  simple_stmts();
  return stack_.take<Stmt>(arena_, mark);
}

Stmt* Parser::async_stmt() {
  Start first = start_of(pos_++);
  switch (kind()) {
    case Kind::Kw_def_: return function_def(StmtKind::AsyncFunctionDef, first, {});
    case Kind::Kw_with_: return with_stmt(StmtKind::AsyncWith, first);
    case Kind::Kw_for_: return for_stmt(StmtKind::AsyncFor, first);
    default: fail();
  }
}

// The node of a decorated definition starts at `def` or `class`, not at the decorators.
Stmt* Parser::decorated() {
  u32 mark = stack_.mark();
  while (accept(Kind::At)) {
    stack_.push(named_expression());
    expect_newline();
  }
  Seq<Expr*> decorators = stack_.take<Expr>(arena_, mark);
  Start first = start_of(pos_);
  if (at(Kind::Kw_class_)) return class_def(decorators);
  bool is_async = accept(Kind::Kw_async_);
  return function_def(is_async ? StmtKind::AsyncFunctionDef : StmtKind::FunctionDef, first, decorators);
}

Stmt* Parser::function_def(StmtKind node_kind, Start first, Seq<Expr*> decorators) {
  expect(Kind::Kw_def_);
  Name name = expect_name();
  Seq<ast::TypeParam*> type_params = this->type_params();
  expect(Kind::LPar);
  ast::Arguments* args = def_parameters();
  expect(Kind::RPar);
  Expr* returns = accept(Kind::RArrow) ? expression() : nullptr;
  expect(Kind::Colon);
  Seq<Stmt*> body = block();
  note_docstring(body);
  return stmt<ast::FunctionDef>(node_kind, block_span(first), name, args, body, decorators, returns, type_params);
}

Stmt* Parser::class_def(Seq<Expr*> decorators) {
  Start first = start_of(pos_++);
  Name name = expect_name();
  Seq<ast::TypeParam*> type_params = this->type_params();
  Seq<Expr*> bases;
  Seq<ast::Keyword*> keywords;
  if (at(Kind::LPar)) {
    u32 bases_mark = stack_.mark();
    u32 keywords_mark = keywords_.mark();
    class_arguments();
    bases = stack_.take<Expr>(arena_, bases_mark);
    keywords = keywords_.take<ast::Keyword>(arena_, keywords_mark);
  }
  expect(Kind::Colon);
  Seq<Stmt*> body = block();
  note_docstring(body);
  return stmt<ast::ClassDef>(StmtKind::ClassDef, block_span(first), name, bases, keywords, body, decorators,
                             type_params);
}

// `elif` is an If in the orelse of the one before.
Stmt* Parser::if_stmt() {
  Start first = start_of(pos_++);
  Expr* test = named_expression();
  expect(Kind::Colon);
  ast::NameExpr* first_name = take_names();
  Seq<Stmt*> body = block();
  Seq<Stmt*> orelse;
  if (at(Kind::Kw_elif_)) {
    Nested nested(*this, 1);
    u8 may_fold = may_fold_;
    begin_statement();
    Stmt* elif = if_stmt();
    elif->inside = ast::kInsideAnything;
    inside_ |= depth_ > ast::kMostStatementsNotToFold / 2 ? u8{ast::kFoldsAnything} : elif->may_fold;
    orelse = Seq<Stmt*>::copy(arena_, {elif});
    may_fold_ = may_fold;
  } else {
    orelse = else_block();
  }
  auto* node = stmt<ast::If>(StmtKind::If, block_span(first), test, body, orelse);
  node->first_name = first_name;
  return node;
}

Seq<Stmt*> Parser::else_block() {
  if (!accept(Kind::Kw_else_)) return {};
  expect(Kind::Colon);
  return block();
}

Stmt* Parser::while_stmt() {
  Start first = start_of(pos_++);
  Expr* test = named_expression();
  expect(Kind::Colon);
  ast::NameExpr* first_name = take_names();
  Seq<Stmt*> body = block();
  Seq<Stmt*> orelse = else_block();
  auto* node = stmt<ast::While>(StmtKind::While, block_span(first), test, body, orelse);
  node->first_name = first_name;
  return node;
}

Stmt* Parser::for_stmt(StmtKind node_kind, Start first) {
  expect(Kind::Kw_for_);
  Expr* target = star_targets();
  expect(Kind::Kw_in_);
  Expr* iter = star_expressions();
  note_fold(is_display(iter));
  expect(Kind::Colon);
  ast::NameExpr* first_name = take_names();
  Seq<Stmt*> body = block();
  Seq<Stmt*> orelse = else_block();
  auto* node = stmt<ast::For>(node_kind, block_span(first), target, iter, body, orelse);
  node->first_name = first_name;
  return node;
}

// ---- with ----

Stmt* Parser::with_stmt(StmtKind node_kind, Start first) {
  expect(Kind::Kw_with_);
  u32 mark = stack_.mark();
  if (!at(Kind::LPar) || !parenthesis_ends_header() || !parenthesized_with_items()) {
    stack_.drop(mark);
    do {
      stack_.push(with_item());
    } while (accept(Kind::Comma));
    expect(Kind::Colon);
  }
  Seq<ast::WithItem*> items = stack_.take<ast::WithItem>(arena_, mark);
  Seq<Stmt*> body = block();
  return stmt<ast::With>(node_kind, block_span(first), items, body);
}

// The parenthesis at hand is closed before a colon: the header may be one parenthesised list of items.
bool Parser::parenthesis_ends_header() const {
  u32 open = 0;
  for (Pos token = pos_;; ++token) {
    switch (token->kind) {
      case Kind::LPar:
      case Kind::LSqb:
      case Kind::LBrace: ++open; break;
      case Kind::RPar:
      case Kind::RSqb:
      case Kind::RBrace:
        if (--open == 0) return token[1].kind == Kind::Colon;
        break;
      case Kind::EndMarker:
      case Kind::ErrorToken: return false;
      default: break;
    }
  }
}

// "(" items [","] ")" ":", which the grammar tries before a header that begins with an expression in parentheses. Both
// begin with the same expressions; only what the grammar of items lacks (yield, a star, :=, a comprehension, nothing
// at all) makes the parentheses belong to an expression. Returns false, having read nothing, if so.
bool Parser::parenthesized_with_items() {
  Pos start = pos_++;
  u32 mark = stack_.mark();
  bool items = true;
  do {
    if (at(Kind::RPar) && stack_.mark() != mark) break;
    items = starts_expression();
    if (!items) break;
    stack_.push(with_item());
    items = !at(Kind::ColonEqual) && !at_comprehension();
  } while (items && accept(Kind::Comma));
  if (items) {
    expect(Kind::RPar);
    expect(Kind::Colon);
    return true;
  }
  pos_ = start;
  return false;
}

ast::WithItem* Parser::with_item() {
  Expr* context = expression();
  Expr* target = accept(Kind::Kw_as_) ? star_target() : nullptr;
  return arena_.make<ast::WithItem>(context, target);
}

// ---- try ----

Stmt* Parser::try_stmt() {
  Start first = start_of(pos_++);
  expect(Kind::Colon);
  Seq<Stmt*> body = block();
  u32 mark = stack_.mark();
  bool star = at(Kind::Kw_except_) && peek() == Kind::Star;
  while (at(Kind::Kw_except_)) stack_.push(except_block(star));
  bool handled = stack_.mark() != mark;
  Seq<ast::ExceptHandler*> handlers = stack_.take<ast::ExceptHandler>(arena_, mark);
  Seq<Stmt*> orelse;
  Seq<Stmt*> finalbody;
  if (handled) orelse = else_block();
  if (accept(Kind::Kw_finally_)) {
    expect(Kind::Colon);
    finalbody = block();
    inside_ |= ast::kInsideFinally;
  } else if (!handled) {
    fail();
  }
  return stmt<ast::Try>(star ? StmtKind::TryStar : StmtKind::Try, block_span(first), body, handlers, orelse, finalbody);
}

// An expression, or more of them that only a colon may follow.
Expr* Parser::except_type() {
  Pos first = pos_;
  Expr* type = expression();
  if (!at(Kind::Comma) || !context_.target.on(Feature::except_without_parentheses)) return type;
  u32 mark = stack_.mark();
  stack_.push(type);
  while (accept(Kind::Comma) && starts_expression()) stack_.push(expression());
  if (!at(Kind::Colon)) fail();
  Seq<Expr*> elts = stack_.take<Expr>(arena_, mark);
  return expr<ast::Sequence>(ast::ExprKind::Tuple, first, elts);
}

ast::ExceptHandler* Parser::except_block(bool star) {
  Start first = start_of(pos_++);
  if (star) expect(Kind::Star);
  Expr* type = !star && at(Kind::Colon) ? nullptr : except_type();
  Name name = type != nullptr && accept(Kind::Kw_as_) ? expect_name() : Name::kNone;
  expect(Kind::Colon);
  Seq<Stmt*> body = block();
  return arena_.make<ast::ExceptHandler>(type, name, body, block_span(first));
}

}  // namespace mkpyc::parse
