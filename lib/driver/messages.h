// The texts that CPython makes of a failed or a warned compilation: traceback.format_exception_only() as py_compile
// shows it, warnings.formatwarning(), and the source lines in both, which come from the file that the code claims to
// be, not from what was compiled.
#pragma once

#include <optional>
#include <span>
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

/// The warnings as they are written to sys.stderr, behind the messages that are there.
void add_warning_messages(std::span<const diag::Warning> warnings, const CompiledSource& source,
                          const FileWarnings& filters, std::vector<WarningText>& messages);

}  // namespace mkpyc::driver
