// How wide a terminal shows text, as CPython's tracebacks reckon (traceback.py _display_width).
#pragma once

#include <span>

#include "base/int.h"

namespace mkpyc::driver {

/// Columns of the characters, less those of ANSI escape sequences.
std::size_t display_width(std::span<const u32> characters);

}  // namespace mkpyc::driver
