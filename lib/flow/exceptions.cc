// Which handler an instruction's exceptions go to. SETUP_* and POP_BLOCK say where a try begins and ends; a walk over
// the graph turns that into a handler an instruction, from which assemble/ makes the exception table.
#include "base/check.h"
#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

constexpr u32 kOutermost = 0;

class ExceptionTargets {
 public:
  explicit ExceptionTargets(Work& work)
      : work_(work),
        graph_(work.graph),
        stack_at_(work.numbers),
        stacks_(work.scratch.enclosing),
        walk_(work.begin_walk()),
        end_tells_fallthrough_(work.on(Feature::graph_after_codegen)),
        pops_become_nops_(work.on(Feature::pop_block_ends_early)),
        yields_tell_depth_(work.on(Feature::yield_tells_depth)),
        resumes_tell_depth_(work.on(Feature::resume_tells_depth)),
        generator_is_outside_(work.on(Feature::generator_prefix_in_codegen)) {}

  void run() {
    stacks_.assign(1, {BlockId::kNone, kOutermost, 0});
    stack_at_.assign(graph_.blocks.size(), 0);
    work_.todo.clear();
    enter(graph_.entry, kOutermost);
    while (!work_.todo.empty()) {
      BlockId id = work_.todo.pop();
      walk(graph_[id], static_cast<u32>(stack_at_[static_cast<u32>(id)]));
    }
  }

 private:
  // The first way to a block decides; the code generator sees to it that all ways agree.
  void enter(BlockId id, u32 stack) {
    Block& block = graph_[id];
    if (block.walk == walk_) return;
    block.walk = walk_;
    stack_at_[static_cast<u32>(id)] = static_cast<i32>(stack);
    work_.todo.push(id);
  }

  void walk(Block& block, u32 stack) {
    if (block.may_have(kTold))
      stack = walk_code(block, stack);
    else if (BlockId handler = stacks_[stack].handler; handler != BlockId::kNone)  // as they are at first
      for (Instr& instr : graph_.code(block)) instr.handler = handler;
    if (block.jumps()) enter(block.target, stack);
    bool falls = end_tells_fallthrough_ ? block.falls_through() : !block.no_fallthrough;
    if (falls && block.next != BlockId::kNone) enter(block.next, stack);
  }

  // Returns the stack at the end of the block.
  u32 walk_code(Block& block, u32 stack) {
    BlockId handler = stacks_[stack].handler;
    i32 yield_depth = -1;
    for (Instr& instr : graph_.code(block)) {
      if ((codegen::facts_of(instr.op) & kTold) == 0) [[likely]] {
        instr.handler = handler;
      } else if (work_.traits.pushes_block(instr.op)) {
        enter(instr.target, stack);
        stack = push(instr, stack);
        handler = instr.target;
      } else if (instr.op == Op::POP_BLOCK) {
        MKPYC_CHECK(stack != kOutermost);
        stack = stacks_[stack].outer;
        handler = stacks_[stack].handler;
        if (pops_become_nops_) make_nop(block, instr);
      } else {
        instr.handler = handler;
        tell_depth(instr, stacks_[stack].depth, yield_depth);
      }
    }
    return stack;
  }

  void tell_depth(Instr& instr, i32 depth, i32& yield_depth) {
    if (instr.op == Op::YIELD_VALUE) {
      yield_depth = depth;
      if (yields_tell_depth_) instr.arg = depth;
    } else if (instr.op == Op::RESUME && resumes_tell_depth_) {
      bool at_start = instr.arg == 0 || (generator_is_outside_ && instr.arg == kResumeInGenerator);
      if (!at_start && yield_depth == 1) instr.arg |= generator_is_outside_ ? 8 : 4;
      if (!at_start) yield_depth = -1;
    } else if (instr.op == Op::RETURN_GENERATOR && generator_is_outside_) {
      instr.handler = BlockId::kNone;
    }
  }

  u32 push(const Instr& setup, u32 stack) {
    if (setup.op != Op::SETUP_FINALLY) graph_[setup.target].preserve_lasti = true;
    stacks_.push_back({setup.target, stack, stacks_[stack].depth + 1});
    return static_cast<u32>(stacks_.size()) - 1;
  }

  // Of instructions of which something is to be told but the handler.
  static constexpr u32 kTold = codegen::BlockFacts::kPseudo | codegen::BlockFacts::kYields;
  static constexpr i32 kResumeInGenerator = 4;  // CPython: RESUME_AT_GEN_EXPR_START

  Work& work_;
  Graph& graph_;
  std::vector<i32>& stack_at_;  // by block: its place in stacks_
  std::vector<Scratch::Enclosing>& stacks_;
  const u8 walk_;
  const bool end_tells_fallthrough_, pops_become_nops_, yields_tell_depth_, resumes_tell_depth_, generator_is_outside_;
};

}  // namespace

// CPython: compile.c label_exception_targets.
void label_exception_targets(Work& work) {
  ExceptionTargets(work).run();
  work.graph.has_handlers = true;
}

// CPython: compile.c convert_exception_handlers_to_nops.
void convert_block_pushes_to_nops(Work& work) {
  for (Block& block : work.graph.layout()) {
    if (!block.may_have(codegen::BlockFacts::kPseudo)) continue;
    for (Instr& instr : work.graph.code(block)) {
      if (!work.traits.pushes_block(instr.op) && instr.op != Op::POP_BLOCK) [[likely]]
        continue;
      instr.op = Op::NOP;
      block.may_have_nops = true;
    }
  }
}

}  // namespace mkpyc::flow
