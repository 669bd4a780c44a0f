// The stack that compiling may need: recursion is bounded by CPython's limits, and the deepest program they let through
// takes more than the 8 MB that a system gives the first thread, the more so where a sanitizer widens every frame.
#pragma once

#include <ucontext.h>

#include <cstddef>
#include <functional>

namespace mkpyc {

inline constexpr std::size_t kLargeStack = std::size_t{64} << 20;

/// Runs `work`, which must not throw, on a thread with such a stack and waits for its end.
void on_large_stack(const std::function<void()>& work);

/// Such a stack for the thread at hand, where the system gives no other thread.
class LargeStack {
 public:
  LargeStack() = default;
  ~LargeStack();
  LargeStack(const LargeStack&) = delete;
  LargeStack& operator=(const LargeStack&) = delete;

  /// Maps the stack, unless that has been done. False if there is no memory for it.
  bool map();
  bool is_mapped() const { return memory_ != nullptr; }
  /// Runs `work`, which must not throw, on the stack that was mapped. One at a time.
  void run(const std::function<void()>& work);

 private:
  static void enter(unsigned high, unsigned low);

  char* memory_ = nullptr;
  const std::function<void()>* work_ = nullptr;
  ucontext_t inside_, outside_;
};

}  // namespace mkpyc
