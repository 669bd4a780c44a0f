// std::vector::push_back() with the growth out of line: where it is seldom, the caller need not save registers for it.
#pragma once

#include <vector>

namespace mkpyc {

template <class T>
[[gnu::noinline, gnu::cold]] void append_growing(std::vector<T>& items, T item) {
  items.push_back(item);
}

template <class T>
inline void append(std::vector<T>& items, const T& item) {
  if (items.size() == items.capacity()) [[unlikely]]
    return append_growing(items, item);
  items.push_back(item);
}

/// The same where there is room for sure.
template <class T>
inline void append_in_room(std::vector<T>& items, const T& item) {
  if (items.size() == items.capacity()) __builtin_unreachable();
  items.push_back(item);
}

}  // namespace mkpyc
