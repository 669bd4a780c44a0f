// Loads of local variables that may be unbound get the instruction that checks (CPython:
// add_checks_for_loads_of_uninitialized_variables).
#include <algorithm>

#include "base/likely.h"
#include "flow/passes.h"

namespace mkpyc::flow {
namespace {

constexpr i32 kTracked = kTrackedLocals;

class UnboundLocals {
 public:
  explicit UnboundLocals(Work& work)
      : work_(work),
        graph_(work.graph),
        todo_(work.todo),
        walk_(work.begin_walk()),
        all_tracked_(work.unit.varnames.size() <= static_cast<u32>(kTracked)) {}

  void run(i32 params, i32 locals) {
    todo_.clear();
    u64 unbound = 0;
    for (i32 i = params; i < locals; ++i) unbound |= u64{1} << i;
    enter(graph_.entry, unbound);
    for (Block& block : graph_.layout()) {
      block.walk = walk_;
      scan(block);
    }
    while (!todo_.empty()) {
      Block& block = graph_[todo_.pop()];
      block.waits = false;
      scan(block);
    }
  }

 private:
  // A block that has been scanned is put down for another time.
  void enter(BlockId id, u64 unbound) {
    Block& block = graph_[id];
    u64 both = block.unsafe_locals | unbound;
    if (both == block.unsafe_locals) return;
    block.unsafe_locals = both;
    if (block.waits || block.walk != walk_) return;
    block.waits = true;
    todo_.push(id);
  }

  // Nothing changes, here or after it, where all are bound and stay so.
  void scan(const Block& block) {
    u64 unbound = block.unsafe_locals;
    if (unbound == 0 && !unbinds(block)) return;
    scan_code(block, unbound);
    if (block.falls_through() && block.next != BlockId::kNone) enter(block.next, unbound);
    if (block.jumps()) enter(block.target, unbound);
  }

  static bool unbinds(const Block& block) { return block.may_have(codegen::BlockFacts::kUnbindsLocal); }

  void scan_code(const Block& block, u64& unbound) {
    if (!block.may_have(codegen::BlockFacts::kUsesLocal)) {
      if (work_.has_block_pushes()) enter_handlers(block, unbound);
    } else if (all_tracked_ && !work_.has_block_pushes()) {
      scan_uses<true>(block, unbound);
    } else {
      scan_uses<false>(block, unbound);
    }
  }

  // A handler is entered with what may be unbound where an exception is raised: again when either changes. `kPlain`:
  // there are neither handlers nor locals that are not tracked.
  template <bool kPlain>
  void scan_uses(const Block& block, u64& unbound) {
    BlockId entered = BlockId::kNone;
    const OpTraits& traits = work_.traits;
    const u64 unbinding = unbinds(block) ? ~u64{0} : 0;  // the locals that it may unbind
    for (Instr& instr : graph_.code(block)) {
      if (!kPlain && unlikely(instr.handler != entered)) {
        entered = instr.handler;
        if (entered != BlockId::kNone) enter(entered, unbound);
      }
      // Most locals are bound where they are used, and most instructions use none. One branch asks both.
      u64 bit = traits.local_count(instr.op) << (instr.arg & (kTracked - 1));
      if (!kPlain) bit = likely(static_cast<u32>(instr.arg) < kTracked) ? bit : 0;
      if ((bit & (unbound | unbinding)) == 0) [[likely]]
        continue;
      u64 before = unbound;
      use(instr, bit, unbound);
      if (unbound == before) continue;
      if (unbound == 0 && unbinding == 0) return;
      entered = BlockId::kNone;  // its handler is entered with what changed
    }
  }

  // Of a block in which nothing changes.
  void enter_handlers(const Block& block, u64 unbound) {
    BlockId entered = BlockId::kNone;
    for (const Instr& instr : graph_.code(block)) {
      if (instr.handler == entered) continue;
      entered = instr.handler;
      if (entered != BlockId::kNone) enter(entered, unbound);
    }
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
  Todo& todo_;
  const u8 walk_;
  const bool all_tracked_;
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

}  // namespace

void check_unbound_locals(Work& work) {
  i32 locals = static_cast<i32>(work.unit.varnames.size());
  if (locals > kTracked) check_within_blocks(work, locals);
  locals = std::min(locals, kTracked);
  i32 parameters = parameter_count(work.unit);
  if (parameters < locals || work.may_have(codegen::BlockFacts::kUnbindsLocal))
    UnboundLocals(work).run(parameters, locals);
}

}  // namespace mkpyc::flow
