// C++'s allocation over malloc, which is the allocator's own in the program. An allocator that is written in C ends the
// program in `new` where memory is short; here that is an exception, and the error of one file.
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <new>

#include "driver/memory.h"

namespace {

// Where not even the exception can be allocated, the runtime calls this without one.
void end() {
  if (std::current_exception() == nullptr) mkpyc::driver::end_without_memory();
  std::abort();
}

// From before the first constructor on that may allocate.
[[gnu::constructor(101)]] void begin() { std::set_terminate(end); }

inline void* checked(void* memory) {
  if (memory == nullptr) [[unlikely]]
    throw std::bad_alloc();
  return memory;
}

inline void* aligned(std::size_t size, std::align_val_t alignment) {
  std::size_t align = static_cast<std::size_t>(alignment);
  return checked(std::aligned_alloc(align, (size + align - 1) / align * align));
}

}  // namespace

void* operator new(std::size_t size) { return checked(std::malloc(size)); }
void* operator new[](std::size_t size) { return checked(std::malloc(size)); }
void* operator new(std::size_t size, std::align_val_t alignment) { return aligned(size, alignment); }
void* operator new[](std::size_t size, std::align_val_t alignment) { return aligned(size, alignment); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
