// Do the golden cases see everything that differs between CPythons? Each feature row must matter to some case on both
// sides of each of its boundaries, and each instruction of each target must occur in some answer.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <set>

#include "../golden/golden_cases.h"
#include "assemble/decode.h"
#include "marshal/reader.h"
#include "mkpyc.h"
#include "target/features.h"

namespace mkpyc {
namespace {

namespace fs = std::filesystem;

class ShowAll : public diag::WarningFilter {
 public:
  diag::Action action(const diag::Warning&) const override { return diag::Action::kPrint; }
};

struct Case {
  std::string source;
  std::vector<golden::Answer> answers;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = [] {
    std::vector<Case> found;
    fs::path root(MKPYC_GOLDEN);
    for (const std::string& topic : golden::topics(root)) {
      auto sources = golden::read_cases(root / "cases" / (topic + ".txt"));
      auto answers = golden::read_expected(root / "expected" / (topic + ".txt"));
      for (auto& [name, source] : sources) found.push_back({source, answers[name]});
    }
    return found;
  }();
  return all;
}

// The releases that gave answers, in order.
std::vector<Version> releases() {
  std::set<Version> found;
  for (const Case& one : cases())
    for (const golden::Answer& answer : one.answers)
      for (const std::string& target : answer.targets) found.insert(Target::find(target)->version());
  return {found.begin(), found.end()};
}

// All that a compilation says, as one text.
std::string outcome(const std::string& source, const Target& target, int level) {
  static const ShowAll show_all;
  Compiler compiler;
  Options options;
  options.target = &target;
  options.filename = "golden.py";
  options.shown = Options::Shown::kNone;  // no such file
  options.levels = {level};
  options.warnings = &show_all;
  options.recursion_limit = 2990;
  Result result = compiler.compile(source, options);
  const LevelResult& got = result.levels[0];
  std::string text(got.code);
  for (const diag::Warning& warning : got.warnings)
    text += std::to_string(warning.line) + std::to_string(static_cast<int>(warning.category)) + warning.message;
  if (got.failed) {
    text += diag::exception_name(got.error.exception) + got.error.message;
    for (int number : {got.error.line, got.error.offset, got.error.end_line, got.error.end_offset})
      text += " " + std::to_string(number);
  }
  return text;
}

// Runs the function in a process of its own: a target that never was may well run into a CHECK, which shows a
// difference too. Any other end is an error of ours.
bool true_or_fails_check(const std::function<bool()>& function) {
  pid_t child = fork();
  if (child == 0) {
    if (freopen("/dev/null", "w", stderr) == nullptr) _exit(2);
    _exit(function() ? 1 : 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  bool check = WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
  EXPECT_TRUE(check || (WIFEXITED(status) && WEXITSTATUS(status) <= 1)) << "ends with status " << status;
  return check || (WIFEXITED(status) && WEXITSTATUS(status) == 1);
}

bool changes_some_case(Feature feature, Version version) {
  const Target& target = *Target::find(version);
  Target other = target.with(feature, !target.on(feature));
  return true_or_fails_check([&] {
    for (const Case& one : cases())
      for (int level : {0, 2})
        if (outcome(one.source, target, level) != outcome(one.source, other, level)) return true;
    return false;
  });
}

// Asked by the program alone, not by the compiler: tests/cli has its cases.
bool only_in_driver(const std::string& name) {
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(MKPYC_ROOT) / "lib")) {
    std::string folder = entry.path().parent_path().filename().string();
    if (folder == "driver" || folder == "target") continue;
    // .pyc headers, and the source lines that errors are shown with
    if (entry.path().filename() == "pyc.cc" || entry.path().filename() == "program_line.cc") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    if (text.str().find("Feature::" + name) != std::string::npos) return false;
  }
  std::ifstream grammar(fs::path(MKPYC_ROOT) / "grammar/python.gram", std::ios::binary);
  std::stringstream text;
  text << grammar.rdbuf();
  return text.str().find(name) == std::string::npos;
}

// Features that no case can show at a release, most often because the release lacks what they need: a test that
// starts to show one takes it off.
struct Unseen {
  std::string_view feature, release;
  bool found = false;
};

std::vector<Unseen> unseen() {
  return {
#define UNSEEN(feature, release) {#feature, #release},
#include "unseen.def"
#undef UNSEEN
  };
}

TEST(Coverage, EveryFeatureChangesSomeCaseAtItsBoundaries) {
  std::vector<Version> known = releases();
  ASSERT_GE(known.size(), 2u);
  std::size_t seen = 0;
  std::vector<Unseen> excepted = unseen();
  std::set<std::pair<std::size_t, Version>> done;
  for (std::size_t i = 0; i < kFeatureCount; ++i) {
    Feature feature = static_cast<Feature>(i);
    if (only_in_driver(feature_name(feature))) continue;
    for (Version boundary : feature_boundaries(feature)) {
      auto after = std::lower_bound(known.begin(), known.end(), boundary);
      if (after == known.begin() || after == known.end()) continue;  // outside of the releases that gave answers
      for (Version version : {*(after - 1), *after}) {
        if (!done.insert({i, version}).second) continue;
        ++seen;
        std::string name(Target::find(version)->name());
        auto exception = std::ranges::find_if(
            excepted, [&](const Unseen& one) { return one.feature == feature_name(feature) && one.release == name; });
        if (exception != excepted.end()) exception->found = true;
        EXPECT_EQ(changes_some_case(feature, version), exception == excepted.end())
            << feature_name(feature) << (exception == excepted.end() ? " changes no" : " is said to change no")
            << " golden case for " << name;
      }
    }
  }
  for (const Unseen& one : excepted)
    EXPECT_TRUE(one.found) << one.feature << " has no boundary beside " << one.release << ", but is in unseen.def";
  EXPECT_GE(seen, 20u);
}

void collect(const CodeObject& code, const OpTable& ops, std::set<Op>& found) {
  for (const assemble::DecodedInstr& instr : assemble::decode_bytecode(code.code->bytes, ops).instrs) {
    found.insert(instr.op);
    if (instr.arg > 0xFF) found.insert(Op::EXTENDED_ARG);
  }
  for (const Object* constant : code.consts->items)
    if (constant->type == Type::Code) collect(*static_cast<const CodeObject*>(constant), ops, found);
}

// Of the interpreter's own making, or of its prompt: never in a .pyc.
bool never_compiled(Op op) {
  return op == Op::CACHE || op == Op::INTERPRETER_EXIT || op == Op::EXIT_INIT_CHECK || op == Op::PRINT_EXPR;
}

TEST(Coverage, EveryInstructionOfEveryTargetOccurs) {
  std::set<int> minors;
  for (Version version : releases()) {
    const Target& target = *Target::find(version);
    if (!minors.insert(version.minor).second) continue;
    std::set<Op> found;
    for (const Case& one : cases())
      for (const golden::Answer& answer : one.answers) {
        bool mine = std::ranges::any_of(answer.targets, [&](const std::string& name) {
          return Target::find(name)->version().minor == version.minor;
        });
        if (!mine || answer.code.empty()) continue;
        std::string code = outcome(one.source, *Target::find(answer.targets[0]), answer.levels[0]);
        Arena arena;
        marshal::Unmarshalled read = marshal::read(code, arena);
        if (read.error.empty()) collect(*static_cast<CodeObject*>(read.object), target.ops(), found);
      }
    for (std::size_t i = 0; i < kOpCount; ++i) {
      Op op = static_cast<Op>(i);
      if (target.ops()[op].number < 0 || never_compiled(op)) continue;
      EXPECT_TRUE(found.contains(op)) << op_name(op) << " of 3." << version.minor << " is in no golden case";
    }
  }
  EXPECT_GE(minors.size(), 1u);
}

}  // namespace
}  // namespace mkpyc
