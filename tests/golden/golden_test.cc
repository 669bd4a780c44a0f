// Golden cases: small programs whose answers were written down by real CPythons (tests/golden/regenerate). For each
// case, target and level the marshalled bytes, the warnings and the error must be the same.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "golden_cases.h"
#include "mkpyc.h"

namespace mkpyc {
namespace {

using golden::Answer;
using golden::base64;

class ShowAll : public diag::WarningFilter {
 public:
  diag::Action action(const diag::Warning&) const override { return diag::Action::kPrint; }
};

std::string describe(const diag::SourceError& error) {
  nlohmann::json details = nlohmann::json::array({error.message});
  if (error.located)
    for (int number : {error.line, error.offset, error.end_line, error.end_offset}) details.push_back(number);
  return std::string(diag::exception_name(error.exception)) + " " + details.dump();
}

// "CLASS JSON" with an end offset of None as -1, or as 0 with the end line: the traceback module treats them alike.
std::string expected_error(const std::string& text) {
  std::size_t split = text.find(' ');
  nlohmann::json details = nlohmann::json::parse(text.substr(split + 1));
  if (details.size() == 5 && details[3].is_null()) details[3] = details[4] = 0;
  if (details.size() == 5 && details[4].is_null()) details[4] = -1;
  return text.substr(0, split + 1) + details.dump();
}

void check(const std::string& source, const Answer& answer, const std::string& target, int level) {
  static const ShowAll show_all;
  Compiler compiler;
  Options options;
  options.target = Target::find(target);
  ASSERT_NE(options.target, nullptr) << target;
  options.filename = "golden.py";
  options.shown = Options::Shown::kNone;  // no such file
  options.levels = {level};
  options.warnings = &show_all;
  options.recursion_limit = 2990;
  Result result = compiler.compile(source, options);
  ASSERT_EQ(result.levels.size(), 1u);
  const LevelResult& got = result.levels[0];
  std::vector<std::string> warnings;
  for (const diag::Warning& warning : got.warnings)
    warnings.push_back(
        std::to_string(warning.origin == diag::Origin::Runtime ? 0 : warning.line) +
        (warning.category == diag::Category::SyntaxWarning ? " SyntaxWarning " : " DeprecationWarning ") +
        nlohmann::json(warning.message).dump());
  EXPECT_EQ(warnings, answer.warnings);
  if (!answer.error.empty()) {
    ASSERT_TRUE(got.failed) << "expected " << answer.error;
    EXPECT_EQ(describe(got.error), expected_error(answer.error));
    return;
  }
  ASSERT_FALSE(got.failed) << describe(got.error);
  EXPECT_EQ(base64(got.code), answer.code);
}

// The minor versions and levels that have answers.
using Asked = std::set<std::pair<int, int>>;

Asked asked(const std::vector<Answer>& answers) {
  Asked found;
  for (const Answer& answer : answers)
    for (const std::string& target : answer.targets)
      for (int level : answer.levels) found.insert({Target::find(target)->version().minor, level});
  return found;
}

// All that a compilation says.
std::string outcome(const Result& result) {
  std::string text;
  for (const LevelResult& level : result.levels) {
    text += level.failed ? describe(level.error) : base64(level.code);
    for (const diag::Warning& warning : level.warnings)
      text += " " + std::to_string(warning.line) + " " + warning.message;
    text += "\n";
  }
  return text;
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, SameAsCPython) {
  std::filesystem::path root(MKPYC_GOLDEN);
  auto cases = golden::read_cases(root / "cases" / (GetParam() + ".txt"));
  auto expected = golden::read_expected(root / "expected" / (GetParam() + ".txt"));
  ASSERT_FALSE(cases.empty());
  ASSERT_EQ(cases.size(), expected.size()) << "run tests/golden/regenerate";
  // Some releases have no answer to some cases (regenerate: OF_THE_BUILD, OF_CHANCE), but no minor version is silent.
  Asked all;
  for (const auto& [name, answers] : expected) all.merge(asked(answers));
  EXPECT_EQ(all.size() % 3, 0u);
  for (const auto& [name, source] : cases) {
    ASSERT_TRUE(expected.contains(name)) << name << " has no answers";
    EXPECT_EQ(asked(expected[name]), all) << name << " lacks answers";
    for (const Answer& answer : expected[name])
      for (const std::string& target : answer.targets)
        for (int level : answer.levels) {
          SCOPED_TRACE(name + " for " + target + " -O" + std::to_string(level));
          check(source, answer, target, level);
        }
  }
}

// One compiler for all targets and levels of a case says what a new one says for each.
TEST_P(Golden, SameFromOneReading) {
  static const ShowAll show_all;
  std::set<std::string> targets;
  auto expected = golden::read_expected(std::filesystem::path(MKPYC_GOLDEN) / "expected" / (GetParam() + ".txt"));
  for (const auto& [name, answers] : expected)
    for (const Answer& answer : answers) targets.insert(answer.targets.begin(), answer.targets.end());
  std::size_t shared = 0;
  for (const auto& [name, source] :
       golden::read_cases(std::filesystem::path(MKPYC_GOLDEN) / "cases" / (GetParam() + ".txt"))) {
    Compiler several;
    bool first = true;
    for (const std::string& target : targets) {
      SCOPED_TRACE(name + " for " + target);
      Options options;
      options.target = Target::find(target);
      options.filename = "golden.py";
      options.shown = Options::Shown::kNone;  // no such file
      options.warnings = &show_all;
      options.recursion_limit = 2990;
      options.levels = {0, 2, 1};
      std::string together = outcome(first ? several.compile(source, options) : several.compile_again(options));
      first = false;
      std::string apart;
      for (int level : {0, 2, 1}) {
        options.levels = {level};
        apart += outcome(Compiler().compile(source, options));
      }
      EXPECT_EQ(together, apart);
      ++shared;
    }
  }
  EXPECT_GE(shared, 1u);
}

INSTANTIATE_TEST_SUITE_P(Topics, Golden, testing::ValuesIn(golden::topics(MKPYC_GOLDEN)),
                         [](const auto& row) { return row.param; });

}  // namespace
}  // namespace mkpyc
