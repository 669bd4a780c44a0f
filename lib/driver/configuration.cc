#include "driver/configuration.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "source/codecs.h"
#include "target/features.h"

namespace mkpyc::driver {
namespace {

bool is_int(const std::string& text, int least, int most = std::numeric_limits<int>::max()) {
  std::optional<int> value = setting_to_int(text);
  return value && *value >= least && *value <= most;
}

bool is_switch(const std::string& text) { return text == "0" || text == "1"; }
bool is_number_switch(const std::string& text) { return is_int(text, 0, 1); }
bool is_count(const std::string& text) { return text == "default" || is_int(text, 1); }
bool is_depth(const std::string& text) { return is_int(text, 0, std::numeric_limits<u16>::max()); }
bool is_on_or_off(const std::string& text) { return text.empty() || text == "on" || text == "off"; }
bool is_one(const std::string& text) { return !is_int(text, 0) || is_int(text, 1, 1); }
bool is_import_time(const std::string& text) {
  return !is_int(text, std::numeric_limits<int>::min()) || is_int(text, 0, 2);
}
bool is_laziness(const std::string& text) { return text == "all" || text == "normal"; }
bool is_allocator(const std::string& text) {
  constexpr std::string_view kNames[] = {"default",  "debug",          "malloc",   "malloc_debug",
                                         "pymalloc", "pymalloc_debug", "mimalloc", "mimalloc_debug"};
  return std::find(std::begin(kNames), std::end(kNames), text) != std::end(kNames);
}

// What an option or a variable may be, and what CPython says if it is something else.
struct Setting {
  bool known;                        // to the target
  const char* option;                // -X option=text; null: none
  const char* bare;                  // what the option means without "=text"; null: an error
  const char* variable;              // null: none
  bool (*fits)(const std::string&);  // for both
  const char* option_error;
  const char* variable_error;
  Startup startup = Startup::kPreinitialized;
};

std::string setting_error(const Setting& setting, const Interpreter& interpreter) {
  if (!setting.known) return {};
  const std::string* option = setting.option == nullptr ? nullptr : interpreter.option(setting.option);
  if (option != nullptr) {
    std::size_t equals = option->find('=');
    bool fits = equals == std::string::npos ? setting.bare != nullptr : setting.fits(option->substr(equals + 1));
    if (!fits) return setting.option_error;
  }
  std::string text(setting.variable == nullptr ? "" : interpreter.variable(setting.variable));
  return text.empty() || setting.fits(text) ? std::string() : setting.variable_error;
}

// CPython: initconfig.c config_get_codec_name, pylifecycle.c init_sys_streams
const char* stdio_error(const Interpreter& interpreter, const Target& target) {
  std::string_view text = interpreter.variable("PYTHONIOENCODING");
  std::string_view name = text.substr(0, text.find(':'));
  if (name.empty()) return nullptr;
  try {
    source::decode_declared("", name, target);
    return nullptr;
  } catch (const source::CodecError& error) {
    return error.message.starts_with("unknown encoding")
               ? "init_stdio_encoding: failed to get the Python codec name of the stdio encoding"
               : "init_sys_streams: can't initialize sys standard streams";
  }
}

}  // namespace

Refusal fatal_error(Startup startup, const std::string& what) {
  std::string text = "Fatal Python error: " + what;
  switch (startup) {
    case Startup::kPreinitializing: text += "\nPython runtime state: preinitializing\n"; break;
    case Startup::kPreinitialized: text += "\nPython runtime state: preinitialized\n"; break;
    case Startup::kInitialized: break;
  }
  return {1, text};
}

std::optional<Refusal> configuration_error(const Interpreter& interpreter, const Target& target) {
  const Setting settings[] = {
      {true, "utf8", "1", "PYTHONUTF8", is_switch, "preconfig_init_utf8_mode: invalid -X utf8 option value",
       "preconfig_init_utf8_mode: invalid PYTHONUTF8 environment variable value", Startup::kPreinitializing},
      {true, nullptr, nullptr, "PYTHONMALLOC", is_allocator, "",
       "preconfig_init_allocator: PYTHONMALLOC: unknown allocator", Startup::kPreinitializing},
      {true, "frozen_modules", "", target.on(Feature::frozen_modules_variable) ? "PYTHON_FROZEN_MODULES" : nullptr,
       is_on_or_off, "bad value for option -X frozen_modules (expected \"on\" or \"off\")",
       "bad value for PYTHON_FROZEN_MODULES (expected \"on\" or \"off\")"},
      {target.on(Feature::import_time_levels), "importtime", "1", "PYTHONPROFILEIMPORTTIME", is_import_time,
       "config_init_import_time: -X importtime: values other than 1 and 2 are reserved for future use.",
       "config_init_import_time: PYTHONPROFILEIMPORTTIME: values other than 1 and 2 are reserved for future use."},
      {target.on(Feature::gil_option), "gil", nullptr, "PYTHON_GIL", is_switch,
       "config_read_gil: PYTHON_GIL / -X gil must be \"0\" or \"1\"",
       "config_read_gil: PYTHON_GIL / -X gil must be \"0\" or \"1\""},
      {target.on(Feature::gil_option), "gil", nullptr, "PYTHON_GIL", is_one,
       "config_read_gil: Disabling the GIL is not supported by this build",
       "config_read_gil: Disabling the GIL is not supported by this build"},
      {target.on(Feature::context_options), "thread_inherit_context", nullptr, "PYTHON_THREAD_INHERIT_CONTEXT",
       is_number_switch, "config_init_thread_inherit_context: -X thread_inherit_context=n: n is missing or invalid",
       "config_init_thread_inherit_context: PYTHON_THREAD_INHERIT_CONTEXT=N: N is missing or invalid"},
      {target.on(Feature::context_options), "context_aware_warnings", nullptr, "PYTHON_CONTEXT_AWARE_WARNINGS",
       is_number_switch, "config_init_context_aware_warnings: -X context_aware_warnings=n: n is missing or invalid",
       "config_init_context_aware_warnings: PYTHON_CONTEXT_AWARE_WARNINGS=N: N is missing or invalid"},
      {target.on(Feature::lazy_imports), "lazy_imports", nullptr, "PYTHON_LAZY_IMPORTS", is_laziness,
       "config_init_lazy_imports: -X lazy_imports: invalid value; expected 'all' or 'normal'",
       "config_init_lazy_imports: PYTHON_LAZY_IMPORTS: invalid value; expected 'all' or 'normal'"},
      {target.on(Feature::path_warnings_option), "pathconfig_warnings", nullptr, nullptr, is_number_switch,
       "config_init_pathconfig_warnings: -X pathconfig_warnings=n: n is missing or invalid", ""},
      {true, "tracemalloc", "1", "PYTHONTRACEMALLOC", is_depth,
       "config_init_tracemalloc: -X tracemalloc=NFRAME: invalid number of frames",
       "config_init_tracemalloc: PYTHONTRACEMALLOC: invalid number of frames"},
      {target.on(Feature::cpu_count_option), "cpu_count", nullptr, "PYTHON_CPU_COUNT", is_count,
       "config_init_cpu_count: -X cpu_count=n option: n is missing or an invalid number, n must be greater than 0",
       "config_init_cpu_count: -X cpu_count=n option: n is missing or an invalid number, n must be greater than 0"},
  };
  for (const Setting& setting : settings)
    if (std::string error = setting_error(setting, interpreter); !error.empty())
      return fatal_error(setting.startup, error);
  if (const char* error = stdio_error(interpreter, target)) return fatal_error(Startup::kInitialized, error);
  return std::nullopt;
}

}  // namespace mkpyc::driver
