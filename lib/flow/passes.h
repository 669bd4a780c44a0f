// The passes of the graph, for pipeline.cc, and what they share. A pass changes the graph in place; what it needs of
// earlier passes is said in pipeline.cc.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/check.h"
#include "flow/flow.h"
#include "flow/op_traits.h"
#include "target/stack_effect.h"

namespace mkpyc::flow {

/// Larger exits are not copied (CPython: MAX_COPY_SIZE).
inline constexpr u32 kMaxCopySize = 4;

/// Blocks that wait for their turn, the last one first.
class Todo {
 public:
  void clear() { end_ = memory_.get(); }
  bool empty() const { return end_ == memory_.get(); }
  void push(BlockId id) {
    if (end_ == limit_) [[unlikely]]
      grow();
    *end_++ = id;
  }
  BlockId pop() { return *--end_; }
  /// Memory for as many, for a walk that does not push, from the beginning.
  std::span<BlockId> room(std::size_t count) {
    clear();
    while (static_cast<std::size_t>(limit_ - end_) < count) grow();
    return {end_, count};
  }
  /// So many are there.
  void fill(std::size_t count) { end_ = memory_.get() + count; }
  const BlockId* begin() const { return memory_.get(); }
  const BlockId* end() const { return end_; }

 private:
  void grow();

  std::unique_ptr<BlockId[]> memory_;
  BlockId *end_ = nullptr, *limit_ = nullptr;
};

/// Memory that keeps its size from unit to unit.
struct Scratch {
  /// A value on the stack, as borrow.cc sees it: the instruction that made it and the local that it came from.
  class Ref {
   public:
    Ref() = default;
    Ref(i32 instr, i32 local) : bits_(u64{static_cast<u32>(local)} << 32 | static_cast<u32>(instr)) {}
    i32 instr() const { return static_cast<i32>(bits_); }
    i32 local() const { return static_cast<i32>(bits_ >> 32); }

   private:
    u64 bits_ = 0;  // both in one register
  };
  /// The try blocks around a place, as a stack, as exceptions.cc sees it. CPython copies a stack for each block; here
  /// stacks share their tails.
  struct Enclosing {
    BlockId handler;
    u32 outer;
    i32 depth;
  };
  /// A block that peephole.cc looks at again, and where its bytes begin in `rules`, if it has any.
  struct RuleBytes {
    BlockId block;
    u32 at;
  };
  Todo todo, jumps;
  std::vector<i32> numbers;
  std::vector<i32> label_at;
  std::vector<std::size_t> places;
  std::vector<u8> rules;
  std::vector<RuleBytes> starting;
  std::vector<Instr*> instrs;
  std::vector<Object*> values;
  std::vector<Ref> refs;
  std::vector<Enclosing> enclosing;
  codegen::Positions<Object*> positions;
};

/// One unit on its way through the passes, with references to scratch memory.
struct Work {
  using Ref = Scratch::Ref;

  codegen::CodeUnit& unit;
  Context& context;
  const OpTraits& traits;
  const StackEffects& effects;
  Graph& graph;
  Scratch& scratch;
  Todo& todo = scratch.todo;
  Todo& jumps = scratch.jumps;  // all blocks that always jump, and some that did (3.13+)
  std::vector<i32>& numbers = scratch.numbers;
  u32 facts = 0;                // codegen::BlockFacts of all blocks
  bool names_blocks = false;    // false: no instruction names a block, and there are no jumps
  bool may_thread = true;       // false: no block begins with a jump that another one could skip
  bool nops_left = true;        // false: no block has a NOP (3.13+)
  bool lines_at_front = false;  // true: no instruction lacks a line but those that blocks begin with
  bool edges_counted = false;   // once
  bool edges_changed = true;    // since they were counted (3.13+)
  // True: every instruction has a line, but for NOPs, which go then, and in blocks that only exceptions lead to, which
  // no line comes to (3.13+).
  bool lines_complete = false;
  bool lines_settled = false;  // true: to resolve lines again would change nothing (3.13+)
  bool jumps_settled = false;  // true: no block jumps to the next one (3.13+)

  u8 walk = 0;  // the last one

  /// A number for a walk, with which it marks the blocks that it has come to: no mark need be taken away before.
  u8 begin_walk() {
    MKPYC_CHECK(++walk != 0);
    return walk;
  }
  void change_edges() {
    edges_changed = true;
    lines_settled = jumps_settled = false;
  }
  // The block is empty now, or has no jump any more. That is new to lines only if what is left of it may lack one: what
  // it has led to has got its line, if that could be told.
  void change_layout(const Block& block) {
    jumps_settled = false;
    unsettle_lines(block);
  }
  void unsettle_lines(const Block& block) {
    lines_settled &= !block.may_lack_lines;
    lines_complete &= !block.may_lack_lines;
  }

  /// False: to resolve lines would change nothing.
  bool may_tell_lines() const { return !lines_settled && !lines_complete; }
  /// False: no block has a NOP or jumps to the next one (3.13+).
  bool may_have_nops_or_jumps() const { return nops_left || (names_blocks && !jumps_settled); }
  /// False: no instruction of the unit makes one of these facts true.
  bool may_have(u32 facts_wanted) const { return (facts & facts_wanted) != 0; }
  bool has_block_pushes() const { return may_have(codegen::BlockFacts::kPushesBlock); }
  bool on(Feature feature) const { return context.target.on(feature); }
};

/// What the code generator noted of the instructions of a block.
inline void note_facts(Work& work, Block& block, const codegen::BlockFacts& facts) {
  using codegen::BlockFacts;
  block.facts |= static_cast<u16>(facts.facts & BlockFacts::kOfInstructions);
  block.may_have_nops |= facts.has(BlockFacts::kNop);
  block.may_lack_lines |= facts.has(BlockFacts::kLacksLine);
  work.facts |= facts.facts;
}

/// True for most units: what passes do with edges is known then.
inline bool is_one_block(const Work& work) {
  return !work.names_blocks && work.graph[work.graph.entry].next == BlockId::kNone;
}

inline void make_nop(Block& block, Instr& instr) {
  instr.op = Op::NOP;
  instr.arg = 0;
  block.may_have_nops = true;
}

/// To be called where a block's last instruction has become another.
inline void note_end(Work& work, Block& block) {
  if (block.empty()) {
    block.end = 0;
    return;
  }
  const Instr& last = work.graph.last(block);
  block.end = work.traits.end(last.op);
  block.target = last.target;
}
/// The jump at the end of the block becomes a NOP.
inline void drop_jump(Work& work, Block& block) {
  make_nop(block, work.graph.last(block));
  work.nops_left = true;
  block.end = 0;
}
inline void redirect(Work& work, Block& block, BlockId target) {
  work.graph.last(block).target = block.target = target;
}

/// Instructions from `at` on get the location of the one before, until one has a location.
inline void go_on_with_lines(Instr* at, const Instr* end) {
  for (; at != end && at->loc.line == codegen::kNoLocation.line; ++at) at->loc = at[-1].loc;
}

// cfg_build.cc
void build_graph(Work& work);

// sequence_cfg.cc
void read_sequence(Work& work);

// graph.cc
/// note_end() of all blocks.
void note_ends(Work& work);

// normalize.cc
void normalize_blocks(Work& work);
void extend_blocks(Work& work);
/// `target`, or the first block after it that has instructions.
BlockId skip_empty(const Graph& graph, BlockId target);

// prefix.cc
void number_locals(Work& work);

// optimize_block.cc, swaps.cc
void optimize_blocks(Work& work);
/// Makes a run of SWAPs and NOPs that starts at `at` as short as it can be; returns the last position of the run.
std::size_t swaptimize(std::span<Instr> code, std::size_t at, std::vector<i32>& stack);
void apply_static_swaps(std::span<Instr> code, std::size_t at, bool safe);

// reachability.cc
void mark_reachable(Work& work);
void delete_unreachable(Work& work);
void eliminate_empty_blocks(Work& work);
void remove_redundant_jumps(Work& work);
void trim_unused_consts(Work& work);

void remove_unreachable(Work& work);
void remove_unused_consts(Work& work);
/// The same where there are at most so many constants; `loads` are all the instructions that load one.
inline constexpr std::size_t kFewConsts = 64;
void remove_unused_consts(Work& work, std::span<Instr* const> loads);

// nops.cc
bool remove_nops_of(Work& work, Block& block);
/// True if the block had one.
inline bool remove_nops(Work& work, Block& block) { return block.may_have_nops && remove_nops_of(work, block); }
bool remove_all_nops(Work& work);
void remove_nops_and_pairs(Work& work);
bool remove_jumps_to_next(Work& work);
void remove_nops_and_jumps(Work& work);
void drop_empty_blocks(Work& work);
/// One more than the largest label in the layout (CPython: get_max_label).
i32 next_label(Graph& graph);

// inline_blocks.cc
bool has_no_line(const Graph& graph, const Block& block);
void inline_small_exits(Work& work);
void inline_exits_and_lineless(Work& work);

// peephole_one_pass.cc, peephole.cc
void optimize_code_in_one_pass(Work& work);
void optimize_code(Work& work);

// uninitialized.cc
void check_unbound_locals(Work& work);
/// Of so many locals it is known over the whole graph whether they may be unbound; of others within a block.
inline constexpr i32 kTrackedLocals = 64;
inline i32 parameter_count(const codegen::CodeUnit& unit) {
  return unit.argcount + unit.posonlyargcount + unit.kwonlyargcount + ((unit.flags & CO_VARARGS) != 0) +
         ((unit.flags & CO_VARKEYWORDS) != 0);
}
/// False: all locals are parameters, and stay bound.
inline bool may_be_unbound(const Work& work) {
  i32 locals = static_cast<i32>(work.unit.varnames.size());
  return locals > kTrackedLocals || locals > parameter_count(work.unit) ||
         (locals != 0 && work.may_have(codegen::BlockFacts::kUnbindsLocal));
}

// superinstructions.cc
void insert_superinstructions_and_drop_consts(Work& work);

// cold_blocks.cc: true if blocks were moved.
bool push_cold_blocks_to_end(Work& work);

// pseudo_ops.cc
void convert_keeping_tests(Work& work);
void convert_pseudo_ops(Work& work);

// borrow.cc
void borrow_loads(Work& work);

// line_numbers.cc
void resolve_lines(Work& work);
void resolve_next_locations(Work& work);
void duplicate_exits_without_line(Work& work);
void propagate_line_numbers(Work& work);
void guarantee_lines_of_exits(Work& work);

// stack_depth.cc
void compute_stack_depth(Work& work);

// exceptions.cc
void label_exception_targets(Work& work);
void convert_block_pushes_to_nops(Work& work);

// jumps.cc
void direct_jumps(Work& work);
void normalize_and_direct_jumps(Work& work);

}  // namespace mkpyc::flow
