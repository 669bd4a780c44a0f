// The colours of help and usage errors on a terminal (CPython: _colorize.py, the theme of argparse).
#pragma once

#include <string_view>

#include "driver/interpreter.h"

namespace mkpyc::driver {

/// What is written before the parts of a text; all empty where there are no colours.
struct Palette {
  std::string_view usage, prog, code, heading, usage_long, usage_short, usage_label, usage_positional, long_option,
      short_option, label, positional, error, message, reset;

  bool on() const { return !reset.empty(); }
  static Palette none() { return {}; }
  static Palette colours();
};

/// _colorize.can_colorize(file=...)
bool can_colour(int descriptor, const Interpreter& interpreter);

}  // namespace mkpyc::driver
