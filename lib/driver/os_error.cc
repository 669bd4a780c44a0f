#include "driver/os_error.h"

#include <cerrno>
#include <cstring>

#include "driver/pystr.h"

namespace mkpyc::driver {

// CPython: exceptions.c _PyExc_InitState, the errno map
const char* OsError::type() const {
  switch (code) {
    case EAGAIN:
    case EALREADY:
    case EINPROGRESS: return "BlockingIOError";
    case EPIPE:
    case ESHUTDOWN: return "BrokenPipeError";
    case ECHILD: return "ChildProcessError";
    case ECONNABORTED: return "ConnectionAbortedError";
    case ECONNREFUSED: return "ConnectionRefusedError";
    case ECONNRESET: return "ConnectionResetError";
    case EEXIST: return "FileExistsError";
    case ENOENT: return "FileNotFoundError";
    case EISDIR: return "IsADirectoryError";
    case ENOTDIR: return "NotADirectoryError";
    case EINTR: return "InterruptedError";
    case EACCES:
    case EPERM: return "PermissionError";
    case ESRCH: return "ProcessLookupError";
    case ETIMEDOUT: return "TimeoutError";
    default: return "OSError";
  }
}

std::string OsError::text(UnicodeVersion version) const {
  std::string result = "[Errno " + std::to_string(code) + "] ";
  const char* words = strerrordesc_np(code);
  result += words != nullptr ? words : "Unknown error " + std::to_string(code);
  if (path) result += ": " + repr(*path, version);
  if (path2) result += " -> " + repr(*path2, version);
  return result;
}

std::string OsError::line(UnicodeVersion version) const { return std::string(type()) + ": " + text(version); }

}  // namespace mkpyc::driver
