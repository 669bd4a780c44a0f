#include "target/features.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace mkpyc {
namespace {

struct Range {
  Version from, to;
};
constexpr Range since(int minor, int micro) { return {{minor, micro}, {1 << 20, 0}}; }
[[maybe_unused]] constexpr Range between(int minor, int micro, int to_minor, int to_micro) {
  return {{minor, micro}, {to_minor, to_micro}};
}

struct FeatureRow {
  const char* name;
  const char* reason;
  std::vector<Range> ranges;
};

const std::vector<FeatureRow>& feature_rows() {
  static const std::vector<FeatureRow> rows = {
#define FEATURE(name, why, ...) {#name, why, {__VA_ARGS__}},
#include "features.def"
#undef FEATURE
  };
  return rows;
}

struct TargetRow {
  int minor, newest_micro;
  u32 magic;
  UnicodeVersion unicode_version;
  int callers_line;
};
constexpr TargetRow kTargets[] = {
#define TARGET(minor, micro, magic, unicode, line) {minor, micro, magic, UnicodeVersion::unicode, line},
#include "targets.def"
#undef TARGET
};

constexpr u32 full_magic(const TargetRow& row) { return row.magic | u32{'\r'} << 16 | u32{'\n'} << 24; }

struct LimitsRow {
  Version from;
  RecursionLimits limits;
};
constexpr LimitsRow kLimits[] = {
#define LIMITS(minor, micro, py_compile, file, dir, path) {{minor, micro}, {py_compile, file, dir, path}},
#include "recursion_limits.def"
#undef LIMITS
};

struct OpcodeRow {
  Op op;
  OpInfo info;
};
#define OPCODE(name, number, has_arg, jump, caches) \
  {Op::name, {number, has_arg != 0 ? -1 : 0, jump != 0, caches, 1 + caches}},
constexpr OpcodeRow kOpcodes311[] = {
#include "opcodes/3.11.def"
};
constexpr OpcodeRow kOpcodes312[] = {
#include "opcodes/3.12.def"
};
constexpr OpcodeRow kOpcodes313[] = {
#include "opcodes/3.13.def"
};
constexpr OpcodeRow kOpcodes314[] = {
#include "opcodes/3.14.def"
};
constexpr OpcodeRow kOpcodes315[] = {
#include "opcodes/3.15.def"
};
#undef OPCODE

constexpr auto kCachesFit = [](const OpcodeRow& row) { return row.info.caches <= kMostCaches; };
static_assert(std::ranges::all_of(kOpcodes311, kCachesFit) && std::ranges::all_of(kOpcodes312, kCachesFit) &&
              std::ranges::all_of(kOpcodes313, kCachesFit) && std::ranges::all_of(kOpcodes314, kCachesFit) &&
              std::ranges::all_of(kOpcodes315, kCachesFit));

template <std::size_t N>
std::unique_ptr<OpTable> make_table(const OpcodeRow (&rows)[N]) {
  auto table = std::make_unique<OpTable>();
  for (Op& op : table->by_number) op = Op::kCount;
  for (const OpcodeRow& row : rows) {
    table->info[static_cast<std::size_t>(row.op)] = row.info;
    table->by_number[row.info.number] = row.op;
  }
  return table;
}

struct Tables {
  std::unique_ptr<OpTable> ops, borrowing;

  explicit Tables(std::unique_ptr<OpTable> table) : ops(std::move(table)), borrowing(std::make_unique<OpTable>(*ops)) {
    for (std::size_t i = 0; i < kOpCount; ++i) borrowing->info[i] = (*ops)[borrowing_load(static_cast<Op>(i))];
  }
};

const Tables* tables_for(int minor) {
  static const std::map<int, Tables> tables = [] {
    std::map<int, Tables> made;
#define TARGET(minor, ...) made.emplace(minor, Tables(make_table(kOpcodes3##minor)));
#include "targets.def"
#undef TARGET
    return made;
  }();
  auto at = tables.find(minor);
  return at == tables.end() ? nullptr : &at->second;
}

}  // namespace

const char* op_name(Op op) {
  static const char* const names[] = {
#define OP(name) #name,
#include "ops.def"
#undef OP
  };
  return op < Op::kCount ? names[static_cast<std::size_t>(op)] : "?";
}

const char* feature_name(Feature feature) { return feature_rows()[static_cast<std::size_t>(feature)].name; }
const char* feature_reason(Feature feature) { return feature_rows()[static_cast<std::size_t>(feature)].reason; }

std::vector<Version> feature_boundaries(Feature feature) {
  std::vector<Version> found;
  for (const Range& range : feature_rows()[static_cast<std::size_t>(feature)].ranges) {
    found.push_back(range.from);
    found.push_back(range.to);
  }
  return found;
}

Target Target::with(Feature feature, bool on) const {
  Target changed = *this;
  changed.features_.set(static_cast<std::size_t>(feature), on);
  return changed;
}

Target Target::noting(Asked& asked) const {
  Target made = *this;
  made.asked_ = &asked;
  return made;
}

bool Target::agrees_with(const Target& other, const Asked& asked) const {
  return ((features_ ^ other.features_) & asked.features).none() &&
         (!asked.unicode || unicode_version_ == other.unicode_version_);
}

struct TargetRegistry {
  static const Target* get(Version version) {
    const TargetRow* row = nullptr;
    for (const TargetRow& candidate : kTargets)
      if (candidate.minor == version.minor) row = &candidate;
    if (row == nullptr || version.micro < 0) return nullptr;
    static std::mutex mutex;
    static std::map<Version, std::unique_ptr<Target>> targets;
    std::lock_guard lock(mutex);
    std::unique_ptr<Target>& target = targets[version];
    if (!target) target = make(version, *row);
    return target.get();
  }

  static std::unique_ptr<Target> make(Version version, const TargetRow& row) {
    std::unique_ptr<Target> target(new Target);
    target->version_ = version;
    for (std::size_t i = 0; i < kFeatureCount; ++i)
      for (const Range& range : feature_rows()[i].ranges)
        if (range.from <= version && version < range.to) target->features_.set(i);
    const Tables* tables = tables_for(version.minor);
    target->ops_ = tables->ops.get();
    target->borrowing_ops_ = tables->borrowing.get();
    target->cache_tag_ = "cpython-3" + std::to_string(version.minor);
    target->magic_ = full_magic(row);
    target->unicode_version_ = row.unicode_version;
    target->callers_line_ = row.callers_line;
    for (const LimitsRow& limits : kLimits)
      if (limits.from <= version) target->recursion_limits_ = limits.limits;
    return target;
  }
};

const Target* Target::find(Version version) { return TargetRegistry::get(version); }

const Target* Target::find_magic(u32 magic) {
  for (const TargetRow& row : kTargets)
    if (full_magic(row) == magic) return find(Version{row.minor, row.newest_micro});
  return nullptr;
}

const Target* Target::find(std::string_view text) {
  if (text.starts_with("3.")) text.remove_prefix(2);
  const char* end = text.data() + text.size();
  Version version;
  auto [rest, error] = std::from_chars(text.data(), end, version.minor);
  if (error != std::errc{} || version.minor < 0) return nullptr;
  if (rest == end) {
    for (const TargetRow& row : kTargets)
      if (row.minor == version.minor) return find(Version{row.minor, row.newest_micro});
    return nullptr;
  }
  if (*rest != '.') return nullptr;
  auto [last, micro_error] = std::from_chars(rest + 1, end, version.micro);
  if (micro_error != std::errc{} || last != end) return nullptr;
  return find(version);
}

std::string Target::known() {
  std::string list;
  for (const TargetRow& row : kTargets) {
    if (!list.empty()) list += ", ";
    list += "3." + std::to_string(row.minor);
  }
  return list;
}

std::string Target::name() const {
  return "3." + std::to_string(version_.minor) + "." + std::to_string(version_.micro);
}

std::string Target::interpreter_name() const { return "python3." + std::to_string(version_.minor); }

}  // namespace mkpyc
