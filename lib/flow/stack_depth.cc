// How deep the stack can get (CPython: compile.c stackdepth): each block is entered with a depth, and with another one
// again if that is larger.
#include <algorithm>
#include <limits>

#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

constexpr i32 kUnknown = std::numeric_limits<i32>::min();
// A block that is entered at this depth or deeper is not entered again: CPython's guard against code that pushes
// in a loop.
constexpr i32 kDeep = 100;

class StackDepth {
 public:
  explicit StackDepth(Work& work)
      : work_(work), graph_(work.graph), before_only_(work.on(Feature::depth_is_counted_before)) {}

  i32 run(i32 depth_at_entry) {
    for (Block& block : graph_.blocks) block.start_depth = kUnknown;
    work_.todo.clear();
    enter(graph_.entry, depth_at_entry);
    while (!work_.todo.empty()) {
      const Block& block = graph_[work_.todo.back()];
      work_.todo.pop_back();
      walk(block);
    }
    return deepest_;
  }

 private:
  void enter(BlockId id, i32 depth) {
    Block& block = graph_[id];
    if (block.start_depth >= depth || block.start_depth >= kDeep) return;
    block.start_depth = depth;
    work_.todo.push_back(id);
  }

  void walk(const Block& block) {
    i32 depth = block.start_depth, deepest = deepest_;
    std::span<const Instr> code = graph_.code(block);
    // Without block pushes only the last instruction names a block. What is after one is before the next.
    std::size_t plain = work_.has_block_pushes || code.empty() ? 0 : code.size() - 1;
    if (plain != 0 && before_only_) deepest = std::max(deepest, depth);
    for (const Instr& instr : code.first(plain)) {
      depth += work_.effects.of(instr.op, instr.arg);
      deepest = std::max(deepest, depth);
    }
    for (const Instr& instr : code.subspan(plain)) {
      i32 before = depth;
      depth += work_.effects.of(instr.op, instr.arg);
      deepest = std::max(deepest, before_only_ ? before : depth);
      if (!work_.traits.branches(instr.op)) continue;
      if (work_.traits.names_block(instr.op) && instr.op != Op::END_ASYNC_FOR) {
        i32 at_target = before + work_.effects.of_jump(instr.op, instr.arg);
        if (!before_only_) deepest = std::max(deepest, at_target);
        enter(instr.target, at_target);
      }
      if (work_.traits.exits(instr.op) || work_.traits.always_jumps(instr.op)) {
        deepest_ = deepest;
        return;
      }
    }
    deepest_ = deepest;
    if (block.next != BlockId::kNone) enter(block.next, depth);
  }

  Work& work_;
  Graph& graph_;
  const bool before_only_;
  i32 deepest_ = 0;
};

}  // namespace

// A generator starts with what was sent to it on the stack.
void compute_stack_depth(Work& work) {
  bool sent = !work.on(Feature::depth_starts_at_zero) &&
              (work.unit.flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) != 0;
  work.graph.stacksize = StackDepth(work).run(sent ? 1 : 0);
}

}  // namespace mkpyc::flow
