// Failures of the system as Python's OSError shows them.
#pragma once

#include <optional>
#include <string>

#include "base/unicode.h"

namespace mkpyc::driver {

struct OsError {
  int code = 0;                            // errno; 0: no error
  std::optional<std::string> path, path2;  // OSError.filename and filename2, where the call has them

  /// The subclass that the number raises: PermissionError, FileNotFoundError, ...
  const char* type() const;
  /// str(error): [Errno 13] Permission denied: 'd/x.py'
  std::string text(UnicodeVersion version) const;
  /// type: text
  std::string line(UnicodeVersion version) const;
};

}  // namespace mkpyc::driver
