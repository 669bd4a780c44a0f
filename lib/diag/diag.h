// The one error and the warnings of a compilation, in CPython's terms. A stage that finds the user's source wrong
// throws SourceError; lib/compile.cc catches it; nothing crosses mkpyc.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/int.h"
#include "target/target.h"

namespace mkpyc::diag {

/// The CPython exception that compile() would raise.
enum class Exception : u8 {
  SyntaxError,
  IndentationError,
  TabError,
  ValueError,
  OverflowError,
  RecursionError,
  MemoryError,
  SystemError,
  UnicodeDecodeError,
  UnicodeEncodeError,
  DeprecationWarning,  // one that the filters make an error
};

/// CPython's spelling of the class.
const char* exception_name(Exception exception);

/// Where a SyntaxError's `text` comes from.
enum class TextFrom : u8 {
  kSource,  // the line of the decoded source
  kFile,    // CPython opens co_filename and reads the line there: no text when no such file can be read (a path
            // changed by -s, -p or -d); symbol table and code generator errors (CPython: PyErr_ProgramTextObject)
  kGiven,   // `text` below
  kNone,
};

/// A failed compilation. Lines are 1-based, 0 when the error has none; offsets are 1-based and count characters
/// (code points) as in SyntaxError.offset, 0 or -1 as CPython leaves them.
struct SourceError {
  Exception exception = Exception::SyntaxError;
  std::string message;
  int line = 0;
  int offset = 0;
  int end_line = 0;
  int end_offset = 0;
  bool located = false;  // has (filename, line, offset, text) details; false: str(exc) is the message alone
  TextFrom text_from = TextFrom::kNone;
  std::string text;  // for kGiven
  // From the parser: the line where the last whole compound statement before it begins, 0 if there is none.
  std::optional<int> last_statement = std::nullopt;
};

/// What CPython raises where the tree is too deep.
SourceError too_deep(const Target& target);

enum class Category : u8 { SyntaxWarning, DeprecationWarning };

/// What of CPython raises a warning: it is the compiler that may do so with the registry of its caller. A codec, or an
/// operator that runs when it is folded, knows nothing of the source: its warning is one of the Python code that calls
/// compile().
enum class Origin : u8 { Parser, Compiler, Runtime };

/// That code, which is the same for all callers of the import system (Lib/importlib/_bootstrap.py
/// _call_with_frames_removed); Target::callers_line() is the line.
inline constexpr const char* kCallersFile = "<frozen importlib._bootstrap>";
inline constexpr const char* kCallersModule = "importlib._bootstrap";

/// A warning as warnings.warn_explicit gets it.
struct Warning {
  Category category;
  int line;  // 1-based
  std::string message;
  int offset = 0;  // of the SyntaxError, where the tokenizer gives one
  int end_offset = 0;
  Origin origin = Origin::Parser;
  std::string error_message;  // of the SyntaxError, where it differs

  /// The SyntaxError that CPython's tokenizer and parser raise in its place when the filters say `error`.
  SourceError as_error() const;
};

/// What the warning filters say of one warning.
enum class Action : u8 { kIgnore, kPrint, kError };

/// The filters of the run (-W, PYTHONWARNINGS, CPython's defaults), applied where a warning is raised, because
/// `error` turns it into the compilation's SyntaxError there.
class WarningFilter {
 public:
  virtual ~WarningFilter() = default;
  virtual Action action(const Warning& warning) const = 0;
};

/// CPython's defaults for a module that is not __main__: SyntaxWarning prints, DeprecationWarning does not.
class DefaultFilter : public WarningFilter {
 public:
  Action action(const Warning& warning) const override;
};

/// Collects what one compilation has to say.
class Sink {
 public:
  explicit Sink(const WarningFilter& filter) : filter_(&filter) {}

  /// Raises a warning. Returns true if the filters make it an error: then the caller throws what CPython raises
  /// there (a SyntaxError with the same message, for a SyntaxWarning).
  [[nodiscard]] bool warn(Category category, int line, std::string message, Origin origin);

  const std::vector<Warning>& warnings() const { return warnings_; }
  /// Forgets all warnings but the first ones, that many.
  void keep(std::size_t count) {
    if (count < warnings_.size())
      warnings_.erase(warnings_.begin() + static_cast<std::ptrdiff_t>(count), warnings_.end());
  }
  /// Nobody ever warned, whatever the filters made of it.
  bool silent() const { return !warned_; }

 private:
  const WarningFilter* filter_;
  std::vector<Warning> warnings_;
  bool warned_ = false;
};

}  // namespace mkpyc::diag
