// Suggestions: the twins of difflib and of the edit distance against Python's answers, and whole messages with misspelt
// keywords and bad escapes as CPython prints them.
#include <gtest/gtest.h>

#include "driver/difflib.h"
#include "driver/keyword_typos.h"
#include "driver/messages.h"
#include "mkpyc.h"

namespace mkpyc::driver {
namespace {

using Words = std::vector<std::string_view>;

const Words kSome = {"False", "and", "del", "elif", "else", "for", "from", "return", "while", "yield"};

TEST(Difflib, CloseMatchesArePythons) {
  EXPECT_EQ(close_matches("whille", kSome, 3, 0.5), Words({"while"}));
  EXPECT_EQ(close_matches("esle", kSome, 3, 0.5), Words({"else", "del", "elif"}));
  EXPECT_EQ(close_matches("fro", kSome, 3, 0.5), Words({"from", "for"}));
  EXPECT_EQ(close_matches("\xC3\xA9while", kSome, 3, 0.5), Words({"while"}));
  EXPECT_EQ(close_matches(std::string(250, 'a'), kSome, 3, 0.5), Words());
  EXPECT_EQ(close_matches("timestmp", {"checked-hash", "timestamp"}, 1, 0.6), Words({"timestamp"}));
}

TEST(Difflib, NearestNameIsPythons) {
  EXPECT_EQ(nearest_name("retrun", kSome), "return");
  EXPECT_EQ(nearest_name("yeild", kSome), "yield");
  EXPECT_EQ(nearest_name("fro", kSome), "from");
  EXPECT_EQ(nearest_name("esle", kSome), "");
  EXPECT_EQ(nearest_name("Wihle", kSome), "");
  EXPECT_EQ(nearest_name("WHILE", kSome), "");
  EXPECT_EQ(nearest_name("x", kSome), "");
}

// The message about a program that is refused, and the headers of the warnings raised as it is made.
std::string refusal(const char* version, std::string text, const std::vector<std::string>& options = {},
                    std::vector<std::string>* warned = nullptr) {
  const Target& target = *Target::find(version);
  std::string complaints;
  WarningFilters filters(options, target, complaints);
  FileWarnings filter(filters, "t.py", target);
  std::size_t size = text.size();
  text.append(16, '\0');
  std::string_view bytes(text.data(), size);
  Compiler compiler;
  Options settings;
  settings.target = &target;
  settings.filename = "t.py";
  settings.warnings = &filter;
  Result result = compiler.compile(bytes, settings, true);
  if (!result.levels[0].failed) return "accepted";
  std::vector<WarningText> warnings;
  std::string message = error_message(result.levels[0].error, {bytes, "t.py", target}, filters, warnings);
  if (warned != nullptr)
    for (const WarningText& warning : warnings) warned->push_back(warning.header);
  return message;
}

TEST(KeywordTypos, AreNamedWhereTheKeywordHelps) {
  EXPECT_EQ(refusal("3.14.10", "x = 1\nwhille x: pass\n"),
            "  File \"t.py\", line 2\n    whille x: pass\n    ^^^^^^\n"
            "SyntaxError: invalid syntax. Did you mean 'while'?\n");
  EXPECT_EQ(refusal("3.13.18", "whille x: pass\n"),
            "  File \"t.py\", line 1\n    whille x: pass\n           ^\nSyntaxError: invalid syntax\n");
  // The parser asks for more behind a line that goes on and is the last one, once a blank one behind it is lost.
  EXPECT_EQ(refusal("3.15.2", "awhile; b; c;\nx = 1 + \\\n    "),
            "  File \"t.py\", line 3\n    awhile; b; c;\n    ^^^^^^\n"
            "SyntaxError: invalid syntax. Did you mean 'raise'?\n");
  // 'yield' outside of a function is no better.
  EXPECT_EQ(refusal("3.15.2", "x = yeild 1\n"),
            "  File \"t.py\", line 1\n    x = yeild 1\n              ^\nSyntaxError: invalid syntax\n");
}

TEST(KeywordTypos, WarnAboutWhatIsTried) {
  std::vector<std::string> warned;
  EXPECT_EQ(
      refusal("3.15.2", "asert 1 is 1\n", {}, &warned),
      "  File \"t.py\", line 1\n    asert 1 is 1\n    ^^^^^\nSyntaxError: invalid syntax. Did you mean 'assert'?\n");
  EXPECT_EQ(warned.size(), 1u);
}

// What is compiled is called <input>; the tokenize module, which says nothing of numbers, calls its text <string>.
TEST(KeywordTypos, WarnAboutTheTokensToo) {
  auto warned_by = [](const char* version, std::string text) {
    std::vector<std::string> headers;
    EXPECT_NE(refusal(version, std::move(text), {}, &headers).find("SyntaxError: invalid syntax\n"), std::string::npos);
    std::string all;
    for (const std::string& header : headers) {
      EXPECT_NE(header.find("SyntaxWarning: "), header.npos);
      all += header[1] == 's' ? 's' : header.find("literal") == header.npos ? 'i' : 'n';
    }
    return all;
  };
  EXPECT_EQ(warned_by("3.14.10", "f'\\{a}'; Tru Noen :\n"), "siiiiii");
  EXPECT_EQ(warned_by("3.14.10", "1or 2; f'\\{a}'; x y\n"), "snininini");
  EXPECT_EQ(warned_by("3.15.2", "1or 2; f'\\{a}'; x y\n"), "nisnininini");
  std::vector<std::string> none;
  refusal("3.14.10", "f'\\{a}'; x y\n", {"error:\"\\{\" is:SyntaxWarning:<string>"}, &none);
  EXPECT_TRUE(none.empty());
}

TEST(KeywordTypos, IgnoreDeclaredEncodings) {
  EXPECT_EQ(refusal("3.15.2", "# coding: cp1252\nwhille \xE9: pass\n"),
            "  File \"t.py\", line 2\n    whille \xC3\xA9: pass\n           ^\nSyntaxError: invalid syntax\n");
}

TEST(EscapeErrors, AreAtTheEscape) {
  EXPECT_EQ(
      refusal("3.13.5", "x = \"a\xC3\xA9\\d\"\n", {"error"}).find("invalid escape sequence '\\d'") != std::string::npos,
      true);
  EXPECT_EQ(refusal("3.13.5", "\"\\d\"\n", {"error"}),
            "  File \"t.py\", line 1\n    \"\\d\"\n     ^^\nSyntaxError: invalid escape sequence '\\d'\n");
  EXPECT_EQ(refusal("3.13.0", "\"\\d\"\n", {"error"}),
            "  File \"t.py\", line 1\n    \"\\d\"\n    ^^^^\nSyntaxError: invalid escape sequence '\\d'\n");
  EXPECT_EQ(
      refusal("3.14.10", "'''\n \\q'''\n", {"error"}),
      "  File \"t.py\", line 2\n    \\q'''\n    ^^\nSyntaxError: \"\\q\" is an invalid escape sequence. Did you mean "
      "\"\\\\q\"? A raw string is also an option.\n");
}

// The line of an escape in an f-string is counted from the line on which the f-string ends.
TEST(EscapeErrors, MayBeBehindTheLastLine) {
  EXPECT_EQ(refusal("3.13.5", "'b' f\"\\\n\\d\"\n", {"error"}),
            "  File \"t.py\", line 3\n    \\d\"\n    ^^\nSyntaxError: invalid escape sequence '\\d'\n");
}

TEST(EscapeErrors, InFormatSpecsAreSyntaxErrors) {
  EXPECT_EQ(refusal("3.12.1", "f'{x:\\d}'\n", {"error"}),
            "  File \"t.py\", line 1\n    f'{x:\\d}'\n         ^^\nSyntaxError: invalid escape sequence '\\d'\n");
}

TEST(MissingComma, AfterSeveralLinesIsOnTheLastOne) {
  EXPECT_EQ(refusal("3.14.10", "x = [(1,\n   2) 3]\n"),
            "  File \"t.py\", line 1\n    x = [(1,\n         ^^^\nSyntaxError: invalid syntax. Perhaps you forgot a "
            "comma?\n");
  EXPECT_EQ(refusal("3.15.2", "x = [(1,\n   2) 3]\n"),
            "  File \"t.py\", line 2\n    2) 3]\n      ^\nSyntaxError: invalid syntax. Perhaps you forgot a comma?\n");
}

TEST(WarningRegistry, HoldsTheCompilersWarningsOfSomeReleases) {
  std::string complaints;
  const Target &registering = *Target::find("3.13.5"), &plain = *Target::find("3.13.18");
  WarningFilters filters({}, registering, complaints);
  diag::Warning warning{diag::Category::SyntaxWarning, 3, "text"};
  warning.origin = diag::Origin::Compiler;
  EXPECT_EQ(FileWarnings(filters, "a.py", plain).registrations(warning).size(), 0u);
  WarningText text{"shown", nullptr, FileWarnings(filters, "a.py", registering).registrations(warning)};
  WarningRegistry registry;
  EXPECT_TRUE(registry.admits(text));
  EXPECT_FALSE(registry.admits(text));
  warning.origin = diag::Origin::Parser;
  EXPECT_EQ(FileWarnings(filters, "a.py", registering).registrations(warning).size(), 0u);
}

}  // namespace
}  // namespace mkpyc::driver
