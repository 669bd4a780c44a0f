#include "driver/warning_filters.h"

#include <algorithm>

#include "driver/pystr.h"
#include "target/features.h"

namespace mkpyc::driver {
namespace {

constexpr std::pair<std::string_view, WarningFilters::Verb> kVerbs[] = {
    {"default", WarningFilters::Verb::kDefault}, {"always", WarningFilters::Verb::kAlways},
    {"ignore", WarningFilters::Verb::kIgnore},   {"module", WarningFilters::Verb::kModule},
    {"once", WarningFilters::Verb::kOnce},       {"error", WarningFilters::Verb::kError}};

// Warnings that no compiler raises.
constexpr std::string_view kOtherCategories[] = {
    "UserWarning",  "PendingDeprecationWarning", "RuntimeWarning", "FutureWarning", "ImportWarning", "UnicodeWarning",
    "BytesWarning", "ResourceWarning",           "EncodingWarning"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

std::vector<std::string> split_fields(const std::string& option) {
  std::vector<std::string> fields;
  for (std::size_t at = 0; at <= option.size();) {
    std::size_t colon = std::min(option.find(':', at), option.size());
    fields.emplace_back(strip(std::string_view(option).substr(at, colon - at)));
    at = colon + 1;
  }
  return fields;
}

// CPython: warnings.py _getaction
bool parse_verb(std::string_view text, WarningFilters::Verb& verb) {
  if (text.empty() || text == "all") {
    verb = text.empty() ? WarningFilters::Verb::kDefault : WarningFilters::Verb::kAlways;
    return true;
  }
  for (auto [name, value] : kVerbs) {
    if (!name.starts_with(text)) continue;
    verb = value;
    return true;
  }
  return false;
}

// A field between slashes is a pattern for re.match(). False, with a complaint, if it is none.
bool read_pattern(const char* name, bool any_case, UnicodeVersion version, std::string& field,
                  std::shared_ptr<const PathFilter>& pattern, std::string& complaint) {
  if (field.size() < 2 || field.front() != '/' || field.back() != '/') return true;
  std::string text = field.substr(1, field.size() - 2), error;
  if (PathFilter::make(text, version, error) == nullptr) {
    complaint = "invalid regular expression for " + std::string(name) + ": " + repr(text, version);
    return false;
  }
  field.clear();
  if (!text.empty()) pattern = PathFilter::make((any_case ? "(?i)\\A(?:" : "\\A(?:") + text + ")", version, error);
  return true;
}

}  // namespace

// CPython: warnings.py _setoption
bool WarningFilters::parse(const std::string& option, const Target& target, Row& row, std::string& complaint) {
  UnicodeVersion version = target.unicode_version();
  std::vector<std::string> fields = split_fields(option);
  if (fields.size() > 5) {
    complaint = "too many fields (max 5): " + repr(option, version);
    return false;
  }
  fields.resize(5);
  if (!parse_verb(fields[0], row.verb)) {
    complaint = "invalid action: " + repr(fields[0], version);
    return false;
  }
  const std::string& category = fields[2];
  if (!category.empty() && category != "Warning") {
    row.syntax = category == "SyntaxWarning";
    row.deprecation = category == "DeprecationWarning";
    bool known =
        row.syntax || row.deprecation || category.find('.') != std::string::npos ||
        std::find(std::begin(kOtherCategories), std::end(kOtherCategories), category) != std::end(kOtherCategories);
    if (!known) {
      complaint = "unknown warning category: " + repr(category, version);
      return false;
    }
  }
  row.message = fields[1];
  row.module = fields[3];
  bool number = fields[4].empty() || parse_int(fields[4], row.line);
  if (!number || row.line < 0) {
    complaint = "invalid lineno " + (number ? std::to_string(row.line) : repr(fields[4], version));
    return false;
  }
  if (!target.on(Feature::warning_patterns)) return true;
  return read_pattern("message", true, version, row.message, row.message_pattern, complaint) &&
         read_pattern("module", false, version, row.module, row.module_pattern, complaint);
}

bool WarningFilters::fits(const Row& row, const diag::Warning& warning, std::string_view module) {
  auto found = [](const PathFilter& pattern, std::string_view text) {
    return pattern.search(text) == PathFilter::Outcome::kMatch;
  };
  bool category = warning.category == diag::Category::SyntaxWarning ? row.syntax : row.deprecation;
  if (!category || (row.line != 0 && row.line != warning.line)) return false;
  if (row.module_pattern ? !found(*row.module_pattern, module) : !row.module.empty() && row.module != module)
    return false;
  return row.message_pattern ? found(*row.message_pattern, warning.message)
                             : starts_with_ignoring_case(warning.message, row.message);
}

WarningFilters::WarningFilters(const std::vector<std::string>& options, const Target& target, std::string& complaints) {
  for (const std::string& option : options) {
    Row row;
    std::string complaint;
    if (parse(option, target, row, complaint))
      rows_.insert(rows_.begin(), std::move(row));
    else
      complaints += "Invalid -W option ignored: " + complaint + "\n";
  }
  // CPython: _warnings.c init_filters, a release build
  rows_.push_back({Verb::kDefault, "", false, true, "__main__", 0});
  rows_.push_back({Verb::kIgnore, "", false, true, "", 0});
}

WarningFilters::Verb WarningFilters::verb(const diag::Warning& warning, std::string_view module) const {
  for (const Row& row : rows_)
    if (fits(row, warning, module)) return row.verb;
  return Verb::kDefault;
}

FileWarnings::FileWarnings(const WarningFilters& filters, std::string_view filename, const Target& target)
    : filters_(filters), module_(filename), compiler_uses_registry_(target.on(Feature::compiler_warnings_registered)) {
  if (module_.ends_with(".py")) module_.remove_suffix(3);
  if (filename.empty()) module_ = "<unknown>";
}

diag::Action FileWarnings::action(const diag::Warning& warning) const {
  switch (verb(warning)) {
    case WarningFilters::Verb::kIgnore: return diag::Action::kIgnore;
    case WarningFilters::Verb::kError: return diag::Action::kError;
    case WarningFilters::Verb::kDefault:
    case WarningFilters::Verb::kAlways:
    case WarningFilters::Verb::kModule:
    case WarningFilters::Verb::kOnce: return diag::Action::kPrint;
  }
  return diag::Action::kPrint;
}

bool FileWarnings::is_callers(const diag::Warning& warning) const {
  switch (warning.origin) {
    case diag::Origin::Parser: return false;
    case diag::Origin::Compiler: return compiler_uses_registry_;
    case diag::Origin::Runtime: return true;
  }
  return false;
}

// Between compile() and its Python callers is only the import system.
WarningFilters::Verb FileWarnings::verb(const diag::Warning& warning) const {
  return filters_.verb(warning, is_callers(warning) ? diag::kCallersModule : module_);
}

// CPython: _warnings.c warn_explicit and update_registry
std::vector<std::string> FileWarnings::registrations(const diag::Warning& warning) const {
  std::string key = warning.category == diag::Category::SyntaxWarning ? "S" : "D";
  key += ":" + warning.message;
  std::vector<std::string> keys;
  bool callers = is_callers(warning);
  if (callers) key.insert(0, "caller:");
  switch (verb(warning)) {
    case WarningFilters::Verb::kAlways:
    case WarningFilters::Verb::kIgnore:
    case WarningFilters::Verb::kError: return keys;
    case WarningFilters::Verb::kDefault: break;
    case WarningFilters::Verb::kModule:
      if (callers) keys.push_back(key);
      break;
    case WarningFilters::Verb::kOnce: keys.push_back(key); break;
  }
  if (callers) keys.push_back(std::to_string(warning.line) + ":" + key);
  return keys;
}

bool WarningRegistry::admits(const WarningText& warning) {
  bool all_new = true;
  for (const std::string& key : warning.registrations) all_new &= known_.insert(key).second;
  return all_new;
}

}  // namespace mkpyc::driver
