// The tokenizer's state, shared by its parts (lines and operators, names and strings, numbers, errors). Private to this
// folder. CPython: Parser/tokenizer.c.
#pragma once

#include "target/features.h"
#include "token/chars.h"
#include "token/token.h"

namespace mkpyc::token {

class Tokenizer {
 public:
  Tokenizer(const source::Source& source, const Target& target, NameTable& names, TokenBuffer& out);

  void run();
  void be_generous() { generous_ = true; }
  /// The next lines that are not within brackets, in place of the tokens before.
  void run_some();
  /// Runs until the line with this token is done, and tells where the buffer starts on it.
  u32 run_to(u32 token);

 private:
  static constexpr u32 kMaxIndents = 100;  // CPython: MAXINDENT
  static constexpr u32 kMaxLevel = 200;    // CPython: MAXLEVEL
  static constexpr u32 kTabSize = 8;
  static constexpr u32 kFewTokens = 256;  // in the buffer at a time, if lines are asked for

  // A step is false when it found an error, which it has put into the buffer.
  bool lines();
  bool odd_indentation(bool& blank);
  bool indentation(u32 col, u32 alt_col);
  bool line_continuation(const char* backslash);
  bool end_of_text();
  /// Enters the line at at_, if there is one more: at the end of the text the last line stays the current one.
  void next_line() {
    if (at_end()) return;
    if (++line_ == line_capacity_) [[unlikely]]
      grow_line_starts();
    line_start_ = at_;
    line_starts_[line_] = offset(at_);
  }
  // tokens; each starts at at_
  bool long_name();
  bool prefixed_string(const char* end, bool& found);
  bool non_ascii_name(const char* start);
  bool number();
  bool number_or_dot();
  bool string(const char* start);
  bool open_bracket();
  bool close_bracket();
  bool operator_token();
  bool other(bool& blank);
  bool stray();
  bool carriage_return(const char* start, bool& blank);
  bool token_behind(const char* start);

  // f-strings (fstrings.cc)
  struct FString {  // an f-string that has begun
    const char* start;
    const char* line_start;
    u32 line;
    char quote;
    u8 quote_size;
    bool raw;
    bool is_template;
    bool in_spec;     // CPython: in_format_spec
    bool text_ended;  // CPython: last_expr_end != -1
    int depth;        // CPython: curly_bracket_depth
    int fields;       // CPython: curly_bracket_expr_start_depth
  };
  static constexpr u32 kMaxFStrings = 150;  // CPython: MAXFSTRINGLEVEL
  static constexpr int kMaxFields = 3;      // CPython: MAX_EXPR_NESTING
  bool in_fstring() const { return fstring_count_ != 0; }
  FString& fstring() { return fstrings_[fstring_count_ - 1]; }
  bool fstring_start(const char* start, bool raw, bool is_template);
  bool fstring_text();
  enum class Piece : u8 { kAgain, kField, kFailed };
  Piece fstring_piece(FString& f);
  Piece fstring_newline(FString& f, const char* start, u32 first_line);
  Piece opening_brace(FString& f, const char* start, u32 first_line);
  Piece closing_brace(FString& f, const char* start, u32 first_line, bool named);
  Piece open_field(FString& f);
  bool fstring_escape(const FString& f, bool& named);
  void warn_of_brace(const char* cursor);
  void emit_text(const FString& f, const char* start, u32 first_line);
  bool unterminated_fstring(const FString& f);
  bool in_format_spec(const FString& f) const;
  bool spec_state() const { return target_.on(Feature::fstring_spec_state); }
  bool field_colon();
  bool fail_fstring(const char* cursor, std::string_view message);
  bool fail_unclosed_field(const char* cursor);

  // numbers
  bool radix_number(const char* at, bool (*is_digit_of)(char), const char* kind, bool names_digits);
  bool zero_number();
  bool decimal_number(const char* at);
  bool fraction(const char* at);
  bool exponent(const char* e);
  bool after_digits(const char* at);
  bool decimal_tail(const char*& at);
  bool imaginary(const char* j);
  bool end_number(const char* at, const char* kind);
  bool verify_end_of_number(const char* at, const char* kind);
  void finish_number(const char* end);

  // errors: where CPython's tokenizer stands (tok->cur) and what it says
  bool fail(const char* cursor, std::string message);
  bool fail_in_columns(const char* cursor, std::string message, int column, int end_column);
  bool fail_by_parser(const char* cursor, Done done, diag::Exception exception, std::string message, int column,
                      int end_column);
  bool fail_decoding(const char* start, const char* end);
  bool refuse_name(const char* end);
  bool fail_indentation(Done done, diag::Exception exception, std::string message);
  bool fail_dedent();
  bool mismatch(TokenBuffer::Open open);
  bool fail_at_end();
  bool unterminated_string(const char* start, char quote, bool triple, u32 first_line, const char* first_line_start,
                           bool escaped_quote);
  std::string_view shown_lines() const;
  int characters_to(const char* cursor) const;  // from the start of the line
  void end_with_error(const char* cursor, Done done);

  /// A token that ends on the current line, and began on the given one.
  void emit(Kind kind, const char* start, const char* end, u32 first_line, Name name = Name::kNone) {
    emit(kind, start, end, name);
    if (first_line == line_) return;
    next_[-1].loc.line = static_cast<i32>(first_line);
    next_[-1].loc.col = static_cast<i32>(offset(start) - line_starts_[first_line]);
  }
  void emit(Kind kind, const char* start, const char* end, Name name = Name::kNone) {
    if (next_ == limit_) [[unlikely]]
      resize(count() * 2);
    i32 line = static_cast<i32>(line_);
    *next_++ = {{line, line, static_cast<i32>(start - line_start_), static_cast<i32>(end - line_start_)}, name, kind};
  }
  void resize(u32 capacity);
  u32 count() const { return static_cast<u32>(next_ - tokens_); }
  u32 offset(const char* at) const { return static_cast<u32>(at - text_); }
  bool at_end() const { return at_ == end_; }
  void grow_line_starts();
  TokenBuffer::Open open_bracket_at(u32 level) const;

  const source::Source& source_;
  const Target& target_;
  NameTable& names_;
  TokenBuffer& out_;
  const char* text_;
  const char* end_;
  const char* at_;          // the next character
  const char* line_start_;  // of the line that at_ is on
  /// First line of the token or of the backslash continuation that at_ is in (CPython: tok->buf).
  const char* buffer_start_;
  u32 line_ = 0;
  u32 level_ = 0;  // open brackets
  u32 indent_ = 0;
  u32 indents_[kMaxIndents] = {};
  u32 alt_indents_[kMaxIndents] = {};  // the same columns with tabs one column wide
  u32 open_[kMaxLevel];                // the tokens of the open brackets, the first level_
  u32 fstring_count_ = 0;
  FString fstrings_[kMaxFStrings];  // the first fstring_count_ are open
  // The buffer's memory.
  Token* tokens_ = nullptr;
  Token* next_ = nullptr;
  Token* limit_ = nullptr;
  Token* stop_ = nullptr;  // how many tokens are enough
  u32 enough_ = ~u32{0};
  bool by_lines_ = false;
  bool in_brackets_too_ = false;  // lines() may stop there
  bool generous_ = false;         // CPython: tok_extra_tokens
  const bool skips_carriage_returns_;
  u32* line_starts_ = nullptr;
  u32 line_capacity_ = 0;
};

}  // namespace mkpyc::token
