// Constant folding in the graph (CPython: flowgraph.c fold_*, optimize_lists_and_sets, from 3.14 on; up to then only
// tuples). Private to this folder.
#pragma once

#include <span>
#include <vector>

#include "flow/passes.h"
#include "object/arith.h"

namespace mkpyc::flow {

/// Folds what ends at an instruction of a block. Instructions that go become NOPs without a line.
class ConstantFolder {
 public:
  explicit ConstantFolder(Work& work);

  bool loads_const(Op op) const {
    return op == Op::LOAD_CONST || op == Op::LOAD_SMALL_INT || (common_ && op == Op::LOAD_COMMON_CONSTANT);
  }
  /// What an instruction of these loads; null for a common constant that is a class or a function.
  Object* constant(Op op, i32 arg);
  Object* constant(const Instr& instr) { return constant(instr.op, instr.arg); }

  /// The index of the constant, which is merged and added where it is new.
  i32 add_const(Object* constant);
  /// Makes the instruction load the constant with this index.
  static void load_const(Block& block, Instr& instr, i32 index);
  /// If the constant has an instruction of its own, that one.
  bool load_small_int(Instr& instr, const Object* constant);
  bool load_common(Instr& instr, const Object* constant);

  void fold_tuple(Block& block, std::span<Instr> code, std::size_t at);
  /// BUILD_LIST and BUILD_SET; `next` is the instruction after it.
  void fold_display(Block& block, std::span<Instr> code, std::size_t at, Op next);
  /// Displays that were long enough to be built by appending.
  void fold_appends(Block& block, std::span<Instr> code, std::size_t at);
  void fold_binary(Block& block, std::span<Instr> code, std::size_t at);
  void fold_unary(Block& block, std::span<Instr> code, std::size_t at);

 private:
  static constexpr std::size_t kMostOperands = 30;  // CPython: _PY_STACK_USE_GUIDELINE

  /// The positions of the `count` instructions before `at` that load constants, with nothing but NOPs between them.
  bool find_loads(std::span<Instr> code, std::size_t at, std::size_t count);
  bool read_constants(std::span<Instr> code);
  void nop_out(Block& block, Instr& instr);
  void nop_out_loads(Block& block, std::span<Instr> code);
  void load(Block& block, Instr& instr, Object* constant);
  void load_result(Block& block, Instr& instr, Object* result, const Arena::Mark& before);
  void fold_adjacent_tuple(Block& block, std::span<Instr> code, std::size_t at);

  Work& work_;
  Objects& objects_;
  arith::Evaluator evaluator_;
  const bool folds_, common_;
  std::vector<std::size_t>& loads_;
  std::vector<Object*>& values_;
};

/// The index of the tuple of the constants that the instructions load, or -1 if one of them is no LOAD_CONST (CPython:
/// fold_tuple_on_constants, up to 3.13).
i32 constant_tuple(Work& work, std::span<const Instr> loads);

}  // namespace mkpyc::flow
