#include "target/stack_effect.h"

#include <iterator>

#include "base/check.h"

namespace mkpyc {
namespace {

struct Effect {
  Op op;
  i8 change;
  i8 factor = 0;
  i32 mask = 0;
  bool jumps = false;
  i8 jump_change = 0;
};

// Two readings of one .def file: the rows, and a function for those that are not linear.
#define EFFECT(name, change) {Op::name, change},
#define EFFECT_LINEAR(name, change, factor, mask) {Op::name, change, factor, mask},
#define EFFECT_JUMP(name, change, jump_change) {Op::name, change, 0, 0, true, jump_change},
#define EFFECT_BY(name, change)
constexpr Effect kEffects311[] = {
#include "stack_effects/3.11.def"
};
constexpr Effect kEffects312[] = {
#include "stack_effects/3.12.def"
};
constexpr Effect kEffects313[] = {
#include "stack_effects/3.13.def"
};
constexpr Effect kEffects314[] = {
#include "stack_effects/3.14.def"
};
constexpr Effect kEffects315[] = {
#include "stack_effects/3.15.def"
};
#undef EFFECT
#undef EFFECT_LINEAR
#undef EFFECT_JUMP
#undef EFFECT_BY

[[noreturn]] int no_row(Op op) { check_failed(__FILE__, __LINE__, op_name(op)); }

#define EFFECT(name, change)
#define EFFECT_LINEAR(name, change, factor, mask)
#define EFFECT_JUMP(name, change, jump_change)
#define EFFECT_BY(name, change) \
  if (op == Op::name) return change;
int variable311(Op op, i32 arg) {
#include "stack_effects/3.11.def"
  no_row(op);
}
int variable312(Op op, i32 arg) {
#include "stack_effects/3.12.def"
  no_row(op);
}
int variable313(Op op, i32 arg) {
#include "stack_effects/3.13.def"
  no_row(op);
}
int variable314(Op op, i32 arg) {
#include "stack_effects/3.14.def"
  no_row(op);
}
int variable315(Op op, i32 arg) {
#include "stack_effects/3.15.def"
  no_row(op);
}
#undef EFFECT
#undef EFFECT_LINEAR
#undef EFFECT_JUMP
#undef EFFECT_BY

}  // namespace

struct StackEffectTables {
  static StackEffects make(const Effect* effects, std::size_t count, int (*variable)(Op, i32)) {
    StackEffects table;
    table.variable_ = variable;
    for (std::size_t i = 0; i < count; ++i) {
      StackEffects::Row& row = table.rows_[static_cast<std::size_t>(effects[i].op)];
      row.mask = effects[i].mask;
      row.change = effects[i].change;
      row.factor = effects[i].factor;
      if (effects[i].jumps) row.jump_change = effects[i].jump_change;
    }
#define PUSHES(name, count) table.rows_[static_cast<std::size_t>(Op::name)].pushed = count;
#define PUSHES_AND_POPS(name, taken) \
  table.rows_[static_cast<std::size_t>(Op::name)].pushed = StackEffects::kTakesNone - (taken);
#include "stack_effects/pushes.def"
#undef PUSHES
#undef PUSHES_AND_POPS
    return table;
  }
};

// What takes more off for a larger argument has the factor -1, what puts more on has the factor 1.
bool StackEffects::exchange(Op op, Exchange& exchange) const {
  const Row& row = rows_[static_cast<std::size_t>(op)];
  if (row.change == kVariable || row.factor < -1 || row.factor > 1) return false;
  int change = static_cast<int>(row.change);
  int pushed = row.pushed >= 0 ? row.pushed : change + (kTakesNone - row.pushed);
  exchange = {pushed - change, row.factor < 0 ? static_cast<int>(row.mask) : 0, pushed,
              row.factor > 0 ? static_cast<int>(row.mask) : 0};
  // A number of what is put on that does not change with the argument contradicts a factor of 1.
  return exchange.popped >= 0 && (row.factor <= 0 || row.pushed < 0);
}

const StackEffects& stack_effects(const Target& target) {
  switch (target.version().minor) {
#define TARGET(minor, ...)                                                                        \
  case minor: {                                                                                   \
    static const StackEffects table =                                                             \
        StackEffectTables::make(kEffects3##minor, std::size(kEffects3##minor), variable3##minor); \
    return table;                                                                                 \
  }
#include "targets.def"
#undef TARGET
    default: check_failed(__FILE__, __LINE__, "no stack effects are known of this CPython");
  }
}

}  // namespace mkpyc
