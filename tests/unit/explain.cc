// explain/explain.h: the errors of CPython's parser (explain_cases.h), and that its grammar takes what the parser
// takes.
#include "explain/explain.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "explain_cases.h"
#include "front_end.h"
#include "parse_cases.h"
#include "sentences.h"

namespace mkpyc::explain {
namespace {

// The answer to one program, written as make_explain_cases writes CPython's.
std::string answer(FrontEnd& front, std::string_view text) {
  front.reset();
  try {
    source::Source source = source::decode(text, false, front.target, front.arena);
    source.reread = false;
    token::tokenize(source, front.target, front.names, front.tokens);
    parse::Context context{front.target, front.arena, front.names, front.objects, front.sink};
    explain::parse(front.tokens, context);
    return "ok";
  } catch (const diag::SourceError& error) {
    std::string described = describe(error);
    return error.text_from == diag::TextFrom::kGiven ? described + " | " + error.text : described;
  }
}

TEST(Explain, ErrorsAreThoseOfCPython) {
  FrontEnd front;
  int count = 0;
  for (const Case& test : kCases) {
    EXPECT_EQ(answer(front, test.source), test.expected) << test.source;
    ++count;
  }
  EXPECT_GT(count, 400);
}

TEST(Explain, OlderReleasesSayItTheirWay) {
  FrontEnd front("3.11.2");
  int count = 0;
  for (const Case& test : kOlderCases) {
    EXPECT_EQ(answer(front, test.source), test.expected) << test.source;
    ++count;
  }
  EXPECT_GE(count, 3);
}

// gh-129098, where the file is gone.
TEST(Explain, TheTextOfAnErrorIsItsLineAloneFrom3134On) {
  for (std::string_view text : {"x = 1 + \\\n2 3\n", "x = 1 + \\\n2 \\ 3\n", "x = 1 + \\\n(2\n"}) {
    FrontEnd before("3.13.2"), after("3.13.5");
    std::string lines = answer(before, text), line = answer(after, text);
    EXPECT_NE(lines.find("| x = 1 + \\\n"), lines.npos) << lines;
    EXPECT_EQ(line.find("x = 1"), line.npos) << line;
    EXPECT_NE(line.find(text.substr(text.find('\n') + 1, 2)), line.npos) << line;
  }
}

TEST(Explain, TheGrammarAcceptsWhatTheParserAccepts) {
  FrontEnd front;
  int accepted = 0;
  for (const parse::Case& test : parse::kCases) {
    front.reset();
    source::Source source = source::decode(test.source, false, front.target, front.arena);
    token::tokenize(source, front.target, front.names, front.tokens);
    parse::Context context{front.target, front.arena, front.names, front.objects, front.sink};
    bool expected = std::string_view(test.expected) != "refused";
    EXPECT_EQ(accepts(front.tokens, context), expected) << test.source;
    accepted += expected;
  }
  EXPECT_GT(accepted, 100);
}

// MKPYC_CORPUS=DIR in the environment: the same over every file below it.
TEST(Explain, TheGrammarAndTheParserAgreeOnACorpus) {
  const char* folder = std::getenv("MKPYC_CORPUS");
  if (folder == nullptr) GTEST_SKIP() << "MKPYC_CORPUS names no folder";
  FrontEnd front;
  std::size_t seen = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".py" || !entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    front.reset();
    try {
      front.parse(bytes);
    } catch (const diag::SourceError&) {
      continue;  // explain() has run both
    }
    parse::Context context{front.target, front.arena, front.names, front.objects, front.sink};
    EXPECT_TRUE(accepts(front.tokens, context)) << entry.path();
    ++seen;
  }
  EXPECT_GT(seen, 0u);
}

// MKPYC_SENTENCES=N MKPYC_SEED=N in the environment: more, and others.
TEST(Explain, TheGrammarAndTheParserAgreeOnRandomPrograms) {
  const char* wanted = std::getenv("MKPYC_SENTENCES");
  const char* seed = std::getenv("MKPYC_SEED");
  int count = wanted != nullptr ? std::atoi(wanted) : 20000;
  Sentences sentences(seed != nullptr ? static_cast<u32>(std::atoi(seed)) : 1);
  FrontEnd front;
  int accepted = 0;
  for (int i = 0; i < count; ++i) {
    std::string text = sentences.next(20 + static_cast<u32>(i % 40), i % 3);
    front.reset();
    source::Source source = source::decode(text, false, front.target, front.arena);
    token::tokenize(source, front.target, front.names, front.tokens);
    parse::Context context{front.target, front.arena, front.names,        front.objects,
                           front.sink,   4300,        front.scratch.get()};
    bool parsed = true;
    try {
      parse::parse(front.tokens, context, parse::Depth::kAny);
    } catch (const parse::ParseFailure&) {
      parsed = false;
    }
    ASSERT_EQ(accepts(front.tokens, context), parsed) << text;
    accepted += parsed;
  }
  EXPECT_GT(accepted, count / 10);
  EXPECT_LT(accepted, count * 9 / 10);
}

struct Record : diag::WarningFilter {
  diag::Action action(const diag::Warning& warning) const override {
    raised += std::to_string(warning.line) + " " + warning.message + "\n";
    return diag::Action::kIgnore;
  }
  mutable std::string raised;
};

std::string warnings(const char* target, std::string_view text) {
  FrontEnd front(target);
  Record record;
  diag::Sink sink(record);
  source::Source source = source::decode(text, false, front.target, front.arena);
  token::tokenize(source, front.target, front.names, front.tokens);
  parse::Context context{front.target, front.arena, front.names, front.objects, sink};
  EXPECT_FALSE(accepts(front.tokens, context));
  return record.raised;
}

// gh-111380: the second pass of a program that fails used to repeat the warnings about escapes.
TEST(Explain, WarningsOfARefusedProgram) {
  EXPECT_EQ(warnings("3.11.7", "'\\d'\na b\n'\\e'\n"), "1 invalid escape sequence '\\d'\n");
  EXPECT_EQ(warnings("3.11.2", "'\\d'\na b\n'\\e'\n"),
            "1 invalid escape sequence '\\d'\n1 invalid escape sequence '\\d'\n");
  // The tokenizer reads on to the end, for an error that would win.
  EXPECT_EQ(warnings("3.11.7", "a b\n1or 2\n"), "2 invalid decimal literal\n");
}

// Turns all warnings into errors.
struct Strict : diag::WarningFilter {
  diag::Action action(const diag::Warning&) const override { return diag::Action::kError; }
};

TEST(Explain, AWarningThatIsAnErrorIsReportedAtTheString) {
  FrontEnd front;
  Strict strict;
  diag::Sink sink(strict);
  source::Source source = source::decode("x = 'a' '\\d'\n", false, front.target, front.arena);
  source.reread = false;
  token::tokenize(source, front.target, front.names, front.tokens);
  parse::Context context{front.target, front.arena, front.names, front.objects, sink};
  try {
    explain::parse(front.tokens, context);
    FAIL();
  } catch (const diag::SourceError& error) {
    EXPECT_EQ(describe(error), "SyntaxError 1 9 1 13: invalid escape sequence '\\d'");
  }
}

// Nothing that a program holds makes explaining it take more than a moment.
TEST(Explain, HostileNesting) {
  FrontEnd front;
  for (const char* open : {"{a: ", "f(", "f(a=", "[", "(a := ", "{**", "lambda a=(", "[x for x in ", "a if ", "not "}) {
    std::string text;
    for (int i = 0; i < 150; ++i) text += open;
    EXPECT_NE(answer(front, text + "a b\n"), "ok") << open;
  }
}

}  // namespace
}  // namespace mkpyc::explain
