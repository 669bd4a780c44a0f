// Parameters of `def` and of `lambda`. The two differ in what ends them and in annotations; the order of plain names,
// defaults, `/`, `*` and `**` is the same.
#include "parse/parser.h"

namespace mkpyc::parse {

using ast::Expr;

struct Parser::ParameterStyle {
  Kind closing;
  bool annotations;
};

ast::Arguments* Parser::def_parameters() { return parameters({Kind::RPar, true}); }
ast::Arguments* Parser::lambda_parameters() { return parameters({Kind::Colon, false}); }

// `parameters` in the grammar, or nothing; up to the closing token, which is left.
ast::Arguments* Parser::parameters(const ParameterStyle& style) {
  auto* all = arena_.make<ast::Arguments>();
  u32 mark = stack_.mark();
  u32 defaults_mark = keywords_.mark();
  bool slash = false;
  while (!at(style.closing) && !at(Kind::Star) && !at(Kind::DoubleStar)) {
    if (at(Kind::Slash)) {
      if (slash || stack_.mark() == mark) fail();
      slash = true;
      ++pos_;
      all->posonlyargs = stack_.take<ast::Arg>(arena_, mark);
    } else {
      stack_.push(parameter(style, false));
      if (accept(Kind::Equal))
        keywords_.push(expression());
      else if (keywords_.mark() != defaults_mark)
        fail();  // a parameter without a default after one with
    }
    end_parameter(style);
  }
  all->args = stack_.take<ast::Arg>(arena_, mark);
  all->defaults = keywords_.take<Expr>(arena_, defaults_mark);
  if (at(Kind::Star)) star_parameter(style, *all);
  if (accept(Kind::DoubleStar)) {
    all->kwarg = parameter(style, false);
    end_parameter(style);
  }
  if (!at(style.closing)) fail();
  return all;
}

// NAME [annotation]. `may_star`: the annotation may be `*expression` (PEP 646, for *args).
ast::Arg* Parser::parameter(const ParameterStyle& style, bool may_star) {
  Pos first = pos_;
  Name name = expect_name();
  Expr* annotation = nullptr;
  if (style.annotations && accept(Kind::Colon))
    annotation = may_star && at(Kind::Star) ? starred(kBitOr) : expression();
  return arena_.make<ast::Arg>(name, annotation, span(first));
}

// A comma, or the closing token ahead.
void Parser::end_parameter(const ParameterStyle& style) {
  if (!accept(Kind::Comma) && !at(style.closing)) fail();
}

// `*args` or a bare `*`, and the keyword-only parameters after it. A bare one needs at least one of those.
void Parser::star_parameter(const ParameterStyle& style, ast::Arguments& all) {
  expect(Kind::Star);
  bool bare = at(Kind::Comma);
  if (!bare) all.vararg = parameter(style, true);
  end_parameter(style);
  u32 mark = stack_.mark();  // parameters and their defaults in turns
  while (!at(style.closing) && !at(Kind::DoubleStar)) {
    stack_.push(parameter(style, false));
    stack_.push(accept(Kind::Equal) ? expression() : nullptr);
    end_parameter(style);
  }
  if (bare && stack_.mark() == mark) fail();
  all.kwonlyargs = stack_.every_second<ast::Arg>(arena_, mark, 0);
  all.kw_defaults = stack_.every_second<Expr>(arena_, mark, 1);
  stack_.drop(mark);
}

}  // namespace mkpyc::parse
