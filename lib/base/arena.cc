#include "base/arena.h"

#include <algorithm>

namespace mkpyc {

void Arena::enter_block(std::size_t block) {
  current_ = block;
  cursor_ = reinterpret_cast<std::uintptr_t>(blocks_[block].bytes.get());
  limit_ = cursor_ + blocks_[block].size;
}

// Nothing of the block from `cursor` on is anyone's.
void Arena::take_back(std::size_t block, std::uintptr_t cursor) const {
  char* bytes = blocks_[block].bytes.get();
  std::size_t kept = cursor - reinterpret_cast<std::uintptr_t>(bytes);
  poison::take(bytes + kept, blocks_[block].size - kept);
}

void Arena::add_block(std::size_t size) {
  // value-less new[]: zeroing the memory would touch every page of it once for nothing
  blocks_.push_back({std::unique_ptr<char[]>(new char[size]), size});
  reserved_ += size;
  enter_block(blocks_.size() - 1);
  take_back(current_, cursor_);
}

void* Arena::allocate_slow(std::size_t size) {
  if (size > SIZE_MAX / 2) throw std::bad_alloc();
  while (current_ + 1 < blocks_.size()) {
    enter_block(current_ + 1);
    if (size + poison::kGap <= limit_ - cursor_) return allocate_words(size);
  }
  add_block(std::max({kFirstBlock, size + poison::kGap, std::min(reserved_, kKeep)}));
  return allocate_words(size);
}

void Arena::rewind(const Mark& mark) {
  if (blocks_.empty()) return;
  for (std::size_t i = mark.block + 1; i < blocks_.size(); ++i)
    take_back(i, reinterpret_cast<std::uintptr_t>(blocks_[i].bytes.get()));
  enter_block(mark.block);
  if (mark.cursor != 0) cursor_ = mark.cursor;
  take_back(current_, cursor_);
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
  if (blocks_.empty()) return;
  enter_block(0);
  take_back(0, cursor_);
}

}  // namespace mkpyc
