#include "base/large_stack.h"

#include <pthread.h>
#include <sys/mman.h>

#include <cstdint>
#include <utility>

#include "base/check.h"
#include "base/int.h"
#include "base/poison.h"

#ifdef MKPYC_POISONS
#include <sanitizer/common_interface_defs.h>
#endif

namespace mkpyc {
namespace {

constexpr std::size_t kGuard = std::size_t{64} << 10;  // below the stack, for who runs off it; whole pages of any size

/// Where a stack lies: its lowest byte and its size.
struct StackPlace {
  const void* bottom = nullptr;
  std::size_t size = 0;
};

// The address sanitizer is told of stacks that are changed by hand. `left` keeps what belongs to a stack until it is
// entered again; null if it never is, or never was.
#ifdef MKPYC_POISONS
void leave_stack(void** left, const StackPlace& next) { __sanitizer_start_switch_fiber(left, next.bottom, next.size); }
void enter_stack(void* left, StackPlace& previous) {
  __sanitizer_finish_switch_fiber(left, &previous.bottom, &previous.size);
}
#else
void leave_stack(void**, const StackPlace&) {}
void enter_stack(void*, StackPlace&) {}
#endif

void* call(void* work) {
  (*static_cast<const std::function<void()>*>(work))();
  return nullptr;
}

}  // namespace

void on_large_stack(const std::function<void()>& work) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kLargeStack);
  pthread_t thread;
  MKPYC_CHECK(pthread_create(&thread, &attributes, &call, const_cast<std::function<void()>*>(&work)) == 0);
  pthread_attr_destroy(&attributes);
  pthread_join(thread, nullptr);
}

LargeStack::~LargeStack() {
  if (is_mapped()) munmap(memory_, kGuard + kLargeStack);
}

bool LargeStack::map() {
  if (is_mapped()) return true;
  constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK;
  void* memory = mmap(nullptr, kGuard + kLargeStack, PROT_NONE, kFlags, -1, 0);
  if (memory == MAP_FAILED) return false;
  memory_ = static_cast<char*>(memory);
  if (mprotect(memory_ + kGuard, kLargeStack, PROT_READ | PROT_WRITE) == 0) return true;
  munmap(std::exchange(memory_, nullptr), kGuard + kLargeStack);
  return false;
}

// makecontext() hands over integers only.
void LargeStack::enter(unsigned high, unsigned low) {
  auto address = static_cast<std::uintptr_t>(u64{high} << 32 | low);
  auto* stack = reinterpret_cast<LargeStack*>(address);  // NOLINT(performance-no-int-to-ptr)
  StackPlace outside;
  enter_stack(nullptr, outside);
  (*stack->work_)();
  leave_stack(nullptr, outside);
}

void LargeStack::run(const std::function<void()>& work) {
  MKPYC_CHECK(is_mapped() && getcontext(&inside_) == 0);
  work_ = &work;
  inside_.uc_stack.ss_sp = memory_ + kGuard;
  inside_.uc_stack.ss_size = kLargeStack;
  inside_.uc_link = &outside_;
  auto address = u64{reinterpret_cast<std::uintptr_t>(this)};
  makecontext(&inside_, reinterpret_cast<void (*)()>(&LargeStack::enter), 2, static_cast<unsigned>(address >> 32),
              static_cast<unsigned>(address));
  void* left = nullptr;
  StackPlace inside{memory_ + kGuard, kLargeStack};
  leave_stack(&left, inside);
  MKPYC_CHECK(swapcontext(&outside_, &inside_) == 0);
  enter_stack(left, inside);
}

}  // namespace mkpyc
