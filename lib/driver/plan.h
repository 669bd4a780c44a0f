// All that is the same for every file of a run: the request and the interpreter's settings, turned into what the
// compiler and the file system need. Made once, then read by many threads: what they
// write is `progress` and `prepared`, which bear it.
#pragma once

#include <sys/stat.h>

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "driver/command_line.h"
#include "driver/prepared.h"
#include "driver/pypath.h"
#include "driver/warning_filters.h"
#include "marshal/marshal.h"
#include "target/target.h"

namespace mkpyc::driver {

/// One optimisation level of the run.
struct Level {
  i64 asked = -1;            // -o's number; -1: the interpreter's own
  int compile = 0;           // what compile() makes of it: 0, 1 or 2
  std::string optimization;  // the name's part: "", "1", ...
  std::string suffix;        // of a .pyc in __pycache__: ".cpython-311.opt-1.pyc"
  std::string refusal;       // compile()'s ValueError or OverflowError, with its class; empty: fine
};

/// Where in CPython's driver compile() is called: each frame of its own takes some of the recursion limit.
enum class Caller : u8 { kPyCompile, kCompileFile, kCompileDir, kCompilePath };

/// How far the run is, for a progress bar.
struct Progress {
  std::atomic<u64> found{0};  // files to compile, so far
  std::atomic<u64> done{0};
};

struct Plan {
  Plan(const Request& request, const Target& target, std::string& complaints);

  const Target& target;
  UnicodeVersion unicode;
  std::vector<Level> levels;  // as compileall goes through them: ascending, no doubles
  bool force = false;
  int quiet = 0;
  bool legacy = false;
  bool hardlink_dupes = false;
  i64 max_levels = 0;  // of directories
  marshal::Invalidation invalidation = marshal::Invalidation::kTimestamp;
  Renaming renaming;
  bool links_may_loop = false;               // loops of links are outside of -e, not the end of the run
  std::optional<std::string> links_stay_in;  // -e, resolved
  bool links_loop = false;                   // -e is a loop of links
  const PathFilter* filter = nullptr;
  bool filter_dies = false;  // -x '', which compileall does not compile, but searches with
  WarningFilters warnings;
  mode_t creation_mask;  // the umask
  bool debug_ranges = true;
  int int_max_str_digits = 4300;
  std::string pycache_prefix;
  mutable Progress progress;
  /// Of the same request, for targets whose turn is after this one's: what is compiled is compiled for them, too.
  std::vector<const Plan*> later;
  mutable Prepared prepared;  // by those whose turn was before

  int recursion_limit(Caller caller) const;
  /// The .pyc of a source, by its path as CPython builds it.
  std::string pyc_path(std::string_view source, const Level& level) const;
  /// True if a directory's .pyc files are in its own __pycache__, or beside their sources.
  bool pycs_are_local(std::string_view source) const;
  /// All levels are written, and no one over another (as -b does).
  bool links_make_sense() const { return hardlink_dupes && !legacy; }
};

}  // namespace mkpyc::driver
