#include "driver/unchanged.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace mkpyc::driver {
namespace {

// Large enough for most files, small enough to stay near.
constexpr std::size_t kFirstCapacity = std::size_t{64} << 10;

// As it would be made now, by us.
bool would_be_made_so(const struct stat& present, mode_t mode) {
  static const uid_t user = geteuid();
  static const gid_t group = getegid();
  return S_ISREG(present.st_mode) && present.st_nlink == 1 && present.st_uid == user && present.st_gid == group &&
         (present.st_mode & 07777) == mode;
}

}  // namespace

bool Unchanged::directory_is_writable(const Place& place) {
  std::size_t length = place.path.rfind('/') + 1;  // 0 where there is none
  if (asked_ && std::string_view(place.path).substr(0, length) == directory_) return writable_;
  asked_ = true;
  directory_.assign(place.path, 0, length);
  const char* name = length > place.skip ? directory_.c_str() + place.skip : ".";
  return writable_ = faccessat(place.directory, name, W_OK | X_OK, AT_EACCESS) == 0;
}

mode_t creation_mask() {
  mode_t mask = umask(0);
  umask(mask);
  return mask;
}

bool Unchanged::same_bytes(int descriptor, std::string_view header, std::string_view code) {
  std::size_t size = header.size() + code.size();
  if (size >= capacity_) {
    capacity_ = std::max(size + 1, std::max(kFirstCapacity, capacity_ * 2));
    buffer_.reset(new char[capacity_]);
  }
  // One byte more than there should be: a short read may be one that was interrupted, and is not worth going on with.
  ssize_t count = read(descriptor, buffer_.get(), size + 1);
  return count == static_cast<ssize_t>(size) && std::memcmp(buffer_.get(), header.data(), header.size()) == 0 &&
         std::memcmp(buffer_.get() + header.size(), code.data(), code.size()) == 0;
}

bool Unchanged::renew(const Place& place, const struct stat& present, std::string_view header, std::string_view code,
                      mode_t mode) {
  if (present.st_size != static_cast<off_t>(header.size() + code.size()) || !would_be_made_so(present, mode) ||
      !directory_is_writable(place))
    return false;
  int descriptor = openat(place.directory, place.name(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) return false;
  bool same = same_bytes(descriptor, header, code) && futimens(descriptor, nullptr) == 0;
  close(descriptor);
  return same;
}

}  // namespace mkpyc::driver
