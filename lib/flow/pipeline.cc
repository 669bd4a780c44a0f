// The passes of a unit, in CPython's order. A line of state says what holds from there on.
#include <optional>

#include "base/check.h"
#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

// Targets whose compiler makes blocks while it generates code and then runs compile.c assemble(): 3.11.
void assemble_blocks(Work& work) {
  build_graph(work);
  normalize_blocks(work);
  extend_blocks(work);
  number_locals(work);
  // Cells and free variables have the numbers of their slots; the prefix is in place.

  optimize_blocks(work);
  extend_blocks(work);
  mark_reachable(work);
  delete_unreachable(work);
  eliminate_empty_blocks(work);
  // Every block of the layout but perhaps the last has instructions and can be reached; predecessors are counted.
  remove_all_nops(work);
  remove_redundant_jumps(work);

  duplicate_exits_without_line(work);
  trim_unused_consts(work);
  // No constant comes or goes after this line.
  propagate_line_numbers(work);
  guarantee_lines_of_exits(work);
  // Every exit has a line. Locations do not change after this line, but with the NOPs that are taken away.

  compute_stack_depth(work);
  label_exception_targets(work);
  convert_block_pushes_to_nops(work);
  remove_all_nops(work);
  // Only instructions of the bytecode and directionless jumps are left.
  direct_jumps(work);
  resolve_jump_offsets(work);
}

// Targets whose compiler makes the graph of the finished sequence (CPython: flowgraph.c _PyCfg_OptimizeCodeUnit), with
// the passes of the first of them: 3.12 optimizes, then tells the lines.
void optimize_then_resolve_lines(Work& work) {
  read_sequence(work);
  label_exception_targets(work);
  // Every instruction knows its handler.

  inline_small_exits(work);
  optimize_code_in_one_pass(work);
  remove_nops_and_pairs(work);
  inline_small_exits(work);
  remove_unreachable(work);
  remove_all_nops(work);
  drop_empty_blocks(work);
  // Every block of the layout has instructions and can be reached; predecessors are counted.
  remove_jumps_to_next(work);
  remove_unused_consts(work);
  check_unbound_locals(work);
  if (push_cold_blocks_to_end(work)) remove_jumps_to_next(work);
  // The order of blocks is what it will be.

  resolve_lines(work);
  guarantee_lines_of_exits(work);
}

void finish_numbering_first(Work& work) {
  number_locals(work);
  compute_stack_depth(work);
  convert_pseudo_ops(work);
  remove_all_nops(work);
  // Only instructions of the bytecode and directionless jumps are left.
  normalize_tests(work);
  direct_jumps(work);
  resolve_jump_offsets(work);
}

// The same from 3.13 on, where lines are told before the code is optimized, and again at the end.
void resolve_lines_then_optimize(Work& work) {
  read_sequence(work);
  label_exception_targets(work);
  // Every instruction knows its handler.

  inline_exits_and_lineless(work);
  remove_unreachable(work);
  resolve_lines(work);
  optimize_code(work);
  remove_nops_and_pairs(work);
  remove_unreachable(work);
  remove_nops_and_jumps(work);
  // Blocks that cannot be reached are empty; predecessors are counted.
  remove_unused_consts(work);
  check_unbound_locals(work);
  insert_superinstructions(work);
  if (push_cold_blocks_to_end(work)) remove_nops_and_jumps(work);
  // The order of blocks is what it will be.

  resolve_lines(work);
}

void finish_with_depth_first(Work& work) {
  if (work.on(Feature::keeping_tests)) convert_keeping_tests(work);
  compute_stack_depth(work);
  number_locals(work);
  convert_pseudo_ops(work);
  remove_nops_and_jumps(work);
  // Only instructions of the bytecode and directionless jumps are left.
  normalize_tests(work);
  if (work.on(Feature::borrowed_loads)) borrow_loads(work);
  resolve_next_locations(work);
  direct_jumps(work);
  resolve_jump_offsets(work);
}

void run_passes(Work& work) {
  if (!work.on(Feature::graph_after_codegen)) {
    assemble_blocks(work);
  } else if (!work.on(Feature::lines_before_optimizing)) {
    optimize_then_resolve_lines(work);
    finish_numbering_first(work);
  } else {
    resolve_lines_then_optimize(work);
    finish_with_depth_first(work);
  }
}

// CPython: _PyCompile_OptimizeCfg.
void run_tested_passes(Work& work) {
  if (!work.on(Feature::lines_before_optimizing)) return optimize_then_resolve_lines(work);
  resolve_lines_then_optimize(work);
  if (!work.on(Feature::borrowed_loads)) return;
  compute_stack_depth(work);
  borrow_loads(work);
}

}  // namespace

struct Flow::State {
  Graph graph;
  Scratch scratch;
  std::optional<OpTraits> traits;  // of the last target

  Graph& run(codegen::CodeUnit& unit, Context& context, void (*passes)(Work&)) {
    if (!traits || traits->target() != &context.target) traits.emplace(context.target);
    Work work{.unit = unit,
              .context = context,
              .traits = *traits,
              .effects = stack_effects(context.target),
              .graph = graph,
              .scratch = scratch};
    passes(work);
    return graph;
  }
};

Flow::Flow() : state_(std::make_unique<State>()) {}
Flow::~Flow() = default;

Graph& Flow::run(codegen::CodeUnit& unit, Context& context) { return state_->run(unit, context, run_passes); }

Graph& Flow::optimize(codegen::CodeUnit& unit, Context& context) {
  MKPYC_CHECK(context.target.on(Feature::graph_after_codegen));
  return state_->run(unit, context, run_tested_passes);
}

}  // namespace mkpyc::flow
