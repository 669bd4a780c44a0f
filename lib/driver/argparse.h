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
#include "driver/palette.h"

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
  bool names_joined = false;                // "-j, --workers WORKERS", else "-j WORKERS, --workers WORKERS"
  bool usage_parts_whole = false;           // "FILE [FILE ...]" stays on one line
  bool code_in_colour = false;              // `text` in backticks, where there are colours
  bool full_lines_drop_blanks = false;      // see text_wrap.h
  bool choices_unquoted = false;            // in the error about a wrong choice
  bool choices_suggested = false;           // there, too
  bool cluster_value_after_equals = false;  // "-qr=1" is "-q -r 1", and an unknown letter is no error at once
  bool ambiguity_fails_in_turn = false;     // an ambiguous option is an error when its turn comes
  bool ambiguity_names_last = false;        // and is not what is named in it
  bool negative_numbers_loose = false;      // "-1x" is no option
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
  bool help = false;                // -h came first
  std::string_view help_name;       // the option as it was found, "--help" or "-h"
  std::string error;                // argparse's message without "prog: error: "
  bool has_cluster_equals = false;  // "-qr=1", "-l=q": CPythons differ in what that means
};

ParsedArgs parse_arguments(const ArgParser& parser, const std::vector<std::string>& arguments, UnicodeVersion version);

/// ArgumentParser.format_usage() and format_help() for a terminal of so many columns.
std::string format_usage(const ArgParser& parser, int columns, const Palette& palette);
std::string format_help(const ArgParser& parser, int columns, const Palette& palette);

/// shutil.get_terminal_size().columns
int terminal_columns();

}  // namespace mkpyc::driver
