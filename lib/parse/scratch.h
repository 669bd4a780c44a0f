// A stack of pointers on which lists are built before their length is known. A list in the making is everything
// above a mark; nested lists lie above it. The memory is reused from list to list and from file to file.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "base/int.h"
#include "token/token.h"

namespace mkpyc::parse {

class PointerStack {
 public:
  u32 mark() const { return size_; }
  u32 count_above(u32 mark) const { return size_ - mark; }
  void clear() { size_ = 0; }

  void push(void* item) {
    if (size_ == capacity_) grow();
    items_[size_++] = item;
  }

  void* pop() { return items_[--size_]; }
  void* at(u32 index) const { return items_[index]; }

  /// The items above the mark as a sequence in the arena; they leave the stack.
  template <class T>
  Seq<T*> take(Arena& arena, u32 mark) {
    Seq<T*> made;
    made.count = size_ - mark;
    if (made.count != 0) {
      made.items = arena.array<T*>(made.count);
      for (u32 i = 0; i < made.count; ++i) made.items[i] = static_cast<T*>(items_[mark + i]);
    }
    size_ = mark;
    return made;
  }

  /// Every second item above the mark, beginning at the first or the second; the items stay.
  template <class T>
  Seq<T*> every_second(Arena& arena, u32 mark, u32 first) const {
    Seq<T*> made;
    made.count = (size_ - mark) / 2;
    if (made.count != 0) {
      made.items = arena.array<T*>(made.count);
      for (u32 i = 0; i < made.count; ++i) made.items[i] = static_cast<T*>(items_[mark + 2 * i + first]);
    }
    return made;
  }
  void drop(u32 mark) { size_ = mark; }

 private:
  void grow() {
    u32 capacity = capacity_ == 0 ? 256 : capacity_ * 2;
    auto bigger = std::make_unique<void*[]>(capacity);
    for (u32 i = 0; i < size_; ++i) bigger[i] = items_[i];
    items_ = std::move(bigger);
    capacity_ = capacity;
  }

  std::unique_ptr<void*[]> items_;
  u32 size_ = 0;
  u32 capacity_ = 0;
};

struct Scratch {
  PointerStack stack;
  PointerStack keywords;
  /// Tokens of the f-string expressions that are being parsed, one buffer for each depth of nesting.
  std::vector<std::unique_ptr<token::TokenBuffer>> pieces;
  u32 open_pieces = 0;
  std::string text;  // a dotted name in the making
  /// Fields of f-strings, by where they begin, that are known not to be too deep, and one that is known to fail.
  std::vector<const char*> fine_pieces;
  const char* bad_piece = nullptr;
  bool is_fine(const char* piece) const {
    return std::find(fine_pieces.begin(), fine_pieces.end(), piece) != fine_pieces.end();
  }
  bool limit_depth = true;  // fail at a depth that may be too much for CPython
};

}  // namespace mkpyc::parse
