// The flags that `python` itself takes before `-m compileall`, and the PYTHON* variables that say the same.
#pragma once

#include <string>
#include <vector>

#include "driver/command_line.h"

namespace mkpyc::driver {

/// If the arguments are `[interpreter flags] -m compileall|py_compile ...`, removes everything up to the module's name
/// and notes it in the request; else leaves them alone. Our own options may stand among the flags. In both cases the
/// interpreter's settings are completed from the environment. False, with a complaint, for what CPython refuses to
/// start with.
bool read_interpreter_flags(std::vector<std::string>& arguments, Request& request, std::string& complaint);

}  // namespace mkpyc::driver
