#include "driver/listing.h"
#include "base/utf8.h"

#include <dirent.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "driver/pystr.h"

namespace mkpyc::driver {

void Listing::grow(std::size_t used) {
  constexpr std::size_t kFirstRoom = std::size_t{32} << 10;
  room_ = std::max(room_ * 2, kFirstRoom);
  std::unique_ptr<char[]> larger(new char[room_]);
  if (used != 0) std::memcpy(larger.get(), bytes_.get(), used);
  bytes_ = std::move(larger);
}

void Listing::read(int descriptor) {
  constexpr std::size_t kLongestEntry = sizeof(dirent64) + 1024;
  std::size_t size = 0;
  for (long count = 1; count > 0; size += static_cast<std::size_t>(std::max(count, 0L))) {
    if (room_ - size < kLongestEntry) grow(size);
    count = syscall(SYS_getdents64, descriptor, bytes_.get() + size, room_ - size);
  }
  entries_.clear();
  for (std::size_t at = 0; at < size;) {
    auto* entry = reinterpret_cast<const dirent64*>(bytes_.get() + at);
    at += entry->d_reclen;
    std::string_view name = entry->d_name;
    if (name != "." && name != ".." && name != "__pycache__") entries_.push_back({name, entry->d_type});
  }
}

// Bytes decide among names that are ASCII, which mostly all are.
void Listing::sort() {
  if (!std::ranges::all_of(entries_, [](const Entry& entry) { return is_ascii(entry.name); })) {
    std::ranges::sort(entries_, less_by_characters, &Entry::name);
    return;
  }
  for (Entry& entry : entries_)
    for (std::size_t i = 0; i < sizeof entry.head; ++i)
      entry.head = entry.head << 8 | (i < entry.name.size() ? static_cast<u8>(entry.name[i]) : u8{0});
  std::ranges::sort(
      entries_, [](const Entry& a, const Entry& b) { return a.head != b.head ? a.head < b.head : a.name < b.name; });
}

}  // namespace mkpyc::driver
