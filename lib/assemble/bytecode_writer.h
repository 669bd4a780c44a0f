// The bytecode: a code unit of number and argument for each instruction, after those of its extended arguments, and
// zeros for its inline caches (CPython: compile.c write_instr).
#pragma once

#include "flow/flow.h"
#include "target/op.h"

namespace mkpyc::assemble {

/// No instruction has more code units: extended arguments, itself, caches.
inline constexpr std::size_t kMostUnits = 4 + kMostCaches;

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
  /// To memory that is zero and has room for kMostUnits of each instruction.
  explicit BytecodeWriter(char* to) : to_(to) {}

  char* end() const { return to_; }

  /// With its number in a table. Returns how many code units it took.
  [[gnu::always_inline]] std::size_t put(const flow::Instr& instr, const OpTable& ops) {
    const OpInfo& info = ops[instr.op];
    u32 arg = static_cast<u32>(instr.arg & info.arg_mask);
    std::size_t units = info.units;
    if (arg <= 0xFF) [[likely]] {
      put_unit(to_, info.number, arg);
    } else {
      char* at = put_extended(to_, ops[Op::EXTENDED_ARG].number, arg);
      put_unit(at, info.number, arg);
      units += static_cast<std::size_t>(at - to_) / 2;
    }
    to_ += 2 * units;
    return units;
  }

 private:
  char* to_;
};

}  // namespace mkpyc::assemble
