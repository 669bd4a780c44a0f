#include "driver/command_line.h"

#include <unistd.h>

#include <array>
#include <cstdlib>

#include "driver/argparse.h"
#include "driver/configuration.h"
#include "driver/help_text.h"
#include "driver/interpreter_flags.h"
#include "driver/target_choice.h"
#include "driver/warning_filters.h"
#include "target/features.h"

namespace mkpyc::driver {
namespace {

// Rows of the table below, in its order. CPython: compileall.py main
enum Row : std::size_t {
  kHelp,
  kOneLevel,
  kRecursion,
  kForce,
  kQuiet,
  kLegacy,
  kDdir,
  kStripdir,
  kPrependdir,
  kRx,
  kFlist,
  kPaths,
  kWorkers,
  kInvalidation,
  kLevels,
  kLimit,
  kHardlink,
  kTarget,
  kPython,
  kProgress,
  kStats,
  kJson,
  kVersion,
  kRows
};

constexpr std::string_view kModes[] = {"checked-hash", "timestamp", "unchecked-hash"};

constexpr ArgSpec kOwnTarget{"", "--target", ArgKind::kValue, "V[,V...]", "", {}, true};
constexpr ArgSpec kOwnPython{"", "--python", ArgKind::kValue, "EXE", "", {}, true};
constexpr ArgSpec kOwnProgress{"", "--progress", ArgKind::kFlag, "", "", {}, true};
constexpr ArgSpec kOwnStats{"", "--stats", ArgKind::kFlag, "", "", {}, true};
constexpr ArgSpec kOwnJson{"", "--json", ArgKind::kFlag, "", "", {}, true};
constexpr ArgSpec kOwnVersion{"", "--version", ArgKind::kFlag, "", "", {}, true};

constexpr std::array<ArgSpec, kRows> kCompileall = {{
    {"-h", "--help", ArgKind::kHelp, "", "show this help message and exit"},
    {"-l", "", ArgKind::kFlag, "", "don't recurse into subdirectories"},
    {"-r", "", ArgKind::kInt, "RECURSION",
     "control the maximum recursion level. if `-l` and `-r` options are specified, then `-r` takes precedence."},
    {"-f", "", ArgKind::kFlag, "", "force rebuild even if timestamps are up to date"},
    {"-q", "", ArgKind::kFlag, "", "output only error messages; -qq will suppress the error messages as well."},
    {"-b", "", ArgKind::kFlag, "", "use legacy (pre-PEP3147) compiled file locations"},
    {"-d", "", ArgKind::kValue, "DESTDIR",
     "directory to prepend to file paths for use in compile-time tracebacks and in runtime tracebacks in cases where "
     "the source file is unavailable"},
    {"-s", "", ArgKind::kValue, "STRIPDIR",
     "part of path to left-strip from path to source file - for example buildroot. `-d` and `-s` options cannot be "
     "specified together."},
    {"-p", "", ArgKind::kValue, "PREPENDDIR",
     "path to add as prefix to path to source file - for example / to make it absolute when some part is removed by "
     "`-s` option. `-d` and `-p` options cannot be specified together."},
    {"-x", "", ArgKind::kValue, "REGEXP",
     "skip files matching the regular expression; the regexp is searched for in the full path of each file considered "
     "for compilation"},
    {"-i", "", ArgKind::kValue, "FILE",
     "add all the files and directories listed in FILE to the list considered for compilation; if \"-\", names are "
     "read from stdin"},
    {"", "", ArgKind::kAny, "FILE|DIR",
     "zero or more file and directory names to compile; if no arguments given, defaults to the equivalent of -l "
     "sys.path"},
    {"-j", "--workers", ArgKind::kInt, "WORKERS", "Run compileall concurrently"},
    {"", "--invalidation-mode", ArgKind::kValue, "",
     "set .pyc invalidation mode; defaults to \"checked-hash\" if the SOURCE_DATE_EPOCH environment variable is set, "
     "and \"timestamp\" otherwise.",
     kModes},
    {"-o", "", ArgKind::kIntList, "OPT_LEVELS",
     "Optimization levels to run compilation with. Default is -1 which uses the optimization level of the Python "
     "interpreter itself (see -O)."},
    {"-e", "", ArgKind::kValue, "DIR", "Ignore symlinks pointing outsite of the DIR"},
    {"", "--hardlink-dupes", ArgKind::kFlag, "", "Hardlink duplicated pyc files"},
    kOwnTarget,
    kOwnPython,
    kOwnProgress,
    kOwnStats,
    kOwnJson,
    kOwnVersion,
}};

// CPython: py_compile.py main
enum PyCompileRow : std::size_t { kPcHelp, kPcQuiet, kPcPaths, kPcTarget, kPcPython, kPcVersion, kPcRows };
constexpr std::array<ArgSpec, kPcRows> kPyCompile = {{
    {"-h", "--help", ArgKind::kHelp, "", "show this help message and exit"},
    {"-q", "--quiet", ArgKind::kFlag, "", "Suppress error output"},
    {"", "", ArgKind::kSome, "filenames", "Files to compile"},
    kOwnTarget,
    kOwnPython,
    kOwnVersion,
}};

// The rows whose texts are newer, with backticks.
std::vector<ArgSpec> compileall_rows(bool backticks) {
  std::vector<ArgSpec> rows(kCompileall.begin(), kCompileall.end());
  if (!backticks) return rows;
  rows[kQuiet].help = "output only error messages; `-qq` will suppress the error messages as well.";
  rows[kLegacy].help = "use legacy (pre-PEP 3147) compiled file locations";
  rows[kFlist].help =
      "add all the files and directories listed in `FILE` to the list considered for compilation; if `\"-\"`, names "
      "are "
      "read from `stdin`";
  rows[kPaths].help =
      "zero or more file and directory names to compile; if no arguments given, defaults to the equivalent of `-l` "
      "`sys.path`";
  rows[kInvalidation].help =
      "set `.pyc` invalidation mode; defaults to `\"checked-hash\"` if the `SOURCE_DATE_EPOCH` environment variable is "
      "set, and `\"timestamp\"` otherwise.";
  rows[kLevels].help =
      "Optimization levels to run compilation with. Default is `-1` which uses the optimization level of the Python "
      "interpreter itself (see `-O`).";
  rows[kLimit].help = "Ignore symlinks pointing outsite of the `DIR`";
  return rows;
}

// The parser as the target has it; as the oldest has it, if no target is known.
ArgParser parser_of(Module module, const Target* target) {
  static const std::vector<ArgSpec> plain = compileall_rows(false), backticks = compileall_rows(true);
  auto on = [&](Feature feature) { return target != nullptr && target->on(feature); };
  bool compileall = module == Module::kCompileall;
  ArgParser parser;
  parser.prog = compileall ? "compileall" : "py_compile";
  parser.prog = on(Feature::prog_is_module) ? target->interpreter_name() + " -m " + parser.prog : parser.prog + ".py";
  parser.description = compileall ? "Utilities to support installing Python libraries."
                                  : "A simple command-line interface for py_compile module.";
  parser.specs = !compileall ? std::span<const ArgSpec>(kPyCompile)
                             : std::span<const ArgSpec>(on(Feature::help_in_backticks) ? backticks : plain);
  parser.names_joined = on(Feature::option_names_joined);
  parser.usage_parts_whole = on(Feature::usage_parts_whole);
  parser.code_in_colour = on(Feature::errors_in_colour);
  parser.full_lines_drop_blanks = on(Feature::full_lines_drop_blanks);
  parser.choices_unquoted = on(Feature::choices_unquoted);
  parser.choices_suggested = on(Feature::choices_suggested);
  parser.cluster_value_after_equals = on(Feature::cluster_value_after_equals);
  parser.ambiguity_fails_in_turn = on(Feature::ambiguity_fails_in_turn);
  parser.ambiguity_names_last = on(Feature::ambiguity_names_last);
  parser.negative_numbers_loose = on(Feature::negative_numbers_loose);
  return parser;
}

// What --target and --python say, on a command line that may be wrong.
OwnOptions own_options(OwnOptions own, const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) read_own_option(arguments, i, own);
  return own;
}

const Target* target_for_texts(const Request& request, const std::vector<std::string>& arguments) {
  TargetChoice choice = choose_target(own_options(request.own, arguments), {});
  return choice.targets.empty() ? nullptr : choice.targets[0];
}

// The colours for a descriptor. The first CPython that has them looks at standard output for all of its texts.
Palette palette_for(int descriptor, const Request& request, const Target* target) {
  if (target == nullptr || !target->on(Feature::help_in_colour)) return Palette::none();
  int asked = target->on(Feature::errors_in_colour) ? descriptor : STDOUT_FILENO;
  return can_colour(asked, request.interpreter) ? Palette::colours() : Palette::none();
}

CommandLine usage_error(const Request& request, const Target* target, const std::string& message) {
  ArgParser parser = parser_of(request.module, target);
  Palette palette = palette_for(STDERR_FILENO, request, target), words = palette;
  if (target == nullptr || !target->on(Feature::errors_in_colour)) words = Palette::none();
  CommandLine result;
  result.farewell.target = target;
  result.farewell.status = 2;
  result.farewell.error = format_usage(parser, terminal_columns(), palette) + parser.prog + ": " +
                          std::string(words.error) + "error:" + std::string(words.reset) + " " +
                          std::string(words.message) + message + std::string(words.reset) + "\n";
  return result;
}

CommandLine help(const ParsedArgs& parsed, const Request& request, const std::vector<std::string>& arguments) {
  CommandLine result;
  if (!request.explicit_module && parsed.help_name == "--help") {
    result.farewell.output = kHelpText;
    result.farewell.about_mkpyc = true;
    return result;
  }
  const Target* target = target_for_texts(request, arguments);
  result.farewell.target = target;
  result.farewell.output =
      format_help(parser_of(request.module, target), terminal_columns(), palette_for(STDOUT_FILENO, request, target));
  return result;
}

std::optional<std::string> last_string(const ArgValue& value) {
  return value.strings.empty() ? std::nullopt : std::optional(value.strings.back());
}
std::optional<i64> last_int(const ArgValue& value) {
  return value.ints.empty() ? std::nullopt : std::optional(value.ints.back());
}

InvalidationChoice invalidation(const ArgValue& value) {
  if (value.strings.empty()) return InvalidationChoice::kDefault;
  if (value.strings.back() == "timestamp") return InvalidationChoice::kTimestamp;
  return value.strings.back() == "checked-hash" ? InvalidationChoice::kCheckedHash : InvalidationChoice::kUncheckedHash;
}

void fill_compileall(const std::vector<ArgValue>& values, Request& request) {
  request.paths = values[kPaths].strings;
  request.recursion = last_int(values[kRecursion]);
  request.one_level = values[kOneLevel].count > 0;
  request.force = values[kForce].count > 0;
  request.quiet = values[kQuiet].count;
  request.legacy = values[kLegacy].count > 0;
  request.ddir = last_string(values[kDdir]);
  request.stripdir = last_string(values[kStripdir]);
  request.prependdir = last_string(values[kPrependdir]);
  request.rx = last_string(values[kRx]);
  request.flist = last_string(values[kFlist]);
  request.workers = last_int(values[kWorkers]);
  request.invalidation = invalidation(values[kInvalidation]);
  request.levels = values[kLevels].ints;
  request.limit_sl_dest = last_string(values[kLimit]);
  request.hardlink_dupes = values[kHardlink].count > 0;
  if (auto target = last_string(values[kTarget])) request.own.target = *target;
  if (auto python = last_string(values[kPython])) request.own.python = *python;
  request.own.progress |= values[kProgress].count > 0;
  request.own.stats |= values[kStats].count > 0;
  request.own.json |= values[kJson].count > 0;
  request.own.version |= values[kVersion].count > 0;
}

void fill_py_compile(const std::vector<ArgValue>& values, Request& request) {
  request.paths = values[kPcPaths].strings;
  request.quiet = values[kPcQuiet].count;
  if (auto target = last_string(values[kPcTarget])) request.own.target = *target;
  if (auto python = last_string(values[kPcPython])) request.own.python = *python;
  request.own.version |= values[kPcVersion].count > 0;
}

// What compileall's main() does after parsing: the pattern is compiled first, then combinations are refused.
CommandLine check_compileall(Request request, const std::vector<std::string>& arguments, UnicodeVersion version) {
  auto refuse = [&](const char* message) {
    return usage_error(request, target_for_texts(request, arguments), message);
  };
  CommandLine result;
  if (request.rx && !request.rx->empty()) {
    std::string error;
    request.filter = PathFilter::make(*request.rx, version, error);
    if (request.filter == nullptr) {
      result.farewell = {1, "", "mkpyc: -x: " + error + "\n"};
      return result;
    }
  }
  if (request.levels.size() <= 1 && request.hardlink_dupes)
    return refuse("Hardlinking of duplicated bytecode makes sense only for more than one optimization level.");
  if (request.ddir && (request.stripdir || request.prependdir))
    return refuse("-d cannot be used in combination with -s or -p");
  result.request = std::move(request);
  return result;
}

// Whether CPython would start hangs on the release, which is looked for only if anything was said that may matter.
std::optional<Refusal> configuration_error_of(const Request& request, const std::vector<std::string>& arguments) {
  bool any = !request.interpreter.x_options.empty();
  if (!request.interpreter.ignore_environment)
    for (char** variable = environ; *variable != nullptr; ++variable)
      any |= std::string_view(*variable).starts_with("PYTHON");
  const Target* target = any ? target_for_texts(request, arguments) : nullptr;
  return target == nullptr ? std::nullopt : configuration_error(request.interpreter, *target);
}

CommandLine read_module_arguments(Request request, const std::vector<std::string>& arguments, UnicodeVersion version) {
  CommandLine result;
  ParsedArgs parsed = parse_arguments(parser_of(request.module, nullptr), arguments, version);
  if (!parsed.error.empty() || parsed.has_cluster_equals) {
    // The target's own words, and its own rules.
    const Target* target = target_for_texts(request, arguments);
    parsed = parse_arguments(parser_of(request.module, target), arguments, version);
    if (!parsed.error.empty()) return usage_error(request, target, parsed.error);
  }
  if (parsed.help) return help(parsed, request, arguments);
  if (request.module == Module::kCompileall)
    fill_compileall(parsed.values, request);
  else
    fill_py_compile(parsed.values, request);
  if (request.own.version) {
    result.farewell.output = std::string(kVersionText);
    result.farewell.about_mkpyc = true;
    return result;
  }
  if (request.module == Module::kCompileall) return check_compileall(std::move(request), arguments, version);
  result.request = std::move(request);
  return result;
}

}  // namespace

std::string warning_complaints(const Request& request, const std::vector<std::string>& arguments) {
  std::string complaints;
  if (request.interpreter.warn_options.empty()) return complaints;
  if (const Target* target = target_for_texts(request, arguments))
    WarningFilters(request.interpreter.warn_options, *target, complaints);
  return complaints;
}

CommandLine read_command_line(const std::vector<std::string>& arguments, UnicodeVersion version) {
  Request request;
  std::vector<std::string> rest = arguments;
  auto refuse = [](const Refusal& refusal) {
    return CommandLine{std::nullopt, {refusal.status, "", refusal.text + "\n"}};
  };
  if (auto refusal = read_interpreter_flags(rest, request)) return refuse(*refusal);
  CommandLine result = read_module_arguments(request, rest, version);
  if (result.farewell.about_mkpyc) return result;
  if (auto refusal = configuration_error_of(request, rest)) return refuse(*refusal);
  if (!result.request) result.farewell.complaints = warning_complaints(request, rest);
  result.farewell.interpreter = request.interpreter;
  return result;
}

}  // namespace mkpyc::driver
