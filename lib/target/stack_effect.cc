#include "target/stack_effect.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"

namespace mkpyc {
namespace {

struct FixedRow {
  Op op;
  int change;
};

StackEffects make_table(const FixedRow* rows, std::size_t count, int (*variable)(Op, i32, bool)) {
  StackEffects table;
  std::fill(std::begin(table.fixed), std::end(table.fixed), StackEffects::kVariable);
  for (std::size_t i = 0; i < count; ++i)
    table.fixed[static_cast<std::size_t>(rows[i].op)] = static_cast<i8>(rows[i].change);
  table.variable = variable;
  return table;
}

// Two readings of one .def file: the rows, with a mark for those that depend on the argument, and a function for these.
#define EFFECT(name, change) {Op::name, change},
#define EFFECT_BY(name, change, jump_change) {Op::name, StackEffects::kVariable},
constexpr FixedRow kRows311[] = {
#include "stack_effects/3.11.def"
};
#undef EFFECT
#undef EFFECT_BY

#define EFFECT(name, change)
#define EFFECT_BY(name, change, jump_change) \
  if (op == Op::name) return jump ? (jump_change) : (change);
int variable311(Op op, [[maybe_unused]] i32 arg, bool jump) {
#include "stack_effects/3.11.def"
  check_failed(__FILE__, __LINE__, op_name(op));
}
#undef EFFECT
#undef EFFECT_BY

}  // namespace

const StackEffects& stack_effects(const Target& target) {
  static const StackEffects table311 = make_table(kRows311, std::size(kRows311), variable311);
  MKPYC_CHECK(target.version().minor == 11);
  return table311;
}

}  // namespace mkpyc
