// A vector for plain data that is about to be overwritten: resize() leaves new items uninitialised.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace mkpyc {

template <class T>
struct UninitializedAllocator : std::allocator<T> {
  static_assert(std::is_trivially_copyable_v<T>);
  template <class U>
  struct rebind {
    using other = UninitializedAllocator<U>;
  };
  /// An item without arguments is not touched at all, whatever defaults its members have.
  template <class U>
  void construct(U*) {}
  template <class U, class... Args>
  void construct(U* at, Args&&... args) {
    ::new (static_cast<void*>(at)) U(std::forward<Args>(args)...);
  }
};

template <class T>
using UninitializedVector = std::vector<T, UninitializedAllocator<T>>;

}  // namespace mkpyc
