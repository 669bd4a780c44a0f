// What an instruction does to the depth of the stack, by target (grammar/stack_effects).
#pragma once

#include "target/target.h"

namespace mkpyc {

/// Nearly every instruction changes the depth by `change + factor * (arg & mask)`, which needs no branch. The rest, and
/// instructions that the target's stack depth pass does not know, have the mask 0 and kVariable as their change.
class StackEffects {
 public:
  int of(Op op, i32 arg) const {
    i64 change = linear(op, arg);
    return change != kVariable ? static_cast<int>(change) : variable_(op, arg);
  }
  /// The same for a walk that looks afterwards whether one of its instructions had no such row: what it adds is so much
  /// that the sum is no depth (is_depth()).
  i64 linear(Op op, i32 arg) const {
    const Row& row = rows_[static_cast<std::size_t>(op)];
    return row.change + row.factor * (arg & row.mask);
  }
  static bool is_depth(i64 sum) { return sum < kVariable / 2; }
  /// How many values it takes off the stack: `fixed + (arg & mask)`, and that it puts on: `fixed + (arg & mask)`.
  struct Exchange {
    int popped, popped_mask, pushed, pushed_mask;
  };
  /// True if it does so. Of targets that borrow loads.
  bool exchange(Op op, Exchange& exchange) const;
  /// At the place that it jumps to, or at the handler that it names.
  int of_jump(Op op, i32 arg) const {
    int change = rows_[static_cast<std::size_t>(op)].jump_change;
    return change != kAsWithoutJump ? change : of(op, arg);
  }

  /// How many values it puts on the stack, those counted that it takes off first. Of targets that borrow loads.
  int pushed(Op op, i32 arg) const {
    int count = rows_[static_cast<std::size_t>(op)].pushed;
    return count >= 0 ? count : of(op, arg) + (kTakesNone - count);
  }

 private:
  friend struct StackEffectTables;
  static constexpr i64 kVariable = i64{1} << 40;
  static constexpr i8 kAsWithoutJump = 127;
  static constexpr i8 kTakesNone = -1;  // one less for each value that it takes off
  struct Row {
    // As wide as what they are used with.
    i64 change = kVariable;
    i64 mask = 0;
    i64 factor = 0;
    i8 jump_change = kAsWithoutJump;
    i8 pushed = 0;
  };
  static_assert(sizeof(Row) == 32);
  Row rows_[kOpCount];
  int (*variable_)(Op op, i32 arg);
};

/// The target's table; lives as long as the program.
const StackEffects& stack_effects(const Target& target);

}  // namespace mkpyc
