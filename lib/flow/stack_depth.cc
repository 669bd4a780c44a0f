// How deep the stack can get (CPython: compile.c stackdepth): each block is entered with a depth, and with another one
// again if that is larger.
#include <algorithm>

#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

// A block that is entered at this depth or deeper is not entered again: CPython's guard against code that pushes
// in a loop.
constexpr i32 kDeep = 100;

class StackDepth {
 public:
  explicit StackDepth(Work& work)
      : work_(work), graph_(work.graph), before_only_(work.on(Feature::depth_is_counted_before)) {}

  i32 run(i32 depth_at_entry) {
    work_.todo.clear();
    enter(graph_.entry, depth_at_entry);
    while (!work_.todo.empty()) {
      walk(graph_[work_.todo.pop()]);
    }
    return deepest_;
  }

 private:
  void enter(BlockId id, i32 depth) {
    Block& block = graph_[id];
    if (block.start_depth >= depth || block.start_depth >= kDeep) return;
    block.start_depth = depth;
    work_.todo.push(id);
  }

  void walk(Block& block) {
    i32 depth = block.start_depth;
    if (!block.empty()) {
      const Instr& last = graph_.last(block);
      i32 before = before_last(block, depth);
      depth = before + work_.effects.of(last.op, last.arg);
      block.end_depth = depth;
      if (!before_only_) deepest_ = std::max(deepest_, depth);
      if (work_.traits.names_block(last.op)) follow(last, before);
      if (!block.falls_through()) return;
    }
    if (block.next != BlockId::kNone) enter(block.next, depth);
  }

  // The depth before the last instruction. What is after one is before the next.
  i32 before_last(const Block& block, i32 depth) {
    const StackEffects& effects = work_.effects;
    const Instr *instr = graph_.code(block).data(), *last = instr + block.count - 1;
    i32 deepest = before_only_ ? std::max(deepest_, depth) : deepest_;
    if (pushes_blocks(block)) return before_last_pushing(instr, last, depth);
    for (; instr != last; ++instr) {
      depth += effects.of(instr->op, instr->arg);
      deepest = depth > deepest ? depth : deepest;
    }
    deepest_ = deepest;
    return depth;
  }

  // In most blocks only the last instruction names another.
  i32 before_last_pushing(const Instr* instr, const Instr* last, i32 depth) {
    if (before_only_) deepest_ = std::max(deepest_, depth);
    for (; instr != last; ++instr) {
      i32 before = depth;
      depth += work_.effects.of(instr->op, instr->arg);
      deepest_ = std::max(deepest_, depth);
      if (work_.traits.pushes_block(instr->op)) follow(*instr, before);
    }
    return depth;
  }

  void follow(const Instr& instr, i32 before) {
    if (instr.op == Op::END_ASYNC_FOR) return;
    i32 at_target = before + work_.effects.of_jump(instr.op, instr.arg);
    if (!before_only_) deepest_ = std::max(deepest_, at_target);
    enter(instr.target, at_target);
  }

  // In the middle of a block only these name another.
  bool pushes_blocks(const Block& block) const {
    return work_.has_block_pushes() && block.may_have(codegen::BlockFacts::kPushesBlock);
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
