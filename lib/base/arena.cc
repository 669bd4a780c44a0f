#include "base/arena.h"

#include <algorithm>

namespace mkpyc {

void Arena::enter_block(std::size_t block) {
  current_ = block;
  cursor_ = reinterpret_cast<std::uintptr_t>(blocks_[block].bytes.get());
  limit_ = cursor_ + blocks_[block].size;
}

void Arena::add_block(std::size_t size) {
  // value-less new[]: zeroing the memory would touch every page of it once for nothing
  blocks_.push_back({std::unique_ptr<char[]>(new char[size]), size});
  reserved_ += size;
  enter_block(blocks_.size() - 1);
}

void* Arena::allocate_slow(std::size_t size) {
  if (size > SIZE_MAX / 2) throw std::bad_alloc();
  while (current_ + 1 < blocks_.size()) {
    enter_block(current_ + 1);
    if (size <= limit_ - cursor_) return allocate_words(size);
  }
  add_block(std::max({kFirstBlock, size, std::min(reserved_, kKeep)}));
  return allocate_words(size);
}

void Arena::rewind(const Mark& mark) {
  if (blocks_.empty()) return;
  enter_block(mark.block);
  if (mark.cursor != 0) cursor_ = mark.cursor;
}

void Arena::reset() {
  std::size_t used = reserved_;
  if (blocks_.size() > 1 || used > kKeep) {
    blocks_.clear();
    reserved_ = 0;
    current_ = 0;
    cursor_ = limit_ = 0;
    add_block(std::min(used, kKeep));
    return;
  }
  if (!blocks_.empty()) enter_block(0);
}

}  // namespace mkpyc
