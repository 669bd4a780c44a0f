// What an instruction does to the depth of the stack, by target (grammar/stack_effects).
#pragma once

#include "target/target.h"

namespace mkpyc {

/// Nearly every instruction changes the depth by `change + factor * (arg & mask)`, which needs no branch. The rest, and
/// instructions that the target's stack depth pass does not know, have the mask 0 and kVariable as their change.
class StackEffects {
 public:
  int of(Op op, i32 arg) const {
    const Row& row = rows_[static_cast<std::size_t>(op)];
    int change = row.change + row.factor * (arg & row.mask);
    return row.change != kVariable ? change : variable_(op, arg);
  }
  /// How many values it takes off the stack: `fixed + (arg & mask)`, and that it puts on: `fixed + (arg & mask)`.
  struct Exchange {
    int popped, popped_mask, pushed, pushed_mask;
  };
  /// True if it does so. Of targets that borrow loads.
  bool exchange(Op op, Exchange& exchange) const;
  /// At the place that it jumps to, or at the handler that it names.
  int of_jump(Op op, i32 arg) const {
    int change = rows_[static_cast<std::size_t>(op)].jump_change;
    return change != kVariable ? change : of(op, arg);
  }

  /// How many values it puts on the stack, those counted that it takes off first. Of targets that borrow loads.
  int pushed(Op op, i32 arg) const {
    int count = rows_[static_cast<std::size_t>(op)].pushed;
    return count >= 0 ? count : of(op, arg) + (kTakesNone - count);
  }

 private:
  friend struct StackEffectTables;
  static constexpr i8 kVariable = 127;
  static constexpr i8 kTakesNone = -1;  // one less for each value that it takes off
  struct Row {
    i32 mask = 0;
    i8 change = kVariable;
    i8 factor = 0;
    i8 jump_change = kVariable;  // the same as without the jump
    i8 pushed = 0;
  };
  static_assert(sizeof(Row) == 8);
  Row rows_[kOpCount];
  int (*variable_)(Op op, i32 arg);
};

/// The target's table; lives as long as the program.
const StackEffects& stack_effects(const Target& target);

}  // namespace mkpyc
