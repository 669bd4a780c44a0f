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
  }
  return "?";
}

Action DefaultFilter::action(Category category, std::string_view, int) const {
  return category == Category::SyntaxWarning ? Action::kPrint : Action::kIgnore;
}

SourceError Warning::as_error() const {
  SourceError error;
  error.message = message;
  error.line = error.end_line = line;
  error.offset = offset;
  error.end_offset = end_offset;
  error.located = true;
  error.text_from = TextFrom::kSource;
  return error;
}

bool Sink::warn(Category category, int line, std::string message) {
  switch (filter_->action(category, message, line)) {
    case Action::kIgnore: return false;
    case Action::kError: return true;
    case Action::kPrint: break;
  }
  warnings_.push_back({category, line, std::move(message), 0, 0});
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
