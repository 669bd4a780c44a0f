// Text -> tokens, some lines at a time for the parser, or the whole file. An error does not throw but ends the buffer
// with an ErrorToken, because CPython reports it only if its parser gets that far (and a parser error before it wins).
//
// In: source::Source. Out: TokenBuffer.
//
// Places of tokens without text: an Indent or Dedent is empty and stands before the first token of its line, EndMarker
// at the end of the text on its last line. A Newline starts at the comment before it, if there is one.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/uninitialized.h"
#include "diag/diag.h"
#include "object/names.h"
#include "source/loc.h"
#include "source/source.h"
#include "target/target.h"

namespace mkpyc::token {

/// Kinds as in CPython's Grammar/Tokens; keywords are kinds of their own, in the order of grammar/names.def.
enum class Kind : u8 {
  EndMarker,
  Name,
  Number,
  String,
  Newline,
  Indent,
  Dedent,
  // operators
  LPar,
  RPar,
  LSqb,
  RSqb,
  Colon,
  Comma,
  Semi,
  Plus,
  Minus,
  Star,
  Slash,
  VBar,
  Amper,
  Less,
  Greater,
  Equal,
  Dot,
  Percent,
  LBrace,
  RBrace,
  EqEqual,
  NotEqual,
  LessEqual,
  GreaterEqual,
  Tilde,
  Circumflex,
  LeftShift,
  RightShift,
  DoubleStar,
  PlusEqual,
  MinEqual,
  StarEqual,
  SlashEqual,
  PercentEqual,
  AmperEqual,
  VBarEqual,
  CircumflexEqual,
  LeftShiftEqual,
  RightShiftEqual,
  DoubleStarEqual,
  DoubleSlash,
  DoubleSlashEqual,
  At,
  AtEqual,
  RArrow,
  Ellipsis,
  ColonEqual,
  Exclamation,
  // PEP 701, PEP 750
  FStringStart,
  FStringMiddle,
  FStringEnd,
  TStringStart,
  TStringMiddle,
  TStringEnd,
  Op,  // a printable character that no token starts with ($ ? ` and, before PEP 701, !): never in a program
  ErrorToken,
// keywords: KwFalse_ ... KwYield_
#define KEYWORD(cpp, text) Kw_##cpp,
#define STATIC_NAME(cpp, text)
#include "names.def"
#undef KEYWORD
#undef STATIC_NAME
  kCount
};

constexpr bool is_keyword(Kind kind) { return kind > Kind::ErrorToken; }

/// There is text in the source that the token stands for.
constexpr bool has_text(Kind kind) {
  return kind != Kind::Indent && kind != Kind::Dedent && kind != Kind::EndMarker && kind != Kind::ErrorToken;
}

/// The parts of an f-string or t-string that are no tokens of its fields.
constexpr bool starts_fstring(Kind kind) { return kind == Kind::FStringStart || kind == Kind::TStringStart; }
constexpr bool is_fstring_text(Kind kind) { return kind == Kind::FStringMiddle || kind == Kind::TStringMiddle; }
constexpr bool ends_fstring(Kind kind) { return kind == Kind::FStringEnd || kind == Kind::TStringEnd; }

constexpr Kind keyword_kind(Name name) {  // for is_keyword(name)
  return static_cast<Kind>(static_cast<u32>(Kind::ErrorToken) + static_cast<u32>(name));
}

/// How the tokens end. CPython: errcode.h, tok_state.done. What CPython's tokenizer raises itself (kError,
/// kEofInString, kEolInString, kDecode) wins over a syntax error of the parser on an earlier line; the others are put
/// into words by the parser, and only if it gets there.
enum class Done : u8 {
  kEof,          // EndMarker; or ErrorToken: the text ends in brackets or after a backslash
  kError,        // a SyntaxError with its own message
  kEofInString,  // the same for an unterminated string
  kEolInString,
  kDecode,  // an identifier is not UTF-8
  kDedent,  // unindent does not match
  kTabSpace,
  kTooDeep,
  kLineCont,  // something follows a backslash
};

/// What the parser needs of a token is together. Its place is what the nodes get, so that it is copied and not
/// computed; the few tokens whose text is read again find it by their place.
struct Token {
  source::Loc loc;
  /// For Name tokens and keywords, the (NFKC-normalised) identifier; else kNone. A name that only normalises to a
  /// keyword is a Name token all the same; one that normalises to a soft keyword is longer in the text than it.
  Name name;
  Kind kind;
  bool has_backslash = false;  // String: there may be escapes in it
};
static_assert(sizeof(Token) == 24);

/// All tokens of a file, or those of some of its lines. `size()` is at least 1; the last is EndMarker or ErrorToken, or
/// where lines follow Newline.
struct TokenBuffer {
  std::string_view text;  // the source text that offsets refer to: source.text
  source::Source source;
  const Target* target = nullptr;
  UninitializedVector<Token> tokens;
  u32 before = 0;  // how many came before these
  UninitializedVector<u32>
      line_start;  // line_start[n] is the offset of line n (1-based; [0] is unused, and so is what is behind the last)
  /// The error at the ErrorToken, ready to throw. The token starts and ends where CPython's tokenizer stopped.
  diag::SourceError error;
  Done done = Done::kEof;
  /// There are names that CPython's parser refuses when it comes to them: they normalise to None, True or False. Where
  /// lines are read one by one there is an error in the place of the first.
  bool has_refused_names = false;
  bool ends_in_fstring = false;  // the error is in an f-string, or in a field of one
  /// Warnings that CPython's tokenizer raises while reading a token, in order, each with the index of the token; they
  /// are only shown if the parser reads that far (it always does in a valid file).
  struct Pending {
    u32 token;
    diag::Warning warning;
  };
  std::vector<Pending> warnings;
  /// State at the end, for "unexpected EOF" and unclosed brackets: offset and line of each open bracket.
  struct Open {
    char bracket;
    u32 line;
    u32 col;
  };
  std::vector<Open> open_brackets;

  u32 size() const { return static_cast<u32>(tokens.size()); }
  Kind kind(u32 token) const { return tokens[token].kind; }
  Name name(u32 token) const { return tokens[token].name; }
  const source::Loc& loc(u32 token) const { return tokens[token].loc; }

  /// Offsets in the text, also after relocate().
  u32 start(const Token& token) const { return offset(token, token.loc.line, token.loc.col); }
  u32 end(const Token& token) const { return offset(token, token.loc.end_line, token.loc.end_col); }
  u32 start(u32 token) const { return start(tokens[token]); }
  u32 end(u32 token) const { return end(tokens[token]); }
  std::string_view spelling(const Token& token) const {
    u32 begin = start(token);
    return text.substr(begin, end(token) - begin);
  }
  std::string_view spelling(u32 token) const { return spelling(tokens[token]); }

  /// The text is a piece of another source: gives the tokens their places there. Its first line is the given one, and
  /// columns on it begin at `first_column`.
  void relocate(i32 first_line, i32 first_column);
  i32 line_shift() const { return line_shift_; }
  void clear();

 private:
  /// CPython asks for the line on which the token ends, even for its start (pegen.c initialize_token).
  i32 column_shift(const Token& token) const { return token.loc.end_line - line_shift_ == 1 ? column_shift_ : 0; }
  u32 offset(const Token& token, i32 line, i32 col) const {
    return line_start[static_cast<u32>(line - line_shift_)] + static_cast<u32>(col - column_shift(token));
  }
  i32 line_shift_ = 0;
  i32 column_shift_ = 0;  // of columns on the first line
};

/// Tokenizes a whole file into `out` (cleared first; its memory is reused).
void tokenize(const source::Source& source, const Target& target, NameTable& names, TokenBuffer& out);

/// What Python's tokenize module finds, which overlooks some errors: of brackets that do not match, of what follows a
/// number, and of characters in names. CPython: tok_extra_tokens.
void tokenize_generously(const source::Source& source, const Target& target, NameTable& names, TokenBuffer& out);

/// Tokenizes a file a few lines at a time, for a reader that is done with a line before it asks for the next: so few
/// tokens stay where the processor finds them soonest.
class Lines {
 public:
  /// Clears `out`.
  Lines(const source::Source& source, const Target& target, NameTable& names, TokenBuffer& out);
  ~Lines();
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;

  /// Puts the tokens of the next lines in place of those in the buffer, which may move. Only where the last token is a
  /// Newline is there more.
  void next();
  const TokenBuffer& tokens() const { return out_; }
  /// All tokens of the file in the buffer; next() is not to be called any more.
  const TokenBuffer& all();

 private:
  NameTable& names_;
  TokenBuffer& out_;
  std::unique_ptr<class Tokenizer> tokenizer_;
};

}  // namespace mkpyc::token
