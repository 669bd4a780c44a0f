#include "driver/interpreter.h"

#include <cerrno>
#include <cstdlib>
#include <limits>

namespace mkpyc::driver {

std::string_view Interpreter::variable(const char* name) const {
  const char* value = ignore_environment ? nullptr : std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

const std::string* Interpreter::option(std::string_view name) const {
  for (const std::string& option : x_options)
    if (std::string_view(option).substr(0, option.find('=')) == name) return &option;
  return nullptr;
}

std::optional<int> setting_to_int(const std::string& text) {
  char* end = nullptr;
  errno = 0;
  long value = std::strtol(text.c_str(), &end, 10);
  using Limits = std::numeric_limits<int>;
  if (*end != '\0' || errno != 0 || value < Limits::min() || value > Limits::max()) return std::nullopt;
  return static_cast<int>(value);
}

}  // namespace mkpyc::driver
