#include "corpus.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "mkpyc.h"

namespace mkpyc::bench {
namespace {

namespace fs = std::filesystem;

fs::path root() {
  if (const char* given = std::getenv("MKPYC_BENCH_CORPUS")) return given;
  fs::path newest;
  for (const auto& entry : fs::directory_iterator("/usr/lib"))
    if (entry.path().filename().string().starts_with("python3.") && fs::exists(entry.path() / "argparse.py"))
      newest = std::max(newest, entry.path());
  if (newest.empty()) {
    std::cerr << "no /usr/lib/python3.*: set MKPYC_BENCH_CORPUS to a folder of Python sources\n";
    std::exit(1);
  }
  return newest;
}

Corpus load() {
  Corpus corpus;
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(root()))
    if (entry.is_regular_file() && entry.path().extension() == ".py") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  Compiler compiler;
  Options options;
  options.target = Target::find("3.11");
  for (const fs::path& path : paths) {
    std::ifstream in(path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    File file{path.string(), text.str()};
    options.filename = file.name;
    if (!compiler.compile(file.bytes, options).ok()) continue;
    corpus.bytes += file.bytes.size();
    corpus.lines += static_cast<std::size_t>(std::count(file.bytes.begin(), file.bytes.end(), '\n'));
    file.bytes.append(16, '\0');
    corpus.files.push_back(std::move(file));
  }
  return corpus;
}

}  // namespace

const Corpus& corpus() {
  static const Corpus loaded = load();
  return loaded;
}

}  // namespace mkpyc::bench
