// What mkpyc-dump and mkpyc-diff say of .pycs, and that no bytes hurt them.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "marshal/marshal.h"
#include "mkpyc.h"
#include "pyc_diff.h"
#include "pyc_dump.h"

namespace mkpyc::dump {
namespace {

std::string pyc(const std::string& source, const char* filename = "file.py", u32 mtime = 1) {
  const Target* target = Target::find("3.11");
  Compiler compiler;
  Options options;
  options.target = target;
  options.filename = filename;
  Result result = compiler.compile(source, options);
  ByteWriter out;
  marshal::write_header({.mtime = mtime, .size = static_cast<u32>(source.size())}, *target, out);
  return std::string(out.view()) + std::string(result.levels.at(0).code);
}

// The first line of what is said, after `header` lines of the header.
std::string first_line(const Difference& difference, std::size_t skip = 0) {
  std::size_t at = 0;
  for (; skip > 0; --skip) at = difference.text.find('\n', at) + 1;
  return difference.text.substr(at, difference.text.find('\n', at) - at);
}

TEST(PycDiff, SameFilesHaveNothingToSay) {
  Difference same = compare_pycs(pyc("x = 1\n"), pyc("x = 1\n"));
  EXPECT_EQ(same.status, 0);
  EXPECT_EQ(same.text, "");
}

TEST(PycDiff, NamesTheFirstDifference) {
  struct {
    const char *a, *b, *line;
  } cases[] = {
      {"def f(a): return a\n", "def f(b): return b\n", "f, line 1: localsplusnames[0]"},
      {"x = 1000\n", "x = 2000\n", "<module>, line 1: consts[0]"},
      {"f(x)\n", "f (x)\n", "header: size or high half of the hash"},
      {"f(x )\n", "f( x)\n", "<module>, line 1: location of the instruction at byte 6, LOAD_NAME 1 (x)"},
      {"def f(a,/): a\n", "def f(*,a): a\n", "f, line 1: argcount"},
      {"lambda *a: 1 \n", "lambda **a: 1\n", "<lambda>, line 1: flags"},
      {"lambda:[i for i in a]\n", "lambda:(i for i in a)\n", "<lambda>.<locals>.<listcomp>, line 1: flags"},
      {"'doc'\nx = 1.5\ny = 1.5\n", "'doc'\nx = 1.5\ny = 2.5\n",
       "<module>, line 1: instruction at byte 10, source 3:4-3:7"},
  };
  for (const auto& c : cases) {
    Difference difference = compare_pycs(pyc(c.a), pyc(c.b));
    EXPECT_EQ(difference.status, 1) << c.a;
    EXPECT_EQ(first_line(difference), c.line) << c.a;
  }
}

TEST(PycDiff, SeesReferenceFlagsAndFileNames) {
  // The last object but one is the line table, which nothing refers to: flagging it changes nothing else.
  std::string a = pyc("x = 'two words'\n"), b = a;
  std::size_t table = b.rfind(std::string("s\x0e\0\0\0", 5));
  ASSERT_NE(table, std::string::npos);
  b[table] = static_cast<char>('s' | 0x80);
  Difference difference = compare_pycs(a, b);
  EXPECT_EQ(difference.status, 1);
  EXPECT_EQ(first_line(difference), "<module>, line 1: linetable: reference flag");
  EXPECT_EQ(first_line(compare_pycs(pyc("x\n"), pyc("x\n", "gile.py"))), "<module>, line 1: filename");
  EXPECT_EQ(first_line(compare_pycs(pyc("x\n"), pyc("x\n", "file.py", 2))), "header: mtime or low half of the hash");
}

TEST(PycDiff, WhatIsNoPycIsTrouble) {
  EXPECT_EQ(compare_pycs("short", pyc("x\n")).status, 2);
  EXPECT_EQ(compare_pycs(pyc("x\n"), std::string(40, 'x')).status, 2);
  std::string cut = pyc("x\n");
  cut.resize(cut.size() - 5);
  EXPECT_EQ(compare_pycs(pyc("x\n"), cut).status, 2);
}

TEST(PycDump, ShowsInstructionsTablesAndFlags) {
  std::string out;
  ASSERT_TRUE(dump_pyc(pyc("def f(a):\n  try: return a.b\n  except X: pass\n"), out));
  for (const char* part : {"code f\n", "flags 0x3 OPTIMIZED|NEWLOCALS\n", "0: 'a' #", " local\n", "LOAD_ATTR 0 (b)",
                           "2:14-2:17", "2 to 14 -> 16, depth 0\n", ", lasti\n"})
    EXPECT_NE(out.find(part), std::string::npos) << part << " in\n" << out;
}

TEST(PycTools, AnyBytesAreSafe) {
  std::string bytes =
      pyc("def f(a, *b):\n  try: return a.b, 1.5, 'x y', {*b}, 1 << 70\n  except X: pass\nclass C: x = 1j\n");
  std::mt19937 random(1);
  for (int i = 0; i < 5000; ++i) {
    std::string mutated = bytes;
    for (int k = 0; k < 4; ++k) mutated[16 + random() % (mutated.size() - 16)] = static_cast<char>(random());
    std::string out;
    dump_pyc(mutated, out);
    compare_pycs(bytes, mutated);
  }
}

}  // namespace
}  // namespace mkpyc::dump
