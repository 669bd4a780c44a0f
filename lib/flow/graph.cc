#include <algorithm>

#include "flow/passes.h"

namespace mkpyc::flow {

void Todo::grow() {
  std::size_t count = static_cast<std::size_t>(end_ - memory_.get());
  std::size_t room = static_cast<std::size_t>(limit_ - memory_.get()) * 2 + 64;
  std::unique_ptr<BlockId[]> memory = std::make_unique<BlockId[]>(room);
  std::copy(memory_.get(), end_, memory.get());
  memory_ = std::move(memory);
  end_ = memory_.get() + count;
  limit_ = memory_.get() + room;
}

void note_ends(Work& work) {
  for (Block& block : work.graph.layout()) note_end(work, block);
}

void Graph::take(std::vector<Instr>& instrs, std::size_t block_count) {
  pool_.swap(instrs);
  // Copies of exits come at the end; room for them keeps most units from a second allocation.
  blocks.clear();
  blocks.reserve(block_count + block_count / 2);
  stacksize = 0;
  has_handlers = false;
  consts.clear();
  localsplus.clear();
  kinds.clear();
}

BlockId Graph::add_block() {
  blocks.emplace_back();
  return BlockId{static_cast<u32>(blocks.size() - 1)};
}

u32 Graph::copy_to_end(const Block& block, u32 before, u32 after) {
  std::size_t at = pool_.size(), size = at + before + block.room + after;
  if (size > pool_.capacity()) pool_.reserve(std::max(size, 2 * at));
  pool_.resize(at + before);
  auto from = pool_.begin() + block.first;
  pool_.insert(pool_.end(), from, from + block.room);
  pool_.resize(size);
  return static_cast<u32>(at) + before;
}

void Graph::reserve(BlockId id, u32 room) {
  Block& block = (*this)[id];
  if (room <= block.room) return;
  block.first = copy_to_end(block, 0, room - block.room);
  block.room = room;
}

void Graph::reserve_before(BlockId id, u32 count) {
  Block& block = (*this)[id];
  if (count != 0) block.first = copy_to_end(block, count, 0);
}

Instr& Graph::append_slot(BlockId to) {
  if ((*this)[to].count == (*this)[to].room) reserve(to, (*this)[to].room * 2 + 2);
  Block& block = (*this)[to];
  block.may_lack_lines = true;  // for all that is known here
  return pool_[block.first + block.count++];
}

void Graph::append(BlockId to, BlockId from) {
  u32 count = (*this)[from].count;
  u32 needed = (*this)[to].count + count;
  reserve(to, needed);
  Block& block = (*this)[to];
  block.may_have_nops |= (*this)[from].may_have_nops;
  block.may_lack_lines |= (*this)[from].may_lack_lines;
  block.facts |= (*this)[from].facts;
  block.keeps_loads = true;
  std::copy_n(&pool_[(*this)[from].first], count, &pool_[block.first + block.count]);
  block.count += count;
  block.end = (*this)[from].end;
  block.target = (*this)[from].target;
}

}  // namespace mkpyc::flow
