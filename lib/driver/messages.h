// The texts that CPython makes of a failed or a warned compilation: traceback.format_exception_only() as py_compile
// shows it, warnings.formatwarning(), and the source lines in both, which come from the file that the code claims to
// be, not from what was compiled.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diag/diag.h"
#include "driver/warning_filters.h"
#include "target/target.h"

namespace mkpyc::driver {

/// What was compiled, for its messages.
struct CompiledSource {
  std::string_view bytes;     // followed by 16 zero bytes
  std::string_view filename;  // co_filename
  const Target& target;
};

/// PyCompileError's message, without a newline of its own: a traceback's last lines for a SyntaxError, else
/// `Sorry: Class: text`. Making it may warn.
std::string error_message(const diag::SourceError& error, const CompiledSource& source, const WarningFilters& filters,
                          std::vector<WarningText>& warnings);

/// str(error)
std::string error_text(const diag::SourceError& error, std::string_view filename);

/// The warning as it is written to sys.stderr.
WarningText warning_message(const diag::Warning& warning, const CompiledSource& source, const FileWarnings& filters);

}  // namespace mkpyc::driver
