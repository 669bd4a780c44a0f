// CPython: lexer.c set_ftstring_expr, _PyLexer_update_ftstring_expr.
#include "parse/field_text.h"

#include <algorithm>

#include "target/features.h"

namespace mkpyc::parse {
namespace {

using token::Kind;

// The brace of the first of the fields that follow each other, without text between them, up to this one.
const token::Token* first_in_row(const token::Token* brace) {
  for (const token::Token* token = brace - 1;; --token) {
    if (token->kind != Kind::RBrace) return brace;
    for (int open = 1; open > 0;) {
      --token;
      open += token->kind == Kind::RBrace;
      open -= token->kind == Kind::LBrace;
    }
    brace = token;
  }
}

// Is it the first field of a format spec, and that of a field whose text is shown?
bool is_first_of_shown(const token::Token* brace) {
  const token::Token* colon = token::is_fstring_text(brace[-1].kind) ? brace - 2 : brace - 1;
  if (colon->kind != Kind::Colon) return false;
  const token::Token* before = colon - 1;
  if (before->kind == Kind::Name && before[-1].kind == Kind::Exclamation) before -= 2;
  return before->kind == Kind::Equal;
}

// Older tokenizers note the beginning and the end of the text as they pass braces, colons and exclamation marks, and
// notice some that do not end the field. CPython: _PyLexer_update_fstring_expr.
std::string_view remembered_text(const token::TokenBuffer& tokens, FieldTokens field, int level, const Target& target) {
  constexpr u32 kNowhere = ~u32{0};
  bool spec_state = target.on(Feature::fstring_spec_state);
  bool last_end = target.on(Feature::debug_text_past_not_equal);
  // What they know of a spec is gone when a field of it ends: they do not notice where one begins right there.
  // Text of the spec makes them forget it, too.
  const token::Token* first = level > 0 && spec_state ? first_in_row(field.brace) : field.brace;
  bool spec = level > 0 && first[-1].kind == Kind::Colon;
  u32 start = tokens.end(*first), end = kNowhere;
  bool debug = level > 0 && is_first_of_shown(first);
  int depth = level + 1, inner = 0;
  auto seen = [&](int cursor) { return cursor == 0 || (spec_state && cursor == 1 && (debug || spec)); };
  for (const token::Token* token = first + 1; token <= field.end; ++token) {
    Kind kind = token->kind;
    inner += token::starts_fstring(kind);
    inner -= token::ends_fstring(kind);
    if (inner > 0) continue;
    if (token::is_fstring_text(token[-1].kind)) spec = false;
    switch (kind) {
      case Kind::Equal: debug = true; break;
      case Kind::LBrace:
        if (seen(depth)) start = tokens.end(*token), end = kNowhere;
        ++depth;
        break;
      case Kind::LPar:
      case Kind::LSqb: ++depth; break;
      case Kind::RPar:
      case Kind::RSqb: --depth; break;
      case Kind::Colon:
      case Kind::ColonEqual:
        if (seen(depth - 1) && end == kNowhere) end = tokens.start(*token);
        break;
      case Kind::RBrace:
      case Kind::Exclamation:
      case Kind::NotEqual:
        if (seen(depth - 1) && (last_end || end == kNowhere)) end = tokens.start(*token);
        if (kind == Kind::RBrace && --depth == level) spec = debug = false;
        break;
      default: break;
    }
  }
  if (end == kNowhere || end < start) end = tokens.start(*field.end);
  return tokens.text.substr(start, std::max(start, end) - start);
}

// Whether a `#` is outside of strings.
bool has_comment(std::string_view text) {
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\\')
      ++i;
    else if (c == '\'' || c == '"')
      quote = quote == 0 ? c : quote == c ? 0 : quote;
    else if (c == '#' && quote == 0)
      return true;
  }
  return false;
}

// A comment goes from a `#` up to the line end. Older CPythons take one in a string for a comment; some know strings,
// but when they take a comment away not that a quote may be escaped.
std::string_view without_comments(std::string_view text, const Target& target, Arena& arena) {
  if (text.find('#') == text.npos) return text;
  bool knows_strings = target.on(Feature::debug_comments_outside_strings);
  bool knows_escapes = target.on(Feature::debug_text_by_place);
  if (knows_strings && !knows_escapes && !has_comment(text)) return text;
  char* out = arena.array<char>(text.size());
  std::size_t size = 0;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (knows_escapes && c == '\\' && quote != 0 && i + 1 < text.size()) {
      out[size++] = c;
      c = text[++i];
    } else if (knows_strings && (c == '\'' || c == '"')) {
      if (quote == 0)
        quote = c;
      else if (quote == c)
        quote = 0;
    } else if (c == '#' && quote == 0) {
      while (i < text.size() && text[i] != '\n') ++i;
      if (i == text.size()) break;
      c = '\n';
    }
    out[size++] = c;
  }
  return {out, size};
}

}  // namespace

std::string_view field_text(const token::TokenBuffer& tokens, FieldTokens field, int level, Context& context) {
  const Target& target = context.target;
  std::string_view text;
  if (target.on(Feature::debug_text_by_place)) {
    u32 start = tokens.end(*field.brace);
    text = tokens.text.substr(start, tokens.start(*field.end) - start);
  } else {
    text = remembered_text(tokens, field, level, target);
  }
  return without_comments(text, target, context.arena);
}

}  // namespace mkpyc::parse
