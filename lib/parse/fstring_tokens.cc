#include "parse/fstring_tokens.h"
#include "parse/field_text.h"
#include "target/features.h"

namespace mkpyc::parse {

using ast::Expr;
using ast::ExprKind;

static std::string_view str_text(const Object* value) { return static_cast<const StrObject*>(value)->text; }

// ---- joining ----

JoinedParts::JoinedParts(Parser& parser) : parser_(parser), text_(parser.arena_), mark_(parser.stack_.mark()) {}

void JoinedParts::add_text(std::string_view text, const ast::Loc& loc, bool u_prefix) {
  if (!has_text_) {
    loc_ = loc;
    u_prefix_ = u_prefix;
    has_text_ = true;
  }
  loc_.end_line = loc.end_line;
  loc_.end_col = loc.end_col;
  text_.append(text);
}

void JoinedParts::add_value(Expr* value) {
  flush();
  has_values_ = true;
  parser_.stack_.push(value);
}

Expr* JoinedParts::text_node() {
  has_text_ = false;
  Object* value = parser_.context_.objects.str_stable(text_.take());
  return parser_.expr<ast::Constant>(ExprKind::Constant, loc_, u_prefix_, value);
}

void JoinedParts::flush() {
  if (!text_.empty()) parser_.stack_.push(text_node());
  has_text_ = false;
}

Seq<Expr*> JoinedParts::take() {
  flush();
  return parser_.stack_.take<Expr>(parser_.arena_, mark_);
}

// ---- strings ----

void FStringTokens::add_string(Pos token, std::string_view text) {
  parts_.add_text(text, parser_.span(token, token), parser_.tokens_.text[parser_.tokens_.start(*token)] == 'u');
}

Expr* FStringTokens::finish(Pos first) {
  ast::Loc loc = parser_.span(first);
  if (!is_template_ && !is_format_) return parts_.text_node();
  Seq<Expr*> values = parts_.take();
  return parser_.expr<ast::JoinedStr>(is_template_ ? ExprKind::TemplateStr : ExprKind::JoinedStr, loc, values);
}

// The parts are collected first, and their text is decoded at the end, as CPython does: one sees it in the order and
// the lines of warnings. What lies on the second stack is a node, or the number of a text token made odd.
void FStringTokens::add_format() {
  Nested nested(parser_, Nested::kBracket);
  Pos start = parser_.pos_++;
  bool is_template = start->kind == Kind::TStringStart;
  (is_template ? is_template_ : is_format_) = true;
  in_template_ = is_template;
  raw_ = starts_raw(parser_.tokens_.spelling(*start));
  PointerStack& pieces = parser_.keywords_;
  u32 mark = pieces.mark();
  for (;;) {
    switch (parser_.kind()) {
      case Kind::FStringMiddle:
      case Kind::TStringMiddle:
        // NOLINTNEXTLINE(performance-no-int-to-ptr): an index, told from a node by its lowest bit
        pieces.push(reinterpret_cast<void*>(static_cast<std::uintptr_t>(parser_.index(parser_.pos_++)) << 1 | 1));
        break;
      case Kind::LBrace: field(0); break;
      case Kind::FStringEnd:
      case Kind::TStringEnd: add_parts(mark, parser_.pos_++); return;
      default: parser_.fail();
    }
  }
}

void FStringTokens::add_parts(u32 mark, Pos end_token) {
  PointerStack& pieces = parser_.keywords_;
  Context& context = parser_.context_;
  bool valid_utf8 = parser_.tokens_.source.valid_utf8;
  i32 line = end_token->loc.line;
  parser_.raise_warnings(end_token);  // before those of the text
  for (u32 i = mark; i < pieces.mark(); ++i) {
    std::uintptr_t piece = reinterpret_cast<std::uintptr_t>(pieces.at(i));
    if ((piece & 1) != 0) {
      Pos token = parser_.tokens_.tokens.data() + (piece >> 1);
      parser_.last_literal_ = token;
      std::string_view text =
          decode_fstring_text(fstring_text(parser_.tokens_.spelling(*token)), raw_, valid_utf8, line, context);
      if (!text.empty()) parts_.add_text(text, parser_.span(token, token), false);
      continue;
    }
    Expr* node = static_cast<Expr*>(pieces.at(i));
    if (node->kind != ExprKind::Constant) {
      parts_.add_value(node);
      continue;
    }
    std::string_view text = str_text(node->as<ast::Constant>()->value);
    if (!context.target.on(Feature::debug_text_is_raw))
      text = decode_fstring_text(text, raw_, valid_utf8, line, context);
    parts_.add_text(text, node->loc, false);
  }
  pieces.drop(mark);
}

// ---- fields ----

// A replacement field, from its brace to the other one. Pushes its text, if it is to be shown, and its value.
// CPython: _PyPegen_formatted_value, _PyPegen_interpolation.
void FStringTokens::field(int level) {
  Nested nested(parser_, Nested::kBracket);
  Parser& p = parser_;
  bool raw = raw_, in_template = in_template_;
  Field field{p.pos_++};
  field.level = level;
  Expr* value = p.yield_or_star_expressions();
  if (p.at(Kind::Equal)) field.equal = p.pos_++;
  field.terminator = p.pos_;
  Pos conversion_token = p.at(Kind::Exclamation) ? p.pos_ + 1 : nullptr;
  i32 shown_as = conversion();
  Expr* spec = p.at(Kind::Colon) ? format_spec(level + 1) : nullptr;
  if (!p.at(Kind::RBrace)) p.fail();
  ++p.pos_;
  raw_ = raw, in_template_ = in_template;
  if (field.equal != nullptr && spec == nullptr && shown_as == -1) shown_as = 'r';
  ast::Loc loc = p.span(field.brace);
  if (field.equal != nullptr) {
    Object* text = p.context_.objects.str_stable(field_text(field, field.terminator));
    p.keywords_.push(p.expr<ast::Constant>(ExprKind::Constant, debug_loc(field, conversion_token, spec), false, text));
  }
  if (in_template_ && level == 0) {
    Object* text = p.context_.objects.str_stable(interpolation_text(field));
    p.keywords_.push(p.expr<ast::Interpolation>(ExprKind::Interpolation, loc, shown_as, value, text, spec));
  } else {
    p.keywords_.push(p.expr<ast::FormattedValue>(ExprKind::FormattedValue, loc, shown_as, value, spec));
  }
}

// `!r`, without a blank in it; -1: none.
i32 FStringTokens::conversion() {
  Parser& p = parser_;
  if (!p.at(Kind::Exclamation)) return -1;
  Pos mark = p.pos_++;
  Name name = p.expect_name();
  std::string_view letter = p.context_.names.text(name);
  bool fits = p.tokens_.end(*mark) == p.tokens_.start(mark[1]);
  if (!fits || (letter != "s" && letter != "r" && letter != "a")) p.fail();
  return letter[0];
}

// The text shown for `{x=}` lies between the brace and what follows the `=`.
ast::Loc FStringTokens::debug_loc(const Field& field, Pos conversion_token, const Expr* spec) const {
  ast::Loc loc = parser_.span(field.brace);
  ++loc.col;
  if (conversion_token != nullptr) {
    ast::Loc name = conversion_token->loc;
    loc.end_line = name.line;
    loc.end_col = name.col - 1;
  } else if (spec != nullptr) {
    loc.end_line = spec->loc.line;
    loc.end_col = spec->loc.col;
  } else {
    --loc.end_col;
  }
  return loc;
}

// ---- format specs ----

std::string_view FStringTokens::spec_text(Pos token) {
  Context& context = parser_.context_;
  parser_.last_literal_ = token;
  parser_.raise_warnings(token);
  bool raw = raw_ && context.target.on(Feature::fstring_spec_raw);
  return decode_fstring_text(fstring_text(parser_.tokens_.spelling(*token)), raw, parser_.tokens_.source.valid_utf8,
                             token->loc.line, context);
}

// From the colon to the closing brace, which is left. CPython: _PyPegen_setup_full_format_spec.
Expr* FStringTokens::format_spec(int level) {
  Parser& p = parser_;
  const Target& target = p.context_.target;
  Pos colon = p.pos_++;
  bool drops_empty = target.on(Feature::fstring_spec_without_empty_text);
  u32 mark = p.keywords_.mark();
  u32 parts = 0;
  for (;;) {
    if (token::is_fstring_text(p.kind())) {
      Pos token = p.pos_++;
      std::string_view text = spec_text(token);
      if (drops_empty && text.empty()) continue;
      Object* value = p.context_.objects.str_stable(text);
      p.keywords_.push(p.expr<ast::Constant>(ExprKind::Constant, p.span(token, token), false, value));
    } else if (p.at(Kind::LBrace)) {
      field(level);
    } else {
      break;
    }
    ++parts;
  }
  return make_spec(mark, parts, p.span(colon));
}

Expr* FStringTokens::make_spec(u32 mark, u32 parts, const ast::Loc& loc) {
  Parser& p = parser_;
  auto text_of = [](const Expr* node) { return str_text(node->as<ast::Constant>()->value); };
  bool one_text = parts == 1 && p.keywords_.count_above(mark) == 1 &&
                  static_cast<Expr*>(p.keywords_.at(mark))->kind == ExprKind::Constant;
  if (one_text && text_of(static_cast<Expr*>(p.keywords_.at(mark))).empty()) {
    p.keywords_.drop(mark);
    parts = 0;
  }
  if (parts == 0 || one_text || !p.context_.target.on(Feature::fstring_spec_is_joined)) {
    Seq<Expr*> values = p.keywords_.take<Expr>(p.arena_, mark);
    return p.expr<ast::JoinedStr>(ExprKind::JoinedStr, loc, values);
  }
  JoinedParts joined(p);
  for (u32 i = mark; i < p.keywords_.mark(); ++i) {
    Expr* node = static_cast<Expr*>(p.keywords_.at(i));
    if (node->kind == ExprKind::Constant)
      joined.add_text(text_of(node), node->loc, false);
    else
      joined.add_value(node);
  }
  p.keywords_.drop(mark);
  if (!joined.has_values()) {
    // The rewriting for t-strings gave such text the place of the whole spec.
    Expr* text = joined.text_node();
    if (p.context_.target.on(Feature::template_strings)) text->loc = loc;
    return text;
  }
  Seq<Expr*> values = joined.take();
  return p.expr<ast::JoinedStr>(ExprKind::JoinedStr, loc, values);
}

// ---- the text of fields ----

std::string_view FStringTokens::field_text(const Field& field, Pos end_token) {
  Parser& p = parser_;
  // Fields in the format specs of format specs have no text, nor have those in format specs if the tokenizer does not
  // look for it.
  if (field.level > (p.context_.target.on(Feature::fstring_spec_state) ? 1 : 0)) p.fail();
  return parse::field_text(p.tokens_, {field.brace, end_token}, field.level, p.context_);
}

// Interpolation.str: the expression as it is written.
std::string_view FStringTokens::interpolation_text(const Field& field) {
  const Target& target = parser_.context_.target;
  if (target.on(Feature::template_text_keeps_blanks))
    return field_text(field, field.equal != nullptr ? field.equal : field.terminator);
  std::string_view text = field_text(field, field.terminator);
  auto is_end = [](char c) { return c == '=' || c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f'); };
  while (!text.empty() && is_end(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace mkpyc::parse
