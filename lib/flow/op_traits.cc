#include "flow/op_traits.h"
#include "codegen/unit.h"
#include "target/features.h"
#include "target/stack_effect.h"

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

struct BorrowingRule {
  Op op;
  Borrowing borrowing;
};
// CPython: flowgraph.c optimize_load_fast.
constexpr BorrowingRule kBorrowing[] = {
    {Op::DELETE_FAST, Borrowing::kKill},
    {Op::LOAD_FAST_AND_CLEAR, Borrowing::kLoadAndClear},
    {Op::LOAD_FAST_LOAD_FAST, Borrowing::kLoadLoad},
    {Op::STORE_FAST, Borrowing::kStore},
    {Op::STORE_FAST_LOAD_FAST, Borrowing::kStoreLoad},
    {Op::STORE_FAST_STORE_FAST, Borrowing::kStoreStore},
    {Op::COPY, Borrowing::kCopy},
    {Op::SWAP, Borrowing::kSwap},
    {Op::FORMAT_SIMPLE, Borrowing::kKeepsInputs},
    {Op::GET_ANEXT, Borrowing::kKeepsInputs},
    {Op::GET_LEN, Borrowing::kKeepsInputs},
    {Op::GET_YIELD_FROM_ITER, Borrowing::kKeepsInputs},
    {Op::IMPORT_FROM, Borrowing::kKeepsInputs},
    {Op::MATCH_KEYS, Borrowing::kKeepsInputs},
    {Op::MATCH_MAPPING, Borrowing::kKeepsInputs},
    {Op::MATCH_SEQUENCE, Borrowing::kKeepsInputs},
    {Op::WITH_EXCEPT_START, Borrowing::kKeepsInputs},
    {Op::DICT_MERGE, Borrowing::kDrops},
    {Op::DICT_UPDATE, Borrowing::kDrops},
    {Op::LIST_APPEND, Borrowing::kDrops},
    {Op::LIST_EXTEND, Borrowing::kDrops},
    {Op::MAP_ADD, Borrowing::kDrops},
    {Op::RERAISE, Borrowing::kDrops},
    {Op::SET_ADD, Borrowing::kDrops},
    {Op::SET_UPDATE, Borrowing::kDrops},
    {Op::CHECK_EXC_MATCH, Borrowing::kReplacesTop},
    {Op::FOR_ITER, Borrowing::kForIter},
    {Op::LOAD_SUPER_ATTR, Borrowing::kLoadSuperAttr},
    {Op::SEND, Borrowing::kSend},
    {Op::END_SEND, Borrowing::kKeepsTop},
    {Op::SET_FUNCTION_ATTRIBUTE, Borrowing::kKeepsTop},
    {Op::LOAD_SPECIAL, Borrowing::kUnderTop},
    {Op::PUSH_EXC_INFO, Borrowing::kUnderTop},
};

}  // namespace

OpTraits::OpTraits(const Target& target) : target_(&target) {
  auto mark = [this](std::initializer_list<Op> ops, Trait trait) {
    for (Op op : ops) traits_[static_cast<std::size_t>(op)] |= trait;
  };
  // What the code generator notes of blocks, too.
  auto take = [this](codegen::BlockFacts::Fact fact, Trait trait) {
    for (std::size_t i = 0; i < kOpCount; ++i)
      if ((codegen::kOpFacts[i] & fact) != 0) traits_[i] |= trait;
  };
  take(codegen::BlockFacts::kPushesBlock, kPushesBlock);
  take(codegen::BlockFacts::kNamesCell, kNamesCell);
  take(codegen::BlockFacts::kPseudo, kPseudo);
  for (std::size_t i = 0; i < kOpCount; ++i)
    if (target.ops().info[i].jump) traits_[i] |= kJumps;
  // Pseudo instructions of the compilers that have them; real ones, with a number, elsewhere.
  mark({Op::JUMP, Op::JUMP_NO_INTERRUPT, Op::POP_JUMP_IF_FALSE, Op::POP_JUMP_IF_TRUE, Op::POP_JUMP_IF_NONE,
        Op::POP_JUMP_IF_NOT_NONE, Op::JUMP_IF_FALSE, Op::JUMP_IF_TRUE},
       kJumps);
  mark({Op::POP_JUMP_IF_FALSE, Op::POP_JUMP_IF_TRUE, Op::POP_JUMP_IF_NONE, Op::POP_JUMP_IF_NOT_NONE}, kTests);
  mark({Op::RETURN_VALUE, Op::RETURN_CONST, Op::RAISE_VARARGS, Op::RERAISE}, kExits);
  mark({Op::JUMP, Op::JUMP_NO_INTERRUPT, Op::JUMP_FORWARD, Op::JUMP_BACKWARD, Op::JUMP_BACKWARD_NO_INTERRUPT},
       kAlwaysJumps);
  mark({Op::LOAD_CONST, Op::KW_NAMES, Op::RETURN_CONST}, kReadsConst);
  mark({Op::CALL, Op::CALL_FUNCTION_EX, Op::JUMP_BACKWARD, Op::RESUME, Op::JUMP}, kEvalBreak);
  if (target.on(Feature::keyword_calls_break)) mark({Op::CALL_KW}, kEvalBreak);
  mark({Op::LOAD_CONST, Op::BUILD_TUPLE, Op::SWAP, Op::PUSH_NULL}, kOptimizable);
  mark({Op::LOAD_CONST, Op::LOAD_SMALL_INT, Op::LOAD_COMMON_CONSTANT, Op::COPY}, kLoadsConst);
  mark({Op::LOAD_FAST, Op::STORE_FAST, Op::DELETE_FAST, Op::LOAD_FAST_CHECK, Op::LOAD_FAST_AND_CLEAR,
        Op::STORE_FAST_MAYBE_NULL},
       kUsesLocal);
  for (std::size_t i = 0; i < kOpCount; ++i) {
    if ((traits_[i] & kReadsConst) != 0) rows_[i] |= kRowReadsConst;
    local_counts_[i] = uses_local(static_cast<Op>(i)) ? 1 : 0;
  }
  rows_[static_cast<std::size_t>(Op::LOAD_FAST)] |= 0b0101;   // the first of two loads, the second of both
  rows_[static_cast<std::size_t>(Op::STORE_FAST)] |= 0b1011;  // the first of both, the second of two stores
  mark({Op::BUILD_TUPLE, Op::POP_JUMP_IF_NOT_NONE, Op::POP_JUMP_IF_NONE, Op::POP_JUMP_IF_FALSE, Op::POP_JUMP_IF_TRUE,
        Op::JUMP_IF_FALSE, Op::JUMP_IF_TRUE, Op::JUMP, Op::JUMP_NO_INTERRUPT, Op::STORE_FAST, Op::SWAP, Op::LOAD_GLOBAL,
        Op::COMPARE_OP, Op::CONTAINS_OP, Op::IS_OP, Op::TO_BOOL, Op::UNARY_NOT},
       kPeephole);
  mark({Op::POP_JUMP_IF_FALSE, Op::POP_JUMP_IF_TRUE, Op::JUMP_IF_FALSE, Op::JUMP_IF_TRUE, Op::IS_OP, Op::TO_BOOL},
       kFollowsConst);
  if (target.on(Feature::return_const)) mark({Op::RETURN_VALUE}, kFollowsConst);
  mark({Op::JUMP, Op::JUMP_NO_INTERRUPT, Op::JUMP_IF_FALSE, Op::JUMP_IF_TRUE}, kThreads);
  if (target.on(Feature::graph_folds_constants))
    mark({Op::BUILD_LIST, Op::BUILD_SET, Op::UNARY_INVERT, Op::UNARY_NEGATIVE, Op::CALL_INTRINSIC_1, Op::BINARY_OP,
          Op::LIST_APPEND, Op::SET_ADD},
         kPeephole);
  tell_rules(target);
  if (target.on(Feature::borrowed_loads)) tell_borrowing(target);
  for (auto& pair : directed_) pair[0] = pair[1] = Op::kCount;
  for (const Directed& row : kDirected) {
    // Conditional jumps have directions in one release alone.
    if (target.ops()[row.backward].number < 0) continue;
    directed_[static_cast<std::size_t>(row.jump)][0] = row.backward;
    directed_[static_cast<std::size_t>(row.jump)][1] = row.forward;
  }
}

// Jumps are looked at apart.
void OpTraits::tell_rules(const Target& target) {
  auto at = [this](Op op) -> u8& { return rules_[static_cast<std::size_t>(op)]; };
  for (std::size_t i = 0; i < kOpCount; ++i) {
    Op op = static_cast<Op>(i);
    if (in_peephole(op) && !jumps(op)) at(op) = kLoneRule;
    if (has(op, kLoadsConst)) at(op) |= kLoadsConstant | kConstPair;
  }
  // Two rules share the first pair.
  enum : u8 { kStoresOrGlobal = 1, kTruth = 4 };
  at(Op::STORE_FAST) = kStoresOrGlobal | kStoresOrGlobal << 4;
  at(Op::LOAD_GLOBAL) = kStoresOrGlobal;
  at(Op::PUSH_NULL) |= kStoresOrGlobal << 4;
  for (Op op : {Op::COMPARE_OP, Op::CONTAINS_OP, Op::IS_OP, Op::TO_BOOL}) at(op) = kTruth;
  if (!target.on(Feature::graph_folds_constants)) at(Op::UNARY_NOT) = kTruth;
  at(Op::TO_BOOL) |= kTruth << 4;
  at(Op::UNARY_NOT) |= kTruth << 4;
  for (std::size_t i = 0; i < kOpCount; ++i)
    if (follows_const(static_cast<Op>(i))) rules_[i] |= kConstPair << 4;
}

// What takes all its inputs off and puts few values on has no rule of its own.
void OpTraits::tell_borrowing(const Target& target) {
  const StackEffects& effects = stack_effects(target);
  auto row = [this](Op op) -> BorrowingRow& { return borrowing_[static_cast<std::size_t>(op)]; };
  for (std::size_t i = 0; i < kOpCount; ++i) {
    Op op = static_cast<Op>(i);
    row(op).borrows = borrowing_load(op);
    if (jumps(op)) row(op).borrowing = Borrowing::kJump;
    if (pushes_block(op)) row(op).borrowing = Borrowing::kPushesBlock;
    StackEffects::Exchange exchange;
    if (names_block(op) || !effects.exchange(op, exchange)) continue;
    if (exchange.pushed + exchange.pushed_mask > 2 || exchange.pushed_mask < 0) continue;
    row(op).borrowing = Borrowing::kSimple;
    row(op).popped = static_cast<i8>(exchange.popped);
    row(op).popped_mask = static_cast<i8>(exchange.popped_mask);
    row(op).pushed = static_cast<i8>(exchange.pushed);
    row(op).pushed_mask = static_cast<i8>(exchange.pushed_mask);
  }
  for (const BorrowingRule& rule : kBorrowing) row(rule.op).borrowing = rule.borrowing;
  if (target.on(Feature::get_iter_keeps_input)) row(Op::GET_ITER).borrowing = Borrowing::kKeepsInputs;
  row(Op::LOAD_ATTR) = {Borrowing::kLoadAttr, 1, 0, 1, 1, -1, Op::LOAD_ATTR};
  row(Op::LOAD_FAST) = {Borrowing::kSimple, 0, 0, 1, 0, 0, borrowing_load(Op::LOAD_FAST)};
  tell_loaded_values();
}

// LOAD_CLOSURE becomes a LOAD_FAST. What UNPACK_SEQUENCE puts on is its own, if it puts anything on.
void OpTraits::tell_loaded_values() {
  auto row = [this](Op op) -> Row& { return rows_[static_cast<std::size_t>(op)]; };
  for (std::size_t i = 0; i < kOpCount; ++i) {
    Op op = static_cast<Op>(i);
    bool simple = borrowing(op).borrowing == Borrowing::kSimple && borrowing(op).pushed > 0;
    if (simple && op != Op::LOAD_FAST && op != Op::LOAD_CLOSURE) row(op) |= kRowMakesValue;
  }
  for (Op op : {Op::LOAD_ATTR, Op::SET_FUNCTION_ATTRIBUTE, Op::UNPACK_SEQUENCE}) row(op) |= kRowMakesValue;
  for (Op op : {Op::STORE_FAST, Op::STORE_FAST_LOAD_FAST, Op::STORE_FAST_STORE_FAST, Op::STORE_FAST_MAYBE_NULL,
                Op::DELETE_FAST, Op::LOAD_FAST_AND_CLEAR, Op::SWAP, Op::UNPACK_SEQUENCE, Op::SET_FUNCTION_ATTRIBUTE,
                Op::LOAD_SUPER_ATTR, Op::END_SEND})
    row(op) |= kRowAsksStack;
}

}  // namespace mkpyc::flow
