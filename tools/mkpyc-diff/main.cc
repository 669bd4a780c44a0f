// mkpyc-diff A.pyc B.pyc: where two .pycs part.
//
// Prints the first difference with its place (code object, field, instruction, constant, reference flag) and its source
// line, and nothing when the files are the same. Exit status 0: the same, 1: they differ, 2: a file cannot be read or
// is no .pyc.
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include "pyc_diff.h"

namespace {

bool read_file(const char* path, std::string& bytes) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return false;
  bytes.assign(std::istreambuf_iterator<char>(file), {});
  return !file.bad();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: mkpyc-diff A.pyc B.pyc\n");
    return 2;
  }
  std::string files[2];
  for (int i = 0; i < 2; ++i) {
    if (read_file(argv[i + 1], files[i])) continue;
    std::fprintf(stderr, "mkpyc-diff: cannot read %s\n", argv[i + 1]);
    return 2;
  }
  mkpyc::dump::Difference difference = mkpyc::dump::compare_pycs(files[0], files[1]);
  std::fputs(difference.text.c_str(), difference.status == 2 ? stderr : stdout);
  return difference.status;
}
