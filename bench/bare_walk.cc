// What a run with nothing to do costs at least: the system calls that tell that every .pyc is fresh, and nothing else.
//
//     bench-bare-walk FOLDER TAG        TAG as in name.TAG.pyc, such as cpython-311
//
// Each folder is listed, each source is asked for its time, and of each .pyc the header is read and its time compared.
// There is no command line, no order, no thread, no message, no allocator; the program is linked statically, so that
// nothing is loaded at its start. Prints how many sources have a fresh .pyc.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace {

constexpr size_t kHeader = 16;      // of a .pyc, in bytes
constexpr size_t kTime = 8;         // where the source's time is in it
constexpr size_t kListing = 32768;  // as much as one call lists at a time

// What the system writes for an entry; the C library has no declaration of it.
struct Entry {
  uint64_t inode;
  int64_t next;
  uint16_t size;
  uint8_t kind;
  char name[1];  // as long as it is
};

bool is_fresh(int folder, std::string_view name, const char* tag) {
  struct stat source;
  if (fstatat(folder, name.data(), &source, 0) != 0) return false;
  char path[512];
  const int length =
      std::snprintf(path, sizeof path, "__pycache__/%.*s.%s.pyc", static_cast<int>(name.size() - 3), name.data(), tag);
  if (length < 0 || static_cast<size_t>(length) >= sizeof path) return false;
  const int file = openat(folder, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  char header[kHeader];
  const bool whole = read(file, header, kHeader) == static_cast<ssize_t>(kHeader);
  close(file);
  uint32_t time = 0;
  std::memcpy(&time, header + kTime, sizeof time);
  return whole && time == static_cast<uint32_t>(source.st_mtime);
}

// How many sources below an open folder, which this closes, have a fresh .pyc. Links to folders are not followed.
size_t walk(int folder, const char* tag) {
  size_t fresh = 0;
  alignas(Entry) char listing[kListing];
  long size = 0;
  while ((size = syscall(SYS_getdents64, folder, listing, sizeof listing)) > 0) {
    for (long at = 0; at < size;) {
      const Entry& entry = *reinterpret_cast<const Entry*>(listing + at);
      at += entry.size;
      const std::string_view name = entry.name;
      if (entry.kind == DT_DIR) {
        if (name == "." || name == ".." || name == "__pycache__") continue;
        const int inner = openat(folder, entry.name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (inner >= 0) fresh += walk(inner, tag);
      } else if (name.size() > 3 && name.substr(name.size() - 3) == ".py") {
        fresh += is_fresh(folder, name, tag);
      }
    }
  }
  close(folder);
  return fresh;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: bench-bare-walk FOLDER TAG\n", stderr);
    return 2;
  }
  const int folder = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) {
    std::perror(argv[1]);
    return 1;
  }
  std::printf("%zu\n", walk(folder, argv[2]));
}
