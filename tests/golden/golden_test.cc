// Golden cases: small programs whose answers were written down by real CPythons (tests/golden/regenerate). For each
// case, target and level the marshalled bytes, the warnings and the error must be the same.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "mkpyc.h"

namespace mkpyc {
namespace {

struct Answer {
  std::vector<std::string> targets;
  std::vector<int> levels;
  std::vector<std::string> warnings;  // "LINE CATEGORY JSON"
  std::string code;                   // base64; empty for an error
  std::string error;                  // "CLASS JSON"
};

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  std::vector<std::string> lines;
  std::string all = text.str();
  for (std::size_t at = 0; at < all.size();) {
    std::size_t end = all.find('\n', at);
    end = end == std::string::npos ? all.size() : end + 1;
    lines.push_back(all.substr(at, end - at));
    at = end;
  }
  return lines;
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text;
}

std::map<std::string, std::string> read_cases(const std::filesystem::path& path) {
  std::map<std::string, std::string> cases;
  std::string* current = nullptr;
  for (const std::string& line : lines_of(path)) {
    if (line.starts_with("--- "))
      current = &cases[trimmed(line.substr(4))];
    else if (current != nullptr)
      *current += line;
  }
  return cases;
}

template <class T>
std::vector<T> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<T> found;
  for (T word; in >> word;) found.push_back(word);
  return found;
}

std::map<std::string, std::vector<Answer>> read_expected(const std::filesystem::path& path) {
  std::map<std::string, std::vector<Answer>> answers;
  std::vector<Answer>* current = nullptr;
  for (const std::string& raw : lines_of(path)) {
    std::string line = trimmed(raw);
    if (line.starts_with("#")) continue;
    if (line.starts_with("--- ")) {
      current = &answers[line.substr(4)];
    } else if (line.starts_with("for ")) {
      std::size_t split = line.find(" levels ");
      current->push_back(
          {words<std::string>(line.substr(4, split - 4)), words<int>(line.substr(split + 8)), {}, {}, {}});
    } else if (line.starts_with("warning ")) {
      current->back().warnings.push_back(line.substr(8));
    } else if (line.starts_with("code ")) {
      current->back().code = line.substr(5);
    } else if (line.starts_with("error ")) {
      current->back().error = line.substr(6);
    }
  }
  return answers;
}

std::string base64(std::string_view bytes) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    u32 group = static_cast<u8>(bytes[i]) << 16;
    if (i + 1 < bytes.size()) group |= static_cast<u8>(bytes[i + 1]) << 8;
    if (i + 2 < bytes.size()) group |= static_cast<u8>(bytes[i + 2]);
    for (std::size_t k = 0; k < 4; ++k) text += i + k <= bytes.size() ? digits[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

class ShowAll : public diag::WarningFilter {
 public:
  diag::Action action(diag::Category, std::string_view, int) const override { return diag::Action::kPrint; }
};

std::string describe(const diag::SourceError& error) {
  nlohmann::json details = nlohmann::json::array({error.message});
  if (error.located)
    for (int number : {error.line, error.offset, error.end_line, error.end_offset}) details.push_back(number);
  return std::string(diag::exception_name(error.exception)) + " " + details.dump();
}

// "CLASS JSON" with an end offset of None as -1: the traceback module treats them alike.
std::string expected_error(const std::string& text) {
  std::size_t split = text.find(' ');
  nlohmann::json details = nlohmann::json::parse(text.substr(split + 1));
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
  options.levels = {level};
  options.warnings = &show_all;
  options.recursion_limit = 2990;
  Result result = compiler.compile(source, options);
  ASSERT_EQ(result.levels.size(), 1u);
  const LevelResult& got = result.levels[0];
  if (!answer.error.empty()) {
    ASSERT_TRUE(got.failed) << "expected " << answer.error;
    EXPECT_EQ(describe(got.error), expected_error(answer.error));
    return;
  }
  ASSERT_FALSE(got.failed) << describe(got.error);
  std::vector<std::string> warnings;
  for (const diag::Warning& warning : got.warnings)
    warnings.push_back(
        std::to_string(warning.line) +
        (warning.category == diag::Category::SyntaxWarning ? " SyntaxWarning " : " DeprecationWarning ") +
        nlohmann::json(warning.message).dump());
  EXPECT_EQ(warnings, answer.warnings);
  EXPECT_EQ(base64(got.code), answer.code);
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, SameAsCPython) {
  std::filesystem::path root(MKPYC_GOLDEN);
  auto cases = read_cases(root / "cases" / (GetParam() + ".txt"));
  auto expected = read_expected(root / "expected" / (GetParam() + ".txt"));
  ASSERT_FALSE(cases.empty());
  ASSERT_EQ(cases.size(), expected.size()) << "run tests/golden/regenerate";
  std::size_t answers = 0;
  for (const auto& [name, source] : cases)
    for (const Answer& answer : expected[name])
      for (const std::string& target : answer.targets)
        for (int level : answer.levels) {
          SCOPED_TRACE(name + " for " + target + " -O" + std::to_string(level));
          check(source, answer, target, level);
          ++answers;
        }
  EXPECT_GE(answers, cases.size() * 3);
}

std::vector<std::string> topics() {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(MKPYC_GOLDEN) / "cases"))
    found.push_back(entry.path().stem().string());
  std::sort(found.begin(), found.end());
  return found;
}

INSTANTIATE_TEST_SUITE_P(Topics, Golden, testing::ValuesIn(topics()), [](const auto& row) { return row.param; });

}  // namespace
}  // namespace mkpyc
