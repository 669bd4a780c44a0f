// Atoms: names, constants, and what stands in brackets. CPython's grammar tries tuple, group and generator expression
// one after the other from the same bracket; all begin with the same element, so one look at the token after it
// decides.
#include "parse/literals.h"
#include "parse/parser.h"
#include "target/features.h"

namespace mkpyc::parse {

using ast::Expr;
using ast::ExprKind;

bool Parser::unpacks_in_comprehensions() const { return context_.target.on(Feature::comprehension_unpacking); }

Expr* Parser::atom() {
  switch (kind()) {
    case Kind::Name: return name();
    case Kind::Number: return number();
    case Kind::String:
    case Kind::FStringStart:
    case Kind::TStringStart: return strings();
    case Kind::LPar: return parenthesis();
    case Kind::LSqb: return list();
    case Kind::LBrace: return brace();
    case Kind::Kw_None_: return constant(context_.objects.none());
    case Kind::Kw_True_: return constant(context_.objects.boolean(true));
    case Kind::Kw_False_: return constant(context_.objects.boolean(false));
    case Kind::Ellipsis: return constant(context_.objects.ellipsis());
    default: fail();
  }
}

// A constant that is one token, the current one.
Expr* Parser::constant(Object* value) {
  Pos token = pos_++;
  return expr<ast::Constant>(ExprKind::Constant, token->loc, false, value);
}

Expr* Parser::number() {
  if (!at(Kind::Number)) fail();
  std::string_view spelling = tokens_.spelling(*pos_);
  // Most have one digit.
  return constant(spelling.size() == 1 ? context_.objects.integer(spelling[0] - '0')
                                       : decode_number(spelling, context_));
}

// tuple | group | genexp
Expr* Parser::parenthesis() {
  Nested nested(*this, Nested::kBracket);
  Pos first = pos_++;
  if (accept(Kind::RPar)) return tuple(first, {});
  bool star = at(Kind::Star);
  bool yield = at(Kind::Kw_yield_);
  Expr* head = yield ? yield_expr() : star ? unpacked_element() : named_expression();
  if (!yield && at(Kind::Comma)) {
    Seq<Expr*> elts = elements(head);
    expect(Kind::RPar);
    return tuple(first, elts);
  }
  if (star && (!at_comprehension() || !unpacks_in_comprehensions())) fail();
  if (!yield && at_comprehension()) return comprehension(ExprKind::GeneratorExp, head, nullptr, first, Kind::RPar);
  expect(Kind::RPar);
  head->parenthesized = true;
  return head;
}

// What a star or two unpack at the start of a display: a bitwise_or, but before the `for` of a comprehension a whole
// expression.
Expr* Parser::unpacked_operand() {
  Pos first = pos_;
  bool is_bitwise_or = !at(Kind::Kw_not_) && !at(Kind::Kw_lambda_);
  Expr* operand = is_bitwise_or ? binary(kBitOr) : nullptr;
  if (is_bitwise_or && !continues_operand()) return operand;
  if (!unpacks_in_comprehensions()) fail();
  operand = is_bitwise_or ? expression_rest(operand, first) : expression();
  if (!at_comprehension()) fail();
  return operand;
}

Expr* Parser::unpacked_element() {
  Pos first = pos_++;
  Expr* operand = unpacked_operand();
  return expr<ast::Starred>(ExprKind::Starred, first, operand);
}

// The elements of a display from `head`, which is consumed, to the last one; a comma may end them.
Seq<Expr*> Parser::elements(Expr* head) {
  u32 mark = stack_.mark();
  stack_.push(head);
  while (accept(Kind::Comma)) {
    if (!starts_expression() && !at(Kind::Star)) break;
    stack_.push(star_named_expression());
  }
  return stack_.take<Expr>(arena_, mark);
}

// list | listcomp
Expr* Parser::list() {
  Nested nested(*this, Nested::kBracket);
  Pos first = pos_++;
  Seq<Expr*> elts;
  if (!at(Kind::RSqb)) {
    bool star = at(Kind::Star);
    Expr* head = star_named_expression();
    if (at_comprehension() && (!star || unpacks_in_comprehensions()))
      return comprehension(ExprKind::ListComp, head, nullptr, first, Kind::RSqb);
    elts = elements(head);
  }
  expect(Kind::RSqb);
  return expr<ast::Sequence>(ExprKind::List, first, elts);
}

// dict | set | dictcomp | setcomp
Expr* Parser::brace() {
  Nested nested(*this, Nested::kBracket);
  Pos first = pos_++;
  if (at(Kind::RBrace) || at(Kind::DoubleStar)) return dict(nullptr, first);
  bool star = at(Kind::Star);
  bool walrus = at_walrus();
  Expr* head = star_named_expression();
  if (!star && !walrus && at(Kind::Colon)) return dict(head, first);
  if (at_comprehension() && (!star || unpacks_in_comprehensions()))
    return comprehension(ExprKind::SetComp, head, nullptr, first, Kind::RBrace);
  Seq<Expr*> elts = elements(head);
  expect(Kind::RBrace);
  return expr<ast::Set>(ExprKind::Set, first, elts);
}

// The rest of a dict display or comprehension; `key` is its first key, if that has been read.
Expr* Parser::dict(Expr* key, Pos first) {
  u32 mark = stack_.mark();  // keys and values in turns
  if (key != nullptr) {
    note_unordered(!is_constant(key));  // all keys are seen before the values
    expect(Kind::Colon);
    Expr* value = expression();
    if (at_comprehension()) return comprehension(ExprKind::DictComp, key, value, first, Kind::RBrace);
    stack_.push(key);
    stack_.push(value);
  } else if (accept(Kind::DoubleStar)) {
    Expr* unpacked = unpacked_operand();
    if (at_comprehension() && unpacks_in_comprehensions())
      return comprehension(ExprKind::DictComp, unpacked, nullptr, first, Kind::RBrace);
    stack_.push(nullptr);
    stack_.push(unpacked);
  }
  if (stack_.mark() != mark) {
    while (accept(Kind::Comma)) {
      if (at(Kind::RBrace)) break;
      dict_item();
    }
  }
  expect(Kind::RBrace);
  Seq<Expr*> keys = stack_.every_second<Expr>(arena_, mark, 0);
  Seq<Expr*> values = stack_.every_second<Expr>(arena_, mark, 1);
  stack_.drop(mark);
  return expr<ast::Dict>(ExprKind::Dict, first, keys, values);
}

void Parser::dict_item() {
  if (accept(Kind::DoubleStar)) {
    stack_.push(nullptr);
    stack_.push(binary(kBitOr));
    return;
  }
  Expr* key = expression();
  note_unordered(!is_constant(key));
  stack_.push(key);
  expect(Kind::Colon);
  stack_.push(expression());
}

// The clauses after `elt` (and `value`, of a dict), and the bracket that closes the whole.
Expr* Parser::comprehension(ExprKind node_kind, Expr* elt, Expr* value, Pos first, Kind closing) {
  Seq<ast::Comprehension*> generators = for_if_clauses();
  note_unordered();
  expect(closing);
  return expr<ast::Comp>(node_kind, first, elt, value, generators);
}

Seq<ast::Comprehension*> Parser::for_if_clauses() {
  u32 mark = stack_.mark();
  while (at_comprehension()) {
    bool is_async = accept(Kind::Kw_async_);
    expect(Kind::Kw_for_);
    Expr* target = star_targets();
    expect(Kind::Kw_in_);
    Expr* iter = disjunction();
    note_fold(is_display(iter));
    u32 ifs_mark = stack_.mark();
    while (accept(Kind::Kw_if_)) stack_.push(disjunction());
    Seq<Expr*> ifs = stack_.take<Expr>(arena_, ifs_mark);
    stack_.push(arena_.make<ast::Comprehension>(target, iter, ifs, is_async));
  }
  return stack_.take<ast::Comprehension>(arena_, mark);
}

}  // namespace mkpyc::parse
