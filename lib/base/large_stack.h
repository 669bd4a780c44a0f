// The stack that compiling may need: recursion is bounded by CPython's limits, and the deepest program they let through
// takes more than the 8 MB that a system gives the first thread, the more so where a sanitizer widens every frame.
#pragma once

#include <cstddef>
#include <functional>

namespace mkpyc {

inline constexpr std::size_t kLargeStack = std::size_t{64} << 20;

/// Runs `work`, which must not throw, on a thread with such a stack and waits for its end.
void on_large_stack(const std::function<void()>& work);

}  // namespace mkpyc
