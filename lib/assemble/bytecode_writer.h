// The bytecode: a code unit of number and argument for each instruction, after those of its extended arguments, and
// zeros for its inline caches (CPython: compile.c write_instr).
#pragma once

#include "flow/flow.h"
#include "target/op.h"

namespace mkpyc::assemble {

/// Puts one code unit.
inline void put_unit(char* to, i16 number, u32 arg) {
  to[0] = static_cast<char>(number);
  to[1] = static_cast<char>(arg);
}

/// Puts the extended arguments before the last byte of `arg`; returns what comes after them.
char* put_extended(char* to, i16 extended, u32 arg);

/// Its state stays in registers, as that of LocationWriter does.
class BytecodeWriter {
 public:
  /// To memory that is zero, for instructions whose sizes are known.
  BytecodeWriter(char* to, const OpTable& ops) : to_(to), ops_(ops) {}

  char* end() const { return to_; }

  [[gnu::always_inline]] void put(const flow::Instr& instr) {
    const OpInfo& info = ops_[instr.op];
    u32 arg = static_cast<u32>(instr.arg) & (0 - u32{info.has_arg});
    if (arg <= 0xFF) [[likely]]
      put_unit(to_, info.number, arg);
    else
      put_unit(put_extended(to_, ops_[Op::EXTENDED_ARG].number, arg), info.number, arg);
    to_ += 2 * std::size_t{instr.size};
  }

 private:
  char* to_;
  const OpTable& ops_;
};

}  // namespace mkpyc::assemble
