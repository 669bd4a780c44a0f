// What the interpreter's flags and PYTHON* variables say, apart from the arguments of the module that it runs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/int.h"

namespace mkpyc::driver {

/// What `python` itself would be told by its flags and its environment.
struct Interpreter {
  bool ignore_environment = false;  // -E, -I
  bool safe_path = false;           // -P, -I, PYTHONSAFEPATH: sys.path does not start with the current directory
  bool no_site = false;             // -S
  bool no_user_site = false;        // -s, -I, PYTHONNOUSERSITE
  bool unbuffered = false;          // -u, PYTHONUNBUFFERED
  i64 optimize = 0;                 // -O, PYTHONOPTIMIZE
  bool debug_ranges = true;
  i64 int_max_str_digits = 4300;
  std::string pycache_prefix;  // empty: none
  std::vector<std::string> warn_options;
  std::vector<std::string> x_options;  // -X

  /// A PYTHON* variable; empty if it is unset or is to be ignored.
  std::string_view variable(const char* name) const;
  /// The first -X option of this name, with its value; null if it is not given (CPython: preconfig.c _Py_get_xoption).
  const std::string* option(std::string_view name) const;
};

/// An int as settings have it; nothing for any other text (CPython: preconfig.c _Py_str_to_int).
std::optional<int> setting_to_int(const std::string& text);

/// Why CPython does not start, without its last line break, and the status that it ends with.
struct Refusal {
  int status = 0;
  std::string text;
};

}  // namespace mkpyc::driver
