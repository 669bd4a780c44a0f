// object/names.h and object/object.h: identity of names and of CPython's cached objects.
#include <gtest/gtest.h>

#include <string>

#include "object/object.h"

namespace mkpyc {
namespace {

TEST(Names, StaticNamesKeepTheirIds) {
  NameTable names;
  EXPECT_EQ(names.intern("None"), names::None_);
  EXPECT_EQ(names.intern("__class__"), names::dunder_class);
  EXPECT_TRUE(is_keyword(names::yield_));
  EXPECT_FALSE(is_keyword(names::match_));
  EXPECT_FALSE(is_keyword(Name::kNone));
}

TEST(Names, ManyNamesSurviveGrowthAndResetForgetsThem) {
  NameTable names;
  std::vector<Name> ids;
  for (int i = 0; i < 5000; ++i) ids.push_back(names.intern("name" + std::to_string(i)));
  for (int i = 0; i < 5000; ++i) {
    EXPECT_EQ(names.intern("name" + std::to_string(i)), ids[i]);
    EXPECT_EQ(names.text(ids[i]), "name" + std::to_string(i));
  }
  u32 all = names.size();
  names.reset();
  EXPECT_EQ(names.size(), all - 5000);
  EXPECT_EQ(names.intern("other"), static_cast<Name>(names::kStaticCount));
}

TEST(Objects, CachedObjectsAreOne) {
  Arena arena;
  NameTable names;
  Objects objects(arena, names);
  EXPECT_EQ(objects.integer(256), objects.integer(256));
  EXPECT_NE(objects.integer(257), objects.integer(257));
  EXPECT_EQ(objects.str("\xc3\xa9"), objects.str("\xc3\xa9"));
  EXPECT_NE(objects.str("ab"), objects.str("ab"));
  EXPECT_EQ(objects.name(names::super_), objects.name(names::super_));
  u64 limbs[] = {~u64{0}, 0};
  EXPECT_FALSE(objects.integer(limbs, 2, true)->is_small());
  u64 five[] = {5, 0, 0};
  EXPECT_EQ(objects.integer(five, 3, true)->small, -5);
}

TEST(NameTable, RewindingForgetsWhatCameSince) {
  for (int more : {3, 3000}) {  // with the tables as they were, and grown
    NameTable table;
    auto name = [&](const char* stem, int i) { return table.intern(stem + std::to_string(i)); };
    constexpr const char* kStems[] = {"short_", "a_name_that_is_longer_than_short_"};
    std::vector<Name> kept;
    for (int i = 0; i < 100; ++i)
      for (const char* stem : kStems) kept.push_back(name(stem, i));
    u32 size = table.size(), generation = table.generation();
    for (int round = 0; round < 3; ++round) {
      for (int i = 100; i < 100 + more; ++i)
        for (const char* stem : kStems) name(stem, i);
      EXPECT_EQ(table.size(), size + 2 * static_cast<u32>(more));
      table.rewind(size);
      EXPECT_EQ(table.size(), size);
      EXPECT_NE(table.generation(), generation);
      std::size_t at = 0;
      for (int i = 0; i < 100; ++i)
        for (const char* stem : kStems) EXPECT_EQ(name(stem, i), kept[at++]);
      EXPECT_EQ(table.size(), size);
      EXPECT_EQ(static_cast<u32>(table.intern("another")), size);
      table.rewind(size);
    }
    table.reset();
    EXPECT_EQ(table.size(), static_cast<u32>(names::kStaticCount));
    EXPECT_EQ(table.intern("for"), names::for_);
  }
}

// A fixed hash has texts that collide; this one's key is another in each process.
TEST(NameTable, NoNameIsFarFromItsPlace) {
  NameTable table;
  for (int i = 0; i < 300'000; ++i) {
    table.intern("x" + std::to_string(i));
    table.intern("of_some_length_" + std::to_string(i * 7));
    table.intern(std::to_string(i) + "_____________");
    table.intern(std::string(8, static_cast<char>('a' + i % 26)) + std::to_string(i));
  }
  EXPECT_LT(table.farthest(), 256u);
}

}  // namespace
}  // namespace mkpyc
