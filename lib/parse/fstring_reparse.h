// f-strings as CPython has them before PEP 701: the tokenizer sees one string; the parser cuts it into text and
// replacement fields, and parses the text of each field as a program of its own. Positions in fields are computed from
// those in the small program, with results that need not lie in the file; they show in tracebacks and so in .pyc files.
#pragma once

#include <string>
#include <utility>

#include "parse/check_strings.h"
#include "parse/literals.h"
#include "parse/parser.h"
#include "parse/text_builder.h"

namespace mkpyc::parse {

/// Builds the node of a run of string tokens, of which some may be f-strings.
class FStringReparse {
 public:
  FStringReparse(Parser& parser, Pos first, Pos last);

  /// A token that is no f-string, decoded.
  void add_text(std::string_view text) { top_.text.append(text); }
  void add_format(Pos token, const StringLiteral& literal);
  /// A Constant, or a JoinedStr if any token was an f-string.
  ast::Expr* finish();

 private:
  // A string in the making: the token itself, or the format spec of a field.
  struct Level {
    TextBuilder text;  // what came after the last field
    u32 mark;          // of the finished parts on the parser's stack
    int nesting;       // 0 for the token, 1 and 2 for format specs
  };

  void parts(Level& level);
  bool literal(Level& level);
  ast::Expr* field(Level& level);
  const char* field_end() const;
  ast::Expr* field_value(const char* begin, const char* end);
  ast::Expr* simple_name(const char* begin, const char* end, i32 line, i32 column);
  ast::Expr* parse_piece(const char* begin, const char* end, i32 line, i32 column);
  source::Source piece_source(const char* begin, const char* end, i32 line) const;
  ast::Expr* parse_source(const source::Source& source, i32 line, i32 column, bool any_depth);
  ast::Expr* format_spec(int nesting);
  void flush(Level& level, Pos first, Pos last);
  ast::Expr* text_node(std::string_view text, Pos first, Pos last);
  void count_lines(const char* to);
  void close_bracket(char c, const char* brackets, int& depth) const;
  [[noreturn]] void no_expression(char end) const;
  [[noreturn]] static void fail(std::string message) { throw LiteralError{std::move(message)}; }

  Parser& parser_;
  Pos first_;
  Pos last_;
  Level top_;
  bool format_ = false;

  // The token being cut.
  Pos token_ = nullptr;
  ast::Loc token_loc_;
  bool raw_ = false;
  const char* begin_ = nullptr;       // of the token's spelling
  const char* at_ = nullptr;          // what is next
  const char* end_ = nullptr;         // of the text between the quotes
  const char* counted_ = nullptr;     // lines are counted up to here
  const char* line_begin_ = nullptr;  // the last line begins here
  i32 lines_ = 0;                     // newlines before it
};

}  // namespace mkpyc::parse
