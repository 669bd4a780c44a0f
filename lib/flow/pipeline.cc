// The passes of a unit, in CPython's order. A line of state says what holds from there on.
#include <optional>

#include "flow/passes.h"

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
  clean_blocks(work);
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
  clean_blocks(work);
  // Only instructions of the bytecode and directionless jumps are left.
  direct_jumps(work);
  resolve_jump_offsets(work);
}

}  // namespace

struct Flow::State {
  Graph graph;
  std::vector<BlockId> todo;
  std::vector<i32> numbers;
  std::optional<OpTraits> traits;  // of the last target
};

Flow::Flow() : state_(std::make_unique<State>()) {}
Flow::~Flow() = default;

Graph& Flow::run(const codegen::CodeUnit& unit, Context& context) {
  State& state = *state_;
  if (!state.traits || state.traits->target() != &context.target) state.traits.emplace(context.target);
  Work work{.unit = unit,
            .context = context,
            .traits = *state.traits,
            .effects = stack_effects(context.target),
            .graph = state.graph,
            .todo = state.todo,
            .numbers = state.numbers};
  assemble_blocks(work);
  return state.graph;
}

}  // namespace mkpyc::flow
