// The passes of the graph, for pipeline.cc, and what they share. A pass changes the graph in place; what it needs of
// earlier passes is said in pipeline.cc.
#pragma once

#include <vector>

#include "flow/flow.h"
#include "flow/op_traits.h"
#include "target/stack_effect.h"

namespace mkpyc::flow {

/// One unit on its way through the passes. The vectors are scratch that keeps its memory from unit to unit.
struct Work {
  const codegen::CodeUnit& unit;
  Context& context;
  const OpTraits& traits;
  const StackEffects& effects;
  Graph& graph;
  std::vector<BlockId>& todo;
  std::vector<i32>& numbers;
  bool has_block_pushes = false;

  bool on(Feature feature) const { return context.target.on(feature); }
};

// cfg_build.cc
void build_graph(Work& work);

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
void clean_blocks(Work& work);
void clean_block(Graph& graph, Block& block);
void mark_reachable(Work& work);
void delete_unreachable(Work& work);
void eliminate_empty_blocks(Work& work);
void remove_redundant_jumps(Work& work);
void trim_unused_consts(Work& work);

// line_numbers.cc
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
void resolve_jump_offsets(Work& work);

}  // namespace mkpyc::flow
