// Rules of the source tree that a reader would have to check by eye: the order of the stages, no version numbers
// outside the tables, no dead feature rows, goldens that cover the instruction set. Each test asserts how much it saw.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "target/features.h"

namespace mkpyc {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<fs::path> sources(const fs::path& folder) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".cc" || entry.path().extension() == ".h") found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

const fs::path kRoot(MKPYC_ROOT);

// The stages in the order of lib/meson.build, which is the one place that says it.
std::vector<std::string> stages() {
  std::string text = read(kRoot / "lib/meson.build");
  std::string list = text.substr(text.find('['), text.find(']') - text.find('['));
  std::vector<std::string> found;
  std::regex word("'(\\w+)'");
  for (std::sregex_iterator it(list.begin(), list.end(), word), end; it != end; ++it) found.push_back((*it)[1]);
  return found;
}

TEST(Tree, AFolderIncludesOnlyFoldersAboveIt) {
  std::vector<std::string> order = stages();
  ASSERT_GE(order.size(), 16u);
  std::map<std::string, std::size_t> rank;
  for (std::size_t i = 0; i < order.size(); ++i) rank[order[i]] = i;
  std::regex include("#include \"(\\w+)/[^\"]+\"");
  std::size_t seen = 0;
  for (const std::string& stage : order)
    for (const fs::path& path : sources(kRoot / "lib" / stage)) {
      std::string text = read(path);
      for (std::sregex_iterator it(text.begin(), text.end(), include), end; it != end; ++it) {
        auto at = rank.find((*it)[1]);
        if (at == rank.end()) continue;
        ++seen;
        EXPECT_LE(at->second, rank[stage]) << path << " includes " << (*it)[0];
      }
    }
  EXPECT_GE(seen, 100u);
}

TEST(Tree, NoVersionNumbersOutsideTheTables) {
  std::regex comparison(
      "(minor|micro|version\\(\\))\\w*\\s*(<|>|<=|>=|==|!=)\\s*\\(?[1-9]|switch \\([^{\\n]*(minor|micro)|"
      "Version\\{\\s*[0-9]|(minor|micro)\\w*\\s*[-+]\\s+[1-9]");
  std::size_t seen = 0;
  for (const fs::path& path : sources(kRoot / "lib")) {
    if (path.parent_path().filename() == "target") continue;
    ++seen;
    std::string text = read(path);
    std::smatch match;
    EXPECT_FALSE(std::regex_search(text, match, comparison)) << path << ": " << match.str();
  }
  EXPECT_GE(seen, 50u);
}

// What is read of a source is used for other targets if they answer the same questions: these have to be noted, and
// struct Asked knows two only. The line of the caller is for warnings, and what was read with one is not used again.
TEST(Tree, ReadingAsksATargetNothingThatIsNotNoted) {
  std::regex question("target_?(\\.|->)(\\w+)\\(");
  std::size_t seen = 0;
  for (const char* stage : {"source", "token", "parse", "explain"})
    for (const fs::path& path : sources(kRoot / "lib" / stage)) {
      std::string text = read(path);
      for (std::sregex_iterator it(text.begin(), text.end(), question), end; it != end; ++it) {
        ++seen;
        EXPECT_TRUE((*it)[2] == "on" || (*it)[2] == "unicode_version" || (*it)[2] == "callers_line")
            << path << ": " << (*it)[0];
      }
    }
  EXPECT_GE(seen, 50u);
}

// Folding changes the tree in place, and all of it has to be taken back.
TEST(Tree, FoldingWritesToTheTreeInOnePlace) {
  std::string text = read(kRoot / "lib/fold/fold.cc");
  std::regex assignment("\\n *((\\*?slot|nodes|nodes\\[0\\]|node->\\w+|first->\\w+|comparison->\\S+) = [^;]*);");
  std::size_t seen = 0;
  for (std::sregex_iterator it(text.begin(), text.end(), assignment), end; it != end; ++it, ++seen)
    EXPECT_EQ((*it)[1], "node->value = value") << "write() it, so that it can be taken back";  // of a new node
  EXPECT_GE(seen, 1u);
  EXPECT_NE(text.find("write("), text.npos);
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// The word, not as a part of another.
bool has_word(const std::string& text, const std::string& word) {
  for (std::size_t at = 0; (at = text.find(word, at)) != text.npos; ++at)
    if ((at == 0 || !is_word(text[at - 1])) && !is_word(text.c_str()[at + word.size()])) return true;
  return false;
}

TEST(Tree, EveryFeatureDiffersBetweenTwoTargets) {
  std::set<Version> releases;
  for (int minor = 0; minor < 64; ++minor)
    for (int micro = 0; micro < 32 && Target::find(Version{minor, micro}) != nullptr; ++micro)
      releases.insert({minor, micro});
  ASSERT_GE(releases.size(), 32u);
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    Feature feature = static_cast<Feature>(i);
    auto on = [&](Version version) { return Target::find(version)->on(feature); };
    bool differs = std::ranges::any_of(releases, on) && !std::ranges::all_of(releases, on);
    EXPECT_TRUE(differs) << feature_name(feature) << " is the same for all targets";
  }
}

TEST(Tree, EveryFeatureIsAskedForSomewhere) {
  std::string all;
  for (const fs::path& path : sources(kRoot / "lib"))
    if (path.parent_path().filename() != "target") all += read(path);
  for (const fs::path& path : sources(kRoot / "tools")) all += read(path);
  std::string grammar = read(kRoot / "grammar/python.gram");  // alternatives and rules name features, too
  ASSERT_GE(kFeatureCount, 1u);
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    std::string name = feature_name(static_cast<Feature>(i));
    bool asked = has_word(all, "Feature::" + name) || has_word(grammar, name);
    EXPECT_TRUE(asked) << name << " has a row but nobody asks for it";
  }
}

// Where the block ends whose brace is at `at`; braces in literals are none.
std::size_t block_end(const std::string& text, std::size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    char c = text[at];
    if (c == '/' && text.compare(at, 2, "//") == 0) at = text.find('\n', at);
    if (c == '{') ++depth;
    if (c == '}' && --depth == 0) return at;
    if (c != '"' && (c != '\'' || is_word(text[at - 1]))) continue;  // 1'000 has no literal
    while (++at < text.size() && text[at] != c) at += text[at] == '\\';
  }
  return text.size();
}

// The labels of the switch alone, without those of switches in it.
bool has_default(const std::string& text, std::size_t at) {
  std::size_t end = block_end(text, at);
  for (++at; at < end; ++at) {
    if (text.compare(at, 8, "default:") == 0) return true;
    if (text[at] == '{') at = block_end(text, at);
  }
  return false;
}

TEST(Tree, SwitchesOverKindsHaveNoDefault) {
  std::regex label("\\n\\s*default:");
  std::size_t seen = 0, kinds = 0;
  for (const fs::path& path : sources(kRoot / "lib")) {
    // over tokens, most kinds are never an answer: there a default is right
    std::string folder = path.parent_path().filename().string();
    if (folder == "parse" || folder == "token" || folder == "explain") continue;
    std::string text = read(path);
    seen += text.find("switch (") != std::string::npos;
    // a default is right over characters and numbers; over a kind it hides what a new kind touches
    std::regex kind_switch("switch \\([^{]*(kind|Kind|->type\\))[^{]*\\{");
    for (std::sregex_iterator it(text.begin(), text.end(), kind_switch), last; it != last; ++it) {
      ++kinds;
      std::size_t brace = static_cast<std::size_t>(it->position() + it->length()) - 1;
      EXPECT_FALSE(has_default(text, brace)) << path << ": " << it->str();
    }
  }
  EXPECT_GE(seen, 10u);
  EXPECT_GE(kinds, 20u);
}

}  // namespace
}  // namespace mkpyc
