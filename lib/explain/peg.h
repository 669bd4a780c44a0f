// Interprets the grammar over tokens as CPython's generated parser runs: ordered choice, the same results remembered,
// left recursion grown from a seed, and a limit on nested rules. CPython: Parser/pegen.c, Tools/peg_generator.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/arena.h"
#include "diag/diag.h"
#include "explain/grammar.h"
#include "parse/literals.h"
#include "parse/parse.h"

namespace mkpyc::explain {

/// An error that ends a pass.
struct Raised {
  diag::SourceError error;
  enum class By : u8 {
    kParser,
    kTokenizer,
    kWarning
  } by = By::kParser;  // kWarning: one that the filters made an error
};

/// Thrown by a thorough run that does not end in sensible time.
struct TooManySteps {};

/// Tokens, and where they lie: a piece of an f-string has positions of its own.
struct Input {
  const token::TokenBuffer& tokens;
  bool piece = false;
  i32 first_line = 1;    // line of the file on which the tokens' first line lies
  i32 first_column = 0;  // columns on that line begin here
};

/// A position as CPython's tokens have it. The column of a token without text is -1.
struct Place {
  int line = 0;
  int column = -1;
  int end_line = 0;
  int end_column = -1;
};

class Peg {
 public:
  Peg(const Input& input, parse::Context& context);

  /// One pass from a start rule. `invalid`: the second pass. False if the tokens do not match; throws Raised.
  /// `thorough`: visits everything that CPython visits, so that the nesting of rules is counted exactly; otherwise
  /// hopeless alternatives are passed over and more results are remembered, which gives the same answer sooner.
  bool run(u16 start, bool invalid, bool thorough);

  /// Reads the rest of the tokens, or up to where CPython stops, for the errors and warnings in it. Throws Raised.
  void read_all();

  /// The last token that any pass has read.
  u32 last_read() const { return fill_ - 1; }
  /// The deepest nesting of rules in any pass.
  u32 deepest() const { return deepest_ever_; }
  /// A nesting that a thorough run may find to be too deep.
  static constexpr u32 kDeep = 3000;

  // for actions
  const Input& input() const { return input_; }
  parse::Context& context() { return context_; }
  Arena& arena() { return arena_; }
  const NameTable& names() const { return context_.names; }
  bool invalid_rules_on() const { return invalid_; }
  /// CPython: PyPARSE_BARRY_AS_BDFL.
  bool barry() const { return barry_from_ != kNever; }
  void set_barry();
  /// Whether the token is the start of a `<>` that CPython's tokenizer has made one token again, for who has imported
  /// barry_as_FLUFL; what was read before is two.
  bool is_barry_not_equal(u32 token) const;
  /// The line where the last compound statement that is whole begins, as far as this pass has come; 0 if there is none.
  int last_statement() const { return last_statement_; }
  /// `token`: the first of such a statement.
  void set_last_statement(u32 token);
  /// A node over the tokens of the alternative at hand.
  Node* make(NodeKind kind);
  u32 position() const { return pos_; }
  u32 bracket_level(u32 token) const;
  /// The start of the f-string (or t-string) that the token is in, or that it is; kNoString if there is none.
  u32 fstring_start(u32 token) const { return strings_.empty() ? kNoString : strings_[token].start; }
  static constexpr u32 kNoString = ~u32{0};
  /// The braces that are open in that string before the token.
  u32 open_braces(u32 token) const { return strings_.empty() ? 0 : strings_[token].braces; }
  Place place(u32 token) const;
  /// From the start of one node to the end of another.
  Place range(const Node& from, const Node& to) const;
  /// The line that an error of the rest of the text is measured by.
  int error_line() const { return place(known_error_token_.value_or(last_read())).line; }
  /// Where CPython's tokenizer stands after the last token read.
  void tokenizer_position(int& line, int& column) const;

  /// CPython: RAISE_SYNTAX_ERROR and RAISE_INDENTATION_ERROR, at the last token read.
  [[noreturn]] void raise(diag::Exception exception, std::string message);
  /// CPython: RAISE_SYNTAX_ERROR_ON_NEXT_TOKEN.
  [[noreturn]] void raise_next(diag::Exception exception, std::string message);
  /// An exception without a place.
  [[noreturn]] void raise_plain(diag::Exception exception, std::string message);
  /// CPython: RAISE_ERROR_KNOWN_LOCATION; columns are 0-based.
  [[noreturn]] void raise_at(diag::Exception exception, const Place& place, std::string message);

  /// A bad literal in a token.
  [[noreturn]] void raise_literal(const parse::LiteralError& error, u32 token);

  /// The error, placed but not thrown. Columns are 1-based, as CPython hands them on.
  diag::SourceError located(diag::Exception exception, const Place& place, std::string message) const;
  diag::SourceError at_last_token(diag::Exception exception, std::string message) const {
    return at_token(last_read(), exception, std::move(message));
  }
  diag::SourceError at_token(u32 token, diag::Exception exception, std::string message) const;

 private:
  struct Memo {
    u16 rule;
    bool invalid;  // remembered on the second pass with the invalid rules on (only asked for `extra`)
    bool extra;    // remembered by us, not by CPython
    u32 end;       // position after it, even if the node is null
    u32 height;    // of the rules below it
    Node* node;
    Memo* next;
  };

  void find_strings();
  Node* rule(u16 index);
  Node* plain(const Rule& rule, u32 mark);
  Node* loop(const Rule& rule, u32 mark);
  Node* loop_item(const Rule& rule);
  Node* left_recursive(u16 index, const Rule& rule);
  enum class Outcome : u8 { kFailed, kMatched, kCut, kStopped };
  Outcome alternative(const Alternative& alternative, u32 mark, Node*& result);
  Outcome attempt(const Alternative& alternative, u32 mark, Node*& result);
  bool item(const Item& item, Node*& node);
  Node* match(const Item& item);
  Node* token_node(u32 token);
  Node* number_node(u32 token);
  void check_name(u32 token);
  bool starts_soft_keyword(std::string_view spelling) const;
  diag::SourceError located_tokenizer_error() const;
  Node* act(const Alternative& alternative, std::span<Node* const> items);
  [[noreturn]] void forced(const Item& item);
  bool hopeless(const Alternative& alternative);
  bool skipped(const Alternative& alternative) const;
  Memo* find(u16 index, u32 mark, bool extra);
  void remember(u16 index, u32 mark, Node* node, bool extra, u32 height);
  void touch(u32 position);
  enum class ShownText : u8 { kNone, kFine, kBroken };
  ShownText shown_text(u32 token, u64& looked);
  void raise_warnings(u32 token);
  void enter();
  [[noreturn]] void too_deep();

  const Input& input_;
  const token::TokenBuffer& tokens_;
  parse::Context& context_;
  Arena arena_;
  std::vector<Memo*> memo_;  // by token
  std::vector<u32> levels_;  // brackets open after each token
  struct InString {
    u32 start = kNoString, braces = 0;
    u32 brackets = 0;  // all that are open, braces too
  };
  std::vector<InString> strings_;  // by token; empty where no string has parts
  std::vector<Node*> token_nodes_;
  std::vector<Node*> stack_;  // of lists in the making
  u32 pos_ = 0;
  u32 mark_ = 0;  // where the alternative at hand began
  u32 fill_ = 0;  // tokens read
  u32 next_warning_ = 0;
  std::optional<u32> known_error_token_;  // CPython: known_err_token
  u32 level_ = 0;
  u32 deepest_ = 0;  // since the rule at hand began
  u32 deepest_ever_ = 0;
  u32 steps_ = 0;
  std::optional<Raised> pending_;  // an error that has not ended the pass yet
  std::optional<Raised> stop_;     // one that ends it: all rules return at once
  bool invalid_ = false;           // the invalid_ rules are on
  bool thorough_ = false;
  static constexpr u32 kNever = ~u32{0};
  u32 barry_from_ = kNever;  // the first token that was read since barry_as_FLUFL has been imported
  int last_statement_ = 0;
};

}  // namespace mkpyc::explain
