// Python's warning filters: what -W, PYTHONWARNINGS and the defaults make of the compiler's warnings (CPython:
// Lib/warnings.py, Python/_warnings.c).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/unicode.h"
#include "diag/diag.h"
#include "driver/path_filter.h"
#include "target/target.h"

namespace mkpyc::driver {

/// The filters of a run, in the order in which they are asked.
class WarningFilters {
 public:
  enum class Verb : u8 { kDefault, kAlways, kIgnore, kModule, kOnce, kError };

  /// CPython's defaults, with these -W options before them. `complaints` gets a line for each invalid option.
  WarningFilters(const std::vector<std::string>& options, const Target& target, std::string& complaints);

  /// What the first filter that fits says.
  Verb verb(const diag::Warning& warning, std::string_view module) const;

 private:
  struct Row {
    Verb verb = Verb::kDefault;
    std::string message;  // a beginning, in any case; empty: any
    bool syntax = true, deprecation = true;
    std::string module;  // empty: any
    i64 line = 0;        // 0: any
    // In the place of `message` and `module`.
    std::shared_ptr<const PathFilter> message_pattern = nullptr, module_pattern = nullptr;
  };
  static bool parse(const std::string& option, const Target& target, Row& row, std::string& complaint);
  static bool fits(const Row& row, const diag::Warning& warning, std::string_view module);

  std::vector<Row> rows_;
};

/// The filters for one file.
class FileWarnings : public diag::WarningFilter {
 public:
  /// The module's name is made of the path that is compiled in (CPython: _warnings.c normalize_module).
  FileWarnings(const WarningFilters& filters, std::string_view filename, const Target& target);
  diag::Action action(const diag::Warning& warning) const override;
  /// Names under which the warning is registered in the process: it is shown if all of them are new.
  std::vector<std::string> registrations(const diag::Warning& warning) const;

 private:
  WarningFilters::Verb verb(const diag::Warning& warning) const;
  /// Is it raised with the module and the registry of compile()'s caller?
  bool is_callers(const diag::Warning& warning) const;

  const WarningFilters& filters_;
  std::string_view module_;
  bool compiler_uses_registry_;
};

/// A warning ready to be shown.
struct WarningText {
  std::string header;                       // `file:line: Category: message`, with its line end
  std::shared_ptr<const std::string> line;  // the source line as shown, or null; all warnings of a line share it
  std::vector<std::string> registrations;   // see FileWarnings

  std::string text() const { return line != nullptr ? header + *line : header; }
};

/// Which warnings were shown in a run.
class WarningRegistry {
 public:
  /// Is this one to be shown, after those asked about before?
  bool admits(const WarningText& warning);

 private:
  std::unordered_set<std::string> known_;
};

}  // namespace mkpyc::driver
