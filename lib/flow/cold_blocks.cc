// Blocks that only exceptions lead to go to the end (CPython: push_cold_blocks_to_end).
#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

class ColdBlocks {
 public:
  explicit ColdBlocks(Work& work) : work_(work), graph_(work.graph), todo_(work.todo), walk_(work.begin_walk()) {}

  // False if there is nothing to move. Most edges lead on, so that the order of the layout leaves few blocks for later.
  bool mark_warm() {
    bool any = false;
    todo_.clear();
    reach(graph_.entry);
    for (Block& block : graph_.layout()) {
      block.walk = walk_;
      any |= block.handler;
      if (block.warm) follow(block);
    }
    if (!any) return false;
    while (!todo_.empty()) follow(graph_[todo_.pop()]);
    return true;
  }

  // A cold block is reached, and is not warm. If it falls through to a warm one, it gets a jump to it. No edge leads to
  // an empty block that stands where there was code that cannot be reached, but the one before may fall through to it.
  void mark_cold_and_add_jumps() {
    i32 label = -1;
    bool interruptible = work_.on(Feature::cold_jumps_are_interruptible);
    bool goes_on = false;
    for (BlockId id = graph_.entry; id != BlockId::kNone; id = graph_[id].next) {
      BlockId next = graph_[id].next;
      graph_[id].cold = !graph_[id].warm && (graph_[id].predecessors != 0 || goes_on);
      goes_on = graph_[id].cold && graph_[id].falls_through();
      if (!goes_on || next == BlockId::kNone || !graph_[next].warm) continue;
      if (!graph_[next].labeled()) {
        if (label < 0) label = next_label(graph_);
        graph_[next].label = label++;
      }
      BlockId jump = graph_.add_block();
      Block& block = graph_[jump];
      work_.lines_settled = work_.lines_complete = false;
      block.next = next;
      block.predecessors = interruptible ? 0 : 1;
      graph_[id].next = jump;
      Instr& instr = graph_.append_slot(jump);
      instr = {.op = interruptible ? Op::JUMP : Op::JUMP_NO_INTERRUPT, .arg = graph_[next].label, .target = next};
      note_end(work_, graph_[jump]);
      work_.jumps.push(jump);
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
  // The block's turn comes by itself or is put down.
  void reach(BlockId id) {
    Block& block = graph_[id];
    if (block.warm) return;
    block.warm = true;
    if (block.walk == walk_) todo_.push(id);
  }
  void follow(const Block& block) {
    if (block.falls_through() && block.next != BlockId::kNone) reach(block.next);
    if (block.jumps()) reach(block.target);
  }

  Work& work_;
  Graph& graph_;
  Todo& todo_;
  const u8 walk_;
};

}  // namespace

bool push_cold_blocks_to_end(Work& work) {
  if (work.graph[work.graph.entry].next == BlockId::kNone) return false;
  ColdBlocks blocks(work);
  if (!blocks.mark_warm()) return false;
  work.jumps_settled = false;
  blocks.mark_cold_and_add_jumps();
  blocks.move_to_end();
  return true;
}

}  // namespace mkpyc::flow
