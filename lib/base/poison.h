// What the address sanitizer is told of memory that the arena hands out piece by piece: a piece ends with a gap, and
// what was taken back must not be touched. Nothing in any other build.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)
#define MKPYC_POISONS
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MKPYC_POISONS
#endif
#endif

#ifdef MKPYC_POISONS
#include <sanitizer/asan_interface.h>
#endif

namespace mkpyc::poison {

#ifdef MKPYC_POISONS
inline constexpr std::size_t kGap = 16;
inline void give(const void* memory, std::size_t size) { __asan_unpoison_memory_region(memory, size); }
inline void take(const void* memory, std::size_t size) { __asan_poison_memory_region(memory, size); }
#else
inline constexpr std::size_t kGap = 0;
inline void give(const void*, std::size_t) {}
inline void take(const void*, std::size_t) {}
#endif

}  // namespace mkpyc::poison
