// The flags that `python` itself takes before `-m compileall`, and the PYTHON* variables that say the same.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "driver/command_line.h"

namespace mkpyc::driver {

/// If the arguments are `[interpreter flags] -m compileall|py_compile ...`, removes everything up to the module's name
/// and notes it in the request; else leaves them alone. Our own options may stand among the flags. In both cases the
/// interpreter's settings are completed from the environment. Returns what CPython says if it refuses to start.
std::optional<Refusal> read_interpreter_flags(std::vector<std::string>& arguments, Request& request);

/// Reads one of our own options at `at`. Returns how many arguments it takes, 0 if it is none.
std::size_t read_own_option(const std::vector<std::string>& arguments, std::size_t at, OwnOptions& own);

}  // namespace mkpyc::driver
