// object/arith.h and object/equality.h against CPython's answers (arith_cases.h).
#include "object/arith.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "arith_cases.h"
#include "object/equality.h"
#include "object_text.h"

namespace mkpyc::arith {
namespace {

class Arith : public testing::Test {
 protected:
  Object* of(std::string_view text) { return object_of(text, objects); }
  Object* run(const std::string& op, Object* left, Object* right);

  Arena arena;
  NameTable names;
  Objects objects{arena, names};
  Evaluator evaluator{objects};
};

const std::map<std::string, Binary> kBinary = {
    {"Add", Binary::Add},        {"Sub", Binary::Sub},       {"Mult", Binary::Mult},     {"Div", Binary::Div},
    {"Mod", Binary::Mod},        {"Pow", Binary::Pow},       {"LShift", Binary::LShift}, {"RShift", Binary::RShift},
    {"BitOr", Binary::BitOr},    {"BitXor", Binary::BitXor}, {"BitAnd", Binary::BitAnd}, {"FloorDiv", Binary::FloorDiv},
    {"MatMult", Binary::MatMult}};
const std::map<std::string, Unary> kUnary = {
    {"Invert", Unary::Invert}, {"Not", Unary::Not}, {"UAdd", Unary::UAdd}, {"USub", Unary::USub}};

Object* Arith::run(const std::string& op, Object* left, Object* right) {
  if (op == "Subscript") return evaluator.subscript(left, right);
  if (right == nullptr) return evaluator.unary(kUnary.at(op), left);
  return evaluator.binary(kBinary.at(op), left, right);
}

TEST_F(Arith, ComputesWhatCPythonComputes) {
  int count = 0;
  for (const char* line : kCases) {
    std::istringstream words{std::string(line)};
    std::string op, left, right, expected;
    words >> op >> left >> right;
    bool is_unary = kUnary.contains(op);
    if (is_unary)
      expected = right;
    else
      words >> expected;
    Object* result = run(op, of(left), is_unary ? nullptr : of(right));
    EXPECT_EQ(result == nullptr ? "!" : text_of(result), expected) << line;
    ++count;
  }
  EXPECT_GT(count, 1000);
}

TEST_F(Arith, ResultsAreCachedObjectsWhereCPythonsAre) {
  Object* big = of("i56bc75e2d63100000");
  EXPECT_EQ(evaluator.binary(Binary::FloorDiv, big, big), objects.integer(1));
  EXPECT_EQ(evaluator.binary(Binary::Add, of("s61"), of("s")), objects.str("a"));
  EXPECT_EQ(evaluator.subscript(of("s61c3a9"), of("i1")), objects.str("\xc3\xa9"));
  EXPECT_EQ(evaluator.binary(Binary::Mult, of("(i1)"), of("i0")), objects.tuple(nullptr, 0));
  EXPECT_EQ(evaluator.binary(Binary::Mult, of("s6162"), of("i0")), objects.str(""));
  EXPECT_NE(evaluator.binary(Binary::Mult, of("b6162"), of("i0")), objects.bytes(""));
}

TEST_F(Arith, NothingIsCopiedThatIsItsOwnResult) {
  Object* text = of("s6162");
  EXPECT_EQ(evaluator.binary(Binary::Add, text, of("s")), text);
  EXPECT_EQ(evaluator.binary(Binary::Add, of("s"), text), text);
  EXPECT_EQ(evaluator.binary(Binary::Mult, text, of("i1")), text);
  Object* tuple = of("(N;s6162)");
  EXPECT_EQ(evaluator.subscript(tuple, of("i-1")), static_cast<TupleObject*>(tuple)->items[1]);
}

TEST_F(Arith, LongSumsTakeLinearMemory) {
  Object* piece = objects.str(std::string(1000, 'x'));
  Object* sum = piece;
  for (int i = 0; i < 3000; ++i) sum = evaluator.binary(Binary::Add, sum, piece);
  EXPECT_EQ(length(sum), 3001u * 1000);
  EXPECT_LT(arena.reserved(), std::size_t{32} << 20);
}

TEST_F(Arith, ExtendingAResultLeavesItAsItWas) {
  Object* ab = evaluator.binary(Binary::Add, of("s6161"), of("s6262"));
  Object* abc = evaluator.binary(Binary::Add, ab, of("s6363"));
  Object* abcd = evaluator.binary(Binary::Add, abc, of("s6464"));
  Object* abce = evaluator.binary(Binary::Add, abc, of("s6565"));
  EXPECT_EQ(text_of(ab), "s61616262");
  EXPECT_EQ(text_of(abc), "s616162626363");
  EXPECT_EQ(text_of(abcd), "s6161626263636464");
  EXPECT_EQ(text_of(abce), "s6161626263636565");
}

TEST_F(Arith, EqualNumbersOfAllTypesAreEqualAndHashAlike) {
  // Each line: numbers that are equal.
  const std::vector<std::vector<const char*>> groups = {
      {"i0", "F", "f0000000000000000", "f8000000000000000", "c0000000000000000,8000000000000000"},
      {"i1", "T", "f3ff0000000000000", "c3ff0000000000000,0000000000000000"},
      {"i-1", "fbff0000000000000"},
      {"i20000000000000", "f4340000000000000"},
      {"i8000000000000000", "f43e0000000000000", "c43e0000000000000,0000000000000000"},
      {"i-8000000000000000", "fc3e0000000000000"},
      {"i100000000000000000000000000000000", "f47f0000000000000"},
      {"f3fe0000000000000", "c3fe0000000000000,0000000000000000"},
      {"i20000000000001"},
      {"f7ff0000000000000"},
      {"c0000000000000000,3ff0000000000000"},
      {"s31"},
      {"b31"},
      {"(i1)", "(T)", "(f3ff0000000000000)"},
      {"N"},
      {"E"}};
  for (std::size_t i = 0; i < groups.size(); ++i)
    for (std::size_t j = 0; j < groups.size(); ++j)
      for (const char* one : groups[i])
        for (const char* other : groups[j]) {
          Object *a = of(one), *b = of(other);
          EXPECT_EQ(python_equal(a, b), i == j) << one << " " << other;
          if (i == j) {
            EXPECT_EQ(equality_hash(a), equality_hash(b)) << one << " " << other;
          }
        }
}

// CPython's hashes of these are the same, and a set of them takes time that grows with the square of its size.
TEST_F(Arith, IntegersThatDifferByAMersennePrimeHashApart) {
  constexpr i64 kPrime = (i64{1} << 61) - 1;
  Object* power = objects.integer(i64{1} << 62);
  std::set<u64> hashes;
  for (i64 i = 1; i <= 1000; ++i) {
    Object* multiple = evaluator.binary(Binary::Mult, objects.integer(kPrime), objects.integer(i));
    hashes.insert(equality_hash(multiple));
    hashes.insert(equality_hash(evaluator.binary(Binary::Mult, multiple, power)));
  }
  EXPECT_EQ(hashes.size(), 2000u);
}

TEST_F(Arith, ANaNEqualsOnlyItself) {
  Object *nan = of("f7ff8000000000000"), *other = of("f7ff8000000000000");
  EXPECT_TRUE(python_equal(nan, nan));
  EXPECT_FALSE(python_equal(nan, other));
  EXPECT_TRUE(python_equal(objects.tuple(&nan, 1), objects.tuple(&nan, 1)));
}

TEST_F(Arith, OfEqualItemsASetKeepsTheFirst) {
  Object* items[] = {of("i1"), of("f3ff0000000000000"), of("s61"), of("T"), of("i2"), of("s61")};
  EXPECT_EQ(text_of(make_frozenset(objects, items, 6)), "{i1;i2;s61}");
  std::vector<Object*> many;
  for (i64 i = 0; i < 5000; ++i) many.push_back(objects.integer(i % 1000));
  EXPECT_EQ(make_frozenset(objects, many.data(), many.size())->items.size(), 1000u);
}

}  // namespace
}  // namespace mkpyc::arith
