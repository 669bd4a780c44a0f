// The match statement. `match` and `case` are names elsewhere, and the grammar finds out by trying. A statement can
// only be a match statement if its line ends with a colon, and then it can be nothing else: one look ahead decides.
#include "parse/literals.h"
#include "parse/parser.h"
#include "target/features.h"

namespace mkpyc::parse {

using ast::Expr;
using ast::ExprKind;
using ast::Pattern;
using ast::PatternKind;
using ast::Stmt;

bool Parser::at_match_stmt() const {
  Kind next = peek();
  if (next != Kind::Star && !kKindFacts.starts_expression[static_cast<std::size_t>(next)]) return false;
  Pos token = pos_ + 1;
  while (token->kind != Kind::Newline && token->kind != Kind::EndMarker && token->kind != Kind::ErrorToken) ++token;
  return token->kind == Kind::Newline && token[-1].kind == Kind::Colon;
}

Stmt* Parser::match_stmt() {
  Nested nested(*this, Nested::kBlock);
  Start first = start_of(pos_++);
  Expr* subject = subject_expr();
  expect(Kind::Colon);
  expect_newline();
  expect(Kind::Indent);
  u32 mark = stack_.mark();
  do {
    stack_.push(case_block());
  } while (!accept(Kind::Dedent));
  Seq<ast::MatchCase*> cases = stack_.take<ast::MatchCase>(arena_, mark);
  inside_ = ast::kInsideAnything;
  auto* node = stmt<ast::Match>(ast::StmtKind::Match, block_span(first), subject, cases);
  node->inside = ast::kInsideAnything;
  return node;
}

Expr* Parser::subject_expr() {
  Pos first = pos_;
  bool star = at(Kind::Star);
  Expr* head = star_named_expression();
  if (at(Kind::Comma)) return tuple_rest(head, first, &Parser::star_named_expression);
  if (star) fail();
  return head;
}

ast::MatchCase* Parser::case_block() {
  if (!at_soft(names::case_, 4)) fail();
  ++pos_;
  Pattern* what = patterns();
  Expr* guard = accept(Kind::Kw_if_) ? named_expression() : nullptr;
  expect(Kind::Colon);
  Seq<Stmt*> body = block();
  return arena_.make<ast::MatchCase>(what, guard, body);
}

// One pattern, or a sequence without brackets.
Pattern* Parser::patterns() {
  Pos first = pos_;
  bool star = at(Kind::Star);
  Pattern* head = maybe_star_pattern();
  if (at(Kind::Comma)) {
    Seq<Pattern*> all = pattern_list(head, Kind::Colon);
    return pattern_node<ast::MatchSequence>(PatternKind::MatchSequence, first, all);
  }
  if (star) fail();
  return head;
}

// The patterns from `head`, which is consumed, to the last one. A comma may end them, before `closing` (or `if`).
Seq<Pattern*> Parser::pattern_list(Pattern* head, Kind closing) {
  u32 mark = stack_.mark();
  stack_.push(head);
  while (accept(Kind::Comma)) {
    if (at(closing) || at(Kind::Kw_if_)) break;
    stack_.push(maybe_star_pattern());
  }
  return stack_.take<Pattern>(arena_, mark);
}

Pattern* Parser::maybe_star_pattern() { return at(Kind::Star) ? star_pattern() : pattern(); }

Pattern* Parser::star_pattern() {
  Pos first = pos_++;
  Name name = at_underscore() ? (++pos_, Name::kNone) : capture_target();
  return pattern_node<ast::MatchStar>(PatternKind::MatchStar, first, name);
}

Pattern* Parser::pattern() {
  Pos first = pos_;
  Pattern* what = or_pattern();
  if (!accept(Kind::Kw_as_)) return what;
  Name name = capture_target();
  return pattern_node<ast::MatchAs>(PatternKind::MatchAs, first, what, name);
}

// A name that a pattern binds. The grammar refuses `_`, and a name that goes on as a value or class would.
Name Parser::capture_target() {
  if (at_underscore()) fail();
  Name name = expect_name();
  if (at(Kind::Dot) || at(Kind::LPar) || at(Kind::Equal)) fail();
  return name;
}

Pattern* Parser::or_pattern() {
  Pos first = pos_;
  Pattern* head = closed_pattern();
  if (!at(Kind::VBar)) return head;
  u32 mark = stack_.mark();
  stack_.push(head);
  while (accept(Kind::VBar)) stack_.push(closed_pattern());
  Seq<Pattern*> all = stack_.take<Pattern>(arena_, mark);
  return pattern_node<ast::MatchSequence>(PatternKind::MatchOr, first, all);
}

Pattern* Parser::closed_pattern() {
  Pos first = pos_;
  switch (kind()) {
    case Kind::Number:
    case Kind::Plus:
    case Kind::Minus: {
      Expr* value = literal_number();
      return pattern_node<ast::MatchValue>(PatternKind::MatchValue, first, value);
    }
    case Kind::String:
    case Kind::FStringStart:
    case Kind::TStringStart: {
      Expr* value = strings();
      return pattern_node<ast::MatchValue>(PatternKind::MatchValue, first, value);
    }
    case Kind::Kw_None_: return singleton_pattern(context_.objects.none());
    case Kind::Kw_True_: return singleton_pattern(context_.objects.boolean(true));
    case Kind::Kw_False_: return singleton_pattern(context_.objects.boolean(false));
    case Kind::Name: return name_pattern();
    case Kind::LPar: return parenthesis_pattern();
    case Kind::LSqb: {
      Nested nested(*this, Nested::kBracket);
      ++pos_;
      Seq<Pattern*> all;
      if (!at(Kind::RSqb)) all = pattern_list(maybe_star_pattern(), Kind::RSqb);
      expect(Kind::RSqb);
      return pattern_node<ast::MatchSequence>(PatternKind::MatchSequence, first, all);
    }
    case Kind::LBrace: return mapping_pattern();
    default: fail();
  }
}

Pattern* Parser::singleton_pattern(Object* value) {
  Pos token = pos_++;
  return pattern_node<ast::MatchSingleton>(PatternKind::MatchSingleton, token, value);
}

// A capture, `_`, a dotted name, or a class. `_` is taken as the wildcard before anything else is tried, so that
// `_.x` and `_(x)` are errors.
Pattern* Parser::name_pattern() {
  Pos first = pos_;
  if (at_underscore()) {
    ++pos_;
    return pattern_node<ast::MatchAs>(PatternKind::MatchAs, first, nullptr, Name::kNone);
  }
  if (peek() != Kind::Dot && peek() != Kind::LPar) {
    Name name = capture_target();
    return pattern_node<ast::MatchAs>(PatternKind::MatchAs, first, nullptr, name);
  }
  Expr* value = name_or_attr();
  if (at(Kind::LPar)) return class_pattern(value, first);
  if (at(Kind::Equal)) fail();
  return pattern_node<ast::MatchValue>(PatternKind::MatchValue, first, value);
}

Expr* Parser::name_or_attr() {
  Pos first = pos_;
  if (!at(Kind::Name)) fail();
  Expr* value = name();
  while (accept(Kind::Dot)) {
    Name attr = expect_name();
    value = expr<ast::Attribute>(ExprKind::Attribute, first, attr, value);
  }
  return value;
}

// group_pattern | sequence_pattern in parentheses
Pattern* Parser::parenthesis_pattern() {
  Nested nested(*this, Nested::kBracket);
  Pos first = pos_++;
  Seq<Pattern*> all;
  if (!at(Kind::RPar)) {
    bool star = at(Kind::Star);
    Pattern* head = maybe_star_pattern();
    if (!at(Kind::Comma)) {
      if (star) fail();
      expect(Kind::RPar);
      return head;
    }
    all = pattern_list(head, Kind::RPar);
  }
  expect(Kind::RPar);
  return pattern_node<ast::MatchSequence>(PatternKind::MatchSequence, first, all);
}

Pattern* Parser::mapping_pattern() {
  Nested nested(*this, Nested::kBracket);
  Pos first = pos_++;
  u32 keys_mark = keywords_.mark();
  u32 mark = stack_.mark();
  Name rest = Name::kNone;
  while (!at(Kind::RBrace)) {
    if (accept(Kind::DoubleStar)) {
      rest = capture_target();
      accept(Kind::Comma);
      break;
    }
    keywords_.push(mapping_key());
    expect(Kind::Colon);
    stack_.push(pattern());
    if (!accept(Kind::Comma)) break;
  }
  expect(Kind::RBrace);
  Seq<Expr*> keys = keywords_.take<Expr>(arena_, keys_mark);
  Seq<Pattern*> values = stack_.take<Pattern>(arena_, mark);
  return pattern_node<ast::MatchMapping>(PatternKind::MatchMapping, first, keys, values, rest);
}

// literal_expr | attr
Expr* Parser::mapping_key() {
  switch (kind()) {
    case Kind::Number:
    case Kind::Plus:
    case Kind::Minus: return literal_number();
    case Kind::String:
    case Kind::FStringStart:
    case Kind::TStringStart: return strings();
    case Kind::Kw_None_: return constant(context_.objects.none());
    case Kind::Kw_True_: return constant(context_.objects.boolean(true));
    case Kind::Kw_False_: return constant(context_.objects.boolean(false));
    default: break;
  }
  Expr* key = name_or_attr();
  if (key->kind != ExprKind::Attribute) fail();
  return key;
}

// signed_number, or a complex_number: a real and an imaginary one.
Expr* Parser::literal_number() {
  Pos first = pos_;
  bool imaginary = false;
  Expr* left = signed_number(imaginary);
  if (!at(Kind::Plus) && !at(Kind::Minus)) return left;
  bool minus = at(Kind::Minus);
  ++pos_;
  if (imaginary || !at(Kind::Number)) fail();
  Expr* right = signed_number(imaginary);
  if (!imaginary) fail();
  auto* node = expr<ast::BinOp>(ExprKind::BinOp, first, left, right);
  node->op = static_cast<u8>(minus ? ast::Operator::Sub : ast::Operator::Add);
  return node;
}

Expr* Parser::signed_number(bool& imaginary) {
  Pos first = pos_;
  bool plus = at(Kind::Plus);
  if (plus && !context_.target.on(Feature::plus_in_patterns)) fail();
  bool minus = !plus && accept(Kind::Minus);
  if (plus) ++pos_;
  Expr* value = number();
  imaginary = value->as<ast::Constant>()->value->type == Type::Complex;
  if (!minus && !plus) return value;
  auto* node = expr<ast::UnaryOp>(ExprKind::UnaryOp, first, value);
  node->op = static_cast<u8>(minus ? ast::UnaryOpKind::USub : ast::UnaryOpKind::UAdd);
  return node;
}

// `cls(positional, ..., name=pattern, ...)`
Pattern* Parser::class_pattern(Expr* cls, Pos first) {
  Nested nested(*this, Nested::kBracket);
  expect(Kind::LPar);
  u32 mark = stack_.mark();
  u32 keywords_mark = keywords_.mark();  // names (as the index of their token) and patterns in turns
  while (!at(Kind::RPar)) {
    if (at(Kind::Name) && peek() == Kind::Equal) {
      // After a positional pattern the grammar takes `_` for one more.
      if (at_underscore() && keywords_.mark() == keywords_mark && stack_.mark() != mark) fail();
      // NOLINTNEXTLINE(performance-no-int-to-ptr): nobody takes it for a pointer
      keywords_.push(reinterpret_cast<void*>(static_cast<std::uintptr_t>(index(pos_))));
      pos_ += 2;
      keywords_.push(pattern());
    } else {
      if (keywords_.mark() != keywords_mark) fail();
      stack_.push(pattern());
    }
    if (!accept(Kind::Comma)) break;
  }
  expect(Kind::RPar);
  Seq<Pattern*> positional = stack_.take<Pattern>(arena_, mark);
  u32 count = keywords_.count_above(keywords_mark) / 2;
  Seq<Name> attrs{arena_.array<Name>(count), count};
  for (u32 i = 0; i < count; ++i)
    attrs[i] = tokens_.name(static_cast<u32>(reinterpret_cast<std::uintptr_t>(keywords_.at(keywords_mark + 2 * i))));
  Seq<Pattern*> values = keywords_.every_second<Pattern>(arena_, keywords_mark, 1);
  keywords_.drop(keywords_mark);
  return pattern_node<ast::MatchClass>(PatternKind::MatchClass, first, cls, positional, attrs, values);
}

}  // namespace mkpyc::parse
