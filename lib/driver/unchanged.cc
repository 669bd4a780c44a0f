#include "driver/unchanged.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace mkpyc::driver {
namespace {

// Large enough for most files, small enough to stay near.
constexpr std::size_t kFirstCapacity = std::size_t{64} << 10;

// As it would be made now, by us, but for the group.
bool would_be_made_so(const struct stat& present, mode_t mode) {
  static const uid_t user = geteuid();
  return S_ISREG(present.st_mode) && present.st_nlink == 1 && present.st_uid == user &&
         (present.st_mode & 07777) == mode;
}

}  // namespace

// A directory with the bit for it gives new files its group.
bool Unchanged::directory_fits(const Place& place, gid_t group) {
  std::size_t length = place.path.rfind('/') + 1;  // 0 where there is none
  if (asked_ && std::string_view(place.path).substr(0, length) == directory_) return writable_ && group == group_;
  asked_ = true;
  directory_.assign(place.path, 0, length);
  const char* name = length > place.skip ? directory_.c_str() + place.skip : ".";
  struct stat info {};
  writable_ =
      faccessat(place.directory, name, W_OK | X_OK, AT_EACCESS) == 0 && fstatat(place.directory, name, &info, 0) == 0;
  group_ = (info.st_mode & S_ISGID) != 0 ? info.st_gid : getegid();
  return writable_ && group == group_;
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
      !directory_fits(place, present.st_gid))
    return false;
  int descriptor = openat(place.directory, place.name(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) return false;
  bool same = same_bytes(descriptor, header, code) && futimens(descriptor, nullptr) == 0;
  close(descriptor);
  return same;
}

}  // namespace mkpyc::driver
