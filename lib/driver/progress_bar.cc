#include "driver/progress_bar.h"

#include <unistd.h>

#include <string>
#include <string_view>

namespace mkpyc::driver {

ProgressBar::ProgressBar(bool wanted) : active_(wanted && isatty(STDERR_FILENO) == 1) {}

void ProgressBar::draw(const Progress& progress) {
  constexpr int kEvery = 5;
  constexpr u64 kWidth = 40;
  if (!active_ || ticks_++ % kEvery != 0) return;
  u64 done = progress.done.load(std::memory_order_relaxed), found = progress.found.load(std::memory_order_relaxed);
  u64 filled = found == 0 ? 0 : done * kWidth / found;
  std::string line = "\r[" + std::string(filled, '#') + std::string(kWidth - filled, ' ') + "] " +
                     std::to_string(done) + "/" + std::to_string(found) + " files";
  drawn_ = write(STDERR_FILENO, line.data(), line.size()) > 0 || drawn_;
}

void ProgressBar::clear() {
  constexpr std::string_view kErase = "\r\033[K";
  if (drawn_ && write(STDERR_FILENO, kErase.data(), kErase.size()) > 0) drawn_ = false;
}

}  // namespace mkpyc::driver
