// CPython: lexer.c set_ftstring_expr, _PyLexer_update_ftstring_expr.
#include "parse/field_text.h"

#include <algorithm>

#include "target/features.h"

namespace mkpyc::parse {
namespace {

using token::Kind;

// Older tokenizers note the beginning and the end of the text as they pass braces, colons and exclamation marks, and
// notice some that do not end the field. CPython: _PyLexer_update_fstring_expr.
std::string_view remembered_text(const token::TokenBuffer& tokens, FieldTokens field, int level, const Target& target) {
  constexpr u32 kNowhere = ~u32{0};
  bool spec_state = target.on(Feature::fstring_spec_state);
  bool last_end = target.on(Feature::debug_text_past_not_equal);
  u32 start = tokens.end(*field.brace), end = kNowhere;
  bool debug = false;
  int depth = level + 1, inner = 0;
  auto seen = [&](int cursor) { return cursor == 0 || (spec_state && cursor == 1 && (debug || level > 0)); };
  for (const token::Token* token = field.brace + 1; token <= field.end; ++token) {
    Kind kind = token->kind;
    if (kind == Kind::FStringStart || kind == Kind::TStringStart) ++inner;
    if (kind == Kind::FStringEnd || kind == Kind::TStringEnd) --inner;
    if (inner > 0) continue;
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
        if (kind == Kind::RBrace) --depth;
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
