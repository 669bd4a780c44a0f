#include "driver/interrupt.h"

#include <atomic>
#include <csignal>
#include <initializer_list>

namespace mkpyc::driver {
namespace {

std::atomic<int> first_signal{0};
std::atomic<int> signals{0};
static_assert(std::atomic<int>::is_always_lock_free);

// Some senders, as timeout(1), send twice.
constexpr int kPatience = 3;

void note(int signal) {
  int none = 0;
  first_signal.compare_exchange_strong(none, signal);
  if (signals.fetch_add(1) + 1 >= kPatience) die_by(signal);
}

}  // namespace

void watch_signals() {
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    if (sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) continue;
    action = {};
    action.sa_handler = note;
    action.sa_flags = SA_RESTART;
    sigaction(signal, &action, nullptr);
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

int pending_signal() { return first_signal.load(std::memory_order_relaxed); }

void die_by(int signal) {
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace mkpyc::driver
