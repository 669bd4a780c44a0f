#include "driver/source_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace mkpyc::driver {

void SourceFile::reserve(std::size_t size) {
  if (size <= capacity_) return;
  std::size_t capacity = std::max(size, capacity_ * 2);
  std::unique_ptr<char[]> larger(new char[capacity]);
  if (size_ != 0) std::memcpy(larger.get(), buffer_.get(), size_);
  buffer_ = std::move(larger);
  capacity_ = capacity;
}

// One read() and one that finds the end would be usual; where the size is known and all of it came, the end is known.
bool SourceFile::read_all(int descriptor) {
  bool sized = S_ISREG(info_.st_mode) && info_.st_size > 0;
  size_ = 0;
  reserve((sized ? static_cast<std::size_t>(info_.st_size) : std::size_t{1} << 16) + kPadding + 1);
  while (true) {
    ssize_t count = ::read(descriptor, buffer_.get() + size_, capacity_ - kPadding - size_);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    size_ += static_cast<std::size_t>(count);
    if (count == 0 || (sized && size_ == static_cast<std::size_t>(info_.st_size))) break;
    reserve(size_ + size_ / 2 + kPadding + 1);
  }
  std::memset(buffer_.get() + size_, 0, kPadding);
  return true;
}

bool SourceFile::read_open(int descriptor) {
  if (fstat(descriptor, &info_) != 0) return false;
  if (S_ISDIR(info_.st_mode)) {
    errno = EISDIR;
    return false;
  }
  open_failed_ = false;
  return read_all(descriptor);
}

bool SourceFile::read(int directory, const char* path) {
  open_failed_ = true;
  int descriptor = openat(directory, path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  bool done = read_open(descriptor);
  int saved = errno;
  close(descriptor);
  errno = saved;
  return done;
}

}  // namespace mkpyc::driver
