// What --help and --version print.
#pragma once

#include <string_view>

namespace mkpyc::driver {

extern const std::string_view kHelpText;
extern const std::string_view kVersionText;

}  // namespace mkpyc::driver
