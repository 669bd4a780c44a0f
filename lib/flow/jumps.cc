// Jumps get their direction, their distance and, where that is far, extended arguments.
#include "diag/diag.h"
#include "flow/passes.h"

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

// CPython 3.11: compile.c normalize_jumps.
void direct_jumps(Work& work) {
  Graph& graph = work.graph;
  for (Block& block : graph.layout()) block.visited = false;
  for (Block& block : graph.layout()) {
    block.visited = true;
    if (block.empty()) continue;
    Instr& last = graph.last(block);
    if (work.traits.jumps(last.op)) direct(work.traits, last, !graph[last.target].visited);
  }
}

namespace {

// Offsets of blocks and distances of jumps. Only a block's last instruction can jump, so that of all others only the
// sum of their sizes matters.
class Layout {
 public:
  explicit Layout(Work& work)
      : graph_(work.graph), traits_(work.traits), ops_(work.context.target.ops()), sizes_(work.numbers) {
    sizes_.resize(graph_.blocks.size());
    for (Block& block : graph_.layout()) {
      i32& size = size_of(block) = 0;
      for (Instr& instr : graph_.code(block)) {
        instr.size = static_cast<u8>(instr_size(ops_, instr));
        size += instr.size;
      }
      if (const Instr* jump = jump_of(block)) size -= jump->size;
    }
  }

  void place_blocks() {
    i32 offset = 0;
    for (Block& block : graph_.layout()) {
      block.offset = offset;
      offset += size_of(block);
      if (const Instr* jump = jump_of(block)) offset += jump->size;
    }
    graph_.code_units = offset;
  }

  // True if a jump's size changed.
  bool measure_jumps() {
    bool changed = false;
    for (Block& block : graph_.layout()) {
      Instr* jump = jump_of(block);
      if (jump == nullptr) continue;
      i32 after = block.offset + size_of(block) + jump->size;
      i32 target = graph_[jump->target].offset;
      jump->arg = target < after ? after - target : target - after;
      u8 size = static_cast<u8>(instr_size(ops_, *jump));
      changed |= size != jump->size;
      jump->size = size;
    }
    return changed;
  }

 private:
  i32& size_of(const Block& block) { return sizes_[static_cast<std::size_t>(&block - graph_.blocks.data())]; }
  Instr* jump_of(const Block& block) {
    if (block.empty() || !traits_.jumps(graph_.last(block).op)) return nullptr;
    return &graph_.last(block);
  }

  Graph& graph_;
  const OpTraits& traits_;
  const OpTable& ops_;
  std::vector<i32>& sizes_;  // by block, without its jump
};

}  // namespace

// CPython: compile.c assemble_jump_offsets: distances are computed from sizes, and sizes from distances, until no size
// changes. Sizes may fall as well as rise, as in CPython.
void resolve_jump_offsets(Work& work) {
  Layout layout(work);
  do {
    layout.place_blocks();
  } while (layout.measure_jumps());
}

}  // namespace mkpyc::flow
