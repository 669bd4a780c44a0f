// The arguments of jumps, where some are so far that they have extended ones (CPython: compile.c
// assemble_jump_offsets). Distances are computed from sizes, and sizes from distances, until no size changes. Sizes may
// fall as well as rise, as in CPython.
#include "assemble/jumps.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <span>
#include <vector>

#include "diag/diag.h"
#include "target/features.h"

namespace mkpyc::assemble {
namespace {

using flow::Block;
using flow::BlockId;
using flow::Graph;
using flow::Instr;
using flow::instr_size;

// Only a block's last instruction can jump, but for a NOT_TAKEN after it, so that of all others only the sum of their
// sizes matters.
class Layout {
 public:
  Layout(Graph& graph, const Target& target)
      : graph_(graph), ops_(target.ops()), start_at_indices_(target.on(Feature::jumps_start_at_indices)) {}

  void run() {
    start();
    for (u64 round = 1; point_all(); ++round) {
      if (round >= kManyRounds && repeats(round)) fail_to_settle();
      place_blocks();
    }
  }

 private:
  struct Jumping {
    BlockId block;
    i32 size;  // of its jump
  };

  // Where CPython starts.
  void start() {
    sizes_.resize(graph_.blocks.size());
    jumping_.reserve(graph_.blocks.size());
    measure_blocks();
    if (start_at_indices_)
      for (const Jumping& jumping : jumping_) jump(jumping).arg = graph_[graph_[jumping.block].target].offset;
    for (Jumping& jumping : jumping_) jumping.size = instr_size(ops_, jump(jumping));
    place_blocks();
  }

  // The sizes of blocks, the blocks that have a jump, and the index of each block's first instruction: the size of a
  // jump is first taken from that of its target (CPython: assemble.c resolve_jump_offsets), in earlier ones from a
  // label.
  void measure_blocks() {
    i32 index = 0;
    for (BlockId id = graph_.entry; id != BlockId::kNone; id = graph_[id].next) {
      Block& block = graph_[id];
      block.offset = index;
      index += static_cast<i32>(block.count);
      size_of(id) = measure(graph_.code(block));
      if (!block.jumps()) continue;
      size_of(id) -= instr_size(ops_, jump_of(graph_, block));
      jumping_.push_back({id, 0});
    }
  }

  i32 measure(std::span<const Instr> code) const {
    i32 size = 0;
    for (const Instr& instr : code) size += instr_size(ops_, instr);
    return size;
  }

  void place_blocks() {
    auto jumping = jumping_.begin();
    i32 offset = 0;
    for (BlockId id = graph_.entry; id != BlockId::kNone; id = graph_[id].next) {
      graph_[id].offset = offset;
      offset += size_of(id);
      if (jumping != jumping_.end() && jumping->block == id) offset += jumping++->size;
    }
    code_units_ = offset;
  }

  // True if a jump's size changed.
  bool point_all() {
    bool changed = false;
    for (Jumping& jumping : jumping_) {
      const Block& block = graph_[jumping.block];
      Instr& jump = jump_of(graph_, block);
      i32 distance = std::abs(graph_[block.target].offset - end_of_jump(graph_, block, jump, code_units_));
      jump.arg = jump_argument(jump, distance, ops_);
      i32 size = instr_size(ops_, jump);
      changed |= size != jumping.size;
      jumping.size = size;
    }
    return changed;
  }

  // Jumps forward over jumps back over them can take turns in being short: some sizes fall while others rise, and a
  // few rounds later all is as it was. CPython then goes round for ever. A round hangs on nothing but the sizes, so
  // that to see them again is to know that; they are compared with those of the last round that was a power of two,
  // which finds a ring of any length (Brent's algorithm). Few programs get as far as to be looked at.
  bool repeats(u64 round) {
    if (std::ranges::equal(jumping_, seen_, {}, &Jumping::size)) return true;
    if (std::has_single_bit(round)) {
      seen_.clear();
      std::ranges::transform(jumping_, std::back_inserter(seen_), &Jumping::size);
    }
    return false;
  }

  [[noreturn]] static void fail_to_settle() {
    throw diag::SourceError{.exception = diag::Exception::SystemError, .message = "the sizes of jumps never settle"};
  }

  i32& size_of(BlockId id) { return sizes_[static_cast<std::size_t>(id)]; }
  Instr& jump(const Jumping& jumping) { return jump_of(graph_, graph_[jumping.block]); }

  static constexpr u64 kManyRounds = 64;

  Graph& graph_;
  const OpTable& ops_;
  const bool start_at_indices_;
  i32 code_units_ = 0;
  std::vector<i32> sizes_;        // by block, without its jump
  std::vector<Jumping> jumping_;  // in the order of the layout
  std::vector<i32> seen_;         // sizes of jumps, see repeats()
};

}  // namespace

void resolve_jump_offsets(Graph& graph, const Target& target) { Layout(graph, target).run(); }

}  // namespace mkpyc::assemble
