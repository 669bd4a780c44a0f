// The passes of a unit, in CPython's order. A line of state says what holds from there on.
#include <deque>
#include <optional>
#include <span>

#include "base/check.h"
#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

struct Pass {
  const char* name;
  void (*run)(Work&);
};
#define PASS(function)                                                \
  {                                                                   \
#function, [](Work & work) { static_cast<void>(function(work)); } \
  }

void move_cold_blocks(Work& work) {
  if (push_cold_blocks_to_end(work)) remove_jumps_to_next(work);
}
void move_cold_blocks_and_clean(Work& work) {
  if (push_cold_blocks_to_end(work)) remove_nops_and_jumps(work);
}
void convert_keeping_tests_if_any(Work& work) {
  if (work.on(Feature::keeping_tests)) convert_keeping_tests(work);
}
void borrow_loads_if_known(Work& work) {
  if (work.on(Feature::borrowed_loads)) borrow_loads(work);
}

// Targets whose compiler makes blocks while it generates code and then runs compile.c assemble(): 3.11.
constexpr Pass kAssembleBlocks[] = {
    PASS(build_graph),
    PASS(normalize_blocks),
    PASS(extend_blocks),
    PASS(number_locals),
    // Cells and free variables have the numbers of their slots; the prefix is in place.

    PASS(optimize_blocks),
    PASS(extend_blocks),
    PASS(mark_reachable),
    PASS(delete_unreachable),
    PASS(eliminate_empty_blocks),
    // Every block of the layout but perhaps the last has instructions and can be reached; predecessors are counted.
    PASS(remove_all_nops),
    PASS(remove_redundant_jumps),

    PASS(duplicate_exits_without_line),
    PASS(trim_unused_consts),
    // No constant comes or goes after this line.
    PASS(propagate_line_numbers),
    PASS(guarantee_lines_of_exits),
    // Every exit has a line. Locations do not change after this line, but with the NOPs that are taken away.

    PASS(compute_stack_depth),
    PASS(label_exception_targets),
    PASS(convert_block_pushes_to_nops),
    PASS(remove_all_nops),
    // Only instructions of the bytecode and directionless jumps are left.
    PASS(direct_jumps),
    PASS(resolve_jump_offsets),
};

// Targets whose compiler makes the graph of the finished sequence (CPython: flowgraph.c _PyCfg_OptimizeCodeUnit), with
// the passes of the first of them: 3.12 optimizes, then tells the lines.
constexpr Pass kOptimizeThenResolveLines[] = {
    PASS(read_sequence),
    PASS(label_exception_targets),
    // Every instruction knows its handler.

    PASS(inline_small_exits),
    PASS(optimize_code_in_one_pass),
    PASS(remove_nops_and_pairs),
    PASS(inline_small_exits),
    PASS(remove_unreachable),
    PASS(remove_all_nops),
    PASS(drop_empty_blocks),
    // Every block of the layout has instructions and can be reached; predecessors are counted.
    PASS(remove_jumps_to_next),
    PASS(remove_unused_consts),
    PASS(check_unbound_locals),
    PASS(move_cold_blocks),
    // The order of blocks is what it will be.

    PASS(resolve_lines),
    PASS(guarantee_lines_of_exits),
};

constexpr Pass kFinishNumberingFirst[] = {
    PASS(number_locals),
    PASS(compute_stack_depth),
    PASS(convert_pseudo_ops),
    PASS(remove_all_nops),
    // Only instructions of the bytecode and directionless jumps are left.
    PASS(normalize_tests),
    PASS(direct_jumps),
    PASS(resolve_jump_offsets),
};

// The same from 3.13 on, where lines are told before the code is optimized, and again at the end.
constexpr Pass kResolveLinesThenOptimize[] = {
    PASS(read_sequence),
    PASS(label_exception_targets),
    // Every instruction knows its handler.

    PASS(inline_exits_and_lineless),
    PASS(remove_unreachable),
    PASS(resolve_lines),
    PASS(optimize_code),
    PASS(remove_nops_and_pairs),
    PASS(remove_unreachable),
    PASS(remove_nops_and_jumps),
    // Blocks that cannot be reached are empty; predecessors are counted.
    PASS(check_unbound_locals),
    PASS(insert_superinstructions_and_drop_consts),
    PASS(move_cold_blocks_and_clean),
    // The order of blocks is what it will be.

    PASS(resolve_lines),
};

constexpr Pass kFinishWithDepthFirst[] = {
    PASS(convert_keeping_tests_if_any),
    PASS(compute_stack_depth),
    PASS(number_locals),
    PASS(convert_pseudo_ops),
    PASS(remove_nops_and_jumps),
    // Only instructions of the bytecode and directionless jumps are left.
    PASS(normalize_tests),
    PASS(borrow_loads_if_known),
    PASS(resolve_next_locations),
    PASS(resolve_jump_offsets),
};

// What CPython runs after the passes that its tests see.
constexpr Pass kTestedFinish[] = {
    PASS(compute_stack_depth),
    PASS(borrow_loads),
};
#undef PASS

using Passes = std::span<const Pass>;

struct PassesOf {
  Passes first, then;
};

PassesOf passes_of(const Target& target) {
  if (!target.on(Feature::graph_after_codegen)) return {kAssembleBlocks, {}};
  if (!target.on(Feature::lines_before_optimizing)) return {kOptimizeThenResolveLines, kFinishNumberingFirst};
  return {kResolveLinesThenOptimize, kFinishWithDepthFirst};
}

// The code of all passes fits into the first-level cache, where one unit leaves it for the next; the units would not.
void run_passes(std::span<Work> works, PassObserver* observer, Passes passes) {
  for (Work& work : works) {
    for (const Pass& pass : passes) {
      pass.run(work);
      if (observer != nullptr) observer->after(pass.name, work.graph);
    }
  }
}

}  // namespace

struct Flow::State {
  std::deque<Graph> graphs;
  std::vector<Work> works;
  Scratch scratch;
  std::optional<OpTraits> traits;  // of the last target

  void begin(const Target& target) {
    if (!traits || traits->target() != &target) traits.emplace(target);
    works.clear();
  }

  void add(codegen::CodeUnit& unit, Context& context) {
    if (works.size() == graphs.size()) graphs.emplace_back();
    works.push_back({.unit = unit,
                     .context = context,
                     .traits = *traits,
                     .effects = stack_effects(context.target),
                     .graph = graphs[works.size()],
                     .scratch = scratch});
  }

  void run(const PassesOf& passes, PassObserver* observer) {
    run_passes(works, observer, passes.first);
    run_passes(works, observer, passes.then);
  }
};

Flow::Flow() : state_(std::make_unique<State>()) {}
Flow::~Flow() = default;

void Flow::run(std::span<const codegen::FinishedUnit> units, Context& context) {
  state_->begin(context.target);
  for (const codegen::FinishedUnit& finished : units) state_->add(*finished.unit, context);
  state_->run(passes_of(context.target), nullptr);
}

Graph& Flow::graph(std::size_t index) {
  MKPYC_CHECK(index < state_->works.size());
  return state_->graphs[index];
}

Graph& Flow::run(codegen::CodeUnit& unit, Context& context, PassObserver* observer) {
  state_->begin(context.target);
  state_->add(unit, context);
  state_->run(passes_of(context.target), observer);
  return state_->graphs[0];
}

// CPython: _PyCompile_OptimizeCfg.
Graph& Flow::optimize(codegen::CodeUnit& unit, Context& context) {
  const Target& target = context.target;
  MKPYC_CHECK(target.on(Feature::graph_after_codegen));
  PassesOf passes = passes_of(target);
  passes.then = target.on(Feature::borrowed_loads) ? Passes(kTestedFinish) : Passes();
  state_->begin(target);
  state_->add(unit, context);
  state_->run(passes, nullptr);
  return state_->graphs[0];
}

}  // namespace mkpyc::flow
