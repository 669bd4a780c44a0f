#include "driver/pyc_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "driver/pypath.h"

namespace mkpyc::driver {
namespace {

constexpr std::size_t kPathMax = 4096;  // the kernel's, with the final zero

// A name that no other run uses: CPython takes the address of a string, which has as many digits.
std::string temporary_suffix() {
  static std::atomic<u64> counter{140000000000000 + (static_cast<u64>(getpid()) << 20 & 0xFFFFFFFFFF)};
  u64 number = counter.fetch_add(1);
  return "." + std::to_string(number);
}

bool exists(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0;
}

// The parent and the last component, whether or not there is a slash behind it.
std::pair<std::string_view, std::string_view> split_path(std::string_view path) {
  std::string_view head = dir_name(path), tail = base_name(path);
  if (!tail.empty()) return {head, tail};
  return {dir_name(head), base_name(head)};
}

// os.makedirs(path). The error of a FileExistsError is dropped, as py_compile drops it.
OsError make_directories(std::string_view path) {
  std::vector<std::string_view> missing;  // each is in the next one's place
  for (std::string_view at = path;;) {
    missing.push_back(at);
    auto [head, tail] = split_path(at);
    if (head.empty() || tail.empty() || exists(std::string(head))) break;
    at = head;
  }
  for (std::size_t i = missing.size(); i-- > 0;) {
    bool made_parent = i + 1 < missing.size();
    if (made_parent && split_path(missing[i]).second == ".") continue;
    std::string directory(missing[i]);
    if (mkdir(directory.c_str(), 0777) != 0 && errno != EEXIST) return {errno, directory, {}};
  }
  return {};
}

int open_temporary(const Place& place, mode_t mode) {
  if (place.path.size() >= kPathMax) {
    errno = ENAMETOOLONG;  // for CPython, which has no directory to be relative to
    return -1;
  }
  return openat(place.directory, place.name(), O_EXCL | O_CREAT | O_WRONLY | O_CLOEXEC, mode);
}

bool write_all(int descriptor, std::string_view header, std::string_view code) {
  iovec parts[2] = {{const_cast<char*>(header.data()), header.size()}, {const_cast<char*>(code.data()), code.size()}};
  int first = 0;
  while (first < 2) {
    ssize_t count = writev(descriptor, parts + first, 2 - first);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    auto left = static_cast<std::size_t>(count);
    while (first < 2 && left >= parts[first].iov_len) left -= parts[first++].iov_len;
    if (first == 2) break;
    parts[first].iov_base = static_cast<char*>(parts[first].iov_base) + left;
    parts[first].iov_len -= left;
  }
  return true;
}

OsError fill_temporary(int descriptor, const Place& temporary, std::string_view header, std::string_view code) {
  OsError error;
  if (!write_all(descriptor, header, code)) error.code = errno;  // FileIO.write() names no file
  if (close(descriptor) != 0 && error.code == 0) error.code = errno;
  if (error.code != 0) unlinkat(temporary.directory, temporary.name(), 0);
  return error;
}

}  // namespace

// CPython: posixmodule.c fill_time; int() cuts towards zero.
u32 pyc_mtime(const struct stat& info) {
  double seconds = static_cast<double>(info.st_mtim.tv_sec) + 1e-9 * static_cast<double>(info.st_mtim.tv_nsec);
  return static_cast<u32>(static_cast<i64>(seconds));
}

// CPython: py_compile.py compile
Failure check_writable(const Place& place, struct stat& present) {
  if (fstatat(place.directory, place.name(), &present, AT_SYMLINK_NOFOLLOW) != 0) {
    present = {};
    return {};
  }
  if (S_ISREG(present.st_mode)) return {};
  if (S_ISLNK(present.st_mode))
    return {"FileExistsError", place.path +
                                   " is a symlink and will be changed into a regular file if import writes a "
                                   "byte-compiled file to it"};
  return {"FileExistsError", place.path +
                                 " is a non-regular file and will be changed into a regular one if import writes a "
                                 "byte-compiled file to it"};
}

Failure write_pyc(const Place& place, std::string_view header, std::string_view code, mode_t mode,
                  UnicodeVersion version) {
  Place temporary{place.directory, place.path + temporary_suffix(), place.skip};
  int descriptor = open_temporary(temporary, mode);
  if (descriptor < 0) {  // the directory is missing, or CPython's making it fails first
    std::string directory(dir_name(place.path));
    OsError error = directory.empty() ? OsError() : make_directories(directory);
    if (error.code != 0) return Failure::of(error, version);
    descriptor = open_temporary(temporary, mode);
  }
  if (descriptor < 0) return Failure::of({errno, temporary.path, {}}, version);
  OsError error = fill_temporary(descriptor, temporary, header, code);
  if (error.code == 0 && renameat(temporary.directory, temporary.name(), place.directory, place.name()) != 0) {
    error = {errno, temporary.path, place.path};
    unlinkat(temporary.directory, temporary.name(), 0);
  }
  return error.code == 0 ? Failure() : Failure::of(error, version);
}

// CPython writes the file, compares, unlinks and links; a new link under a temporary name, renamed, leaves no moment
// without the file.
Failure link_pyc(const Place& existing, const Place& place, UnicodeVersion version) {
  Place temporary{place.directory, place.path + temporary_suffix(), place.skip};
  OsError error;
  if (linkat(existing.directory, existing.name(), temporary.directory, temporary.name(), 0) != 0 ||
      renameat(temporary.directory, temporary.name(), place.directory, place.name()) != 0) {
    error = {errno, existing.path, place.path};
    unlinkat(temporary.directory, temporary.name(), 0);
  }
  return error.code == 0 ? Failure() : Failure::of(error, version);
}

}  // namespace mkpyc::driver
