// Jumps get their direction, their distance and, where that is far, extended arguments.
#include <algorithm>
#include <bit>
#include <cstdlib>
#include <iterator>

#include "diag/diag.h"
#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

void direct(const OpTraits& traits, Instr& jump, bool forward) {
  Op directed = traits.directed(jump.op, forward);
  if (directed != Op::kCount) {
    jump.op = directed;
  } else if (!forward && (jump.op == Op::JUMP_IF_TRUE_OR_POP || jump.op == Op::JUMP_IF_FALSE_OR_POP)) {
    throw diag::SourceError{.exception = diag::Exception::SystemError,
                            .message = std::string("unexpected ") + op_name(jump.op) + " jumping backwards"};
  }
}

}  // namespace

// CPython: compile.c normalize_jumps, from 3.12 assemble.c resolve_unconditional_jumps. From 3.13 on
// resolve_jump_offsets does so on its way.
void direct_jumps(Work& work) {
  if (!work.names_blocks) return;
  Graph& graph = work.graph;
  for (Block& block : graph.layout()) block.visited = false;
  for (Block& block : graph.layout()) {
    block.visited = true;
    if (block.jumps()) direct(work.traits, graph.last(block), !graph[block.target].visited);
  }
}

namespace {

Op reversed(Op test) {
  switch (test) {
    case Op::POP_JUMP_IF_TRUE: return Op::POP_JUMP_IF_FALSE;
    case Op::POP_JUMP_IF_FALSE: return Op::POP_JUMP_IF_TRUE;
    case Op::POP_JUMP_IF_NONE: return Op::POP_JUMP_IF_NOT_NONE;
    default: return Op::POP_JUMP_IF_NONE;
  }
}

// After a conditional jump in its block: where it goes on when it does not jump.
[[gnu::noinline]] void mark_not_taken(Work& work, BlockId id) {
  ast::Loc loc = work.graph.last(work.graph[id]).loc;
  BlockId handler = work.graph.last(work.graph[id]).handler;
  work.graph.reserve(id, work.graph[id].count + 1);
  Instr& slot = work.graph.append_slot(id);
  if (!work.on(Feature::appended_instrs_have_handlers)) handler = slot.handler;
  slot = {.op = Op::NOT_TAKEN, .handler = handler, .loc = loc};
}

// A conditional jump cannot go back: the opposite test jumps over a jump that does.
[[gnu::noinline]] void jump_back(Work& work, BlockId id, bool marks) {
  Graph& graph = work.graph;
  BlockId back = graph.add_block();
  graph.reserve(back, 2);
  Instr& test = graph.last(graph[id]);
  bool have_handlers = work.on(Feature::appended_instrs_have_handlers);
  Instr jump{.op = Op::JUMP,
             .arg = graph[test.target].label,
             .target = test.target,
             .handler = have_handlers ? test.handler : BlockId::kNone,
             .loc = test.loc};
  Instr mark = jump;
  mark.op = Op::NOT_TAKEN;
  mark.arg = 0;
  mark.target = BlockId::kNone;
  graph[back].start_depth = graph[test.target].start_depth;
  graph[back].cold = graph[id].cold;
  graph[back].next = graph[id].next;
  test.op = reversed(test.op);
  redirect(work, graph[id], graph[id].next);
  graph[id].next = back;
  if (marks) graph.append_slot(back) = mark;
  graph.append_slot(back) = jump;
  note_end(work, graph[back]);
}

}  // namespace

// CPython from 3.12: flowgraph.c normalize_jumps.
void normalize_tests(Work& work) {
  if (!work.names_blocks) return;
  Graph& graph = work.graph;
  bool marks = work.on(Feature::not_taken);
  for (Block& block : graph.layout()) block.visited = false;
  for (BlockId id = graph.entry; id != BlockId::kNone; id = graph[id].next) {
    graph[id].visited = true;
    if (!graph[id].tests()) continue;
    if (graph[graph[id].target].visited)
      jump_back(work, id, marks);
    else if (marks)
      mark_not_taken(work, id);
  }
}

namespace {

// Gives instructions their sizes; returns the sum. Few have extended arguments: whether one does is asked of all at
// once.
i32 measure(const OpTraits& traits, const OpTable& ops, std::span<Instr> code) {
  i32 size = 0;
  u32 args = 0;
  for (Instr& instr : code) {
    instr.size = traits.size(instr.op);
    size += instr.size;
    args |= static_cast<u32>(instr.arg);
  }
  if (args <= 0xFF) [[likely]]
    return size;
  size = 0;
  for (Instr& instr : code) {
    instr.size = static_cast<u8>(instr_size(ops, instr));
    size += instr.size;
  }
  return size;
}

i32 measure_all(Work& work) {
  i32 size = 0;
  for (const Block& block : work.graph.layout())
    size += measure(work.traits, work.context.target.ops(), work.graph.code(block));
  return size;
}

// Offsets of blocks and distances of jumps. Only a block's last instruction can jump, but for a NOT_TAKEN after it, so
// that of all others only the sum of their sizes matters.
class Layout {
 public:
  explicit Layout(Work& work)
      : graph_(work.graph),
        traits_(work.traits),
        ops_(work.context.target.ops()),
        sizes_(work.numbers),
        jumping_(work.todo),
        start_at_indices_(work.on(Feature::jumps_start_at_indices)) {}

  // CPython: compile.c assemble_jump_offsets: distances are computed from sizes, and sizes from distances, until no
  // size changes. Sizes may fall as well as rise, as in CPython.
  void run() {
    if (start_at_indices_ && place_near()) return;
    start();
    for (u64 round = 1; measure_jumps(); ++round) {
      if (round >= kManyRounds && repeats(round)) fail_to_settle();
      place_blocks();
    }
  }

 private:
  // Places jumps as if none had an extended argument. True if that is so in any case: no distance is above a byte even
  // if all jumps on the way have one. Most units are done then.
  bool place_near() {
    jumping_.clear();
    for (Block& block : graph_.layout()) block.offset = kAhead;
    i32 offset = 0, jumps = 0;
    for (BlockId id = graph_.entry; id != BlockId::kNone; id = graph_[id].next) {
      Block& block = graph_[id];
      block.offset = offset;
      if (block.jumps()) {
        Instr& jump = jump_of(block);
        jump.arg = 0;
        direct(traits_, jump, graph_[block.target].offset == kAhead);
        jumping_.push(id);
        ++jumps;
      }
      offset += measure(traits_, ops_, graph_.code(block));
    }
    graph_.code_units = offset;
    i32 farthest = 0;
    for (BlockId id : jumping_) farthest = std::max(farthest, point(graph_[id], jump_of(graph_[id])));
    return farthest + jumps <= 0xFF;
  }

  // Where CPython starts.
  void start() {
    jumping_.clear();
    sizes_.resize(graph_.blocks.size());
    measure_blocks();
    if (start_at_indices_) point_to_indices();
    for (BlockId id : jumping_) {
      Instr& jump = jump_of(graph_[id]);
      jump.size = size_of(jump);
    }
    place_blocks();
  }

  void place_blocks() {
    const BlockId *jumping = jumping_.begin(), *end = jumping_.end();
    i32 offset = 0;
    for (BlockId id = graph_.entry; id != BlockId::kNone; id = graph_[id].next) {
      Block& block = graph_[id];
      block.offset = offset;
      offset += size_of(block);
      if (jumping == end || *jumping != id) continue;
      offset += jump_of(block).size;
      ++jumping;
    }
    graph_.code_units = offset;
  }

  // True if a jump's size changed.
  bool measure_jumps() {
    bool changed = false;
    for (BlockId id : jumping_) {
      Instr& jump = jump_of(graph_[id]);
      point(graph_[id], jump);
      u8 size = size_of(jump);
      changed |= size != jump.size;
      jump.size = size;
    }
    return changed;
  }

  // Gives the jump its distance, and returns it.
  i32 point(const Block& block, Instr& jump) {
    i32 end = block.next != BlockId::kNone ? graph_[block.next].offset : graph_.code_units;
    i32 after = &jump != &graph_.last(block) ? end - 1 : end;
    i32 distance = std::abs(graph_[block.target].offset - after);
    jump.arg = jump.op != Op::END_ASYNC_FOR ? distance : distance - (kEndSend + ops_[Op::RESUME].caches);
    return distance;
  }

  // Jumps forward over jumps back over them can take turns in being short: some sizes fall while others rise, and a
  // few rounds later all is as it was. CPython then goes round for ever. A round hangs on nothing but the sizes, so
  // that to see them again is to know that; they are compared with those of the last round that was a power of two,
  // which finds a ring of any length (Brent's algorithm). Few programs get as far as to be looked at.
  bool repeats(u64 round) {
    auto size = [this](BlockId id) { return jump_of(graph_[id]).size; };
    if (std::ranges::equal(jumping_, seen_, {}, size)) return true;
    if (std::has_single_bit(round)) {
      seen_.clear();
      std::ranges::transform(jumping_, std::back_inserter(seen_), size);
    }
    return false;
  }

  [[noreturn]] static void fail_to_settle() {
    throw diag::SourceError{.exception = diag::Exception::SystemError, .message = "the sizes of jumps never settle"};
  }

  // The sizes of blocks, the blocks that have a jump, and the index of each block's first instruction.
  void measure_blocks() {
    i32 index = 0;
    for (BlockId id = graph_.entry; id != BlockId::kNone; id = graph_[id].next) {
      Block& block = graph_[id];
      block.offset = index;
      index += static_cast<i32>(block.count);
      size_of(block) = measure(traits_, ops_, graph_.code(block));
      if (!block.jumps()) continue;
      size_of(block) -= jump_of(block).size;
      jumping_.push(id);
    }
  }

  // Gives jumps their direction, and as the argument that their size is first taken from the index of an instruction
  // (CPython: assemble.c resolve_jump_offsets), in earlier ones a label.
  void point_to_indices() {
    for (BlockId id : jumping_) {
      const Block& block = graph_[id];
      Instr& jump = jump_of(block);
      jump.arg = graph_[block.target].offset;
      direct(traits_, jump, jump.arg > block.offset);
    }
  }

  u8 size_of(const Instr& instr) const { return static_cast<u8>(instr_size(ops_, instr)); }
  i32& size_of(const Block& block) { return sizes_[static_cast<std::size_t>(&block - graph_.blocks.data())]; }
  // Of a block that jumps.
  Instr& jump_of(const Block& block) {
    Instr& last = graph_.last(block);
    return last.op == Op::NOT_TAKEN ? *(&last - 1) : last;
  }

  static constexpr i32 kAhead = -1;
  static constexpr u64 kManyRounds = 64;
  // END_ASYNC_FOR names the SEND of its loop and tells how far the END_SEND is (CPython: assemble.c END_SEND_OFFSET).
  static constexpr i32 kEndSend = 5;

  Graph& graph_;
  const OpTraits& traits_;
  const OpTable& ops_;
  std::vector<i32>& sizes_;  // by block, without its jump
  Todo& jumping_;            // blocks with a jump
  const bool start_at_indices_;
  std::vector<u8> seen_{};  // sizes of jumps, see repeats()
};

}  // namespace

void resolve_jump_offsets(Work& work) {
  if (work.names_blocks)
    Layout(work).run();
  else
    work.graph.code_units = measure_all(work);
}

}  // namespace mkpyc::flow
