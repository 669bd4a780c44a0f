// sys.path of an installation, for compileall without arguments: what getpath.py and site.py would make it, but for
// what the code in .pth files (`import ...` lines) and in sitecustomize would add.
#pragma once

#include <string>
#include <vector>

#include "driver/interpreter.h"
#include "driver/python_install.h"

namespace mkpyc::driver {

std::vector<std::string> module_search_path(const Installation& installation, const Interpreter& interpreter);

}  // namespace mkpyc::driver
