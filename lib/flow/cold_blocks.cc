// Blocks that only exceptions lead to go to the end (CPython: push_cold_blocks_to_end).
#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

class ColdBlocks {
 public:
  explicit ColdBlocks(Work& work) : work_(work), graph_(work.graph), todo_(work.todo) {}

  // False if there is nothing to move. Most edges lead on, so that the order of the layout leaves few blocks for later.
  bool mark() {
    bool any = false;
    for (Block& block : graph_.layout()) {
      block.ahead = true;
      any |= block.handler;
    }
    if (!any) return false;
    todo_.clear();
    auto warm = [this](BlockId id) { reach(id, &Block::warm, true); };
    warm(graph_.entry);
    for (Block& block : graph_.layout()) {
      block.ahead = false;
      if (block.warm) follow(block, warm);
    }
    while (!todo_.empty()) follow(graph_[todo_.pop()], warm);
    // What is ahead is not `ahead` now.
    auto cold = [this](BlockId id) {
      if (!graph_[id].warm) reach(id, &Block::cold, false);
    };
    for (Block& block : graph_.layout()) {
      block.ahead = true;
      block.cold |= block.handler;
      if (block.cold) follow(block, cold);
    }
    while (!todo_.empty()) follow(graph_[todo_.pop()], cold);
    return true;
  }

  // A cold block that falls through to a warm one gets a jump to it.
  void add_jumps() {
    i32 label = -1;
    bool interruptible = work_.on(Feature::cold_jumps_are_interruptible);
    for (BlockId id = graph_.entry; id != BlockId::kNone; id = graph_[id].next) {
      BlockId next = graph_[id].next;
      if (!graph_[id].cold || next == BlockId::kNone || !graph_[next].warm) continue;
      if (!graph_[id].falls_through()) continue;
      if (!graph_[next].labeled()) {
        if (label < 0) label = next_label(graph_);
        graph_[next].label = label++;
      }
      BlockId jump = graph_.add_block();
      Block& block = graph_[jump];
      work_.lines_settled = work_.lines_complete = false;
      block.cold = true;
      block.next = next;
      block.predecessors = interruptible ? 0 : 1;
      graph_[id].next = jump;
      Instr& instr = graph_.append_slot(jump);
      instr = {.op = interruptible ? Op::JUMP : Op::JUMP_NO_INTERRUPT, .arg = graph_[next].label, .target = next};
      note_end(work_, graph_[jump]);
    }
  }

  void move_to_end() {
    BlockId cold_first = BlockId::kNone, cold_last = BlockId::kNone;
    BlockId last = graph_.entry;
    while (graph_[last].next != BlockId::kNone) {
      BlockId next = graph_[last].next;
      if (!graph_[next].cold) {
        last = next;
        continue;
      }
      BlockId end = next;
      while (graph_[end].next != BlockId::kNone && graph_[graph_[end].next].cold) end = graph_[end].next;
      (cold_first == BlockId::kNone ? cold_first : graph_[cold_last].next) = next;
      cold_last = end;
      graph_[last].next = graph_[end].next;
      graph_[end].next = BlockId::kNone;
    }
    graph_[last].next = cold_first;
  }

 private:
  // Marks the block, whose turn comes by itself or is put down.
  void reach(BlockId id, bool Block::*mark, bool ahead) {
    Block& block = graph_[id];
    if (block.*mark) return;
    block.*mark = true;
    if (block.ahead != ahead) todo_.push(id);
  }
  template <class Reach>
  static void follow(const Block& block, const Reach& reach) {
    if (block.falls_through() && block.next != BlockId::kNone) reach(block.next);
    if (block.jumps()) reach(block.target);
  }

  Work& work_;
  Graph& graph_;
  Todo& todo_;
};

}  // namespace

bool push_cold_blocks_to_end(Work& work) {
  if (!work.has_block_pushes() || work.graph[work.graph.entry].next == BlockId::kNone) return false;
  ColdBlocks blocks(work);
  if (!blocks.mark()) return false;
  work.jumps_settled = false;
  blocks.add_jumps();
  blocks.move_to_end();
  return true;
}

}  // namespace mkpyc::flow
