// Instructions by name. The numbers a target gives them are data (grammar/opcodes), read through OpTable.
#pragma once

#include "base/int.h"

namespace mkpyc {

/// Every instruction of every target and the pseudo instructions of CPython's compilers, named as CPython names them.
enum class Op : u16 {
#define OP(name) name,
#include "ops.def"
#undef OP
  kCount
};

inline constexpr std::size_t kOpCount = static_cast<std::size_t>(Op::kCount);

/// The load of a local that borrows its reference, in place of one that has its own.
constexpr Op borrowing_load(Op op) {
  if (op == Op::LOAD_FAST) return Op::LOAD_FAST_BORROW;
  return op == Op::LOAD_FAST_LOAD_FAST ? Op::LOAD_FAST_BORROW_LOAD_FAST_BORROW : op;
}

/// CPython's spelling of the instruction.
const char* op_name(Op op);

/// What a target knows of one instruction.
struct alignas(8) OpInfo {
  i16 number = -1;    // -1: not an instruction of this target's bytecode (absent, or pseudo)
  i16 arg_mask = 0;   // -1: the argument byte means something
  bool jump = false;  // CPython's hasjrel or hasjabs
  u8 caches = 0;      // inline cache code units that follow it (PEP 659)
  u8 units = 1;       // itself and these

  bool has_arg() const { return arg_mask != 0; }
};

/// No instruction of any target has more caches.
inline constexpr u8 kMostCaches = 10;

/// The instruction set of one target.
struct OpTable {
  OpInfo info[kOpCount];
  Op by_number[256];  // Op::kCount where the target has no such number

  const OpInfo& operator[](Op op) const { return info[static_cast<std::size_t>(op)]; }
};

}  // namespace mkpyc
