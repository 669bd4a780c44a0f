// parse/parse.h: syntax trees against CPython's (parse_cases.h), and what the parser does beside them.
#include "parse/parse.h"

#include <gtest/gtest.h>

#include <string>

#include "ast_dump.h"
#include "front_end.h"
#include "parse/check_strings.h"
#include "parse_cases.h"
#include "syntax_cases.h"

namespace mkpyc::parse {
namespace {

struct ParseTest : testing::Test {
  Context context() {
    return {front.target, front.arena, front.names, front.objects, front.sink, 4300, front.scratch.get()};
  }
  void tokenize(std::string_view text) {
    front.reset();
    source::Source source = source::decode(text, false, front.target, front.arena);
    token::tokenize(source, front.target, front.names, front.tokens);
  }
  std::string dump(std::string_view text) {
    tokenize(text);
    Context own = context();
    try {
      std::string out;
      dump::dump_ast(*parse(front.tokens, own), front.names, front.target, out);
      return out;
    } catch (const ParseFailure&) {
      return "refused";
    }
  }

  FrontEnd front;
};

TEST(Syntax, TreesAndErrorsAreThoseOfEachVersion) {
  for (const syntax::Case& c : syntax::kCases) {
    std::string targets = c.targets;
    for (std::size_t at = 0, end; (end = targets.find(' ', at)) != targets.npos; at = end + 1) {
      std::string target = targets.substr(at, end - at);
      FrontEnd version(target.c_str());
      std::string found;
      try {
        dump::dump_ast(*version.parse(c.source), version.names, version.target, found);
      } catch (const diag::SourceError& error) {
        found = describe(error);
      }
      EXPECT_EQ(found, c.expected) << target << ": " << c.source;
    }
  }
}

TEST_F(ParseTest, TreesAreThoseOfCPython) {
  int count = 0;
  // Twice: a refused program must leave nothing behind for the next one.
  for (int round = 0; round < 2; ++round)
    for (const Case& test : kCases) {
      EXPECT_EQ(dump(test.source), test.expected) << test.source;
      ++count;
    }
  EXPECT_GT(count, 300);
}

TEST_F(ParseTest, DottedNamesAreOneName) {
  ast::Module* module = front.parse("import a.b.c\nfrom d.e import f\n");
  EXPECT_EQ(front.names.text(module->body[0]->as<ast::Import>()->names[0]->name), "a.b.c");
  EXPECT_EQ(front.names.text(module->body[1]->as<ast::ImportFrom>()->module), "d.e");
}

TEST_F(ParseTest, ParenthesesAreRemembered) {
  ast::Module* module = front.parse("(a); a; (a, b)\n");
  EXPECT_TRUE(module->body[0]->as<ast::ExprStmt>()->value->parenthesized);
  EXPECT_FALSE(module->body[1]->as<ast::ExprStmt>()->value->parenthesized);
  EXPECT_FALSE(module->body[2]->as<ast::ExprStmt>()->value->parenthesized);
}

TEST_F(ParseTest, OneObjectForEachCachedConstant) {
  ast::Module* module = front.parse("None, None, 'a', 'a', 1, 1, 1000, 1000\n");
  const Seq<ast::Expr*>& elts = module->body[0]->as<ast::ExprStmt>()->value->as<ast::Sequence>()->elts;
  auto value = [&](u32 i) { return elts[i]->as<ast::Constant>()->value; };
  EXPECT_EQ(value(0), value(1));
  EXPECT_EQ(value(2), value(3));
  EXPECT_EQ(value(4), value(5));
  EXPECT_NE(value(6), value(7));
}

std::string nested(int depth, const char* open, const char* close) {
  std::string text;
  for (int i = 0; i < depth; ++i) text += open;
  text += "x";
  for (int i = 0; i < depth; ++i) text += close;
  return text + "\n";
}

TEST_F(ParseTest, DeepProgramsAreLeftToTheCounter) {
  tokenize(nested(199, "(", ")"));
  Context own = context();
  try {
    parse(front.tokens, own);
    FAIL();
  } catch (const ParseFailure& failure) {
    EXPECT_TRUE(failure.deep);
  }
  EXPECT_NE(parse(front.tokens, own, Depth::kAny), nullptr);
  EXPECT_EQ(dump("x\n").substr(0, 7), "Module(");
}

TEST_F(ParseTest, NothingIsTooLongForTheStack) {
  EXPECT_NE(dump(nested(5000, "x.", "")), "refused");
  EXPECT_NE(dump(nested(5000, "x + ", "")), "refused");
  EXPECT_NE(dump(nested(5000, "", "()")), "refused");
  EXPECT_NE(dump(nested(100000, "x, ", "")), "refused");
}

// Collects what is raised, in order.
struct Record : diag::WarningFilter {
  diag::Action action(const diag::Warning& warning) const override {
    raised += std::to_string(warning.line) + " " + warning.message + "\n";
    return diag::Action::kIgnore;
  }
  mutable std::string raised;
};

TEST_F(ParseTest, WarningsComeInTheOrderOfTheTokens) {
  Record record;
  diag::Sink sink(record);
  tokenize("'\\d'\n1or 2\nf'\\e{3or 4}'\n5or 6\n");
  Context own{front.target, front.arena, front.names, front.objects, sink};
  parse(front.tokens, own);
  EXPECT_EQ(record.raised,
            "1 invalid escape sequence '\\d'\n"
            "2 invalid decimal literal\n"
            "3 invalid escape sequence '\\e'\n"
            "3 invalid decimal literal\n"
            "4 invalid decimal literal\n");
}

TEST_F(ParseTest, StringsAloneTellWhatIsWrong) {
  Context own = context();
  u32 token = 0;
  tokenize("x = 'a' '\\x'\n");
  EXPECT_THROW(check_strings(front.tokens, 2, {}, {}, own, token), LiteralError);
  EXPECT_EQ(token, 3u);
  tokenize("x = 'a' f'{b c}'\n");
  try {
    check_strings(front.tokens, 2, {}, {}, own, token);
    FAIL();
  } catch (const PieceFailure& failure) {
    EXPECT_EQ(failure.source.text, "(b c)\n");
    EXPECT_EQ(failure.line, 1);
    EXPECT_EQ(failure.column, 10);
    EXPECT_FALSE(failure.deep);
  }
  tokenize("x = 'a' f'{b}'\n");
  EXPECT_TRUE(check_strings(front.tokens, 2, {}, {}, own, token));
  tokenize("x = 'a' 'b'\n");
  EXPECT_FALSE(check_strings(front.tokens, 2, {}, {}, own, token));
}

}  // namespace
}  // namespace mkpyc::parse
