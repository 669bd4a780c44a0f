#include "base/arena.h"

#include <algorithm>

namespace mkpyc {

void Arena::add_block(std::size_t size) {
  // value-less new[]: zeroing the memory would touch every page of it once for nothing
  blocks_.push_back({std::unique_ptr<char[]>(new char[size]), size});
  cursor_ = reinterpret_cast<std::uintptr_t>(blocks_.back().bytes.get());
  limit_ = cursor_ + size;
  reserved_ += size;
}

void* Arena::allocate_slow(std::size_t size, std::size_t align) {
  if (size > SIZE_MAX / 2) throw std::bad_alloc();
  add_block(std::max({kFirstBlock, size + align, std::min(reserved_, kKeep)}));
  return allocate(size, align);
}

void Arena::reset() {
  std::size_t used = reserved_;
  if (blocks_.size() > 1 || used > kKeep) {
    blocks_.clear();
    reserved_ = 0;
    cursor_ = limit_ = 0;
    add_block(std::min(used, kKeep));
    return;
  }
  if (!blocks_.empty()) cursor_ = reinterpret_cast<std::uintptr_t>(blocks_.back().bytes.get());
}

}  // namespace mkpyc
