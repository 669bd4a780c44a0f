// Loads of local variables that can do without a reference of their own, because the local outlives the value on the
// stack (CPython: optimize_load_fast). Each block is run on a stack that knows which instruction made each value.
#include <algorithm>

#include "base/check.h"
#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

// What makes a load keep its own reference.
enum Use : u8 { kLocalKilled = 1, kStored = 2, kLeftOnStack = 4 };

class Borrower {
 public:
  explicit Borrower(Work& work)
      : work_(work),
        graph_(work.graph),
        stack_memory_(work.scratch.refs),
        uses_(work.scratch.uses),
        passes_empty_(work.on(Feature::empty_blocks_are_passed)),
        mistakes_makers_(work.on(Feature::borrowing_mistakes_makers)) {}

  void run() {
    for (Block& block : graph_.layout()) block.visited = false;
    std::vector<BlockId>& todo = work_.todo;
    todo.clear();
    graph_[graph_.entry].start_depth = 0;
    enter(graph_.entry);
    while (!todo.empty()) {
      BlockId id = todo.back();
      todo.pop_back();
      walk(graph_[id]);
    }
  }

 private:
  using Ref = Work::Ref;
  static constexpr i32 kNobody = -1, kNotLocal = -1;

  void enter(BlockId id) {
    if (graph_[id].visited) return;
    graph_[id].visited = true;
    work_.todo.push_back(id);
  }

  void push(i32 instr, i32 local) {
    MKPYC_CHECK(top_ != end_);
    *top_++ = {instr, local};
  }
  Ref pop() {
    MKPYC_CHECK(top_ != bottom_);
    return *--top_;
  }
  void drop(i32 count) {
    MKPYC_CHECK(count >= 0 && count <= top_ - bottom_);
    top_ -= count;
  }
  void push_results(i32 count, i32 instr) {
    for (; count > 0; --count) push(instr, kNotLocal);
  }
  Ref& from_top(i32 depth) {
    MKPYC_CHECK(depth >= 1 && depth <= top_ - bottom_);
    return top_[-depth];
  }

  void mark(i32 instr, Use use) {
    if (instr != kNobody) uses_[static_cast<std::size_t>(instr)] |= use;
  }
  void kill(i32 local) {
    for (const Ref* ref = bottom_; ref != top_; ++ref)
      if (ref->local == local) mark(ref->instr, kLocalKilled);
  }
  void store(i32 local) {
    Ref ref = pop();
    kill(local);
    mark(ref.instr, kStored);
  }

  void walk(const Block& block) {
    std::span<Instr> code = graph_.code(block);
    if (has_loads(block, code)) {
      run_on_stack(block, code);
    } else {
      // Only what ends the block names another, but for a NOT_TAKEN after it.
      for (const Instr& instr : code.last(std::min<std::size_t>(code.size(), 2)))
        if (work_.traits.names_block(instr.op)) enter(instr.target);
    }
    bool falls = code.empty() ? passes_empty_ : !work_.traits.stops(code.back().op);
    if (block.next != BlockId::kNone && falls) enter(block.next);
  }

  static bool has_loads(const Block& block, std::span<const Instr> code) {
    if (!block.may_have(codegen::BlockFacts::kUsesLocal)) return false;
    return std::ranges::any_of(
        code, [](const Instr& instr) { return instr.op == Op::LOAD_FAST || instr.op == Op::LOAD_FAST_LOAD_FAST; });
  }

  void run_on_stack(const Block& block, std::span<Instr> code) {
    uses_.assign(code.size(), 0);
    // The depth is bounded by the largest of the graph; an instruction takes its inputs off before it pushes, or
    // copies.
    std::size_t room = static_cast<std::size_t>(std::max(graph_.stacksize, block.start_depth)) + code.size() + 2;
    if (stack_memory_.size() < room) stack_memory_.resize(room);
    bottom_ = top_ = stack_memory_.data();
    end_ = bottom_ + stack_memory_.size();
    for (i32 i = 0; i < block.start_depth; ++i) push(kNobody, kNotLocal);
    i32 at = 0;
    for (const Instr& instr : code) apply(instr, at++);
    rename(code);
  }

  void rename(std::span<Instr> code) {
    for (const Ref* ref = bottom_; ref != top_; ++ref) mark(ref->instr, kLeftOnStack);
    for (std::size_t i = 0; i < code.size(); ++i) {
      if (uses_[i] != 0) continue;
      if (code[i].op == Op::LOAD_FAST) code[i].op = Op::LOAD_FAST_BORROW;
      if (code[i].op == Op::LOAD_FAST_LOAD_FAST) code[i].op = Op::LOAD_FAST_BORROW_LOAD_FAST_BORROW;
    }
  }

  void apply(const Instr& instr, i32 at) {
    i32 arg = instr.arg;
    switch (work_.traits.borrowing(instr.op)) {
      case Borrowing::kKill: return kill(arg);
      case Borrowing::kLoad: return push(at, arg);
      case Borrowing::kLoadAndClear: kill(arg); return push(at, arg);
      case Borrowing::kLoadLoad: push(at, arg >> 4); return push(at, arg & 15);
      case Borrowing::kStore: return store(arg);
      case Borrowing::kStoreLoad: store(arg >> 4); return push(at, arg & 15);
      case Borrowing::kStoreStore: store(arg >> 4); return store(arg & 15);
      case Borrowing::kCopy: {
        Ref ref = from_top(arg);
        return push(ref.instr, ref.local);
      }
      case Borrowing::kSwap: return std::swap(from_top(arg), from_top(1));
      case Borrowing::kKeepsInputs: return keep_inputs(net(instr), at);
      case Borrowing::kDrops: return drop(-net(instr));
      case Borrowing::kReplacesTop: drop(1); return push(at, kNotLocal);
      case Borrowing::kForIter: enter(instr.target); return push(at, kNotLocal);
      case Borrowing::kLoadAttr: return load_attr(instr, at);
      case Borrowing::kSend:
        enter(instr.target);
        drop(1);
        return push(at, kNotLocal);
      case Borrowing::kKeepsTop: return keep_top(instr);
      case Borrowing::kUnderTop: {
        Ref top = pop();
        push(at, kNotLocal);
        return push(top.instr, top.local);
      }
      case Borrowing::kPlain: return plain(instr, at);
    }
  }

  i32 net(const Instr& instr) const { return work_.effects.of(instr.op, instr.arg); }

  // In some releases the new values count as made by the first instructions of the block.
  void keep_inputs(i32 count, i32 at) {
    for (i32 i = 0; i < count; ++i) push(mistakes_makers_ ? i : at, kNotLocal);
  }

  // END_SEND, SET_FUNCTION_ATTRIBUTE: what is below the top goes.
  void keep_top(const Instr& instr) {
    Ref top = pop();
    drop(-net(instr));
    push(top.instr, top.local);
  }

  void load_attr(const Instr& instr, i32 at) {
    Ref self = pop();
    if (instr.op == Op::LOAD_SUPER_ATTR) drop(2);
    push(at, kNotLocal);
    // A method's self is pushed back.
    if ((instr.arg & 1) != 0) push(self.instr, self.local);
  }

  void plain(const Instr& instr, i32 at) {
    if (work_.traits.names_block(instr.op)) {
      enter(instr.target);
      if (work_.traits.pushes_block(instr.op)) return;
    }
    i32 pushed = work_.effects.pushed(instr.op, instr.arg);
    drop(pushed - net(instr));
    push_results(pushed, at);
  }

  Work& work_;
  Graph& graph_;
  std::vector<Ref>& stack_memory_;
  Ref *bottom_ = nullptr, *top_ = nullptr, *end_ = nullptr;
  std::vector<u8>& uses_;  // by instruction of the block
  const bool passes_empty_, mistakes_makers_;
};

}  // namespace

void borrow_loads(Work& work) { Borrower(work).run(); }

}  // namespace mkpyc::flow
