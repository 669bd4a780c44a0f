// base/arena.h
#include <gtest/gtest.h>

#include "base/arena.h"

namespace mkpyc {
namespace {

TEST(Arena, LargeAndSmallAllocationsDoNotOverlap) {
  Arena arena;
  char* large = arena.array<char>(Arena::kFirstBlock * 3);
  std::memset(large, 1, Arena::kFirstBlock * 3);
  int* small = arena.make<int>(7);
  EXPECT_EQ(*small, 7);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(arena.allocate(1)) % Arena::kAlign, 0u);
  EXPECT_EQ(large[Arena::kFirstBlock * 3 - 1], 1);
}

TEST(Arena, ResetKeepsABoundedAmount) {
  Arena arena;
  for (int i = 0; i < 100; ++i) arena.array<char>(1 << 20);
  EXPECT_GE(arena.reserved(), std::size_t{100} << 20);
  arena.reset();
  EXPECT_LE(arena.reserved(), Arena::kKeep);
  EXPECT_NE(arena.copy("abc").data(), nullptr);
}

TEST(Arena, RewindingReusesWhatCameSince) {
  Arena arena;
  std::string_view kept = arena.copy("kept");
  Arena::Mark mark = arena.mark();
  char* first = arena.array<char>(100);
  arena.array<char>(Arena::kFirstBlock * 2);  // in blocks of their own
  arena.array<char>(Arena::kFirstBlock * 4);
  std::size_t reserved = arena.reserved();
  for (int i = 0; i < 3; ++i) {
    arena.rewind(mark);
    EXPECT_EQ(arena.array<char>(100), first);
    std::memset(arena.array<char>(Arena::kFirstBlock * 2), 1, Arena::kFirstBlock * 2);
    std::memset(arena.array<char>(Arena::kFirstBlock * 4), 2, Arena::kFirstBlock * 4);
    EXPECT_EQ(arena.reserved(), reserved);
  }
  EXPECT_EQ(kept, "kept");
}

TEST(Arena, RewindsToItsBeginning) {
  Arena arena;
  Arena::Mark mark = arena.mark();
  arena.rewind(mark);
  char* first = arena.array<char>(10);
  arena.rewind(mark);
  EXPECT_EQ(arena.array<char>(10), first);
}

#ifdef MKPYC_POISONS
TEST(Arena, TellsTheSanitizerWhatIsNobodys) {
  Arena arena;
  char* first = arena.array<char>(16);
  char* second = arena.array<char>(16);
  EXPECT_EQ(__asan_address_is_poisoned(first + 15), 0);
  EXPECT_EQ(__asan_address_is_poisoned(first + 16), 1);
  EXPECT_EQ(__asan_address_is_poisoned(second + 16), 1);
  Arena::Mark mark = arena.mark();
  char* third = arena.array<char>(16);
  arena.rewind(mark);
  EXPECT_EQ(__asan_address_is_poisoned(third), 1);
  EXPECT_EQ(__asan_address_is_poisoned(second), 0);
  arena.reset();
  EXPECT_EQ(__asan_address_is_poisoned(first), 1);
}
#endif

}  // namespace
}  // namespace mkpyc
