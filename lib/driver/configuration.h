// Settings of the interpreter that mkpyc has no use for, but with which CPython would refuse to start when they make no
// sense: -X options and the variables that stand for them (CPython: preconfig.c, initconfig.c).
#pragma once

#include <string>

#include "driver/command_line.h"
#include "target/target.h"

namespace mkpyc::driver {

/// CPython's "Fatal Python error: ..."; empty if it would start.
std::string configuration_error(const Interpreter& interpreter, const Target& target);

/// The text, without its last line break, of an error with which CPython does not start: below it stands how far it had
/// come. Once there are streams it goes on with memory addresses, which nobody can say but CPython.
std::string fatal_error(const std::string& what);

}  // namespace mkpyc::driver
