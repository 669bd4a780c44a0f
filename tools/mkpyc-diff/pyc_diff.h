// The first thing in which two .pycs differ.
#pragma once

#include <string>
#include <string_view>

namespace mkpyc::dump {

struct Difference {
  int status = 0;    // 0: the same, 1: they differ, 2: one is no .pyc
  std::string text;  // a few lines; empty if the same
};

Difference compare_pycs(std::string_view a, std::string_view b);

}  // namespace mkpyc::dump
