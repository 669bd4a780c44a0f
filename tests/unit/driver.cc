// The twins of Python's functions in lib/driver against Python's answers (driver_cases.h): command lines, patterns,
// repr, int, paths.
#include <gtest/gtest.h>

#include <algorithm>

#include "driver/argparse.h"
#include "driver/command_line.h"
#include "driver/path_filter.h"
#include "driver/pypath.h"
#include "driver/pystr.h"
#include "driver_cases.h"

namespace mkpyc::driver {
namespace {

constexpr UnicodeVersion kUnicode = UnicodeVersion::v14_0;

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    std::size_t at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == text.npos) return parts;
    text.remove_prefix(at + 1);
  }
}

TEST(PyStr, ReprIsPythons) {
  for (const TextCase& test : kReprs) EXPECT_EQ(repr(test.text, kUnicode), test.expected);
}

TEST(PyStr, NamesSortByCharacters) {
  std::vector<std::string_view> names(std::begin(kSortedNames), std::end(kSortedNames));
  for (std::size_t i = 0; i < names.size(); ++i)
    for (std::size_t k = 0; k < names.size(); ++k)
      EXPECT_EQ(less_by_characters(names[i], names[k]), i < k) << repr(names[i], kUnicode) << repr(names[k], kUnicode);
  EXPECT_GT(names.size(), 200u);
}

TEST(PyStr, IntIsPythons) {
  for (const IntCase& test : kInts) {
    i64 value = 0;
    ASSERT_EQ(parse_int(test.text, value), test.valid) << test.text;
    if (!test.valid) continue;
    EXPECT_EQ(value, test.value) << test.text;
  }
}

TEST(PyStr, StripTakesAllWhiteSpace) {
  EXPECT_EQ(strip("\xE3\x80\x80 a b\t\xC2\x85\x1c"), "a b");
  EXPECT_EQ(strip(" \n"), "");
  EXPECT_EQ(strip("\xFF "), "\xFF");
}

TEST(PyStr, SurrogatesAreThreeBytes) { EXPECT_EQ(with_surrogates("a\xFF\xC3\xA9"), "a\xED\xB3\xBF\xC3\xA9"); }

TEST(PyPath, JoinAndSplitArePythons) {
  for (const PairCase& test : kJoins)
    EXPECT_EQ(join_path(test.one, test.two), test.expected) << test.one << " " << test.two;
  for (const PairCase& test : kSplits) {
    EXPECT_EQ(dir_name(test.one), test.two) << test.one;
    EXPECT_EQ(base_name(test.one), test.expected) << test.one;
  }
}

TEST(PyPath, CachePathsAreImportlibs) {
  for (const CacheCase& test : kCachePaths)
    EXPECT_EQ(cache_from_source(test.source, "cpython-311", test.level, test.prefix), test.expected) << test.source;
}

std::optional<std::string> owned(std::optional<std::string_view> text) {
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

TEST(PyPath, RenamingIsCompilealls) {
  std::size_t seen = 0;
  for (const RenameCase& test : kRenamings) {
    Renaming renaming{std::nullopt, owned(test.strip), owned(test.prepend)};
    EXPECT_EQ(renaming.apply(test.path), owned(test.expected))
        << test.path << " -s " << test.strip.value_or("none") << " -p " << test.prepend.value_or("none");
    ++seen;
  }
  EXPECT_GT(seen, 500u);
}

TEST(PathFilter, SearchesLikePython) {
  std::size_t seen = 0;
  for (const PairCase& test : kPatterns) {
    std::string error, found;
    auto filter = PathFilter::make(test.one, kUnicode, error);
    EXPECT_EQ(error, test.expected) << test.one;
    if (filter != nullptr)
      for (std::string_view name : kSearched) found += filter->search(name) == PathFilter::Outcome::kMatch ? '1' : '0';
    EXPECT_EQ(found, test.two) << test.one;
    ++seen;
  }
  EXPECT_GT(seen, 500u);
}

TEST(PathFilter, GivesUpOnEndlessBackTracking) {
  std::string error;
  auto filter = PathFilter::make("(?=a)(?:a|a)*[cd]", kUnicode, error);
  ASSERT_NE(filter, nullptr) << error;
  EXPECT_EQ(filter->search(std::string(40, 'a') + "b"), PathFilter::Outcome::kGaveUp);
}

TEST(PathFilter, RefusesWhatIsNestedTooDeep) {
  std::string error, pattern(100000, '(');
  EXPECT_EQ(PathFilter::make(pattern, kUnicode, error), nullptr);
  EXPECT_EQ(error, "maximum recursion depth exceeded");
}

// What the generator's parsed() makes of a request.
std::string shown(const Request& request) {
  auto text = [](const std::optional<std::string>& value) { return value ? repr(*value, kUnicode) : "-"; };
  auto list = [](const auto& values, auto show) {
    std::string result = "[";
    for (const auto& value : values) result += (result.size() > 1 ? ", " : "") + show(value);
    return result + "]";
  };
  std::string_view modes[] = {"-", "'timestamp'", "'checked-hash'", "'unchecked-hash'"};
  return "paths=" + list(request.paths, [](const std::string& path) { return repr(path, kUnicode); }) +
         " l=" + std::to_string(request.one_level) +
         " r=" + (request.recursion ? std::to_string(*request.recursion) : "-") +
         " f=" + std::to_string(request.force) + " q=" + std::to_string(request.quiet) +
         " b=" + std::to_string(request.legacy) + " d=" + text(request.ddir) + " s=" + text(request.stripdir) +
         " p=" + text(request.prependdir) + " x=" + text(request.rx) + " i=" + text(request.flist) +
         " j=" + std::to_string(request.workers.value_or(1)) +
         " m=" + std::string(modes[static_cast<std::size_t>(request.invalidation)]) +
         " o=" + list(request.levels, [](i64 level) { return std::to_string(level); }) +
         " e=" + text(request.limit_sl_dest) + " h=" + std::to_string(request.hardlink_dupes);
}

// Messages are in the words of the target's argparse, and without a target mkpyc would ask the interpreters on PATH.
[[maybe_unused]] const int no_interpreters = setenv("PATH", "/nonexistent", 1) + unsetenv("VIRTUAL_ENV");

TEST(CommandLine, IsReadAsArgparseReadsIt) {
  std::size_t seen = 0;
  for (const PairCase& test : kCommandLines) {
    CommandLine line = read_command_line(split(test.one, '\x1f'), kUnicode);
    std::string readable(test.one);
    std::replace(readable.begin(), readable.end(), '\x1f', ' ');
    ++seen;
    if (line.request) {
      EXPECT_EQ(shown(*line.request), test.two) << readable;
      continue;
    }
    const std::string& error = line.farewell.error;
    std::size_t message = error.find(": error: ");
    std::string said = message == error.npos ? "help" : error.substr(message + 9);
    // What compileall refuses after parsing is not in the table.
    if (said.starts_with("Hardlinking of dup") || said.starts_with("-d cannot be used")) continue;
    EXPECT_EQ(said, test.two) << readable;
  }
  EXPECT_GT(seen, 700u);
}

TEST(CommandLine, HelpIsArgparses) {
  for (const WidthCase& test : kHelps) {
    setenv("COLUMNS", std::to_string(test.columns).c_str(), 1);
    EXPECT_EQ(read_command_line({"-h"}, kUnicode).farewell.output, test.help) << test.columns;
  }
  unsetenv("COLUMNS");
}

TEST(CommandLine, HelpOfOurOwnHasItsFullName) {
  EXPECT_NE(read_command_line({"--help"}, kUnicode).farewell.output.find("--target"), std::string::npos);
  EXPECT_EQ(read_command_line({"-m", "compileall", "--help"}, kUnicode).farewell.output.find("--target"),
            std::string::npos);
}

TEST(CommandLine, OwnOptionsStandAnywhere) {
  std::vector<std::string> lines[] = {{"--target", "3.11", "d"},
                                      {"-q", "--target=3.11", "d"},
                                      {"d", "--target", "3.11"},
                                      {"-B", "--target", "3.11", "-m", "compileall", "d"},
                                      {"-mcompileall", "--target", "3.11", "d"}};
  for (const auto& line : lines) {
    CommandLine read = read_command_line(line, kUnicode);
    ASSERT_TRUE(read.request.has_value());
    EXPECT_EQ(read.request->own.target, "3.11");
    EXPECT_EQ(read.request->paths, std::vector<std::string>{"d"});
  }
}

TEST(CommandLine, InterpreterFlagsComeBeforeTheModule) {
  CommandLine line =
      read_command_line({"-OOBI", "-Wignore", "-W", "error", "-Xno_debug_ranges", "-mpy_compile", "-q", "x"}, kUnicode);
  ASSERT_TRUE(line.request.has_value());
  const Request& request = *line.request;
  EXPECT_EQ(request.module, Module::kPyCompile);
  EXPECT_EQ(request.interpreter.optimize, 2);
  EXPECT_TRUE(request.interpreter.ignore_environment);
  EXPECT_FALSE(request.interpreter.debug_ranges);
  EXPECT_EQ(request.interpreter.warn_options, (std::vector<std::string>{"ignore", "error"}));
  EXPECT_EQ(request.quiet, 1);
  EXPECT_EQ(request.paths, std::vector<std::string>{"x"});
}

TEST(CommandLine, WithoutAModuleFlagsAreCompilealls) {
  CommandLine line = read_command_line({"-b", "-q", "-x", "m", "d"}, kUnicode);
  ASSERT_TRUE(line.request.has_value());
  EXPECT_TRUE(line.request->legacy);
  EXPECT_EQ(line.request->rx, "m");
}

}  // namespace
}  // namespace mkpyc::driver
