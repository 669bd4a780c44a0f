// f-strings and t-strings whose parts are tokens (PEP 701, 750). The expressions in them are parsed like any other;
// what is left to do here is joining text, and the text of fields such as `{x=}`.
#pragma once

#include "parse/literals.h"
#include "parse/parser.h"
#include "parse/text_builder.h"

namespace mkpyc::parse {

/// Text and values in the making, as they follow each other: neighbouring text becomes one Constant, and empty text
/// none at all. CPython: action_helpers.c _PyPegen_concatenate_strings.
class JoinedParts {
 public:
  explicit JoinedParts(Parser& parser);

  void add_text(std::string_view text, const ast::Loc& loc, bool u_prefix);
  void add_value(ast::Expr* value);
  /// All of it, if there is a value.
  Seq<ast::Expr*> take();
  /// All of it, if there is none.
  ast::Expr* text_node();
  bool has_values() const { return has_values_; }

 private:
  void flush();

  Parser& parser_;
  TextBuilder text_;
  ast::Loc loc_;  // of the text
  u32 mark_;      // of the finished parts on the parser's stack
  bool has_text_ = false;
  bool u_prefix_ = false;
  bool has_values_ = false;
};

/// Builds the node of a run of string tokens, of which some begin f-strings or t-strings.
class FStringTokens {
 public:
  explicit FStringTokens(Parser& parser) : parser_(parser), parts_(parser) {}

  /// A string token that is neither.
  void add_string(Pos token, std::string_view text);
  /// The f-string at hand, to its end.
  void add_format();
  /// The node for the tokens from `first` to the last one consumed.
  ast::Expr* finish(Pos first);

 private:
  struct Field {
    Pos brace;                 // the token that opens it
    Pos equal = nullptr;       // of `{x=}`
    Pos terminator = nullptr;  // after the expression and `=`
    int level = 0;             // how many format specs it lies in
  };

  void field(int level);
  i32 conversion();
  ast::Expr* format_spec(int level);
  ast::Expr* make_spec(u32 mark, u32 parts, const ast::Loc& loc);
  std::string_view spec_text(Pos token);
  std::string_view field_text(const Field& field, Pos end_token);
  std::string_view interpolation_text(const Field& field);
  ast::Loc debug_loc(const Field& field, Pos conversion_token, const ast::Expr* spec) const;
  void add_parts(u32 mark, Pos end_token);

  Parser& parser_;
  JoinedParts parts_;
  bool is_format_ = false;    // there is an f-string
  bool is_template_ = false;  // there is a t-string
  // Of the one at hand:
  bool raw_ = false;
  bool in_template_ = false;
};

}  // namespace mkpyc::parse
