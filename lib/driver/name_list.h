// Lists of file names: compileall's -i and py_compile's standard input.
#pragma once

#include <string>
#include <vector>

namespace mkpyc::driver {

struct NameList {
  std::vector<std::string> names;
  bool unreadable = false;  // an OSError
  std::string error;        // a UnicodeDecodeError
};

/// The lines of a file, or of standard input for "-", as Python has them: in a file all line ends are alike, standard
/// input is split at "\n" only.
/// `strict`: bytes that are no UTF-8 are an error.
NameList read_lines(const std::string& path, bool strict);

}  // namespace mkpyc::driver
