// Programs that were made to be slow to compile or to need much memory. What they cost is counted where it can be; the
// others would not end in a lifetime if they cost what they did.
#include <gtest/gtest.h>

#include <string>

#include "mkpyc.h"

namespace mkpyc {
namespace {

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

LevelResult compiled(const std::string& source, const char* target) {
  Compiler compiler;
  Options options;
  options.target = Target::find(target);
  options.filename = "growth.py";
  LevelResult result = compiler.compile(source, options).levels[0];
  result.code = {};
  return result;
}

TEST(Growth, OperandsOfStarsInComprehensionsAreReadOnce) {
  constexpr int kDepth = 60;
  EXPECT_FALSE(
      compiled("x = " + repeated("(*", kDepth) + "a or b" + repeated(" for c in d)", kDepth) + "\n", "3.15.2").failed);
  EXPECT_FALSE(
      compiled("x = " + repeated("{**", kDepth) + "a or b" + repeated(" for c in d}", kDepth) + "\n", "3.15.2").failed);
}

TEST(Growth, AnyOperandOfAStarMayStandBeforeFor) {
  for (const char* operand : {"not a", "lambda: a", "a or b", "a if b else c", "a < b not in c", "a"})
    for (const char* star : {"(*", "{**"})
      EXPECT_FALSE(compiled(star + std::string(operand) + " for d in e" + (*star == '(' ? ")" : "}"), "3.15.2").failed);
  for (const char* source : {"(*not a, b)", "(*a or b, c)", "{**a or b}", "{**not a, b: c}", "[*not a for b in c]"})
    EXPECT_TRUE(compiled(source, "3.15.2").failed) << source;
}

}  // namespace
}  // namespace mkpyc
