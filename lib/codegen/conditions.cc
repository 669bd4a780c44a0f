// Truth: conditional jumps, comparisons and their chains, and / or, and conditional expressions.
#include "codegen/generator.h"

namespace mkpyc::codegen {
namespace {

// The instruction of a comparison and its argument (CPython: compiler_addcompare), in the order of ast::CmpOp.
struct Comparison {
  Op op;
  u8 arg;
};
constexpr Comparison kComparisons[] = {
    {Op::COMPARE_OP, 2},   // Eq
    {Op::COMPARE_OP, 3},   // NotEq
    {Op::COMPARE_OP, 0},   // Lt
    {Op::COMPARE_OP, 1},   // LtE
    {Op::COMPARE_OP, 4},   // Gt
    {Op::COMPARE_OP, 5},   // GtE
    {Op::IS_OP, 0},        // Is
    {Op::IS_OP, 1},        // IsNot
    {Op::CONTAINS_OP, 0},  // In
    {Op::CONTAINS_OP, 1},  // NotIn
};

constexpr Op jump_on(bool condition) { return condition ? Op::POP_JUMP_IF_TRUE : Op::POP_JUMP_IF_FALSE; }

}  // namespace

void Generator::emit_compare(ast::CmpOp op) {
  const Comparison& comparison = kComparisons[static_cast<int>(op)];
  emit(comparison.op, comparison.arg);
}

// Jumps to `target` if the truth of `expr` is `condition`, else goes on (CPython: compiler_jump_if). Operands that are
// not visited as expressions leave the location as it is.
void Generator::jump_if(const Expr& expr, Label target, bool condition) {
  if (expr.kind == ast::ExprKind::UnaryOp && static_cast<ast::UnaryOpKind>(expr.op) == ast::UnaryOpKind::Not)
    return jump_if(*expr.as<ast::UnaryOp>()->operand, target, !condition);
  if (expr.kind == ast::ExprKind::BoolOp) return jump_if_bool_op(*expr.as<ast::BoolOp>(), target, condition);
  if (expr.kind == ast::ExprKind::IfExp) return jump_if_conditional(*expr.as<ast::IfExp>(), target, condition);
  if (expr.kind == ast::ExprKind::Compare) {
    set_loc(expr.loc);
    if (expr.as<ast::Compare>()->ops.size() > 1) return jump_if_chain(*expr.as<ast::Compare>(), target, condition);
  }
  visit(expr);
  jump(jump_on(condition), target);
}

void Generator::jump_if_bool_op(const ast::BoolOp& expr, Label target, bool condition) {
  bool decides = static_cast<ast::BoolOpKind>(expr.op) == ast::BoolOpKind::Or;
  Label early = decides == condition ? target : new_label();
  u32 last = expr.values.size() - 1;
  for (u32 i = 0; i < last; ++i) jump_if(*expr.values[i], early, decides);
  jump_if(*expr.values[last], target, condition);
  if (early != target) use_label(early);
}

void Generator::jump_if_conditional(const ast::IfExp& expr, Label target, bool condition) {
  Label end = new_label();
  Label next = new_label();
  jump_if(*expr.test, next, false);
  jump_if(*expr.body, target, condition);
  jump_noline(Op::JUMP, end);
  use_label(next);
  jump_if(*expr.orelse, target, condition);
  use_label(end);
}

void Generator::jump_if_chain(const ast::Compare& expr, Label target, bool condition) {
  check_compare(expr);
  Label cleanup = new_label();
  visit(*expr.left);
  compare_links(expr, Op::POP_JUMP_IF_FALSE, cleanup);
  jump(jump_on(condition), target);
  Label end = new_label();
  jump_noline(Op::JUMP, end);
  use_label(cleanup);
  emit(Op::POP_TOP);
  if (!condition) jump_noline(Op::JUMP, target);
  use_label(end);
}

// The comparisons of a chain whose first operand is on the stack; `op` leaves it for `cleanup` with the last operand
// still there.
void Generator::compare_links(const ast::Compare& expr, Op op, Label cleanup) {
  u32 last = expr.ops.size() - 1;
  for (u32 i = 0; i < last; ++i) {
    visit(*expr.comparators[i]);
    emit(Op::SWAP, 2);
    emit(Op::COPY, 2);
    emit_compare(expr.ops[i]);
    jump(op, cleanup);
  }
  visit(*expr.comparators[last]);
  emit_compare(expr.ops[last]);
}

// CPython: compiler_compare.
void Generator::compare(const ast::Compare& expr) {
  check_compare(expr);
  if (expr.ops.size() == 1) {
    visit(*expr.left);
    visit(*expr.comparators[0]);
    return emit_compare(expr.ops[0]);
  }
  visit(*expr.left);
  Label cleanup = new_label();
  compare_links(expr, Op::JUMP_IF_FALSE_OR_POP, cleanup);
  Label end = new_label();
  jump_noline(Op::JUMP, end);
  use_label(cleanup);
  emit(Op::SWAP, 2);
  emit(Op::POP_TOP);
  use_label(end);
}

// CPython: compiler_boolop.
void Generator::bool_op(const ast::BoolOp& expr) {
  bool is_and = static_cast<ast::BoolOpKind>(expr.op) == ast::BoolOpKind::And;
  Op op = is_and ? Op::JUMP_IF_FALSE_OR_POP : Op::JUMP_IF_TRUE_OR_POP;
  Label end = new_label();
  u32 last = expr.values.size() - 1;
  for (u32 i = 0; i < last; ++i) {
    visit(*expr.values[i]);
    jump(op, end);
    use_label(new_label());
  }
  visit(*expr.values[last]);
  use_label(end);
}

// CPython: compiler_ifexp.
void Generator::if_exp(const ast::IfExp& expr) {
  Label end = new_label();
  Label next = new_label();
  jump_if(*expr.test, next, false);
  visit(*expr.body);
  jump_noline(Op::JUMP, end);
  use_label(next);
  visit(*expr.orelse);
  use_label(end);
}

}  // namespace mkpyc::codegen
