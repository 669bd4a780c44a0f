// A bump allocator for everything that lives as long as one file's compilation. Nothing in it is destroyed
// singly; reset() makes all of it reusable at once and keeps the memory, so that a worker that compiles
// thousands of files calls malloc only for the largest of them.
#pragma once

#include <cstring>
#include <initializer_list>
#include <memory>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/int.h"
#include "base/poison.h"

namespace mkpyc {

class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// Raw memory of `size` bytes, aligned to kAlign. Not zeroed.
  void* allocate(std::size_t size) { return allocate_words(aligned(size)); }
  static constexpr std::size_t kAlign = 8;  // all is, so that the cursor need not be rounded

  /// One T, constructed from the arguments. T must not need a destructor.
  template <class T, class... Args>
  T* make(Args&&... args) {
    return new (room<T>()) T{std::forward<Args>(args)...};
  }

  /// Uninitialised room for one T.
  template <class T>
  void* room() {
    static_assert(std::is_trivially_destructible_v<T>, "the arena runs no destructors");
    static_assert(alignof(T) <= kAlign);
    constexpr std::size_t kSize = aligned(sizeof(T));  // too small for the sum to overflow
    std::uintptr_t at = cursor_, end = at + kSize + poison::kGap;
    if (end > limit_) [[unlikely]]
      return allocate_slow(kSize);
    cursor_ = end;
    return given(at, kSize);
  }

  /// Uninitialised room for `count` values of a trivial T.
  template <class T>
  T* array(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>, "the arena runs no destructors");
    static_assert(alignof(T) <= kAlign);
    std::size_t size = sizeof(T) * count;
    return static_cast<T*>(sizeof(T) % kAlign == 0 ? allocate_words(size) : allocate(size));
  }

  /// Gives back what lies behind `end` of the last array that was made.
  void trim(const char* end) { cursor_ = (reinterpret_cast<std::uintptr_t>(end) + (kAlign - 1)) & ~(kAlign - 1); }

  /// A copy of the text that lives as long as the arena.
  std::string_view copy(std::string_view text) {
    if (text.empty()) [[unlikely]]
      return {};
    char* to = array<char>(text.size());
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

  /// A point to go back to.
  struct Mark {
    std::size_t block = 0;
    std::uintptr_t cursor = 0;
  };
  Mark mark() const { return {current_, cursor_}; }
  /// Forgets what was made since, and keeps the memory.
  void rewind(const Mark& mark);

  /// Forgets everything. Keeps one block as large as all that was used, up to `kKeep` bytes.
  void reset();

  /// Bytes held from the system.
  std::size_t reserved() const { return reserved_; }

  static constexpr std::size_t kFirstBlock = std::size_t{256} << 10;
  static constexpr std::size_t kKeep = std::size_t{16} << 20;

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
  };
  static constexpr std::size_t aligned(std::size_t size) { return (size + (kAlign - 1)) & ~(kAlign - 1); }
  /// `size` is a multiple of kAlign.
  void* allocate_words(std::size_t size) {
    std::uintptr_t at = cursor_;
    if (size + poison::kGap > limit_ - at) return allocate_slow(size);
    cursor_ = at + size + poison::kGap;
    return given(at, size);
  }
  static void* given(std::uintptr_t at, std::size_t size) {
    void* memory = reinterpret_cast<void*>(at);  // NOLINT(performance-no-int-to-ptr): room is compared as a number
    poison::give(memory, size);
    return memory;
  }
  void* allocate_slow(std::size_t size);
  void add_block(std::size_t size);
  void enter_block(std::size_t block);
  void take_back(std::size_t block, std::uintptr_t cursor) const;

  std::size_t current_ = 0;  // the block that is filled; those behind it are free
  std::uintptr_t cursor_ = 0;
  std::uintptr_t limit_ = 0;
  std::size_t reserved_ = 0;
  std::vector<Block> blocks_;
};

/// A fixed sequence in an arena: pointer and length, no ownership. The elements are mutable through it.
template <class T>
struct Seq {
  T* items = nullptr;
  u32 count = 0;

  u32 size() const { return count; }
  bool empty() const { return count == 0; }
  T& operator[](std::size_t i) const { return items[i]; }
  T* begin() const { return items; }
  T* end() const { return items + count; }
  T& back() const { return items[count - 1]; }

  /// A copy of `count` values from `from`, in the arena.
  static Seq copy(Arena& arena, const T* from, std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T>);
    Seq s;
    s.count = static_cast<u32>(count);
    if (count != 0) {
      s.items = arena.array<T>(count);
      copy_words(s.items, from, count);
    }
    return s;
  }
  static Seq copy(Arena& arena, std::initializer_list<T> from) { return copy(arena, from.begin(), from.size()); }

 private:
  // Most sequences of pointers have one item or two, which are sooner copied than memcpy is called.
  static void copy_words(T* to, const T* from, std::size_t count) {
    if (sizeof(T) == sizeof(void*) && count <= 2) {
      T first = from[0], last = from[count - 1];
      to[0] = first;
      to[count - 1] = last;
    } else {
      std::memcpy(static_cast<void*>(to), from, count * sizeof(T));
    }
  }
};

}  // namespace mkpyc
