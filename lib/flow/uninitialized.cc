// Loads of local variables that may be unbound get the instruction that checks (CPython:
// add_checks_for_loads_of_uninitialized_variables).
#include "flow/passes.h"

namespace mkpyc::flow {
namespace {

// Of the first 64 locals it is known over the whole graph whether they may be unbound; of others within a block.
constexpr i32 kTracked = 64;

class UnboundLocals {
 public:
  explicit UnboundLocals(Work& work) : work_(work), graph_(work.graph), todo_(work.todo) {}

  void run(i32 params, i32 locals) {
    for (Block& block : graph_.layout()) block.visited = false;
    todo_.clear();
    u64 unbound = 0;
    for (i32 i = params; i < locals; ++i) unbound |= u64{1} << i;
    enter(graph_.entry, unbound);
    for (BlockId id = graph_.entry; id != BlockId::kNone; id = graph_[id].next) scan(id);
    while (!todo_.empty()) {
      BlockId id = todo_.back();
      todo_.pop_back();
      graph_[id].visited = false;
      scan(id);
    }
  }

 private:
  // A block in the list of those to be scanned is `visited`.
  void enter(BlockId id, u64 unbound) {
    Block& block = graph_[id];
    u64 both = block.unsafe_locals | unbound;
    if (both == block.unsafe_locals) return;
    block.unsafe_locals = both;
    if (block.visited) return;
    block.visited = true;
    todo_.push_back(id);
  }

  void scan(BlockId id) {
    const Block& block = graph_[id];
    u64 unbound = block.unsafe_locals;
    if (work_.has_block_pushes)
      scan_with_handlers(block, unbound);
    else if (block.may_have(codegen::BlockFacts::kUsesLocal))
      for (Instr& instr : graph_.code(block)) look_at(instr, unbound);
    if (block.next != BlockId::kNone && falls_through(work_, block)) enter(block.next, unbound);
    if (block.empty()) return;
    const Instr& last = graph_.last(block);
    if (work_.traits.jumps(last.op)) enter(last.target, unbound);
  }

  // A handler is entered with what may be unbound where an exception is raised: again when either changes.
  void scan_with_handlers(const Block& block, u64& unbound) {
    BlockId entered = BlockId::kNone;
    u64 entered_with = 0;
    for (Instr& instr : graph_.code(block)) {
      if (instr.handler != BlockId::kNone && (instr.handler != entered || unbound != entered_with)) {
        enter(instr.handler, unbound);
        entered = instr.handler;
        entered_with = unbound;
      }
      look_at(instr, unbound);
    }
  }

  void look_at(Instr& instr, u64& unbound) const {
    if (work_.traits.uses_local(instr.op) && instr.arg < kTracked) use(instr, u64{1} << instr.arg, unbound);
  }

  static void use(Instr& instr, u64 bit, u64& unbound) {
    if (instr.op == Op::DELETE_FAST || instr.op == Op::LOAD_FAST_AND_CLEAR || instr.op == Op::STORE_FAST_MAYBE_NULL) {
      unbound |= bit;
      return;
    }
    if (instr.op == Op::LOAD_FAST && (unbound & bit) != 0) instr.op = Op::LOAD_FAST_CHECK;
    unbound &= ~bit;
  }

  Work& work_;
  Graph& graph_;
  std::vector<BlockId>& todo_;
};

// CPython: fast_scan_many_locals.
void check_within_blocks(Work& work, i32 locals) {
  std::vector<i32>& bound_in = work.numbers;  // by local: the block in which it was last known to be bound
  bound_in.assign(static_cast<std::size_t>(locals - kTracked), 0);
  i32 number = 0;
  for (Block& block : work.graph.layout()) {
    ++number;
    for (Instr& instr : work.graph.code(block)) {
      if (!work.traits.uses_local(instr.op) || instr.arg < kTracked) continue;
      i32& bound = bound_in[static_cast<std::size_t>(instr.arg - kTracked)];
      if (instr.op == Op::DELETE_FAST || instr.op == Op::LOAD_FAST_AND_CLEAR || instr.op == Op::STORE_FAST_MAYBE_NULL) {
        bound = number - 1;
      } else if (instr.op != Op::LOAD_FAST_CHECK) {
        if (instr.op == Op::LOAD_FAST && bound != number) instr.op = Op::LOAD_FAST_CHECK;
        bound = number;
      }
    }
  }
}

i32 parameter_count(const codegen::CodeUnit& unit) {
  return unit.argcount + unit.posonlyargcount + unit.kwonlyargcount + ((unit.flags & CO_VARARGS) != 0) +
         ((unit.flags & CO_VARKEYWORDS) != 0);
}

}  // namespace

void check_unbound_locals(Work& work) {
  i32 locals = static_cast<i32>(work.unit.varnames.size());
  if (locals == 0) return;
  if (locals > kTracked) {
    check_within_blocks(work, locals);
    locals = kTracked;
  }
  i32 parameters = parameter_count(work.unit);
  if (parameters < locals || work.may_unbind_locals) UnboundLocals(work).run(parameters, locals);
}

}  // namespace mkpyc::flow
