// The names in a directory, in the order in which compileall goes through them.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/int.h"

namespace mkpyc::driver {

class Listing {
 public:
  struct Entry {
    std::string_view name;  // followed by a zero; valid as long as the listing
    unsigned char type;     // DT_...
    u64 head = 0;           // the first characters, as a number that sorts as they do
  };

  /// Reads the rest of an open directory. "." and ".." are left out, and __pycache__.
  void read(int descriptor);
  /// Leaves out what `wanted` does not say true to, and sorts what is left.
  template <class Wanted>
  const std::vector<Entry>& choose(Wanted wanted) {
    std::erase_if(entries_, [&](const Entry& entry) { return !wanted(entry); });
    sort();
    return entries_;
  }

 private:
  void sort();

  void grow(std::size_t used);

  std::unique_ptr<char[]> bytes_;  // as the system gives them
  std::size_t room_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace mkpyc::driver
