// token/token.h: token streams and the tokenizer's errors, against CPython's.
#include "token/token.h"

#include <gtest/gtest.h>

#include <iterator>
#include <string>

#include "lexing_cases.h"
#include "token/error_text.h"

namespace mkpyc {
namespace {

using token::Kind;

// CPython's names, in the order of Kind.
constexpr const char* kKindNames[] = {"ENDMARKER",
                                      "NAME",
                                      "NUMBER",
                                      "STRING",
                                      "NEWLINE",
                                      "INDENT",
                                      "DEDENT",
                                      "LPAR",
                                      "RPAR",
                                      "LSQB",
                                      "RSQB",
                                      "COLON",
                                      "COMMA",
                                      "SEMI",
                                      "PLUS",
                                      "MINUS",
                                      "STAR",
                                      "SLASH",
                                      "VBAR",
                                      "AMPER",
                                      "LESS",
                                      "GREATER",
                                      "EQUAL",
                                      "DOT",
                                      "PERCENT",
                                      "LBRACE",
                                      "RBRACE",
                                      "EQEQUAL",
                                      "NOTEQUAL",
                                      "LESSEQUAL",
                                      "GREATEREQUAL",
                                      "TILDE",
                                      "CIRCUMFLEX",
                                      "LEFTSHIFT",
                                      "RIGHTSHIFT",
                                      "DOUBLESTAR",
                                      "PLUSEQUAL",
                                      "MINEQUAL",
                                      "STAREQUAL",
                                      "SLASHEQUAL",
                                      "PERCENTEQUAL",
                                      "AMPEREQUAL",
                                      "VBAREQUAL",
                                      "CIRCUMFLEXEQUAL",
                                      "LEFTSHIFTEQUAL",
                                      "RIGHTSHIFTEQUAL",
                                      "DOUBLESTAREQUAL",
                                      "DOUBLESLASH",
                                      "DOUBLESLASHEQUAL",
                                      "AT",
                                      "ATEQUAL",
                                      "RARROW",
                                      "ELLIPSIS",
                                      "COLONEQUAL",
                                      "EXCLAMATION",
                                      "FSTRING_START",
                                      "FSTRING_MIDDLE",
                                      "FSTRING_END",
                                      "TSTRING_START",
                                      "TSTRING_MIDDLE",
                                      "TSTRING_END",
                                      "OP"};
static_assert(std::size(kKindNames) == static_cast<std::size_t>(Kind::ErrorToken));

std::string kind_name(Kind kind) {
  if (kind == Kind::Kw_async_) return "ASYNC";
  if (kind == Kind::Kw_await_) return "AWAIT";
  return kind < Kind::ErrorToken ? kKindNames[static_cast<std::size_t>(kind)] : "NAME";
}

std::string error_text(const diag::SourceError& error) {
  return std::string(diag::exception_name(error.exception)) + "|" + error.message + "|" + std::to_string(error.line) +
         "|" + std::to_string(error.offset) + "|" + std::to_string(error.end_line) + "|" +
         std::to_string(error.end_offset) + "|" + error.text;
}

class Tokens : public testing::Test {
 protected:
  const token::TokenBuffer& tokenize(std::string_view bytes, const char* version = "3.11.7") {
    arena_.reset();
    names_.reset();
    const Target& target = *Target::find(version);
    source::Source source = source::decode(bytes, false, target, arena_);
    source.reread = false;
    token::tokenize(source, target, names_, buffer_);
    return buffer_;
  }

  std::string listing() const {
    std::string out;
    for (u32 i = 0; i + 1 < buffer_.size(); ++i) {
      const token::Token& token = buffer_.tokens[i];
      bool empty = token.kind == Kind::Indent || token.kind == Kind::Dedent;
      out += (i == 0 ? "" : "\n") + kind_name(token.kind) + " " + std::to_string(token.loc.line) + "," +
             std::to_string(empty ? -1 : token.loc.col) + "-" + std::to_string(token.loc.end_line) + "," +
             std::to_string(empty ? -1 : token.loc.end_col);
    }
    bool raised = buffer_.done == token::Done::kError || buffer_.done == token::Done::kEofInString ||
                  buffer_.done == token::Done::kEolInString;
    if (raised) out += (out.empty() ? "" : "\n") + error_text(buffer_.error);
    return out;
  }

  Arena arena_;
  NameTable names_;
  token::TokenBuffer buffer_;
};

TEST_F(Tokens, AreThoseOfCPython) {
  for (const lexing::Case& c : lexing::kTokens) {
    std::string_view source(c.source, c.size);
    if (source.starts_with("\xEF\xBB\xBF")) continue;  // CPython's answer is that of a str, where it is no mark
    tokenize(source);
    EXPECT_EQ(listing(), c.expected) << source;
  }
}

TEST_F(Tokens, ErrorsAreThoseOfCompile) {
  for (const lexing::Case& c : lexing::kTokenErrors) {
    tokenize({c.source, c.size});
    ASSERT_EQ(buffer_.tokens.back().kind, Kind::ErrorToken) << c.source;
    EXPECT_EQ(error_text(buffer_.error), c.expected) << c.source;
  }
}

TEST_F(Tokens, KeywordsAndNamesAreInterned) {
  tokenize("if match: \xF0\x9D\x90\x9D\xF0\x9D\x90\x9E\xF0\x9D\x90\x9F\n");
  EXPECT_EQ(buffer_.kind(0), Kind::Kw_if_);
  EXPECT_EQ(buffer_.name(0), names::if_);
  EXPECT_EQ(buffer_.kind(1), Kind::Name);
  EXPECT_EQ(buffer_.name(1), names::match_);
  // Normalised to a keyword, but none.
  EXPECT_EQ(buffer_.kind(3), Kind::Name);
  EXPECT_EQ(buffer_.name(3), names::def_);
}

TEST_F(Tokens, WarningsCarryTheirToken) {
  tokenize("x = 1if y else 2\n");
  ASSERT_EQ(buffer_.warnings.size(), 1u);
  EXPECT_EQ(buffer_.spelling(buffer_.warnings[0].token), "1");
  EXPECT_EQ(buffer_.warnings[0].warning.message, "invalid decimal literal");
}

// gh-88943
TEST_F(Tokens, NonAsciiAfterNumberIsAnErrorOfTheNumberBefore3_11_6) {
  tokenize("1\xC3\xA9\n", "3.11.5");
  EXPECT_EQ(error_text(buffer_.error), "SyntaxError|invalid decimal literal|1|1|1|1|1\xC3\xA9");
  tokenize("1\xC3\xA9\n", "3.11.6");
  EXPECT_EQ(listing(), "NUMBER 1,0-1,1\nNAME 1,1-1,3\nNEWLINE 1,3-1,3");
}

TEST_F(Tokens, BufferStartsAtTheFirstLineOfAContinuation) {
  tokenize("a\nb \\\n c\n'''\n''' d\n");
  EXPECT_EQ(token::buffer_start(buffer_, 3), 2u);                                        // c
  EXPECT_EQ(token::buffer_start(buffer_, 6), static_cast<u32>(buffer_.text.find("'")));  // d
}

TEST_F(Tokens, HostileSizesEnd) {
  std::string deep(100000, '(');
  tokenize(deep);
  EXPECT_EQ(buffer_.error.message, "too many nested parentheses");
  std::string lines;
  for (int i = 0; i < 50000; ++i) lines += "\\\n";
  tokenize(lines);
  EXPECT_EQ(buffer_.error.message, "unexpected EOF while parsing");
  std::string dense(1 << 20, ';');
  EXPECT_EQ(tokenize(dense).size(), dense.size() + 2);
}

// As tokenize.generate_tokens() of 3.14.10 has them.
TEST(Tokenizer, GenerouslyReadsOn) {
  const Target& target = *Target::find("3.14.10");
  Arena arena;
  NameTable names;
  auto words = [&](std::string_view text) {
    names.reset();
    token::TokenBuffer tokens;
    source::Source source = source::decode(text, false, target, arena);
    token::tokenize_generously(source, target, names, tokens);
    std::string all;
    for (u32 i = 0; i < tokens.size(); ++i)
      if (token::has_text(tokens.kind(i)) && tokens.kind(i) != Kind::Newline)
        all += std::string(tokens.spelling(i)) + (tokens.kind(i) == Kind::ErrorToken ? "!" : " ");
    EXPECT_TRUE(tokens.warnings.empty());
    return all;
  };
  EXPECT_EQ(words("a ) b\n"), "a ) b ");
  EXPECT_EQ(words("( a ] b } ) c\n"), "( a ] b } ) c ");
  // Of the brackets in f-strings the field's own has to match.
  EXPECT_EQ(words("f'{ ( a } b ) c\n"), "f' { ( a } b ");
  EXPECT_EQ(words("1x 012 0x1for 1or 2\n"), "1 x 012 0x1f or 1 or 2 ");
  EXPECT_EQ(words("\xE2\x82\xAC \xF0\x9D\x90\x8Done\n"), "\xE2\x82\xAC \xF0\x9D\x90\x8Done ");
}

}  // namespace
}  // namespace mkpyc
