// Runs the fuzz target without libFuzzer, so that any compiler builds it: over files and folders as they are, and then,
// if asked to, over random changes of them until the time is up. The change that is at work is kept in a file, so that
// a crash leaves its input behind.
//
//   fuzz-files [--seconds N] [--seed N] FILE_OR_FOLDER...
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

constexpr const char* kLastInput = "fuzz-last-input";

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

void run(const std::string& input) {
  std::ofstream(kLastInput, std::ios::binary) << input;
  LLVMFuzzerTestOneInput(reinterpret_cast<const unsigned char*>(input.data()), input.size());
}

std::vector<std::string> read_all(const std::vector<fs::path>& paths) {
  std::vector<std::string> found;
  for (const fs::path& path : paths) {
    if (!fs::is_directory(path)) {
      found.push_back(contents(path));
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(path))
      if (entry.is_regular_file()) found.push_back(contents(entry.path()));
  }
  return found;
}

class Changes {
 public:
  Changes(const std::vector<std::string>& seeds, unsigned seed) : seeds_(seeds), random_(seed) {}

  std::string next() {
    std::string text = any();
    for (std::size_t n = 1 + below(4); n-- > 0;) change(text);
    return text;
  }

 private:
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }
  const std::string& any() { return seeds_[below(seeds_.size())]; }

  // A piece gone, doubled, or put in from elsewhere; or one byte another.
  void change(std::string& text) {
    std::size_t at = below(text.size() + 1), size = below(std::min<std::size_t>(text.size() - at, 24) + 1);
    switch (below(4)) {
      case 0: text.erase(at, size); break;
      case 1: text.insert(at, text.substr(at, size)); break;
      case 2: {
        const std::string& other = any();
        std::size_t from = below(other.size() + 1);
        text.insert(at, other.substr(from, below(24) + 1));
        break;
      }
      case 3:
        if (at < text.size()) text[at] = static_cast<char>(random_());
        break;
    }
  }

  const std::vector<std::string>& seeds_;
  std::mt19937 random_;
};

}  // namespace

int main(int argc, char** argv) {
  unsigned long seconds = 0, seed = 1;
  std::vector<fs::path> paths;
  for (int i = 1; i < argc; ++i) {
    bool has_value = i + 1 < argc;
    if (has_value && std::strcmp(argv[i], "--seconds") == 0)
      seconds = std::stoul(argv[++i]);
    else if (has_value && std::strcmp(argv[i], "--seed") == 0)
      seed = std::stoul(argv[++i]);
    else
      paths.emplace_back(argv[i]);
  }
  std::vector<std::string> seeds = read_all(paths);
  if (seeds.empty()) {
    std::cerr << "fuzz-files: no input\n";
    return 2;
  }
  for (const std::string& input : seeds) run(input);
  Changes changes(seeds, static_cast<unsigned>(seed));
  auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  std::size_t count = 0;
  for (; std::chrono::steady_clock::now() < end; ++count) run(changes.next());
  std::cout << seeds.size() << " inputs and " << count << " changes of them: nothing found\n";
  fs::remove(kLastInput);
}
