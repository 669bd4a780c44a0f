// compileall's -x: Python's re.search over the paths of a run. RE2 runs what it can, in linear time; PCRE2 gets
// patterns with look-around, back-references, atomic groups or conditions, and paths on which RE2's `$` or `\b` would
// differ.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/unicode.h"

namespace mkpyc::driver {

/// A compiled pattern. Immutable: many threads may search at once.
class PathFilter {
 public:
  /// Null, with re.error's text, for a pattern that Python refuses.
  static std::unique_ptr<PathFilter> make(std::string_view pattern, UnicodeVersion version, std::string& error);
  ~PathFilter();

  enum class Outcome { kNoMatch, kMatch, kGaveUp };
  /// re.search(pattern, path). kGaveUp: the pattern back-tracks without end on this path.
  Outcome search(std::string_view path) const;

 private:
  struct Engines;
  explicit PathFilter(std::unique_ptr<Engines> engines);
  std::unique_ptr<Engines> engines_;
};

}  // namespace mkpyc::driver
