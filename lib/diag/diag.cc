#include "diag/diag.h"
#include "target/features.h"

#include <utility>

namespace mkpyc::diag {

const char* exception_name(Exception exception) {
  switch (exception) {
    case Exception::SyntaxError: return "SyntaxError";
    case Exception::IndentationError: return "IndentationError";
    case Exception::TabError: return "TabError";
    case Exception::ValueError: return "ValueError";
    case Exception::OverflowError: return "OverflowError";
    case Exception::RecursionError: return "RecursionError";
    case Exception::MemoryError: return "MemoryError";
    case Exception::SystemError: return "SystemError";
    case Exception::UnicodeDecodeError: return "UnicodeDecodeError";
    case Exception::UnicodeEncodeError: return "UnicodeEncodeError";
    case Exception::DeprecationWarning: return "DeprecationWarning";
  }
  return "?";
}

Action DefaultFilter::action(const Warning& warning) const {
  return warning.category == Category::SyntaxWarning ? Action::kPrint : Action::kIgnore;
}

SourceError Warning::as_error() const {
  SourceError error;
  error.message = error_message.empty() ? message : error_message;
  error.line = error.end_line = line;
  error.offset = offset;
  error.end_offset = end_offset;
  error.located = true;
  error.text_from = TextFrom::kSource;
  return error;
}

bool Sink::warn(Category category, int line, std::string message, Origin origin) {
  Warning warning{.category = category, .line = line, .message = std::move(message), .origin = origin};
  warned_ = true;
  switch (filter_->action(warning)) {
    case Action::kIgnore: return false;
    case Action::kError: return true;
    case Action::kPrint: break;
  }
  warnings_.push_back(std::move(warning));
  return false;
}

// Newer CPythons look at the machine's stack; the figure is that of 8 MB.
SourceError too_deep(const Target& target) {
  bool by_stack = target.on(Feature::depth_limited_by_stack);
  return {.exception = Exception::RecursionError,
          .message = by_stack ? "Stack overflow (used 8152 kB) during compilation"
                              : "maximum recursion depth exceeded during compilation"};
}

}  // namespace mkpyc::diag
