#include "driver/plan.h"
#include "driver/unchanged.h"
#include "target/features.h"

#include <algorithm>
#include <climits>
#include <cstdlib>

namespace mkpyc::driver {
namespace {

// CPython: bltinmodule.c compile; clinic's int converter comes first
std::string refusal_of(i64 level) {
  if (level > INT_MAX || level < INT_MIN) return "OverflowError: Python int too large to convert to C int";
  if (level < -1 || level > 2) return "ValueError: compile(): invalid optimize value";
  return {};
}

Level make_level(i64 asked, const Interpreter& interpreter, const Target& target) {
  Level level;
  level.asked = asked;
  level.refusal = refusal_of(asked);
  i64 number = asked >= 0 ? asked : interpreter.optimize;
  level.compile = static_cast<int>(std::clamp<i64>(number, 0, 2));
  if (number >= 1) level.optimization = std::to_string(number);
  level.suffix = cached_name(".", target.cache_tag(), level.optimization);
  return level;
}

std::vector<Level> make_levels(const Request& request, const Target& target) {
  std::vector<i64> numbers = request.levels;
  if (numbers.empty()) numbers.push_back(-1);
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  std::vector<Level> levels;
  levels.reserve(numbers.size());
  for (i64 number : numbers) levels.push_back(make_level(number, request.interpreter, target));
  return levels;
}

marshal::Invalidation choose_invalidation(InvalidationChoice choice) {
  switch (choice) {
    case InvalidationChoice::kTimestamp: return marshal::Invalidation::kTimestamp;
    case InvalidationChoice::kCheckedHash: return marshal::Invalidation::kCheckedHash;
    case InvalidationChoice::kUncheckedHash: return marshal::Invalidation::kUncheckedHash;
    case InvalidationChoice::kDefault: break;
  }
  const char* epoch = std::getenv("SOURCE_DATE_EPOCH");
  return epoch != nullptr && *epoch != '\0' ? marshal::Invalidation::kCheckedHash : marshal::Invalidation::kTimestamp;
}

// sys.getrecursionlimit(), compileall's default depth
constexpr i64 kDefaultDepth = 1000;

}  // namespace

Plan::Plan(const Request& request, const Target& chosen, std::string& complaints)
    : target(chosen),
      unicode(chosen.unicode_version()),
      levels(make_levels(request, chosen)),
      force(request.force),
      quiet(request.quiet),
      legacy(request.legacy),
      hardlink_dupes(request.hardlink_dupes),
      max_levels(request.recursion   ? *request.recursion
                 : request.one_level ? 0
                                     : kDefaultDepth),
      invalidation(choose_invalidation(request.invalidation)),
      renaming{request.ddir, request.stripdir, request.prependdir, chosen.on(Feature::strip_only_whole_prefix)},
      links_may_loop(chosen.on(Feature::links_may_loop)),
      filter(request.filter.get()),
      filter_dies(request.rx && request.rx->empty()),
      warnings(request.interpreter.warn_options, chosen, complaints),
      creation_mask(driver::creation_mask()),
      debug_ranges(request.interpreter.debug_ranges),
      int_max_str_digits(static_cast<int>(request.interpreter.int_max_str_digits)),
      pycache_prefix(request.interpreter.pycache_prefix) {
  if (!request.limit_sl_dest || request.limit_sl_dest->empty()) return;
  links_stay_in = resolve_path(*request.limit_sl_dest);
  links_loop = !links_stay_in;
}

int Plan::recursion_limit(Caller caller) const {
  const RecursionLimits& limits = target.recursion_limits();
  switch (caller) {
    case Caller::kPyCompile: return limits.py_compile;
    case Caller::kCompileFile: return limits.compile_file;
    case Caller::kCompileDir: return limits.compile_dir;
    case Caller::kCompilePath: return limits.compile_path;
  }
  return 0;
}

std::string Plan::pyc_path(std::string_view source, const Level& level) const {
  if (legacy) return std::string(source) + "c";
  return cache_from_source(source, target.cache_tag(), level.optimization, pycache_prefix);
}

// CPython's cache_from_source("/a.py") is relative to the current directory.
bool Plan::pycs_are_local(std::string_view source) const {
  return legacy || (pycache_prefix.empty() && source.rfind('/') != 0);
}

}  // namespace mkpyc::driver
