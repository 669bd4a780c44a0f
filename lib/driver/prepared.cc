#include "driver/prepared.h"

#include <utility>

namespace mkpyc::driver {

void Prepared::put(const std::string& path, FileOutcome outcome) {
  std::lock_guard lock(mutex_);
  by_path_[path].push_back(std::move(outcome));
  count_.fetch_add(1, std::memory_order_relaxed);
}

bool Prepared::has(const std::string& path) const {
  if (count_.load(std::memory_order_relaxed) == 0) return false;
  std::lock_guard lock(mutex_);
  return by_path_.contains(path);
}

std::optional<FileOutcome> Prepared::take(const std::string& path) {
  if (count_.load(std::memory_order_relaxed) == 0) return std::nullopt;
  std::lock_guard lock(mutex_);
  auto found = by_path_.find(path);
  if (found == by_path_.end()) return std::nullopt;
  FileOutcome outcome = std::move(found->second.front());
  found->second.pop_front();
  if (found->second.empty()) by_path_.erase(found);
  count_.fetch_sub(1, std::memory_order_relaxed);
  return outcome;
}

}  // namespace mkpyc::driver
