// The benchmarks' input: the Python library of this machine, read into memory once.
#pragma once

#include <string>
#include <vector>

namespace mkpyc::bench {

struct File {
  std::string name;
  std::string bytes;  // the source followed by 16 zero bytes
  std::size_t size() const { return bytes.size() - 16; }
};

struct Corpus {
  std::vector<File> files;
  std::size_t bytes = 0;
  std::size_t lines = 0;
};

/// All .py files below $MKPYC_BENCH_CORPUS or the newest /usr/lib/python3.*, that mkpyc accepts, in path order.
const Corpus& corpus();

}  // namespace mkpyc::bench
