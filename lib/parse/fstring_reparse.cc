#include "parse/fstring_reparse.h"

#include <algorithm>

#include "source/newlines.h"

namespace mkpyc::parse {

using ast::Expr;
using ast::ExprKind;

namespace {

// CPython: string_parser.c MAXLEVEL, of brackets in one field.
constexpr int kMaxBrackets = 200;

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_char(char c) { return is_name_start(c) || (c >= '0' && c <= '9'); }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace

FStringReparse::FStringReparse(Parser& parser, Pos first, Pos last)
    : parser_(parser), first_(first), last_(last), top_{TextBuilder(parser.arena_), parser.stack_.mark(), 0} {}

Expr* FStringReparse::text_node(std::string_view text, Pos first, Pos last) {
  bool u_prefix = parser_.tokens_.text[parser_.tokens_.start(*first)] == 'u';
  return parser_.expr<ast::Constant>(ExprKind::Constant, parser_.span(first, last), u_prefix,
                                     parser_.context_.objects.str_stable(text));
}

// Text that a field follows becomes a node of its own.
void FStringReparse::flush(Level& level, Pos first, Pos last) {
  if (!level.text.empty()) parser_.stack_.push(text_node(level.text.take(), first, last));
}

Expr* FStringReparse::finish() {
  if (!format_) return text_node(top_.text.take(), first_, last_);
  flush(top_, first_, last_);
  Seq<Expr*> values = parser_.stack_.take<Expr>(parser_.arena_, top_.mark);
  return parser_.expr<ast::JoinedStr>(ExprKind::JoinedStr, parser_.span(first_, last_), values);
}

void FStringReparse::add_format(Pos token, const StringLiteral& literal) {
  format_ = true;
  token_ = token;
  token_loc_ = parser_.span(token, token);
  raw_ = literal.raw;
  begin_ = parser_.tokens_.spelling(*token).data();
  at_ = literal.body.data();
  end_ = at_ + literal.body.size();
  counted_ = line_begin_ = begin_;
  lines_ = 0;
  parts(top_);
  if (at_ != end_) fail("f-string: unexpected end of string");
}

// Text and fields in turns, up to the end of the token or to the brace that ends a format spec.
// CPython: string_parser.c _PyPegen_FstringParser_ConcatFstring.
void FStringReparse::parts(Level& level) {
  for (;;) {
    if (literal(level)) continue;
    if (at_ == end_ || *at_ == '}') return;
    Expr* value = field(level);
    flush(level, first_, last_);
    parser_.stack_.push(value);
  }
}

// Text up to a field or the end; true if it stopped after a doubled brace. CPython: fstring_find_literal.
bool FStringReparse::literal(Level& level) {
  const char* start = at_;
  const char* s = at_;
  const char* stop = nullptr;  // the end of the text, if it is not where reading goes on
  while (s < end_) {
    char c = *s++;
    if (c == '\\' && !raw_ && s < end_) {
      c = *s++;
      if (c == 'N') {
        // The braces of \N{...} are no field.
        if (s < end_ && *s++ == '{') {
          while (s < end_ && *s++ != '}') {
          }
        }
        continue;
      }
      if (c == '{') warn_invalid_escape({s - 1, end_}, token_loc_.line, parser_.context_);
    }
    if (c != '{' && c != '}') continue;
    if (level.nesting == 0) {
      if (s < end_ && *s == c) {
        stop = s++;
        break;
      }
      if (c == '}') fail("f-string: single '}' is not allowed");
    }
    --s;
    break;
  }
  at_ = s;
  std::string_view text(start, static_cast<std::size_t>((stop != nullptr ? stop : s) - start));
  if (!text.empty()) {
    bool valid_utf8 = parser_.tokens_.source.valid_utf8;
    level.text.append(decode_str_piece(text, raw_, valid_utf8, token_loc_.line, parser_.context_));
  }
  return stop != nullptr;
}

// Where the expression that begins at at_ ends: before `}`, `!`, `:` or `=` outside of brackets and strings.
// CPython: fstring_find_expr.
const char* FStringReparse::field_end() const {
  char brackets[kMaxBrackets];
  int depth = 0;
  char quote = 0;
  bool triple = false;
  const char* s = at_;
  for (; s < end_; ++s) {
    char c = *s;
    if (c == '\\') fail("f-string expression part cannot include a backslash");
    bool three = end_ - s > 2 && s[1] == c && s[2] == c;
    if (quote != 0) {
      if (c != quote || (triple && !three)) continue;
      if (triple) s += 2;
      quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
      triple = three;
      if (three) s += 2;
    } else if (c == '[' || c == '{' || c == '(') {
      if (depth == kMaxBrackets) fail("f-string: too many nested parenthesis");
      brackets[depth++] = c;
    } else if (c == '#') {
      fail("f-string expression part cannot include '#'");
    } else if (depth == 0 && (c == '!' || c == ':' || c == '}' || c == '=' || c == '>' || c == '<')) {
      if (end_ - s > 1 && s[1] == '=' && c != ':' && c != '}') {
        ++s;
        continue;
      }
      if (c != '>' && c != '<') break;
    } else if (c == ']' || c == '}' || c == ')') {
      close_bracket(c, brackets, depth);
    }
  }
  if (quote != 0) fail("f-string: unterminated string");
  if (depth != 0) fail(std::string("f-string: unmatched '") + brackets[depth - 1] + "'");
  if (s >= end_) fail("f-string: expecting '}'");
  return s;
}

void FStringReparse::close_bracket(char c, const char* brackets, int& depth) const {
  if (depth == 0) fail(std::string("f-string: unmatched '") + c + "'");
  char opening = brackets[--depth];
  if (opening == (c == ')' ? '(' : static_cast<char>(c - 2))) return;
  fail(std::string("f-string: closing parenthesis '") + c + "' does not match opening parenthesis '" + opening + "'");
}

// A replacement field; at_ is at its brace. CPython: fstring_find_expr.
Expr* FStringReparse::field(Level& level) {
  if (level.nesting >= 2) fail("f-string: expressions nested too deeply");
  const char* begin = ++at_;
  const char* end = field_end();
  Expr* value = field_value(begin, end);
  constexpr const char* kEnd = "f-string: expecting '}'";
  at_ = end;
  bool debug = *at_ == '=';
  if (debug) {
    do ++at_;
    while (is_space(*at_));
    if (at_ >= end_) fail(kEnd);
    level.text.append({begin, static_cast<std::size_t>(at_ - begin)});
  }
  i32 conversion = -1;
  if (*at_ == '!') {
    if (end_ - at_ < 2) fail(kEnd);
    conversion = at_[1];
    at_ += 2;
    if (conversion != 's' && conversion != 'r' && conversion != 'a')
      fail("f-string: invalid conversion character: expected 's', 'r', or 'a'");
  }
  Expr* spec = nullptr;
  if (at_ < end_ && *at_ == ':') {
    if (++at_ == end_) fail(kEnd);
    spec = format_spec(level.nesting + 1);
  }
  if (at_ >= end_ || *at_ != '}') fail(kEnd);
  ++at_;
  if (debug && spec == nullptr && conversion == -1) conversion = 'r';
  return parser_.expr<ast::FormattedValue>(ExprKind::FormattedValue, parser_.span(first_, last_), conversion, value,
                                           spec);
}

// The spec lies on its own token, but for the text before its fields. CPython: fstring_parse.
Expr* FStringReparse::format_spec(int nesting) {
  Level level{TextBuilder(parser_.arena_), parser_.stack_.mark(), nesting};
  parts(level);
  flush(level, token_, token_);
  Seq<Expr*> values = parser_.stack_.take<Expr>(parser_.arena_, level.mark);
  return parser_.expr<ast::JoinedStr>(ExprKind::JoinedStr, parser_.span(token_, token_), values);
}

void FStringReparse::count_lines(const char* to) {
  for (; counted_ < to; ++counted_) {
    if (*counted_ != '\n') continue;
    ++lines_;
    line_begin_ = counted_ + 1;
  }
}

// The expression of a field: begin[-1] is the brace. CPython: fstring_find_expr_location, fstring_compile_expr.
Expr* FStringReparse::field_value(const char* begin, const char* end) {
  const char* s = begin;
  while (s != end && is_blank(*s)) ++s;
  bool newline_after_brace = s == end || *s == '\n';
  while (s != end && (is_blank(*s) || *s == '\n')) ++s;
  if (s == end) no_expression(*end);
  const char* brace = begin - 1;
  count_lines(brace);
  i32 column = newline_after_brace ? 0 : static_cast<i32>(brace - line_begin_);
  if (lines_ == 0) column += token_loc_.col;
  i32 line = token_loc_.line + lines_;
  if (is_name_start(*begin)) {
    if (Expr* name = simple_name(begin, end, line, column)) return name;
  }
  return parse_piece(begin, end, line, column);
}

void FStringReparse::no_expression(char end) const {
  if (end == '}') fail("f-string: empty expression not allowed");
  fail(std::string("f-string: expression required before '") + end + "'");
}

// The commonest field, one name, without the detour. Columns are those that parse_piece would give.
Expr* FStringReparse::simple_name(const char* begin, const char* end, i32 line, i32 column) {
  for (const char* s = begin; s != end; ++s) {
    if (!is_name_char(*s)) return nullptr;
  }
  Name id = parser_.context_.names.intern_stable({begin, static_cast<std::size_t>(end - begin)});
  if (is_keyword(id) || id == names::dunder_debug) return nullptr;
  ast::Loc loc{line, line, column + 1, column + 1 + static_cast<i32>(end - begin)};
  Expr* name = parser_.expr<ast::NameExpr>(ExprKind::Name, loc, id);
  name->parenthesized = true;
  return name;
}

// "(expression)": the parentheses let the text begin with blanks and hold newlines.
source::Source FStringReparse::piece_source(const char* begin, const char* end, i32 line) const {
  constexpr std::size_t kPadding = 16;
  std::size_t length = static_cast<std::size_t>(end - begin);
  char* text = parser_.arena_.array<char>(length + 3 + kPadding);
  text[0] = '(';
  char* to = source::copy_newlines({begin, length}, text + 1);
  *to++ = ')';
  *to++ = '\n';
  std::memset(to, 0, kPadding);

  source::Source source;
  source.text = {text, static_cast<std::size_t>(to - text)};
  source.had_final_newline = false;
  source.first_line = static_cast<u32>(line);
  source.ascii = parser_.tokens_.source.ascii;
  source.valid_utf8 = parser_.tokens_.source.valid_utf8;
  source.reread = false;
  return source;
}

// All that can be wrong with a piece is one failure here: explain/ finds out what.
Expr* FStringReparse::parse_piece(const char* begin, const char* end, i32 line, i32 column) {
  source::Source source = piece_source(begin, end, line);
  Scratch& scratch = parser_.scratch_;
  bool deep = false;
  try {
    if (begin == scratch.bad_piece) throw ParseFailure{};
    return parse_source(source, line, column, scratch.is_fine(begin));
  } catch (const ParseFailure& failure) {
    deep = failure.deep;
  } catch (const PieceFailure& failure) {
    deep = failure.deep;
  } catch (const LiteralError&) {
  } catch (const diag::SourceError&) {
  }
  throw PieceFailure{source, line, column, begin, deep};
}

Expr* FStringReparse::parse_source(const source::Source& source, i32 line, i32 column, bool any_depth) {
  Scratch& scratch = parser_.scratch_;
  if (scratch.open_pieces == scratch.pieces.size()) scratch.pieces.push_back(std::make_unique<token::TokenBuffer>());
  token::TokenBuffer& tokens = *scratch.pieces[scratch.open_pieces++];
  Context& context = parser_.context_;
  token::tokenize(source, context.target, context.names, tokens);
  bool limit_depth = scratch.limit_depth;
  scratch.limit_depth = limit_depth && !any_depth;
  tokens.relocate(line, column);
  parser_.may_fold_ = ast::kUnknown;  // nothing is noted of the piece
  Parser piece(tokens, context, scratch);
  Expr* value = piece.fstring();
  scratch.limit_depth = limit_depth;
  --scratch.open_pieces;
  return value;
}

}  // namespace mkpyc::parse
