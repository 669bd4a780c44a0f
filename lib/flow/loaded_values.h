// Whether loads of locals need references of their own, as far as it can be told of a block without knowing which
// instruction made which value (borrow.cc). Private to this folder.
#pragma once

#include <algorithm>

#include "flow/flow.h"
#include "flow/op_traits.h"

namespace mkpyc::flow {

/// What a walk over a block knows of the values that it has loaded: where the stack is as low as it has been, it has
/// none of them. So none needs a reference if that is where the stack is whenever a local changes and at the end, and
/// if what is stored is not such a value.
class LoadedValues {
 public:
  LoadedValues(const OpTraits& traits, const Instr* first, i64 depth)
      : traits_(traits), first_(first), lowest_(depth) {}

  /// To be called after each instruction, with the depth then.
  [[gnu::always_inline]] void pass(const Instr* at, i64 depth) {
    if (traits_.asks_stack(at->op)) [[unlikely]]
      lowest_ = look_at(at, depth, lowest_);
    lowest_ = std::min(lowest_, depth);
  }
  /// The same for the last one. True if a load may need a reference.
  bool kept(const Instr* last, i64 depth) {
    pass(last, depth);
    return depth - (traits_.makes_value(last->op) ? 1 : 0) > lowest_;
  }

 private:
  // No depth is as low: a load needs a reference.
  static constexpr i64 kKept = -(i64{1} << 40);

  // Returns what counts as the lowest depth from there on.
  [[gnu::noinline]] i64 look_at(const Instr* at, i64 depth, i64 lowest) const {
    switch (at->op) {
      case Op::STORE_FAST: return made_before(at) && depth <= lowest ? depth : kKept;
      case Op::STORE_FAST_LOAD_FAST: return made_before(at) && depth - 1 <= lowest ? depth - 1 : kKept;
      case Op::STORE_FAST_STORE_FAST: return made_before(at) && depth + 1 <= lowest ? depth : kKept;
      case Op::DELETE_FAST: return depth <= lowest ? depth : kKept;
      case Op::SET_FUNCTION_ATTRIBUTE: return made_before(at) ? lowest : kKept;
      // These move values down the stack, though not so far that it matters.
      case Op::SWAP: return depth - at->arg >= lowest ? lowest : kKept;
      case Op::LOAD_SUPER_ATTR: return depth > lowest ? lowest : kKept;
      // If there is nothing else, there is nothing that was loaded.
      case Op::UNPACK_SEQUENCE: return at->arg == 0 ? kKept : depth - at->arg <= lowest ? depth : lowest;
      default: return kKept;
    }
  }

  // The value at the top before the instruction is that of the one before, or was there before the block. What a store
  // leaves is older than all that the block has loaded.
  bool made_before(const Instr* at) const {
    if (at == first_) return true;
    Op before = at[-1].op;
    return before == Op::STORE_FAST || before == Op::STORE_FAST_STORE_FAST || traits_.makes_value(before);
  }

  const OpTraits& traits_;
  const Instr* first_;
  i64 lowest_;
};

}  // namespace mkpyc::flow
