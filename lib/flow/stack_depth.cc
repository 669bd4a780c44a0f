// How deep the stack can get (CPython: compile.c stackdepth): each block is entered with a depth, and with another one
// again if that is larger.
#include <algorithm>
#include <limits>
#include <utility>

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

  // The instructions before `end`, which name no block: the depth after them.
  i32 walk_plain(const Instr* instr, const Instr* end, i32 depth) {
    const StackEffects& effects = work_.effects;
    i32 deepest = deepest_;
    for (; instr != end; ++instr) {
      depth += effects.of(instr->op, instr->arg);
      deepest = depth > deepest ? depth : deepest;
    }
    deepest_ = deepest;
    return depth;
  }

  void walk(const Block& block) {
    i32 depth = block.start_depth;
    std::span<const Instr> code = std::as_const(graph_).code(block);
    // In most blocks only the last instruction names another. What is after one is before the next.
    std::size_t plain = pushes_blocks(block) || code.empty() ? 0 : code.size() - 1;
    if (plain != 0 && before_only_) deepest_ = std::max(deepest_, depth);
    depth = walk_plain(code.data(), code.data() + plain, depth);
    i32 deepest = deepest_;
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

  // In the middle of a block only these name another.
  bool pushes_blocks(const Block& block) const {
    return work_.has_block_pushes && block.may_have(codegen::BlockFacts::kPushesBlock);
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
