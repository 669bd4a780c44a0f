// A growing byte buffer for line tables, bytecode and marshal streams. It is reused from file to file:
// clear() keeps the memory.
#pragma once

#include <cstring>
#include <memory>
#include <string_view>

#include "base/int.h"

namespace mkpyc {

/// Copies text to where it does not overlap, and returns the end. Most texts are short, and a few words at a time are
/// sooner copied than memcpy has chosen its way.
inline char* copy_text(char* to, std::string_view text) {
  const char* from = text.data();
  std::size_t size = text.size();
  if (size >= 8 && size <= 16) {
    std::memcpy(to, from, 8);
    std::memcpy(to + size - 8, from + size - 8, 8);
  } else if (size >= 4 && size < 8) {
    std::memcpy(to, from, 4);
    std::memcpy(to + size - 4, from + size - 4, 4);
  } else if (size < 4) {
    if (size > 0) to[0] = from[0];
    if (size > 1) to[1] = from[1];
    if (size > 2) to[2] = from[2];
  } else {
    std::memcpy(to, from, size);
  }
  return to + size;
}

class ByteWriter {
 public:
  void clear() { size_ = 0; }
  std::size_t size() const { return size_; }
  const char* data() const { return data_.get(); }
  std::string_view view() const { return {data_.get(), size_}; }
  char& operator[](std::size_t i) { return data_[i]; }

  void put8(u8 value) {
    if (size_ == capacity_) [[unlikely]]
      grow(1);
    data_[size_++] = static_cast<char>(value);
  }
  /// Little endian, as everything in a .pyc.
  void put16(u16 value) { put_le(value); }
  void put32(u32 value) { put_le(value); }
  void put64(u64 value) { put_le(value); }
  void put(std::string_view text) {
    char* to = room(text.size());
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
  }
  /// Room for `count` more bytes, already counted in size(); the caller fills them.
  char* room(std::size_t count) {
    char* at = reserve(count);
    size_ += count;
    return at;
  }

  /// Room for up to `count` more bytes, of which end_at() says how many were written.
  char* reserve(std::size_t count) {
    if (capacity_ - size_ < count) [[unlikely]]
      grow(count);
    return data_.get() + size_;
  }
  void end_at(const char* end) { size_ = static_cast<std::size_t>(end - data_.get()); }

 private:
  template <class T>
  void put_le(T value) {
    char* to = room(sizeof value);
    for (std::size_t i = 0; i < sizeof value; ++i) to[i] = static_cast<char>(value >> (8 * i));
  }
  void grow(std::size_t count);

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace mkpyc
