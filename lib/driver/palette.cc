#include "driver/palette.h"

#include <unistd.h>

#include <cstdlib>
#include <string>

namespace mkpyc::driver {

Palette Palette::colours() {
  constexpr std::string_view kGreen = "\x1b[32m", kYellow = "\x1b[33m", kMagenta = "\x1b[35m", kCyan = "\x1b[36m";
  constexpr std::string_view kBoldGreen = "\x1b[1;32m", kBoldYellow = "\x1b[1;33m", kBoldBlue = "\x1b[1;34m";
  constexpr std::string_view kBoldMagenta = "\x1b[1;35m", kBoldCyan = "\x1b[1;36m";
  return {.usage = kBoldBlue,
          .prog = kBoldMagenta,
          .code = kMagenta,
          .heading = kBoldBlue,
          .usage_long = kCyan,
          .usage_short = kGreen,
          .usage_label = kYellow,
          .usage_positional = kGreen,
          .long_option = kBoldCyan,
          .short_option = kBoldGreen,
          .label = kBoldYellow,
          .positional = kBoldGreen,
          .error = kBoldMagenta,
          .message = kMagenta,
          .reset = "\x1b[0m"};
}

bool can_colour(int descriptor, const Interpreter& interpreter) {
  auto is_set = [](const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
  };
  std::string_view wish = interpreter.variable("PYTHON_COLORS");
  if (wish == "0" || wish == "1") return wish == "1";
  if (is_set("NO_COLOR")) return false;
  if (is_set("FORCE_COLOR")) return true;
  const char* terminal = std::getenv("TERM");
  if (terminal != nullptr && std::string_view(terminal) == "dumb") return false;
  return isatty(descriptor) == 1;
}

}  // namespace mkpyc::driver
