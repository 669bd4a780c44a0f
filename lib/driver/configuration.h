// Settings of the interpreter that mkpyc has no use for, but with which CPython would refuse to start when they make no
// sense: -X options and the variables that stand for them (CPython: preconfig.c, initconfig.c).
#pragma once

#include <optional>
#include <string>

#include "driver/interpreter.h"
#include "target/target.h"

namespace mkpyc::driver {

/// What CPython says if it would not start.
std::optional<Refusal> configuration_error(const Interpreter& interpreter, const Target& target);

/// How far CPython has come when it gives up, which it says.
enum class Startup : u8 { kPreinitializing, kPreinitialized, kInitialized };

/// "Fatal Python error: ..." and the status 1. Once there are streams it goes on with memory addresses, which nobody
/// can say but CPython.
Refusal fatal_error(Startup startup, const std::string& what);

}  // namespace mkpyc::driver
