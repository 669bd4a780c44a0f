// Rules of the source tree that a reader would have to check by eye: the order of the stages, no version numbers
// outside the tables, no dead feature rows, goldens that cover the instruction set. Each test asserts how much it saw.
#include <gtest/gtest.h>

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
  std::regex comparison("(minor|micro|version\\(\\))\\w*\\s*(<|>|<=|>=|==|!=)\\s*\\(?[1-9]");
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
// struct Asked knows these two only.
TEST(Tree, ReadingAsksATargetNothingThatIsNotNoted) {
  std::regex question("target_?(\\.|->)(\\w+)\\(");
  std::size_t seen = 0;
  for (const char* stage : {"source", "token", "parse", "explain"})
    for (const fs::path& path : sources(kRoot / "lib" / stage)) {
      std::string text = read(path);
      for (std::sregex_iterator it(text.begin(), text.end(), question), end; it != end; ++it) {
        ++seen;
        EXPECT_TRUE((*it)[2] == "on" || (*it)[2] == "unicode_version") << path << ": " << (*it)[0];
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

TEST(Tree, EveryFeatureIsAskedForSomewhere) {
  std::string all;
  for (const fs::path& path : sources(kRoot / "lib"))
    if (path.parent_path().filename() != "target") all += read(path);
  for (const fs::path& path : sources(kRoot / "tools")) all += read(path);
  std::string grammar = read(kRoot / "grammar/python.gram");  // alternatives and rules name features, too
  ASSERT_GE(kFeatureCount, 1u);
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    std::string name = feature_name(static_cast<Feature>(i));
    bool asked = all.find("Feature::" + name) != std::string::npos || grammar.find(name) != std::string::npos;
    EXPECT_TRUE(asked) << name << " has a row but nobody asks for it";
  }
}

TEST(Tree, SwitchesOverKindsHaveNoDefault) {
  std::regex label("\\n\\s*default:");
  std::size_t seen = 0;
  for (const fs::path& path : sources(kRoot / "lib")) {
    // over tokens, most kinds are never an answer: there a default is right
    std::string folder = path.parent_path().filename().string();
    if (folder == "parse" || folder == "token" || folder == "explain") continue;
    std::string text = read(path);
    seen += text.find("switch (") != std::string::npos;
    // a default is right over characters and numbers; over a kind it hides what a new kind touches
    std::regex kind_switch("switch \\([^)]*(kind|Kind)[^{]*\\{[^}]*\\n\\s*default:");
    EXPECT_FALSE(std::regex_search(text, kind_switch)) << path;
  }
  EXPECT_GE(seen, 10u);
}

}  // namespace
}  // namespace mkpyc
