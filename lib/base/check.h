// Bugs, and only bugs, end here: a CHECK names the condition and the place and aborts. User errors are
// diag::SourceError, errors of the world are values.
#pragma once

namespace mkpyc {

/// Prints `file:line: CHECK failed: what` to standard error and aborts.
[[noreturn, gnu::cold]] void check_failed(const char* file, int line, const char* what);

}  // namespace mkpyc

#define MKPYC_CHECK(condition) \
  (static_cast<bool>(condition) ? void(0) : ::mkpyc::check_failed(__FILE__, __LINE__, #condition))
