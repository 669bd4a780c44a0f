// A constant table of texts as one run of bytes and the place where each begins. A table of string_views holds a
// pointer a text, which the loader of a position-independent program has to set at each start.
#pragma once

#include <array>
#include <string_view>

#include "base/int.h"

namespace mkpyc {

template <std::size_t kCount, std::size_t kBytes>
class PackedTexts {
 public:
  /// `text_of(row)` for each row of a table.
  template <class Rows, class TextOf>
  consteval PackedTexts(const Rows& rows, TextOf text_of) {
    std::size_t at = 0, number = 0;
    for (const auto& row : rows) {
      start_[number++] = static_cast<u32>(at);
      for (char c : std::string_view(text_of(row))) bytes_[at++] = c;
      ++at;
    }
    start_[number] = static_cast<u32>(at);
  }
  constexpr std::size_t size() const { return kCount; }
  /// Followed by a zero.
  constexpr std::string_view operator[](std::size_t i) const {
    return {bytes_.data() + start_[i], start_[i + 1] - start_[i] - 1};
  }

 private:
  std::array<char, kBytes> bytes_{};
  std::array<u32, kCount + 1> start_{};
};

/// How many bytes the texts of a table take.
template <class Rows, class TextOf>
consteval std::size_t bytes_of(const Rows& rows, TextOf text_of) {
  std::size_t bytes = 0;
  for (const auto& row : rows) bytes += std::string_view(text_of(row)).size() + 1;
  return bytes;
}

}  // namespace mkpyc
