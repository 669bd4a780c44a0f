// Command lines exactly as Python's argparse reads them: abbreviated long options, glued short ones, `--`, values that
// look like options, the order in which errors are found, and the texts of usage, help and errors. compileall's
// callers depend on all of it, so the parser below follows argparse.py step by step where its behaviour shows, and
// nothing else: one positional argument, options with no value or one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/int.h"
#include "base/unicode.h"

namespace mkpyc::driver {

/// What an option does with its value (argparse: action, nargs and type).
enum class ArgKind : u8 {
  kFlag,     // no value; counted
  kHelp,     // no value; the parser stops
  kValue,    // one string; the last one wins
  kInt,      // one int(); the last one wins
  kIntList,  // one int() each time
  kAny,      // positional: nargs="*"
  kSome,     // positional: nargs="+"
};

/// One row of a parser's table (argparse: add_argument). Empty texts mean "not given".
struct ArgSpec {
  std::string_view short_name;  // "-j"
  std::string_view long_name;   // "--workers"
  ArgKind kind;
  std::string_view metavar;  // as it is shown; `dest` in capitals where argparse makes it so
  std::string_view help;     // with the %-escapes expanded
  std::span<const std::string_view> choices = {};
  /// One of our own options: takes part in no abbreviation and is not shown.
  bool own = false;

  bool positional() const { return kind == ArgKind::kAny || kind == ArgKind::kSome; }
  bool takes_value() const { return kind == ArgKind::kValue || kind == ArgKind::kInt || kind == ArgKind::kIntList; }
};

/// A parser: a table and what is printed around it. The positional argument, if any, is one row.
struct ArgParser {
  std::string prog;
  std::string_view description;
  std::span<const ArgSpec> specs;
  bool names_joined = false;      // "-j, --workers WORKERS", else "-j WORKERS, --workers WORKERS"
  bool choices_unquoted = false;  // in the error about a wrong choice
};

/// What one row of the table was given.
struct ArgValue {
  int count = 0;  // how often it occurred
  std::vector<std::string> strings;
  std::vector<i64> ints;
};

/// The outcome: values by row, or an error, or a call for help.
struct ParsedArgs {
  std::vector<ArgValue> values;
  bool help = false;           // -h came first
  std::string_view help_name;  // the option as it was found, "--help" or "-h"
  std::string error;           // argparse's message without "prog: error: "
};

ParsedArgs parse_arguments(const ArgParser& parser, const std::vector<std::string>& arguments, UnicodeVersion version);

/// ArgumentParser.format_usage() and format_help() for a terminal of so many columns.
std::string format_usage(const ArgParser& parser, int columns);
std::string format_help(const ArgParser& parser, int columns);

/// textwrap.wrap() of an ASCII text without runs of white space.
std::vector<std::string> wrap_text(std::string_view text, int width);

/// shutil.get_terminal_size().columns
int terminal_columns();

}  // namespace mkpyc::driver
