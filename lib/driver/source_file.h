// Reading a whole file into memory that is used again for the next one, followed by the zero bytes that the tokenizer
// wants behind a text.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <string_view>

#include "base/int.h"

namespace mkpyc::driver {

class SourceFile {
 public:
  /// Opens and reads `path` (relative to a directory's descriptor). False, with errno, on failure.
  bool read(int directory, const char* path);

  /// The same of what is open already, from where it stands.
  bool read_open(int descriptor);

  std::string_view bytes() const { return {buffer_.get(), size_}; }
  /// The file's stat() when it was opened.
  const struct stat& info() const { return info_; }
  /// The failure was in open(): Python's error then names the file.
  bool open_failed() const { return open_failed_; }

  static constexpr std::size_t kPadding = 16;

 private:
  bool read_all(int descriptor);
  void reserve(std::size_t size);

  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
  struct stat info_ {};
  bool open_failed_ = false;
};

}  // namespace mkpyc::driver
