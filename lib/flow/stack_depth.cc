// How deep the stack can get (CPython: compile.c stackdepth): each block is entered with a depth, and with another one
// again if that is larger.
#include <algorithm>

#include "flow/loaded_values.h"
#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

// A block that is entered at this depth or deeper is not entered again: CPython's guard against code that pushes
// in a loop.
constexpr i32 kDeep = 100;

// `kBefore`: the depth is counted before each instruction, not after it. What is after one is before the next.
// `kBorrows`: what borrow.cc need not look at is found on the way.
template <bool kBefore, bool kBorrows>
class StackDepth {
 public:
  explicit StackDepth(Work& work) : work_(work), graph_(work.graph) {}

  i32 run(i32 depth_at_entry) {
    work_.todo.clear();
    enter(graph_.entry, depth_at_entry);
    while (!work_.todo.empty())
      for (BlockId id = work_.todo.pop(); id != BlockId::kNone;) id = walk(graph_[id]);
    return deepest_;
  }

 private:
  void enter(BlockId id, i32 depth) {
    if (raise(graph_[id], depth)) work_.todo.push(id);
  }
  // True if the block is to be walked.
  static bool raise(Block& block, i32 depth) {
    if (block.start_depth >= depth || block.start_depth >= kDeep) return false;
    block.start_depth = depth;
    return true;
  }

  // Returns the block to go on with: the one after it, unless that has been entered as deep, or none.
  BlockId walk(Block& block) {
    i32 depth = block.start_depth;
    if (!block.empty()) {
      const Instr& last = graph_.last(block);
      i32 before = before_last(block, depth);
      depth = before + work_.effects.of(last.op, last.arg);
      if (!kBefore) deepest_ = std::max(deepest_, depth);
      if (work_.traits.names_block(last.op)) follow(last, before);
      if (!block.falls_through()) return BlockId::kNone;
    }
    return block.next != BlockId::kNone && raise(graph_[block.next], depth) ? block.next : BlockId::kNone;
  }

  // The depth before the last instruction.
  i32 before_last(Block& block, i32 depth) {
    if (kBefore) deepest_ = std::max(deepest_, depth);
    const Instr *instr = graph_.code(block).data(), *last = instr + block.count - 1;
    if (pushes_blocks(block)) return before_last_pushing(block, depth);
    const StackEffects& effects = work_.effects;
    i64 sum = depth, deepest = deepest_;
    LoadedValues values(work_.traits, instr, depth);
    for (const Instr* at = instr; at != last; ++at) {
      sum += effects.linear(at->op, at->arg);
      deepest = sum > deepest ? sum : deepest;
      if (kBorrows) values.pass(at, sum);
    }
    if (!StackEffects::is_depth(deepest)) [[unlikely]]
      return before_last_pushing(block, depth);
    if (kBorrows) block.keeps_loads = values.kept(last, sum + effects.of(last->op, last->arg));
    deepest_ = static_cast<i32>(deepest);
    return static_cast<i32>(sum);
  }

  // The same where an instruction names a block, which in most blocks only the last one does, or has an effect of its
  // own.
  [[gnu::noinline]] i32 before_last_pushing(Block& block, i32 depth) {
    const Instr *instr = graph_.code(block).data(), *last = instr + block.count - 1;
    const StackEffects& effects = work_.effects;
    const OpTraits& traits = work_.traits;
    i32 deepest = deepest_;
    LoadedValues values(traits, instr, depth);
    for (; instr != last; ++instr) {
      i32 before = depth;
      depth += effects.of(instr->op, instr->arg);
      deepest = depth > deepest ? depth : deepest;
      if (kBorrows) values.pass(instr, depth);
      if (traits.pushes_block(instr->op)) [[unlikely]]
        follow(*instr, before);
    }
    if (kBorrows) block.keeps_loads = values.kept(last, depth + effects.of(last->op, last->arg));
    deepest_ = std::max(deepest_, deepest);
    return depth;
  }

  void follow(const Instr& instr, i32 before) {
    if (instr.op == Op::END_ASYNC_FOR) return;
    i32 at_target = before + work_.effects.of_jump(instr.op, instr.arg);
    if (!kBefore) deepest_ = std::max(deepest_, at_target);
    enter(instr.target, at_target);
  }

  // In the middle of a block only these name another.
  bool pushes_blocks(const Block& block) const {
    return block.may_have(codegen::BlockFacts::kPushesBlock) && work_.has_block_pushes();
  }

  Work& work_;
  Graph& graph_;
  i32 deepest_ = 0;
};

template <bool kBefore>
i32 deepest(Work& work, i32 depth_at_entry) {
  if (work.on(Feature::borrowed_loads)) return StackDepth<kBefore, true>(work).run(depth_at_entry);
  return StackDepth<kBefore, false>(work).run(depth_at_entry);
}

}  // namespace

// A generator starts with what was sent to it on the stack.
void compute_stack_depth(Work& work) {
  bool sent = !work.on(Feature::depth_starts_at_zero) &&
              (work.unit.flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) != 0;
  i32 at_entry = sent ? 1 : 0;
  bool before = work.on(Feature::depth_is_counted_before);
  work.graph.stacksize = before ? deepest<true>(work, at_entry) : deepest<false>(work, at_entry);
}

}  // namespace mkpyc::flow
