// A .pyc on disk: may it be written, and writing it so that nobody ever sees half of it.
#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>

#include "driver/os_error.h"
#include "target/target.h"

namespace mkpyc::driver {

/// A path, and how to reach it without walking down from the root each time: relative to an open directory.
struct Place {
  int directory;         // AT_FDCWD or a descriptor
  std::string path;      // as CPython would spell it: for messages
  std::size_t skip = 0;  // how much of the path the directory stands for

  const char* name() const { return path.c_str() + skip; }
};

/// The modification time as it goes into a .pyc: int(os.stat(path).st_mtime), by way of a double.
u32 pyc_mtime(const struct stat& info);

/// Python's exception: a class and str().
struct Failure {
  std::string type, text;
  bool any() const { return !type.empty(); }
  static Failure of(const OsError& error, UnicodeVersion version) { return {error.type(), error.text(version)}; }
};

/// py_compile refuses to write over a symbolic link or anything that is not a file. `present`: lstat() of what is
/// there, or all zeros.
Failure check_writable(const Place& place, struct stat& present);

/// The mode, before the umask, of the .pyc of a source of this mode. CPython: _bootstrap_external.py _calc_mode
constexpr mode_t pyc_mode(mode_t source_mode) { return (source_mode | 0200) & 0666; }

/// Writes the parts behind each other to a temporary name, with this mode less the umask, and renames it; makes the
/// directory where it is missing. CPython: py_compile.py compile, _bootstrap_external.py _write_atomic
Failure write_pyc(const Place& place, std::string_view header, std::string_view code, mode_t mode,
                  UnicodeVersion version);

/// Makes `place` another name of `existing`, in one step.
Failure link_pyc(const Place& existing, const Place& place, UnicodeVersion version);

}  // namespace mkpyc::driver
