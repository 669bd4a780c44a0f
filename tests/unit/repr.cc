// object/repr.h against CPython's answers (repr_cases.h).
#include "object/repr.h"

#include <gtest/gtest.h>

#include "diag/diag.h"
#include "object_text.h"
#include "repr_cases.h"

namespace mkpyc {
namespace {

struct Repr : testing::Test {
  std::string of(const Object* object, int max_digits = 0) {
    std::string out;
    append_repr(object, {UnicodeVersion::v14_0, max_digits}, out);
    return out;
  }
  Arena arena;
  NameTable names;
  Objects objects{arena, names};
};

TEST_F(Repr, WritesWhatCPythonWrites) {
  int count = 0;
  for (const ReprCase& test : kReprCases) {
    EXPECT_EQ(of(object_of(test.object, objects)), test.expected) << test.object;
    ++count;
  }
  EXPECT_GT(count, 300);
}

TEST_F(Repr, AppendsToWhatIsThere) {
  std::string out = "x: ";
  append_repr(objects.integer(-5), {UnicodeVersion::v14_0, 0}, out);
  EXPECT_EQ(out, "x: -5");
}

TEST_F(Repr, PrintabilityIsThatOfTheUnicodeVersion) {
  // U+0CF3 came with Unicode 15.0.
  std::string older, newer;
  append_str_repr("\xe0\xb3\xb3", UnicodeVersion::v14_0, older);
  append_str_repr("\xe0\xb3\xb3", UnicodeVersion::v15_0, newer);
  EXPECT_EQ(older, "'\\u0cf3'");
  EXPECT_EQ(newer, "'\xe0\xb3\xb3'");
}

TEST_F(Repr, LongIntegersAreAnError) {
  std::vector<u64> limbs(232, ~u64{0});  // 2**14848 - 1 has 4470 digits
  Object* large = objects.integer(limbs.data(), limbs.size(), true);
  EXPECT_EQ(of(large, 4470).size(), 4471u);
  EXPECT_EQ(of(large, 0).size(), 4471u);
  try {
    of(large, 4469);
    FAIL();
  } catch (const diag::SourceError& error) {
    EXPECT_EQ(error.exception, diag::Exception::ValueError);
    EXPECT_EQ(error.message,
              "Exceeds the limit (4469 digits) for integer string conversion; use sys.set_int_max_str_digits() to "
              "increase the limit");
    EXPECT_FALSE(error.located);
  }
}

}  // namespace
}  // namespace mkpyc
