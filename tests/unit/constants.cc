// object/constants.h: which constants become one object.
#include "object/constants.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "object/equality.h"

namespace mkpyc {
namespace {

class Constants : public testing::Test {
 protected:
  Constants() { pool_.reset(target_); }

  TupleObject* tuple(std::vector<Object*> items) { return objects_.tuple(items.data(), items.size()); }
  TupleObject* frozenset(std::vector<Object*> items) { return objects_.frozenset(items.data(), items.size()); }
  Object* text(const char* value) { return objects_.str(value); }
  Object* real(double value) { return objects_.floating(value); }

  const Target& target_ = *Target::find("3.11");
  Arena arena_;
  NameTable names_;
  Objects objects_{arena_, names_};
  ConstantPool pool_{objects_};
};

TEST_F(Constants, TheFirstOfEqualsStandsForAll) {
  Object* first = objects_.integer(1000);
  EXPECT_EQ(pool_.merge(first), first);
  EXPECT_EQ(pool_.merge(objects_.integer(1000)), first);
  EXPECT_EQ(pool_.merge(first), first);
}

TEST_F(Constants, TypesAndSignsAreKeptApart) {
  const u64 limbs[] = {1, 1};
  std::vector<Object*> all = {objects_.integer(i64{1}),
                              objects_.boolean(true),
                              real(1),
                              objects_.complex(1, 0),
                              real(0.0),
                              real(-0.0),
                              objects_.complex(0, 0),
                              objects_.complex(0, -0.0),
                              objects_.complex(-0.0, 0),
                              objects_.complex(-0.0, -0.0),
                              text("two words"),
                              objects_.bytes("two words"),
                              tuple({objects_.integer(i64{1})}),
                              tuple({objects_.boolean(true)}),
                              tuple({real(0.0)}),
                              tuple({real(-0.0)}),
                              frozenset({objects_.integer(i64{1})}),
                              frozenset({real(1)}),
                              objects_.integer(limbs, 2, false),
                              objects_.integer(limbs, 2, true)};
  std::vector<Object*> merged;
  for (Object* object : all) merged.push_back(pool_.merge(object));
  for (std::size_t i = 0; i < merged.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(merged[i], merged[j]) << i << " " << j;
}

TEST_F(Constants, NanEqualsOnlyItself) {
  double nan = std::numeric_limits<double>::quiet_NaN();
  Object* one = real(nan);
  Object* other = real(nan);
  EXPECT_EQ(pool_.merge(one), one);
  EXPECT_EQ(pool_.merge(other), other);
  EXPECT_EQ(pool_.merge(tuple({one})), pool_.merge(tuple({one})));
  EXPECT_NE(pool_.merge(tuple({one})), pool_.merge(tuple({other})));
}

TEST_F(Constants, ItemsAreMergedInACopy) {
  Object* number = pool_.merge(real(2.5));
  Object* other = real(2.5);
  TupleObject* literal = tuple({other, tuple({other})});
  auto* merged = static_cast<TupleObject*>(pool_.merge(literal));
  EXPECT_NE(merged, literal);
  EXPECT_EQ(literal->items[0], other);
  EXPECT_EQ(merged->items[0], number);
  EXPECT_EQ(static_cast<TupleObject*>(merged->items[1])->items[0], number);
  EXPECT_EQ(pool_.merge(tuple({real(2.5), tuple({real(2.5)})})), merged);
}

TEST_F(Constants, MergingOneLeavesItems) {
  Object* number = real(2.5);
  pool_.merge(number);
  Object* other = real(2.5);
  Object* items[] = {other};
  EXPECT_EQ(pool_.merge_one(items, 1)->items[0], other);
  EXPECT_EQ(pool_.merge_one(tuple({real(2.5)})), pool_.merge_one(items, 1));
  EXPECT_EQ(pool_.merge_one(std::string_view("table")), pool_.merge(objects_.bytes("table")));
}

TEST_F(Constants, SetsAreEqualInAnyOrder) {
  std::vector<Object*> items;
  for (int i = 0; i < 200; ++i) items.push_back(objects_.integer(1000 + i));
  Object* merged = pool_.merge(frozenset(items));
  std::reverse(items.begin(), items.end());
  EXPECT_EQ(pool_.merge(frozenset(items)), merged);
  items[5] = real(1005);
  EXPECT_NE(pool_.merge(frozenset(items)), merged);
}

TEST_F(Constants, NameLikeStringsAreTheInternedOnes) {
  EXPECT_EQ(pool_.merge(text("some_name")), objects_.name(names_.intern("some_name")));
  EXPECT_EQ(pool_.merge(text("*")), objects_.name(names_.intern("*")));
  EXPECT_EQ(pool_.merge(text("")), objects_.name(names::empty));
  EXPECT_FALSE(pool_.merge(text("two words"))->interned);
  EXPECT_FALSE(pool_.merge(text("na\xc3\xafve"))->interned);
}

TEST(NameLike, NeedsEachOfItsCharacters) {
  EXPECT_TRUE(all_name_chars(""));
  for (std::size_t size = 1; size < 50; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'x');
      for (int c = 0; c < 256; ++c) {
        text[at] = static_cast<char>(c);
        bool expected = c == '_' || (c < 128 && std::isalnum(c) != 0);
        ASSERT_EQ(all_name_chars(text), expected) << size << " " << at << " " << c;
      }
    }
  }
}

TEST_F(Constants, KnowsWhetherALiteralOrANameWasFirst) {
  Name identifier = names_.intern("identifier");
  pool_.merge(text("identifier"));
  pool_.merge(text("literal"));
  Name used = names_.intern("used_as_name");
  pool_.merge(objects_.name(used));
  pool_.merge(text("used_as_name"));
  Name literal = names_.intern("literal");
  EXPECT_TRUE(pool_.literal_came_first(identifier));
  EXPECT_FALSE(pool_.introduced_here(identifier));
  EXPECT_TRUE(pool_.literal_came_first(literal));
  EXPECT_TRUE(pool_.introduced_here(literal));
  EXPECT_FALSE(pool_.literal_came_first(used));

  pool_.reset(target_);  // another level of the same file
  EXPECT_FALSE(pool_.literal_came_first(literal));
  EXPECT_TRUE(pool_.introduced_here(literal));
  names_.reset();
  pool_.reset(target_);  // another file
  EXPECT_FALSE(pool_.introduced_here(literal));
}

TEST_F(Constants, ResetForgetsEverything) {
  Object* first = real(2.5);
  pool_.merge(first);
  pool_.reset(target_);
  Object* second = real(2.5);
  EXPECT_EQ(pool_.merge(second), second);
  EXPECT_EQ(pool_.merge(first), second);
}

TEST_F(Constants, ManyConstantsSurviveGrowth) {
  std::vector<Object*> merged;
  for (int i = 0; i < 5000; ++i) merged.push_back(pool_.merge(objects_.integer(1000 + i)));
  for (int i = 0; i < 5000; ++i)
    EXPECT_EQ(pool_.merge(objects_.integer(1000 + i)), merged[static_cast<std::size_t>(i)]);
}

// A table of constants whose hashes are few is searched for as long as it is large.
TEST_F(Constants, FloatsAndNansHashApart) {
  constexpr std::size_t kCount = 4000, kMayMeet = 4;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  auto hashes_of = [](auto make) {
    std::set<u32> as_constants;
    std::set<u64> as_values;
    for (std::size_t i = 0; i < kCount; ++i) {
      const Object* object = make(static_cast<double>(i));
      as_constants.insert(ConstantPool::key_hash(object));
      as_values.insert(equality_hash(object));
    }
    return std::min(as_constants.size(), as_values.size()) + kMayMeet;
  };
  EXPECT_GE(hashes_of([&](double i) { return real(i); }), kCount);
  EXPECT_GE(hashes_of([&](double i) { return real(i * 0.1); }), kCount);
  EXPECT_GE(hashes_of([&](double i) { return real(i * 0x1p100); }), kCount);
  EXPECT_GE(hashes_of([&](double) { return real(nan); }), kCount);
  EXPECT_GE(hashes_of([&](double i) { return objects_.complex(i, i); }), kCount);
  EXPECT_GE(hashes_of([&](double i) { return objects_.complex(nan, i); }), kCount);
}

TEST_F(Constants, CodeObjectsAreComparedByStructure) {
  auto make = [&](i32 line, const char* linetable, Object* constant) {
    auto* code = arena_.make<CodeObject>(Object{.type = Type::Code});
    code->code = objects_.fresh_bytes("code");
    code->consts = tuple({constant});
    code->names = code->localsplusnames = tuple({});
    code->name = static_cast<StrObject*>(text("<lambda>"));
    code->linetable = objects_.bytes(linetable);
    code->exceptiontable = objects_.bytes("");
    code->firstlineno = line;
    return code;
  };
  Object* first = pool_.merge(make(1, "table", real(1.5)));
  EXPECT_EQ(pool_.merge(make(1, "table", real(1.5))), first);
  EXPECT_NE(pool_.merge(make(2, "table", real(1.5))), first);
  EXPECT_NE(pool_.merge(make(1, "other", real(1.5))), first);
  EXPECT_NE(pool_.merge(make(1, "table", real(2.5))), first);
}

}  // namespace
}  // namespace mkpyc
