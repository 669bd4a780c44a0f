// What an instruction does to the depth of the stack, by target (grammar/stack_effects).
#pragma once

#include "target/target.h"

namespace mkpyc {

struct StackEffects {
  /// The change, when it does not depend on the argument or on jumping; kVariable otherwise, and for instructions that
  /// have no row.
  static constexpr i8 kVariable = 127;
  i8 fixed[kOpCount];
  int (*variable)(Op op, i32 arg, bool jump);

  int of(Op op, i32 arg, bool jump) const {
    int change = fixed[static_cast<std::size_t>(op)];
    return change != kVariable ? change : variable(op, arg, jump);
  }
};

/// The target's table; lives as long as the program.
const StackEffects& stack_effects(const Target& target);

}  // namespace mkpyc
