// py_compile's main loop: files one after the other, up to the first that fails.
#pragma once

#include <string>
#include <vector>

#include "driver/plan.h"
#include "driver/text_stream.h"

namespace mkpyc::driver {

/// Returns the exit status.
int py_compile(const Plan& plan, const std::vector<std::string>& names, TextStream& err);

}  // namespace mkpyc::driver
