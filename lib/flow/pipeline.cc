// The passes of a unit, in CPython's order. A line of state says what holds from there on.
#include <optional>
#include <span>
#include <utility>

#include "base/check.h"
#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

// Where it is not needed, it would change nothing.
struct Pass {
  const char* name;
  bool (*needed)(const Work&);
  void (*run)(Work&);
};
// clang-format off
#define PASS_IF(condition, function)                       \
  {#function,                                              \
   []([[maybe_unused]] const Work& work) -> bool { return condition; }, \
   [](Work& work) { static_cast<void>(function(work)); }}
// clang-format on
#define PASS(function) PASS_IF(true, function)

using codegen::BlockFacts;

void move_cold_blocks(Work& work) {
  if (push_cold_blocks_to_end(work)) remove_jumps_to_next(work);
}
void move_cold_blocks_and_clean(Work& work) {
  if (push_cold_blocks_to_end(work)) remove_nops_and_jumps(work);
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
    PASS(note_ends),
    // Every exit has a line. Locations do not change after this line, but with the NOPs that are taken away. Blocks
    // know their ends.

    PASS(compute_stack_depth),
    PASS_IF(work.has_block_pushes(), label_exception_targets),
    PASS_IF(work.has_block_pushes(), convert_block_pushes_to_nops),
    PASS(remove_all_nops),
    // Only instructions of the bytecode and directionless jumps are left.
    PASS_IF(work.names_blocks, direct_jumps),
};

// Targets whose compiler makes the graph of the finished sequence (CPython: flowgraph.c _PyCfg_OptimizeCodeUnit), with
// the passes of the first of them: 3.12 optimizes, then tells the lines.
constexpr Pass kOptimizeThenResolveLines[] = {
    PASS(read_sequence),
    PASS_IF(work.has_block_pushes(), label_exception_targets),
    // Every instruction knows its handler.

    PASS_IF(work.names_blocks, inline_small_exits),
    PASS(optimize_code_in_one_pass),
    PASS(remove_nops_and_pairs),
    PASS_IF(work.names_blocks, inline_small_exits),
    PASS_IF(work.edges_changed, remove_unreachable),
    PASS(remove_all_nops),
    PASS(drop_empty_blocks),
    // Every block of the layout has instructions and can be reached; predecessors are counted.
    PASS_IF(work.names_blocks, remove_jumps_to_next),
    PASS(remove_unused_consts),
    PASS_IF(may_be_unbound(work), check_unbound_locals),
    PASS_IF(work.has_block_pushes(), move_cold_blocks),
    // The order of blocks is what it will be.

    PASS_IF(work.may_tell_lines(), resolve_lines),
    PASS(guarantee_lines_of_exits),
};

constexpr Pass kFinishNumberingFirst[] = {
    PASS(number_locals),
    PASS(compute_stack_depth),
    PASS_IF(work.may_have(BlockFacts::kPseudo), convert_pseudo_ops),
    PASS(remove_all_nops),
    // Only instructions of the bytecode and directionless jumps are left.
    PASS_IF(work.names_blocks, normalize_and_direct_jumps),
};

// The same from 3.13 on, where lines are told before the code is optimized, and again at the end.
constexpr Pass kResolveLinesThenOptimize[] = {
    PASS(read_sequence),
    PASS_IF(work.has_block_pushes(), label_exception_targets),
    // Every instruction knows its handler.

    PASS_IF(work.names_blocks, inline_exits_and_lineless),
    PASS_IF(work.edges_changed, remove_unreachable),
    PASS_IF(work.may_tell_lines(), resolve_lines),
    PASS(optimize_code),
    PASS(remove_nops_and_pairs),
    PASS_IF(work.edges_changed, remove_unreachable),
    PASS_IF(work.may_have_nops_or_jumps(), remove_nops_and_jumps),
    // Blocks that cannot be reached are empty; predecessors are counted.
    PASS_IF(may_be_unbound(work), check_unbound_locals),
    PASS(insert_superinstructions_and_drop_consts),
    PASS_IF(work.has_block_pushes(), move_cold_blocks_and_clean),
    // The order of blocks is what it will be.

    PASS_IF(work.may_tell_lines(), resolve_lines),
};

constexpr Pass kFinishWithDepthFirst[] = {
    PASS_IF(work.may_have(BlockFacts::kKeepingTest) && work.on(Feature::keeping_tests), convert_keeping_tests),
    PASS(compute_stack_depth),
    PASS(number_locals),
    PASS_IF(work.may_have(BlockFacts::kPseudo), convert_pseudo_ops),
    PASS_IF(work.may_have_nops_or_jumps(), remove_nops_and_jumps),
    // Only instructions of the bytecode and directionless jumps are left.
    PASS_IF(work.names_blocks, normalize_and_direct_jumps),
    PASS_IF(work.may_have(BlockFacts::kUsesLocal) && work.on(Feature::borrowed_loads), borrow_loads),
    PASS_IF(work.may_have(BlockFacts::kAtNextLocation), resolve_next_locations),
};

// What CPython runs after the passes that its tests see.
constexpr Pass kTestedFinish[] = {
    PASS(compute_stack_depth),
    PASS(borrow_loads),
};
#undef PASS
#undef PASS_IF

[[gnu::noinline]] void run_observed(Work& work, PassObserver& observer, std::span<const Pass> passes) {
  for (const Pass& pass : passes) {
    if (pass.needed(work)) pass.run(work);
    observer.after(pass.name, work.graph);
  }
}

// Calls them by name: through the list, nothing would predict where a call goes.
template <const auto& kPasses>
void run_passes(Work& work, PassObserver* observer) {
  if (observer != nullptr) return run_observed(work, *observer, kPasses);
  [&work]<std::size_t... kAt>(std::index_sequence<kAt...>) {
    ((kPasses[kAt].needed(work) ? kPasses[kAt].run(work) : void()), ...);
  }
  (std::make_index_sequence<std::size(kPasses)>());
}

}  // namespace

struct Flow::State {
  Graph graph;
  Scratch scratch;
  // Of the last target.
  std::optional<OpTraits> traits;
  const StackEffects* effects = nullptr;

  [[gnu::noinline]] void turn_to(const Target& target) {
    traits.emplace(target);
    effects = &stack_effects(target);
  }

  template <const auto&... kLists>
  Graph& run(codegen::CodeUnit& unit, Context& context, PassObserver* observer = nullptr) {
    if (!traits || traits->target() != &context.target) [[unlikely]]
      turn_to(context.target);
    unit.code.close_block();
    Work work{
        .unit = unit, .context = context, .traits = *traits, .effects = *effects, .graph = graph, .scratch = scratch};
    (run_passes<kLists>(work, observer), ...);
    return graph;
  }
};

Flow::Flow() : state_(std::make_unique<State>()) {}
Flow::~Flow() = default;

Graph& Flow::run(codegen::CodeUnit& unit, Context& context, PassObserver* observer) {
  const Target& target = context.target;
  if (!target.on(Feature::graph_after_codegen)) return state_->run<kAssembleBlocks>(unit, context, observer);
  if (!target.on(Feature::lines_before_optimizing))
    return state_->run<kOptimizeThenResolveLines, kFinishNumberingFirst>(unit, context, observer);
  return state_->run<kResolveLinesThenOptimize, kFinishWithDepthFirst>(unit, context, observer);
}

// CPython: _PyCompile_OptimizeCfg.
Graph& Flow::optimize(codegen::CodeUnit& unit, Context& context) {
  const Target& target = context.target;
  MKPYC_CHECK(target.on(Feature::graph_after_codegen));
  if (!target.on(Feature::lines_before_optimizing)) return state_->run<kOptimizeThenResolveLines>(unit, context);
  if (!target.on(Feature::borrowed_loads)) return state_->run<kResolveLinesThenOptimize>(unit, context);
  return state_->run<kResolveLinesThenOptimize, kTestedFinish>(unit, context);
}

}  // namespace mkpyc::flow
