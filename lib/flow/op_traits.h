// What the passes ask of an instruction, in small tables made once a target: looking it up is one load, and the answer
// for a pseudo instruction (JUMP, SETUP_FINALLY) comes from the same place as for a real one.
#pragma once

#include "flow/flow.h"
#include "target/target.h"

namespace mkpyc::flow {

/// What an instruction does to values and locals, as the pass sees it that borrows loads (borrow.cc).
enum class Borrowing : u8 {
  // The row says all: takes its inputs off the stack and pushes two values at most.
  kSimple,
  kLoadAttr,  // the same, but the second value is the one that it took off: a method's self
  kLoadLoad,
  kStore,
  kStoreLoad,
  kStoreStore,
  kPlain,  // takes all its inputs off the stack
  kJump,   // the same, and names a block
  kPushesBlock,
  kKill,
  kLoadAndClear,
  kLoadSuperAttr,
  kCopy,
  kSwap,
  kKeepsInputs,
  kDrops,
  kReplacesTop,
  kForIter,
  kSend,
  kKeepsTop,
  kUnderTop,
};

struct alignas(8) BorrowingRow {
  Borrowing borrowing = Borrowing::kPlain;
  // How many values go off and on: `popped + (arg & popped_mask)`.
  i8 popped = 0, popped_mask = 0;
  i8 pushed = 0, pushed_mask = 0;
  i8 local_mask = -1;    // 0: what is pushed comes from the local that the argument names
  Op borrows = Op::NOP;  // the same instruction, or the one that borrows in its place
};

class OpTraits {
 public:
  explicit OpTraits(const Target& target);

  /// BlockEnd of a block that ends with it.
  u8 end(Op op) const { return static_cast<u8>(traits_[static_cast<std::size_t>(op)] & kEnds); }
  bool jumps(Op op) const { return has(op, kJumps); }
  /// Names the handler of what follows (CPython: is_block_push).
  bool pushes_block(Op op) const { return has(op, kPushesBlock); }
  bool names_block(Op op) const { return has(op, kJumps | kPushesBlock); }
  bool exits(Op op) const { return has(op, kExits); }
  bool always_jumps(Op op) const { return has(op, kAlwaysJumps); }
  /// The argument is the index of a constant.
  bool reads_const(Op op) const { return has(op, kReadsConst); }
  /// The argument is the index of a cell or free variable.
  bool names_cell(Op op) const { return has(op, kNamesCell); }
  /// Jumps or leaves the code: ends a block.
  bool terminates(Op op) const { return has(op, kJumps | kExits); }
  /// What is after it is not reached from it.
  bool stops(Op op) const { return has(op, kAlwaysJumps | kExits); }
  bool tests(Op op) const { return has(op, kTests); }
  /// The interpreter looks for signals and other threads there (CPython: HAS_EVAL_BREAK_FLAG).
  bool has_eval_break(Op op) const { return has(op, kEvalBreak); }
  /// Loads, stores or deletes one local variable.
  bool uses_local(Op op) const { return has(op, kUsesLocal); }
  /// The same as a number, for a walk that would not predict a branch: 0 or 1.
  u64 local_count(Op op) const { return local_counts_[static_cast<std::size_t>(op)]; }
  /// optimize_block.cc has a rule that starts with it.
  bool optimizable(Op op) const { return has(op, kOptimizable | kJumps | kPushesBlock); }
  /// peephole.cc has a rule that starts with it.
  bool in_peephole(Op op) const { return has(op, kPeephole); }
  /// How it takes part in the rules of peephole.cc: of which pairs it can be the first and, four bits higher, the
  /// second; and whether more can be said without the second.
  u8 rules(Op op) const { return rules_[static_cast<std::size_t>(op)]; }
  static constexpr u8 kPairRules = 0x05;
  static constexpr u8 kConstPair = 0x02;      // a constant, and what it says something of
  static constexpr u8 kLoneRule = 0x08;       // a rule starts with it, whatever comes next
  static constexpr u8 kLoadsConstant = 0x80;  // or may copy one
  /// The answers to some questions as bits, for a loop to put together: those of a walk say what any of its
  /// instructions does.
  using Row = u8;
  Row row(Op op) const { return rows_[static_cast<std::size_t>(op)]; }
  static bool reads_const(Row row) { return (row & kRowReadsConst) != 0; }
  /// True if the two may become one instruction (superinstructions.cc).
  static bool pairs(Row first, Row second) { return (first & second >> 2 & 3) != 0; }
  /// It changes a local, or does more to values on the stack than take off and put on: loaded_values.h looks at it.
  bool asks_stack(Op op) const { return (row(op) & kRowAsksStack) != 0; }
  /// The value at the top of the stack is its own. Of targets that borrow loads.
  bool makes_value(Op op) const { return (row(op) & kRowMakesValue) != 0; }
  /// pseudo_ops.cc replaces it at the end, wherever it is in a block.
  bool is_pseudo(Op op) const { return has(op, kPseudo); }
  /// What is known of a constant before it says what it does.
  bool follows_const(Op op) const { return has(op, kFollowsConst); }
  /// It loads a constant, or may copy one.
  bool loads_constant(Op op) const { return has(op, kLoadsConst); }
  /// A jump to it may go on to where that one goes.
  bool threads(Op op) const { return has(op, kThreads); }
  /// A pseudo jump's real instruction; Op::kCount for a jump that has one direction.
  Op directed(Op op, bool forward) const { return directed_[static_cast<std::size_t>(op)][forward ? 1 : 0]; }

  const BorrowingRow& borrowing(Op op) const { return borrowing_[static_cast<std::size_t>(op)]; }

  const Target* target() const { return target_; }

 private:
  enum Trait : u16 {
    kJumps = BlockEnd::kJumps,
    kExits = BlockEnd::kExits,
    kAlwaysJumps = BlockEnd::kAlwaysJumps,
    kTests = BlockEnd::kTests,
    kEnds = kJumps | kExits | kAlwaysJumps | kTests,
    kPushesBlock = 16,
    kReadsConst = 32,
    kNamesCell = 64,
    kOptimizable = 128,
    kEvalBreak = 256,
    kUsesLocal = 512,
    kPeephole = 1024,
    kLoadsConst = 2048,
    kFollowsConst = 4096,
    kThreads = 8192,
    kPseudo = 16384,
  };
  // Below: as the first, as the second of a pair.
  enum : Row { kRowReadsConst = 1 << 4, kRowAsksStack = 1 << 5, kRowMakesValue = 1 << 6 };
  void tell_rules(const Target& target);
  void tell_borrowing(const Target& target);
  void tell_loaded_values();
  bool has(Op op, int traits) const { return (traits_[static_cast<std::size_t>(op)] & traits) != 0; }

  const Target* target_;
  u16 traits_[kOpCount] = {};
  u8 rules_[kOpCount] = {};
  u8 local_counts_[kOpCount] = {};
  Row rows_[kOpCount] = {};
  Op directed_[kOpCount][2];  // backward, forward
  BorrowingRow borrowing_[kOpCount];
};

}  // namespace mkpyc::flow
