// Loads of local variables that can do without a reference of their own, because the local outlives the value on the
// stack (CPython: optimize_load_fast). Each block is run on a stack that knows which instruction made each value. A
// load borrows from where it is met on, until something is found that needs a reference: the local is stored to, the
// value is stored, or left on the stack. A block of which stack_depth.cc knows that nothing is found is not walked:
// assemble/ writes its loads as those that borrow.
#include <algorithm>

#include "base/check.h"
#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

class Borrower {
 public:
  explicit Borrower(Work& work)
      : work_(work),
        graph_(work.graph),
        stack_memory_(work.scratch.refs),
        walk_(work.begin_walk()),
        passes_empty_(work.on(Feature::empty_blocks_are_passed)),
        mistakes_makers_(work.on(Feature::borrowing_mistakes_makers)) {}

  void run() {
    Todo& todo = work_.todo;
    todo.clear();
    graph_[graph_.entry].start_depth = 0;
    if (reaches_all()) return run_all();
    enter(graph_.entry);
    while (!todo.empty()) walk(graph_[todo.pop()]);
  }

 private:
  using Ref = Work::Ref;
  static constexpr i32 kNobody = -1, kNotLocal = -1;

  void enter(BlockId id) {
    Block& block = graph_[id];
    if (block.walk == walk_) return;
    block.walk = walk_;
    work_.todo.push(id);
  }

  // True: without exceptions every block can be reached that has instructions. Then no walk need tell which, and in
  // what order they are looked at does not matter.
  bool reaches_all() const {
    if (work_.has_block_pushes()) return false;
    if (passes_empty_) return true;
    for (const Block& block : graph_.layout())
      if (block.empty()) return false;
    return true;
  }
  void run_all() {
    for (Block& block : graph_.layout()) settle_loads(block);
  }

  // True if the block was run on the stack, which also enters the blocks that its instructions name.
  bool settle_loads(Block& block) {
    if (!block.may_have(codegen::BlockFacts::kUsesLocal) || block.empty()) return false;
    block.borrows = !block.keeps_loads;
    if (block.keeps_loads) run_on_stack(block, graph_.code(block));
    return block.keeps_loads;
  }

  void walk(Block& block) {
    if (!settle_loads(block)) {
      if (block.may_have(codegen::BlockFacts::kPushesBlock)) enter_handlers(graph_.code(block));
      if (block.jumps()) enter(block.target);
    }
    fall_through(block);
  }

  // Those that are still pushed (CPython's tests of the pass alone).
  [[gnu::noinline]] void enter_handlers(std::span<const Instr> code) {
    for (const Instr& instr : code)
      if (work_.traits.pushes_block(instr.op)) enter(instr.target);
  }

  void fall_through(const Block& block) {
    bool falls = block.empty() ? passes_empty_ : block.falls_through();
    if (falls && block.next != BlockId::kNone) enter(block.next);
  }

  void run_on_stack(const Block& block, std::span<Instr> code) {
    // The depth is bounded by the largest of the graph; an instruction takes its inputs off before it pushes, or
    // copies. What pushes two values at most pushes them unchecked, and writes two in any case.
    std::size_t depth = static_cast<std::size_t>(std::max(block.start_depth, 0));
    std::size_t room = std::max(static_cast<std::size_t>(graph_.stacksize), depth) + code.size() + 2;
    if (stack_memory_.size() < room + 2 * code.size() + 2) [[unlikely]]
      stack_memory_.resize(room + 2 * code.size() + 2);
    bottom_ = stack_memory_.data();
    limit_ = bottom_ + room;
    code_ = code;
    Ref* top = bottom_ + depth;
    for (Ref* ref = bottom_; ref != top; ++ref) *ref = {kNobody, kNotLocal};
    top = apply_all(top);
    for (const Ref* ref = bottom_; ref != top; ++ref) keep_reference(ref->instr());
  }

  // The load that made a value needs a reference.
  void keep_reference(i32 maker) {
    if (static_cast<std::size_t>(maker) >= code_.size()) return;  // nobody, or mistaken
    Op& op = code_[static_cast<std::size_t>(maker)].op;
    if (op == Op::LOAD_FAST_BORROW) op = Op::LOAD_FAST;
    if (op == Op::LOAD_FAST_BORROW_LOAD_FAST_BORROW) op = Op::LOAD_FAST_LOAD_FAST;
  }
  void kill(i32 local, const Ref* top) {
    for (const Ref* ref = bottom_; ref != top; ++ref)
      if (ref->local() == local) keep_reference(ref->instr());
  }

  // The next three return the new top of the stack.
  Ref* drop(Ref* top, i32 count) const {
    MKPYC_CHECK(count >= 0 && count <= top - bottom_);
    return top - count;
  }
  Ref* push(Ref* top, i32 instr, i32 local) const {
    MKPYC_CHECK(top < limit_);
    *top = {instr, local};
    return top + 1;
  }
  Ref* store(Ref* top, i32 local) {
    top = drop(top, 1);
    kill(local, top);
    keep_reference(top->instr());
    return top;
  }

  Ref* apply_all(Ref* top) {
    Ref* const bottom = bottom_;
    const OpTraits& traits = work_.traits;
    i32 at = 0;
    for (Instr& instr : code_) {
      const BorrowingRow& row = traits.borrowing(instr.op);
      const i32 arg = instr.arg;
      if (row.borrowing <= Borrowing::kLoadAttr) {
        const std::ptrdiff_t popped = static_cast<u32>(row.popped + (arg & row.popped_mask));
        MKPYC_CHECK(popped <= top - bottom);
        top -= popped;
        const Ref self = top[0], made = {at, arg | row.local_mask};
        top[0] = made;
        top[1] = row.borrowing == Borrowing::kLoadAttr ? self : made;
        top += row.pushed + (arg & row.pushed_mask);
        instr.op = row.borrows;
      } else if (row.borrowing == Borrowing::kStore) {
        top = store(top, arg);
      } else if (row.borrowing == Borrowing::kLoadLoad) {
        top[0] = {at, arg >> 4};
        top[1] = {at, arg & 15};
        top += 2;
        instr.op = row.borrows;
      } else {
        top = apply(instr, row.borrowing, at, top);
      }
      ++at;
    }
    return top;
  }

  // The less frequent ones.
  [[gnu::noinline]] Ref* apply(const Instr& instr, Borrowing borrowing, i32 at, Ref* top) {
    i32 arg = instr.arg;
    switch (borrowing) {
      case Borrowing::kPlain: return plain(instr, at, top);
      case Borrowing::kJump: enter(instr.target); return plain(instr, at, top);
      case Borrowing::kPushesBlock: enter(instr.target); return top;
      case Borrowing::kStoreLoad: return push(store(top, arg >> 4), at, arg & 15);
      case Borrowing::kStoreStore: return store(store(top, arg >> 4), arg & 15);
      case Borrowing::kLoadSuperAttr: return load_super_attr(instr, at, top);
      case Borrowing::kForIter: enter(instr.target); return push(top, at, kNotLocal);
      case Borrowing::kKill: kill(arg, top); return top;
      case Borrowing::kLoadAndClear: kill(arg, top); return push(top, at, arg);
      case Borrowing::kCopy: return push(top, from_top(top, arg).instr(), from_top(top, arg).local());
      case Borrowing::kSwap: std::swap(from_top(top, arg), from_top(top, 1)); return top;
      case Borrowing::kKeepsInputs: return keep_inputs(net(instr), at, top);
      case Borrowing::kDrops: return drop(top, -net(instr));
      case Borrowing::kReplacesTop: return push(drop(top, 1), at, kNotLocal);
      case Borrowing::kSend: enter(instr.target); return push(drop(top, 1), at, kNotLocal);
      case Borrowing::kKeepsTop: return keep_top(instr, top);
      case Borrowing::kUnderTop: {
        Ref last = from_top(top, 1);
        from_top(top, 1) = {at, kNotLocal};
        return push(top, last.instr(), last.local());
      }
      case Borrowing::kSimple:
      case Borrowing::kLoadAttr:
      case Borrowing::kLoadLoad:
      case Borrowing::kStore: break;  // apply_all
    }
    return top;
  }

  i32 net(const Instr& instr) const { return work_.effects.of(instr.op, instr.arg); }

  Ref& from_top(Ref* top, i32 depth) const {
    MKPYC_CHECK(depth >= 1 && depth <= top - bottom_);
    return top[-depth];
  }

  // In some releases the new values count as made by the first instructions of the block.
  Ref* keep_inputs(i32 count, i32 at, Ref* top) const {
    for (i32 i = 0; i < count; ++i) top = push(top, mistakes_makers_ ? i : at, kNotLocal);
    return top;
  }

  // END_SEND, SET_FUNCTION_ATTRIBUTE: what is below the top goes.
  Ref* keep_top(const Instr& instr, Ref* top) const {
    Ref last = from_top(top, 1);
    return push(drop(drop(top, 1), -net(instr)), last.instr(), last.local());
  }

  Ref* load_super_attr(const Instr& instr, i32 at, Ref* top) const {
    Ref self = from_top(top, 1);
    top = push(drop(top, 3), at, kNotLocal);
    // A method's self is pushed back.
    return (instr.arg & 1) != 0 ? push(top, self.instr(), self.local()) : top;
  }

  Ref* plain(const Instr& instr, i32 at, Ref* top) const {
    i32 pushed = work_.effects.pushed(instr.op, instr.arg);
    top = drop(top, pushed - net(instr));
    for (; pushed > 0; --pushed) top = push(top, at, kNotLocal);
    return top;
  }

  Work& work_;
  Graph& graph_;
  std::vector<Ref>& stack_memory_;
  Ref *bottom_ = nullptr, *limit_ = nullptr;
  std::span<Instr> code_;
  const u8 walk_;
  const bool passes_empty_, mistakes_makers_;
};

}  // namespace

void borrow_loads(Work& work) { Borrower(work).run(); }

}  // namespace mkpyc::flow
