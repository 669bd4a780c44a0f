#include "flow/op_traits.h"

#include <initializer_list>

namespace mkpyc::flow {
namespace {

struct Directed {
  Op jump, backward, forward;
};
constexpr Directed kDirected[] = {
    {Op::JUMP, Op::JUMP_BACKWARD, Op::JUMP_FORWARD},
    {Op::JUMP_NO_INTERRUPT, Op::JUMP_BACKWARD_NO_INTERRUPT, Op::JUMP_FORWARD},
    {Op::POP_JUMP_IF_FALSE, Op::POP_JUMP_BACKWARD_IF_FALSE, Op::POP_JUMP_FORWARD_IF_FALSE},
    {Op::POP_JUMP_IF_TRUE, Op::POP_JUMP_BACKWARD_IF_TRUE, Op::POP_JUMP_FORWARD_IF_TRUE},
    {Op::POP_JUMP_IF_NONE, Op::POP_JUMP_BACKWARD_IF_NONE, Op::POP_JUMP_FORWARD_IF_NONE},
    {Op::POP_JUMP_IF_NOT_NONE, Op::POP_JUMP_BACKWARD_IF_NOT_NONE, Op::POP_JUMP_FORWARD_IF_NOT_NONE},
};

}  // namespace

OpTraits::OpTraits(const Target& target) : target_(&target) {
  auto mark = [this](std::initializer_list<Op> ops, Trait trait) {
    for (Op op : ops) traits_[static_cast<std::size_t>(op)] |= trait;
  };
  mark({Op::SETUP_FINALLY, Op::SETUP_CLEANUP, Op::SETUP_WITH}, kPushesBlock);
  for (std::size_t i = 0; i < kOpCount; ++i)
    if (target.ops().info[i].jump) traits_[i] |= kJumps;
  // Pseudo instructions of the compilers that have them; real ones, with a number, elsewhere.
  mark({Op::JUMP, Op::JUMP_NO_INTERRUPT, Op::POP_JUMP_IF_FALSE, Op::POP_JUMP_IF_TRUE, Op::POP_JUMP_IF_NONE,
        Op::POP_JUMP_IF_NOT_NONE},
       kJumps);
  mark({Op::RETURN_VALUE, Op::RAISE_VARARGS, Op::RERAISE}, kExits);
  mark({Op::JUMP, Op::JUMP_NO_INTERRUPT}, kAlwaysJumps);
  mark({Op::LOAD_CONST, Op::KW_NAMES}, kReadsConst);
  mark({Op::MAKE_CELL, Op::LOAD_CLOSURE, Op::LOAD_DEREF, Op::STORE_DEREF, Op::DELETE_DEREF, Op::LOAD_CLASSDEREF},
       kNamesCell);
  mark({Op::LOAD_CONST, Op::BUILD_TUPLE, Op::SWAP, Op::PUSH_NULL}, kOptimizable);
  for (auto& pair : directed_) pair[0] = pair[1] = Op::kCount;
  for (const Directed& row : kDirected) {
    directed_[static_cast<std::size_t>(row.jump)][0] = row.backward;
    directed_[static_cast<std::size_t>(row.jump)][1] = row.forward;
  }
}

}  // namespace mkpyc::flow
