// What was compiled ahead of its time. With several targets, compileall's output is that of one run after the other; a
// source is read and parsed in the first run that compiles it, and compiled there for the later ones too. Their runs
// then walk the tree as any other and find the outcome here.
#pragma once

#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "driver/outcome.h"

namespace mkpyc::driver {

class Prepared {
 public:
  void put(const std::string& path, FileOutcome outcome);
  bool has(const std::string& path) const;
  /// The oldest one for this path.
  std::optional<FileOutcome> take(const std::string& path);

 private:
  std::atomic<std::size_t> count_{0};  // mostly 0: then nothing is looked up
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::deque<FileOutcome>> by_path_;
};

}  // namespace mkpyc::driver
