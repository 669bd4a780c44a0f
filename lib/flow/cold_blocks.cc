// Blocks that only exceptions lead to go to the end (CPython: push_cold_blocks_to_end).
#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

class ColdBlocks {
 public:
  explicit ColdBlocks(Work& work) : work_(work), graph_(work.graph), todo_(work.todo) {}

  // False if there is nothing to move.
  bool mark() {
    clear_visited();
    todo_.clear();
    enter(graph_.entry);
    walk([](Block& block) { block.warm = true; }, [](const Block&) { return true; });
    clear_visited();
    bool any = false;
    for (BlockId id = graph_.entry; id != BlockId::kNone; id = graph_[id].next) {
      if (!graph_[id].handler) continue;
      enter(id);
      any = true;
    }
    walk([](Block& block) { block.cold = true; }, [](const Block& block) { return !block.warm; });
    return any;
  }

  // A cold block that falls through to a warm one gets a jump to it.
  void add_jumps() {
    i32 label = next_label(graph_);
    bool interruptible = work_.on(Feature::cold_jumps_are_interruptible);
    for (BlockId id = graph_.entry; id != BlockId::kNone; id = graph_[id].next) {
      BlockId next = graph_[id].next;
      if (!graph_[id].cold || next == BlockId::kNone || !graph_[next].warm) continue;
      if (!graph_[id].falls_through()) continue;
      if (!graph_[next].labeled()) graph_[next].label = label++;
      BlockId jump = graph_.add_block();
      Block& block = graph_[jump];
      work_.lines_settled = false;
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
  void clear_visited() {
    for (Block& block : graph_.layout()) block.visited = false;
  }
  void enter(BlockId id) {
    graph_[id].visited = true;
    todo_.push(id);
  }

  template <class Visit, class Wanted>
  void walk(const Visit& visit, const Wanted& wanted) {
    while (!todo_.empty()) {
      Block& block = graph_[todo_.pop()];
      visit(block);
      auto follow = [&](BlockId id) {
        if (!graph_[id].visited && wanted(graph_[id])) enter(id);
      };
      if (block.falls_through() && block.next != BlockId::kNone) follow(block.next);
      if (block.jumps()) follow(block.target);
    }
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
