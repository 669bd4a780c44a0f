// What came of a file.
#pragma once

#include <string>
#include <vector>

#include "driver/warning_filters.h"

namespace mkpyc::driver {

struct FileOutcome {
  bool failed = false;
  bool refused_by_compiler = false;  // a PyCompileError, not an OSError: its text is escaped for the stream
  std::string message;               // of the failure, without what compileall puts before it
  std::string error_type;            // the exception's class
  int error_line = 0, error_offset = 0;
  std::vector<WarningText> warnings;
  std::vector<std::string> pycs;  // written
  u64 source_bytes = 0, pyc_bytes = 0;
};

}  // namespace mkpyc::driver
