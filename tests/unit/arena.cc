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
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(arena.allocate(1, 16)) % 16, 0u);
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

}  // namespace
}  // namespace mkpyc
