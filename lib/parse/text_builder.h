// Joins pieces of decoded text. One piece is kept as it is; more are copied together in the arena.
#pragma once

#include <algorithm>
#include <cstring>
#include <string_view>

#include "base/arena.h"

namespace mkpyc::parse {

class TextBuilder {
 public:
  explicit TextBuilder(Arena& arena) : arena_(arena) {}

  bool empty() const { return text_.empty(); }
  void append(std::string_view piece) {
    if (text_.empty())
      text_ = piece;
    else if (!piece.empty())
      join(piece);
  }
  /// The text so far, which lives as long as the arena and the pieces; the builder is empty again.
  std::string_view take() {
    std::string_view taken = text_;
    text_ = {};
    room_ = nullptr;
    return taken;
  }

 private:
  void join(std::string_view piece) {
    std::size_t size = text_.size() + piece.size();
    if (room_ == nullptr || size > capacity_) {
      capacity_ = std::max<std::size_t>(2 * size, 64);
      char* bigger = arena_.array<char>(capacity_);
      std::memcpy(bigger, text_.data(), text_.size());
      room_ = bigger;
    }
    std::memcpy(room_ + text_.size(), piece.data(), piece.size());
    text_ = {room_, size};
  }

  Arena& arena_;
  std::string_view text_;
  char* room_ = nullptr;  // where text_ lies, if it was copied
  std::size_t capacity_ = 0;
};

}  // namespace mkpyc::parse
