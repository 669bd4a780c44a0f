// From argv to what is asked for: one of compileall's or py_compile's command lines, perhaps behind the interpreter's
// own flags (`mkpyc -B -m compileall ...`), with a few options of our own that need their full names. What the flags
// and PYTHON* variables say of the interpreter is kept apart from what the module's arguments say.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/int.h"
#include "base/unicode.h"
#include "driver/interpreter.h"
#include "driver/path_filter.h"
#include "target/target.h"

namespace mkpyc::driver {

/// How the source's age is kept in a .pyc when the command line says so.
enum class InvalidationChoice : u8 { kDefault, kTimestamp, kCheckedHash, kUncheckedHash };

/// Our own options.
struct OwnOptions {
  std::string target;  // --target
  std::string python;  // --python
  bool progress = false, stats = false, json = false, version = false;
};

enum class Module : u8 { kCompileall, kPyCompile };

/// A command line, understood. Names are argparse's destinations.
struct Request {
  Module module = Module::kCompileall;
  bool explicit_module = false;  // the form with -m
  Interpreter interpreter;
  OwnOptions own;

  std::vector<std::string> paths;
  std::optional<i64> recursion;     // -r
  bool one_level = false;           // -l
  bool force = false;               // -f
  int quiet = 0;                    // -q
  bool legacy = false;              // -b
  std::optional<std::string> ddir;  // -d
  std::optional<std::string> stripdir, prependdir;
  std::optional<std::string> rx;             // "" is a pattern too: compileall dies of it at the first file
  std::shared_ptr<const PathFilter> filter;  // rx, compiled; null if there is nothing to leave out
  std::optional<std::string> flist;
  std::optional<i64> workers;
  InvalidationChoice invalidation = InvalidationChoice::kDefault;
  std::vector<i64> levels;  // -o; empty: the interpreter's own
  std::optional<std::string> limit_sl_dest;
  bool hardlink_dupes = false;
};

/// Text to print and the status to leave with, instead of a request.
struct Farewell {
  int status = 0;
  std::string output;  // for standard output
  std::string error;   // for standard error
  Interpreter interpreter = {};
  const Target* target = nullptr;  // whose words these are, if that is known
  bool about_mkpyc = false;        // no CPython has a say in it
  std::string complaints = {};     // for standard error, before all else: warning_complaints()
};

/// Exactly one of the two.
struct CommandLine {
  std::optional<Request> request;
  Farewell farewell;
};

/// What CPython says of -W options when it starts, for a run that ends before it has a Plan, which says so. The release
/// decides which are valid; it is looked for only if there are any.
std::string warning_complaints(const Request& request, const std::vector<std::string>& arguments = {});

CommandLine read_command_line(const std::vector<std::string>& arguments, UnicodeVersion version);

}  // namespace mkpyc::driver
