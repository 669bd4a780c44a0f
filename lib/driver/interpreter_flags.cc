#include "driver/interpreter_flags.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include "driver/configuration.h"

namespace mkpyc::driver {
namespace {

// What was found before -m.
struct Flags {
  i64 optimize = 0;
  i64 bytes_warnings = 0;
  bool ignore_environment = false, isolated = false;
  bool bad_hash_check = false;
  std::vector<std::string> warnings, x_options;
};

// A scan of what might be the interpreter's own arguments (CPython: getopt.c, initconfig.c config_parse_cmdline).
class Scan {
 public:
  Scan(const std::vector<std::string>& arguments, Request& request) : arguments_(arguments), request_(request) {}

  /// The index behind the module's name, or 0 if the arguments are no interpreter's.
  std::size_t run() {
    while (!stop_ && at_ < arguments_.size()) {
      const std::string& argument = arguments_[at_];
      if (std::size_t taken = read_own_option(arguments_, at_, request_.own)) {
        at_ += taken;
      } else if (argument == "--check-hash-based-pycs") {
        std::string_view mode = at_ + 1 < arguments_.size() ? std::string_view(arguments_[at_ + 1]) : "";
        flags_.bad_hash_check |= mode != "default" && mode != "always" && mode != "never";
        at_ += 2;
      } else if (argument.size() < 2 || argument[0] != '-' || argument[1] == '-') {
        return 0;
      } else {
        ++at_;
        read_cluster(argument);
      }
    }
    return module_known_ ? at_ : 0;
  }
  const Flags& flags() const { return flags_; }

 private:
  void read_cluster(const std::string& argument);
  void read_flag(char flag);
  std::string value(const std::string& argument, std::size_t after);

  const std::vector<std::string>& arguments_;
  Request& request_;
  Flags flags_;
  std::size_t at_ = 0;
  bool stop_ = false;
  bool module_known_ = false;
};

std::string Scan::value(const std::string& argument, std::size_t after) {
  if (after < argument.size()) return argument.substr(after);
  if (at_ < arguments_.size()) return arguments_[at_++];
  stop_ = true;
  return {};
}

void Scan::read_cluster(const std::string& argument) {
  for (std::size_t i = 1; i < argument.size() && !stop_; ++i) {
    char flag = argument[i];
    if (flag == 'm') {
      std::string name = value(argument, i + 1);
      module_known_ = name == "compileall" || name == "py_compile";
      request_.module = name == "py_compile" ? Module::kPyCompile : Module::kCompileall;
      stop_ = true;
    } else if (flag == 'W') {
      flags_.warnings.push_back(value(argument, i + 1));
      return;
    } else if (flag == 'X') {
      flags_.x_options.push_back(value(argument, i + 1));
      return;
    } else {
      read_flag(flag);
    }
  }
}

void Scan::read_flag(char flag) {
  Interpreter& interpreter = request_.interpreter;
  switch (flag) {
    case 'E': flags_.ignore_environment = true; break;
    case 'I': flags_.isolated = true; break;
    case 'O': ++flags_.optimize; break;
    case 'P': interpreter.safe_path = true; break;
    case 's': interpreter.no_user_site = true; break;
    case 'S': interpreter.no_site = true; break;
    case 'u': interpreter.unbuffered = true; break;
    case 'b': ++flags_.bytes_warnings; break;
    case 'B':
    case 'd':
    case 'i':
    case 'q':
    case 'R':
    case 't':
    case 'v':
    case 'x': break;
    default: stop_ = true;
  }
}

// CPython: preconfig.c _Py_get_env_flag
int flag_variable(const Interpreter& interpreter, const char* name) {
  std::string text(interpreter.variable(name));
  if (text.empty()) return 0;
  int value = setting_to_int(text).value_or(1);
  return value >= 0 ? value : 1;
}

void append_new(std::vector<std::string>& to, std::string_view option) {
  if (std::find(to.begin(), to.end(), option) == to.end()) to.emplace_back(option);
}

// CPython: initconfig.c config_init_warnoptions; an option that is there already keeps its first place.
void collect_warnings(const Flags& flags, Interpreter& interpreter) {
  std::vector<std::string>& options = interpreter.warn_options;
  if (interpreter.option("dev") != nullptr || !interpreter.variable("PYTHONDEVMODE").empty())
    append_new(options, "default");
  std::string_view list = interpreter.variable("PYTHONWARNINGS");
  while (!list.empty()) {
    std::string_view option = list.substr(0, list.find(','));
    if (!option.empty()) append_new(options, option);
    list.remove_prefix(std::min(list.size(), option.size() + 1));
  }
  for (const std::string& option : flags.warnings) append_new(options, option);
  if (flags.bytes_warnings > 0)
    append_new(options, flags.bytes_warnings > 1 ? "error::BytesWarning" : "default::BytesWarning");
}

// CPython: initconfig.c config_init_int_max_str_digits
std::optional<Refusal> read_digit_limit(const std::string& text, const char* source, i64& limit) {
  std::optional<int> value = setting_to_int(text);
  limit = value.value_or(0);
  if (value && (limit == 0 || limit >= 640)) return std::nullopt;
  return fatal_error(Startup::kPreinitialized, "config_init_int_max_str_digits: " + std::string(source) +
                                                   ": invalid limit; must be >= 640 or 0 for unlimited.");
}

std::optional<Refusal> check_hash_seed(const Interpreter& interpreter) {
  std::string text(interpreter.variable("PYTHONHASHSEED"));
  if (text.empty() || text == "random") return std::nullopt;
  char* end = nullptr;
  errno = 0;
  unsigned long seed = std::strtoul(text.c_str(), &end, 10);
  if (*end == '\0' && seed <= 4294967295ul && errno == 0) return std::nullopt;
  return fatal_error(Startup::kPreinitialized,
                     "config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]");
}

std::optional<Refusal> complete(const Flags& flags, Interpreter& interpreter) {
  interpreter.x_options = flags.x_options;
  interpreter.ignore_environment = flags.ignore_environment || flags.isolated;
  interpreter.optimize = std::max<i64>(flags.optimize, flag_variable(interpreter, "PYTHONOPTIMIZE"));
  interpreter.safe_path |= flags.isolated || !interpreter.variable("PYTHONSAFEPATH").empty();
  interpreter.no_user_site |= flags.isolated || flag_variable(interpreter, "PYTHONNOUSERSITE") > 0;
  interpreter.unbuffered |= flag_variable(interpreter, "PYTHONUNBUFFERED") > 0;
  interpreter.debug_ranges =
      interpreter.option("no_debug_ranges") == nullptr && interpreter.variable("PYTHONNODEBUGRANGES").empty();
  interpreter.pycache_prefix = interpreter.variable("PYTHONPYCACHEPREFIX");
  if (const std::string* prefix = interpreter.option("pycache_prefix")) {
    std::size_t equals = prefix->find('=');
    interpreter.pycache_prefix = equals == std::string::npos ? "" : prefix->substr(equals + 1);
  }
  collect_warnings(flags, interpreter);
  if (flags.bad_hash_check) return Refusal{2, "--check-hash-based-pycs must be one of 'default', 'always', or 'never'"};
  std::string digits(interpreter.variable("PYTHONINTMAXSTRDIGITS"));
  i64& limit = interpreter.int_max_str_digits;
  if (!digits.empty())
    if (auto refusal = read_digit_limit(digits, "PYTHONINTMAXSTRDIGITS", limit)) return refusal;
  if (const std::string* option = interpreter.option("int_max_str_digits")) {
    std::size_t equals = option->find('=');
    std::string text = equals == std::string::npos ? "?" : option->substr(equals + 1);
    if (auto refusal = read_digit_limit(text, "-X int_max_str_digits", limit)) return refusal;
  }
  return check_hash_seed(interpreter);
}

}  // namespace

std::size_t read_own_option(const std::vector<std::string>& arguments, std::size_t at, OwnOptions& own) {
  std::string_view argument = arguments[at];
  const std::pair<std::string_view, bool*> switches[] = {
      {"--progress", &own.progress}, {"--stats", &own.stats}, {"--json", &own.json}, {"--version", &own.version}};
  for (auto [name, flag] : switches)
    if (argument == name) return *flag = true, 1;
  const std::pair<std::string_view, std::string*> values[] = {{"--target", &own.target}, {"--python", &own.python}};
  for (auto [name, value] : values) {
    if (argument == name && at + 1 < arguments.size()) return *value = arguments[at + 1], 2;
    if (argument.starts_with(name) && argument.substr(name.size()).starts_with('='))
      return *value = argument.substr(name.size() + 1), 1;
  }
  return 0;
}

std::optional<Refusal> read_interpreter_flags(std::vector<std::string>& arguments, Request& request) {
  Request tried;
  Scan scan(arguments, tried);
  std::size_t taken = scan.run();
  if (taken == 0) return complete(Flags(), request.interpreter);
  request = std::move(tried);
  request.explicit_module = true;
  arguments.erase(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(taken));
  return complete(scan.flags(), request.interpreter);
}

}  // namespace mkpyc::driver
