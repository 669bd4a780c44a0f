// A .pyc that is there already, byte for byte, is not written again: a forced run over a tree that has not changed then
// moves no data to the disk and makes no new files. What can be seen is as if it had been: the time is new, and
// whatever would be otherwise after CPython's writing (another owner or mode, a second name, a directory that must not
// be written to) is left to the writing.
#pragma once

#include <sys/stat.h>

#include <memory>
#include <string>
#include <string_view>

#include "driver/pyc_file.h"

namespace mkpyc::driver {

class Unchanged {
 public:
  /// True if the file at `place`, whose lstat() is `present`, has these bytes, and mode and owner as if made now; its
  /// time is set to now.
  bool renew(const Place& place, const struct stat& present, std::string_view header, std::string_view code,
             mode_t mode);

 private:
  bool directory_fits(const Place& place, gid_t group);
  bool same_bytes(int descriptor, std::string_view header, std::string_view code);

  std::unique_ptr<char[]> buffer_;  // kept from file to file
  std::size_t capacity_ = 0;
  // Of the last file; most of a directory's files come one after the other.
  std::string directory_;
  bool asked_ = false, writable_ = false;
  gid_t group_ = 0;
};

/// The process's umask. For a thread beside which none makes files: it can only be read by changing it.
mode_t creation_mask();

}  // namespace mkpyc::driver
