// Expressions down to primaries. Binary operators are parsed by precedence climbing, where CPython's grammar has a rule
// a level; an operand that no operator follows passes through one function instead of twelve.
//
// Every node starts at a token, not at its first operand: `(a) + b` starts at the parenthesis, which is no node. So
// the functions carry the index of the first token along.
#include "base/likely.h"
#include "parse/parser.h"

namespace mkpyc::parse {

using ast::Expr;
using ast::ExprKind;

// A comma has been seen after `head`: the tuple that it begins, to the last element or comma.
Expr* Parser::tuple_rest(Expr* head, Pos first, Expr* (Parser::*element)()) {
  u32 mark = stack_.mark();
  stack_.push(head);
  while (accept(Kind::Comma)) {
    if (!starts_expression() && !at(Kind::Star)) break;
    stack_.push((this->*element)());
  }
  return tuple(first, stack_.take<Expr>(arena_, mark));
}

Expr* Parser::star_named_expression() { return at(Kind::Star) ? starred(kBitOr) : named_expression(); }

// `*a`; in displays and assignments the operand is a bitwise_or, in calls and subscripts a whole expression.
Expr* Parser::starred(u8 level) {
  Pos first = pos_++;
  Expr* value = level == kNoLevel ? expression() : binary(level);
  return expr<ast::Starred>(ExprKind::Starred, first, value);
}

Expr* Parser::assignment_expression() {
  Pos first = pos_;
  Expr* target = name();
  target->ctx = ast::ExprContext::Store;
  note_unordered();
  expect(Kind::ColonEqual);
  Expr* value = expression();
  return expr<ast::NamedExpr>(ExprKind::NamedExpr, first, target, value);
}

Expr* Parser::expression() {
  if (at_lone_name()) return name();
  if (at(Kind::Kw_lambda_)) [[unlikely]]
    return lambda();
  Pos first = pos_;
  Expr* body = operand(kOr);
  if (!kKindFacts.continues_primary[static_cast<std::size_t>(kind())]) [[likely]]
    return body;
  return expression_rest(body, first);
}

// What comes after the first operand of an expression.
Expr* Parser::expression_rest(Expr* body, Pos first) {
  body = binary_rest(body, first, kOr);
  return at(Kind::Kw_if_) ? conditional(body, first) : body;
}

Expr* Parser::conditional(Expr* body, Pos first) {
  Nested nested(*this, 2);
  note_unordered();
  expect(Kind::Kw_if_);
  Expr* test = disjunction();
  expect(Kind::Kw_else_);
  Expr* orelse = expression();
  return expr<ast::IfExp>(ExprKind::IfExp, first, test, body, orelse);
}

Expr* Parser::lambda() {
  Nested nested(*this, 2);
  note_unordered();
  Pos first = pos_++;
  ast::Arguments* args = lambda_parameters();
  expect(Kind::Colon);
  Expr* body = expression();
  return expr<ast::Lambda>(ExprKind::Lambda, first, args, body);
}

Expr* Parser::yield_expr() {
  Pos first = pos_++;
  note_unordered();
  if (accept(Kind::Kw_from_)) {
    Expr* value = expression();
    return expr<ast::YieldFrom>(ExprKind::YieldFrom, first, value);
  }
  Expr* value = starts_expression() || at(Kind::Star) ? star_expressions() : nullptr;
  return expr<ast::Yield>(ExprKind::Yield, first, value);
}

// ---- operators ----

// What stands before the first operator that binds tighter than `level`.
inline Expr* Parser::operand(u8 level) {
  return likely(kKindFacts.starts_primary[static_cast<std::size_t>(kind())]) ? primary_here() : prefixed(level);
}

Expr* Parser::prefixed(u8 level) { return at(Kind::Kw_not_) && level <= kNot ? inversion() : factor(); }

Expr* Parser::binary(u8 level) {
  Pos first = pos_;
  Expr* left = operand(level);
  if (kKindFacts.level[static_cast<std::size_t>(kind())] < level) [[likely]]
    return left;
  return binary_rest(left, first, level);
}

Expr* Parser::binary_rest(Expr* left, Pos first, u8 level) {
  for (;;) {
    std::size_t op = static_cast<std::size_t>(kind());
    u8 found = kKindFacts.level[op];
    if (found < level) return left;
    if (found == kPower) {
      left = power(left, first);
    } else if (found > kCompare) {
      ++pos_;
      Expr* right = binary(found + 1);
      auto* node = expr<ast::BinOp>(ExprKind::BinOp, first, left, right);
      node->op = kKindFacts.op[op];
      if (is_constant(left)) note_fold_binary(*node);
      left = node;
    } else if (found == kCompare) {
      if (at(Kind::Kw_not_) && peek() != Kind::Kw_in_) return left;
      left = comparison(left, first);
    } else {
      left = bool_op(left, first, found);
    }
  }
}

// All operands of a run of `or` or `and` are one node.
Expr* Parser::bool_op(Expr* left, Pos first, u8 level) {
  u32 mark = stack_.mark();
  Kind op = kind();
  stack_.push(left);
  while (accept(op)) stack_.push(binary(level + 1));
  Seq<Expr*> values = stack_.take<Expr>(arena_, mark);
  auto* node = expr<ast::BoolOp>(ExprKind::BoolOp, first, values);
  node->op = static_cast<u8>(level == kOr ? ast::BoolOpKind::Or : ast::BoolOpKind::And);
  return node;
}

// Consumes a comparison operator, if one is next.
[[gnu::always_inline]] inline bool Parser::comparison_operator(ast::CmpOp& op) {
  using ast::CmpOp;
  Kind next = kind();
  if (next == Kind::EqEqual) {
    op = CmpOp::Eq;
  } else if (next == Kind::NotEqual) {
    // "<>" is the same token, which takes a future import to mean anything; "!=" means nothing then.
    if ((tokens_.text[tokens_.start(*pos_)] == '<') != barry_) fail();
    op = CmpOp::NotEq;
  } else if (next == Kind::Less) {
    op = CmpOp::Lt;
    if (barry_ && peek() == Kind::Greater && tokens_.end(*pos_) == tokens_.start(pos_[1])) {
      op = CmpOp::NotEq;
      ++pos_;
    }
  } else if (next == Kind::LessEqual) {
    op = CmpOp::LtE;
  } else if (next == Kind::Greater) {
    op = CmpOp::Gt;
  } else if (next == Kind::GreaterEqual) {
    op = CmpOp::GtE;
  } else if (next == Kind::Kw_in_) {
    op = CmpOp::In;
  } else if (next == Kind::Kw_is_) {
    op = CmpOp::Is;
    if (peek() == Kind::Kw_not_) {
      op = CmpOp::IsNot;
      ++pos_;
    }
  } else if (next == Kind::Kw_not_ && peek() == Kind::Kw_in_) {
    op = CmpOp::NotIn;
    ++pos_;
  } else {
    return false;
  }
  ++pos_;
  return true;
}

Expr* Parser::comparison(Expr* left, Pos first) {
  u32 mark = stack_.mark();
  ast::CmpOp op{};
  u32 count = 0;
  // Operators lie on the stack as their numbers, each below its operand.
  while (comparison_operator(op)) {
    stack_.push(reinterpret_cast<void*>(static_cast<std::uintptr_t>(op)));  // NOLINT(performance-no-int-to-ptr)
    stack_.push(binary(kBitOr));
    ++count;
  }
  Seq<ast::CmpOp> ops{arena_.array<ast::CmpOp>(count), count};
  for (u32 i = 0; i < count; ++i)
    ops[i] = static_cast<ast::CmpOp>(reinterpret_cast<std::uintptr_t>(stack_.at(mark + 2 * i)));
  Seq<Expr*> comparators = stack_.every_second<Expr>(arena_, mark, 1);
  stack_.drop(mark);
  note_fold(is_display(comparators.back()));
  return expr<ast::Compare>(ExprKind::Compare, first, left, ops, comparators);
}

Expr* Parser::inversion() {
  if (!at(Kind::Kw_not_)) return binary(kCompare);
  Nested nested(*this, 1);
  Pos first = pos_++;
  Expr* operand = inversion();
  auto* node = expr<ast::UnaryOp>(ExprKind::UnaryOp, first, operand);
  node->op = static_cast<u8>(ast::UnaryOpKind::Not);
  note_fold(is_constant(operand) || operand->kind == ExprKind::Compare);
  return node;
}

// A factor of the grammar: signs and `~` bind looser than `**`, whose right side is a factor again.
Expr* Parser::factor() {
  if (at(Kind::Minus) || at(Kind::Plus) || at(Kind::Tilde)) [[unlikely]]
    return unary();
  Pos first = pos_;
  Expr* base = at(Kind::Kw_await_) ? await_primary() : primary();
  return at(Kind::DoubleStar) ? power(base, first) : base;
}

Expr* Parser::power(Expr* base, Pos first) {
  Nested nested(*this, 2);
  ++pos_;
  Expr* exponent = factor();
  auto* node = expr<ast::BinOp>(ExprKind::BinOp, first, base, exponent);
  node->op = static_cast<u8>(ast::Operator::Pow);
  note_fold(is_constant(base));
  return node;
}

// A binary operation whose left side is a constant. With `%` it may be a format, which folds in any case.
void Parser::note_fold_binary(const ast::BinOp& node) {
  bool is_format = node.op == static_cast<u8>(ast::Operator::Mod) && node.right->kind == ExprKind::Tuple;
  may_fold_ |= is_format ? ast::kFoldsAnything : ast::kFoldsConstants;
}

Expr* Parser::unary() {
  Nested nested(*this, 1);
  Pos first = pos_;
  ast::UnaryOpKind op = at(Kind::Minus)  ? ast::UnaryOpKind::USub
                        : at(Kind::Plus) ? ast::UnaryOpKind::UAdd
                                         : ast::UnaryOpKind::Invert;
  ++pos_;
  Expr* operand = factor();
  auto* node = expr<ast::UnaryOp>(ExprKind::UnaryOp, first, operand);
  node->op = static_cast<u8>(op);
  note_fold(is_constant(operand));
  return node;
}

Expr* Parser::await_primary() {
  Pos first = pos_++;
  note_unordered();
  Expr* value = primary();
  return expr<ast::Await>(ExprKind::Await, first, value);
}

// ---- primaries ----

Expr* Parser::primary() { return primary_here(); }

[[gnu::always_inline]] inline Expr* Parser::primary_here() {
  Pos first = pos_;
  Expr* value = at(Kind::Name) ? name() : atom();
  if (!at(Kind::Dot) && !at(Kind::LPar) && !at(Kind::LSqb)) return value;
  for (;;) {
    Kind next = kind();
    if (next == Kind::Dot) {
      ++pos_;
      Name attr = expect_name();
      note_debug(attr, ast::kNamesUnordered);
      value = expr<ast::Attribute>(ExprKind::Attribute, first, attr, value);
    } else if (next == Kind::LPar) {
      value = call(value, first);
    } else if (next == Kind::LSqb) [[unlikely]] {
      value = subscript(value, first);
    } else {
      return value;
    }
  }
}

Expr* Parser::call(Expr* func, Pos first) {
  Nested nested(*this, Nested::kBracket);
  u32 args_mark = stack_.mark();
  u32 keywords_mark = keywords_.mark();
  bool unpacks = arguments(true);
  Seq<Expr*> args = stack_.take<Expr>(arena_, args_mark);
  Seq<ast::Keyword*> keywords = keywords_.take<ast::Keyword>(arena_, keywords_mark);
  ast::Call* call = expr<ast::Call>(ExprKind::Call, first, func, args, keywords);
  call->op = unpacks;
  return call;
}

// "(" arguments ")": pushes positional arguments on one stack, keywords on the other.
// Order, as the grammar has it: positional and *starred; then NAME= and *starred; then NAME= and **. `generator`: a
// sole generator expression may share the parentheses, as in calls. True if one is unpacked.
[[gnu::always_inline]] inline bool Parser::arguments(bool generator) {
  Pos opening = pos_;
  expect(Kind::LPar);
  if (accept(Kind::RPar)) return false;
  ArgumentOrder order = ArgumentOrder::kPositional;
  bool sole = true;
  bool unpacks = false;
  do {
    if (!sole && at(Kind::RPar)) break;
    unpacks |= at(Kind::Star) || at(Kind::DoubleStar);
    bool lone = at(Kind::Name) && (peek() == Kind::Comma || peek() == Kind::RPar);
    if (lone && order == ArgumentOrder::kPositional) {
      stack_.push(name());
    } else if (argument(order) && at_comprehension()) {
      if (!sole || !generator) fail();
      // A generator expression that shares its parentheses with the call.
      Expr* elt = static_cast<Expr*>(stack_.pop());
      stack_.push(comprehension(ExprKind::GeneratorExp, elt, nullptr, opening, Kind::RPar));
      return false;
    }
    sole = false;
  } while (accept(Kind::Comma));
  expect(Kind::RPar);
  return unpacks;
}

bool Parser::class_arguments() { return arguments(false); }

// One argument. True if it is a plain positional one, which a `for` may follow.
[[gnu::always_inline]] inline bool Parser::argument(ArgumentOrder& order) {
  Pos first = pos_;
  if (at(Kind::Name) && peek() == Kind::Equal) {
    if (order == ArgumentOrder::kPositional) order = ArgumentOrder::kKeyword;
    note_debug(first->name, ast::kNamesUnordered);
    pos_ += 2;
    Expr* value = expression();
    keywords_.push(arena_.make<ast::Keyword>(first->name, value, span(first)));
    return false;
  }
  if (at(Kind::Star)) {
    if (order == ArgumentOrder::kDoubleStarred) fail();
    note_unordered(order == ArgumentOrder::kKeyword);  // positional arguments are seen before the keywords
    stack_.push(starred(kNoLevel));
    return at_comprehension() && order == ArgumentOrder::kPositional && unpacks_in_comprehensions();
  }
  if (accept(Kind::DoubleStar)) {
    order = ArgumentOrder::kDoubleStarred;
    Expr* value = expression();
    keywords_.push(arena_.make<ast::Keyword>(Name::kNone, value, span(first)));
    return false;
  }
  if (order != ArgumentOrder::kPositional) fail();
  stack_.push(named_expression());
  return true;
}

Expr* Parser::subscript(Expr* value, Pos first) {
  Nested nested(*this, Nested::kBracket);
  expect(Kind::LSqb);
  Expr* index = slices();
  expect(Kind::RSqb);
  note_fold(is_constant(value));
  return expr<ast::Subscript>(ExprKind::Subscript, first, value, index);
}

// `x[*a]` is a tuple without a comma.
Expr* Parser::slices() {
  Pos first = pos_;
  bool star = at(Kind::Star);
  Expr* head = slice();
  if (!star && !at(Kind::Comma)) return head;
  return tuple_of_slices(head, first);
}

Expr* Parser::tuple_of_slices(Expr* head, Pos first) {
  u32 mark = stack_.mark();
  stack_.push(head);
  while (accept(Kind::Comma)) {
    if (!starts_expression() && !at(Kind::Star) && !at(Kind::Colon)) break;
    stack_.push(slice());
  }
  return tuple(first, stack_.take<Expr>(arena_, mark));
}

Expr* Parser::slice() {
  Pos first = pos_;
  if (at(Kind::Star)) return starred(kNoLevel);
  if (at_walrus()) return assignment_expression();
  Expr* lower = at(Kind::Colon) ? nullptr : expression();
  if (!accept(Kind::Colon)) return lower;
  Expr* upper = starts_expression() ? expression() : nullptr;
  Expr* step = accept(Kind::Colon) && starts_expression() ? expression() : nullptr;
  return expr<ast::Slice>(ExprKind::Slice, first, lower, upper, step);
}

}  // namespace mkpyc::parse
