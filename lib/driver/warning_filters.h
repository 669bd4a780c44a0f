// Python's warning filters: what -W, PYTHONWARNINGS and the defaults make of the compiler's warnings (CPython:
// Lib/warnings.py, Python/_warnings.c).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/unicode.h"
#include "diag/diag.h"

namespace mkpyc::driver {

/// The filters of a run, in the order in which they are asked.
class WarningFilters {
 public:
  enum class Verb : u8 { kDefault, kAlways, kIgnore, kModule, kOnce, kError };

  /// CPython's defaults, with these -W options before them. `complaints` gets a line for each invalid option.
  WarningFilters(const std::vector<std::string>& options, UnicodeVersion version, std::string& complaints);

  /// What the first filter that fits says.
  Verb verb(diag::Category category, std::string_view message, std::string_view module, int line) const;

 private:
  struct Row {
    Verb verb = Verb::kDefault;
    std::string message;  // a beginning, in any case; empty: any
    bool syntax = true, deprecation = true;
    std::string module;  // empty: any
    i64 line = 0;        // 0: any
  };
  static bool parse(const std::string& option, UnicodeVersion version, Row& row, std::string& complaint);

  std::vector<Row> rows_;
};

/// The filters for one file.
class FileWarnings : public diag::WarningFilter {
 public:
  /// The module's name is made of the path that is compiled in (CPython: _warnings.c normalize_module).
  FileWarnings(const WarningFilters& filters, std::string_view filename);
  diag::Action action(diag::Category category, std::string_view message, int line) const override;
  WarningFilters::Verb verb(const diag::Warning& warning) const;

 private:
  const WarningFilters& filters_;
  std::string_view module_;
};

/// A warning ready to be shown.
struct WarningText {
  std::string text;      // `file:line: Category: message`, then the source line
  std::string once_key;  // not empty: shown once in a run for this key
};

}  // namespace mkpyc::driver
