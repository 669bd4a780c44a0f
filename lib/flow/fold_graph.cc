#include "flow/fold_graph.h"

#include <algorithm>

#include "base/check.h"
#include "fold/operators.h"
#include "object/equality.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

// Shorter displays are built of their items (CPython: MIN_CONST_SEQUENCE_SIZE).
constexpr i32 kMinConstSequence = 3;

// CPython: LOAD_COMMON_CONSTANT's argument, pycore_opcode_utils.h CONSTANT_*.
enum Common : i32 { kCommonNone = 7, kCommonEmptyStr, kCommonTrue, kCommonFalse, kCommonMinusOne };

// CPython: opcode.h NB_*.
constexpr i32 kSubscript = 26;
constexpr arith::Binary kBinary[] = {
    arith::Binary::Add,  arith::Binary::BitAnd, arith::Binary::FloorDiv, arith::Binary::LShift, arith::Binary::MatMult,
    arith::Binary::Mult, arith::Binary::Mod,    arith::Binary::BitOr,    arith::Binary::Pow,    arith::Binary::RShift,
    arith::Binary::Sub,  arith::Binary::Div,    arith::Binary::BitXor};

bool is_text(const Object* object) { return object->type == Type::Str; }

}  // namespace

ConstantFolder::ConstantFolder(Work& work)
    : work_(work),
      objects_(work.context.objects),
      evaluator_(work.context.objects, arith::complex_rules(work.context.target)),
      folds_(work.on(Feature::graph_folds_constants)),
      common_(work.on(Feature::common_values)),
      loads_(work.scratch.places),
      values_(work.scratch.values) {}

Object* ConstantFolder::constant(Op op, i32 arg) {
  if (op == Op::LOAD_SMALL_INT) return objects_.integer(arg);
  if (op == Op::LOAD_COMMON_CONSTANT) {
    switch (arg) {
      case kCommonNone: return objects_.none();
      case kCommonEmptyStr: return objects_.str("");
      case kCommonTrue: return objects_.boolean(true);
      case kCommonFalse: return objects_.boolean(false);
      case kCommonMinusOne: return objects_.integer(-1);
      default: return nullptr;
    }
  }
  MKPYC_CHECK(op == Op::LOAD_CONST && static_cast<std::size_t>(arg) < work_.graph.consts.size());
  return work_.graph.consts[static_cast<std::size_t>(arg)];
}

i32 ConstantFolder::add_const(Object* constant) {
  std::vector<Object*>& consts = work_.graph.consts;
  return static_cast<i32>(work_.scratch.positions.add(consts, work_.context.constants.merge_one(constant)));
}

bool ConstantFolder::load_small_int(Instr& instr, const Object* constant) {
  if (!is_small_int(constant)) return false;
  instr.op = Op::LOAD_SMALL_INT;
  instr.arg = static_cast<i32>(static_cast<const IntObject*>(constant)->small);
  return true;
}

bool ConstantFolder::load_common(Instr& instr, const Object* constant) {
  i32 arg = -1;
  if (constant->type == Type::None) arg = kCommonNone;
  if (constant->type == Type::True) arg = kCommonTrue;
  if (constant->type == Type::False) arg = kCommonFalse;
  if (is_text(constant) && static_cast<const StrObject*>(constant)->text.empty()) arg = kCommonEmptyStr;
  if (constant->type == Type::Int) {
    const auto* integer = static_cast<const IntObject*>(constant);
    if (integer->is_small() && integer->small == -1) arg = kCommonMinusOne;
  }
  if (arg < 0) return false;
  instr.op = Op::LOAD_COMMON_CONSTANT;
  instr.arg = arg;
  return true;
}

// CPython: get_const_loading_instrs.
bool ConstantFolder::find_loads(std::span<Instr> code, std::size_t at, std::size_t count) {
  loads_.resize(count);
  while (at > 0 && count > 0) {
    const Instr& instr = code[--at];
    if (instr.op == Op::NOP) continue;
    if (!loads_const(instr.op)) return false;
    loads_[--count] = at;
  }
  return count == 0;
}

bool ConstantFolder::read_constants(std::span<Instr> code) {
  values_.clear();
  for (std::size_t at : loads_) values_.push_back(constant(code[at]));
  return std::ranges::find(values_, nullptr) == values_.end();
}

void ConstantFolder::nop_out(Block& block, Instr& instr) {
  make_nop(block, instr);
  instr.loc = codegen::kNoLocation;
  block.may_lack_lines = true;
}

void ConstantFolder::nop_out_loads(Block& block, std::span<Instr> code) {
  for (std::size_t at : loads_) nop_out(block, code[at]);
}

void ConstantFolder::load_const(Block& block, Instr& instr, i32 index) {
  instr.op = Op::LOAD_CONST;
  instr.arg = index;
  block.facts |= codegen::BlockFacts::kReadsConst;
}

// CPython: instr_make_load_const.
void ConstantFolder::load(Block& block, Instr& instr, Object* constant) {
  if (load_small_int(instr, constant) || (common_ && load_common(instr, constant))) return;
  load_const(block, instr, add_const(constant));
}
// Nothing but the result was made in the arena since `before`. A large one that equals a constant we have goes again,
// as it does in CPython, or a chain of operators on it would keep one for each.
void ConstantFolder::load_result(Block& block, Instr& instr, Object* result, const Arena::Mark& before) {
  bool large = result->type == Type::Int && !static_cast<const IntObject*>(result)->is_small();
  load(block, instr, result);
  if (large && !work_.context.constants.registered(result)) objects_.arena().rewind(before);
}

i32 constant_tuple(Work& work, std::span<const Instr> loads) {
  if (!std::ranges::all_of(loads, [](const Instr& load) { return load.op == Op::LOAD_CONST; })) return -1;
  std::vector<Object*>& consts = work.graph.consts;
  std::vector<Object*>& values = work.scratch.values;
  values.clear();
  for (const Instr& load : loads) {
    MKPYC_CHECK(static_cast<std::size_t>(load.arg) < consts.size());
    values.push_back(consts[static_cast<std::size_t>(load.arg)]);
  }
  Object* tuple = work.context.constants.merge_one(values.data(), values.size());
  return static_cast<i32>(work.scratch.positions.add(consts, tuple));
}

void ConstantFolder::fold_adjacent_tuple(Block& block, std::span<Instr> code, std::size_t at) {
  std::size_t size = static_cast<std::size_t>(code[at].arg);
  if (at < size) return;
  std::span<Instr> loads = code.subspan(at - size, size);
  i32 index = constant_tuple(work_, loads);
  if (index < 0) return;
  for (Instr& load : loads) make_nop(block, load);
  load_const(block, code[at], index);
}

void ConstantFolder::fold_tuple(Block& block, std::span<Instr> code, std::size_t at) {
  if (!folds_) return fold_adjacent_tuple(block, code, at);
  std::size_t size = static_cast<std::size_t>(code[at].arg);
  if (size > kMostOperands || !find_loads(code, at, size) || !read_constants(code)) return;
  nop_out_loads(block, code);
  load(block, code[at], objects_.tuple(values_.data(), values_.size()));
}

// CPython: optimize_lists_and_sets.
void ConstantFolder::fold_display(Block& block, std::span<Instr> code, std::size_t at, Op next) {
  Instr& build = code[at];
  bool iterated = next == Op::GET_ITER || next == Op::CONTAINS_OP;
  if (static_cast<std::size_t>(build.arg) > kMostOperands || (build.arg < kMinConstSequence && !iterated)) return;
  if (!find_loads(code, at, static_cast<std::size_t>(build.arg)) || !read_constants(code)) {
    if (iterated && build.op == Op::BUILD_LIST) build.op = Op::BUILD_TUPLE;
    return;
  }
  Object* items = build.op == Op::BUILD_SET ? make_frozenset(objects_, values_.data(), values_.size())
                                            : objects_.tuple(values_.data(), values_.size());
  i32 index = add_const(items);
  nop_out_loads(block, code);
  if (iterated) {
    load_const(block, build, index);
    return;
  }
  code[at - 2].loc = build.loc;
  work_.lines_settled = work_.lines_complete = false;  // the load has none
  code[at - 2].op = build.op;
  code[at - 2].arg = 0;
  load_const(block, code[at - 1], index);
  build.op = build.op == Op::BUILD_LIST ? Op::LIST_EXTEND : Op::SET_UPDATE;
  build.arg = 1;
}

// CPython: fold_constant_intrinsic_list_to_tuple, fold_constant_seq_into_load_const. An empty display and pairs of a
// load and an append, which end before `at` if that is the intrinsic, and else with it.
void ConstantFolder::fold_appends(Block& block, std::span<Instr> code, std::size_t at) {
  Instr& last = code[at];
  bool is_intrinsic = last.op == Op::CALL_INTRINSIC_1;
  Op append = is_intrinsic ? Op::LIST_APPEND : last.op;
  Op build = append == Op::LIST_APPEND ? Op::BUILD_LIST : Op::BUILD_SET;
  bool expect_append = is_intrinsic;
  loads_.clear();
  for (std::size_t i = at; i-- > 0;) {
    const Instr& instr = code[i];
    if (instr.op == Op::NOP) continue;
    if (instr.op == build && instr.arg == 0) {
      if (!expect_append) return;
      std::ranges::reverse(loads_);
      if (!read_constants(code)) return;
      for (std::size_t j = i; j < at; ++j)
        if (code[j].op != Op::NOP) nop_out(block, code[j]);
      if (!is_intrinsic) {
        last.loc = codegen::kNoLocation;
        block.may_lack_lines = true;
        work_.lines_settled = work_.lines_complete = false;
      }
      Object* items = build == Op::BUILD_SET ? make_frozenset(objects_, values_.data(), values_.size())
                                             : objects_.tuple(values_.data(), values_.size());
      return load(block, last, items);
    }
    if (expect_append ? instr.op != append || instr.arg != 1 : !loads_const(instr.op)) return;
    if (!expect_append) loads_.push_back(i);
    expect_append = !expect_append;
  }
}

// CPython: fold_const_binop.
void ConstantFolder::fold_binary(Block& block, std::span<Instr> code, std::size_t at) {
  if (!find_loads(code, at, 2) || !read_constants(code)) return;
  Instr& instr = code[at];
  const Arena::Mark before = objects_.arena().mark();
  Object* result = nullptr;
  if (instr.arg == kSubscript)
    result = evaluator_.subscript(values_[0], values_[1]);
  else if (static_cast<std::size_t>(instr.arg) < std::size(kBinary))
    result = fold::fold_binary(kBinary[instr.arg], values_[0], values_[1], evaluator_);
  if (result == nullptr) return;
  nop_out_loads(block, code);
  load_result(block, instr, result, before);
}

// CPython: fold_const_unaryop.
void ConstantFolder::fold_unary(Block& block, std::span<Instr> code, std::size_t at) {
  if (!find_loads(code, at, 1) || !read_constants(code)) return;
  Instr& instr = code[at];
  const Arena::Mark before = objects_.arena().mark();
  Object* operand = values_[0];
  arith::Unary op = arith::Unary::UAdd;
  if (instr.op == Op::UNARY_NOT) op = arith::Unary::Not;
  if (instr.op == Op::UNARY_NEGATIVE) op = arith::Unary::USub;
  if (instr.op == Op::UNARY_INVERT) {
    if (arith::is_bool(operand)) return;  // a warning at run time
    op = arith::Unary::Invert;
  }
  Object* result = evaluator_.unary(op, operand);
  if (result == nullptr) return;
  nop_out_loads(block, code);
  load_result(block, instr, result, before);
}

}  // namespace mkpyc::flow
