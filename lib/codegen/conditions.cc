// Truth: conditional jumps, comparisons and their chains, and / or, and conditional expressions.
#include "codegen/generator.h"
#include "target/features.h"

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

// The low bits of COMPARE_OP where it has them: what of less, greater and equal makes the result true (CPython:
// compare_masks), by the number of the comparison.
constexpr u8 kCompareMasks[] = {2, 2 | 8, 8, 1 | 2 | 4, 4, 4 | 8};

}  // namespace

void Generator::emit_compare(const ast::Loc& loc, ast::CmpOp op) {
  const Comparison& comparison = kComparisons[static_cast<int>(op)];
  u32 arg = comparison.arg;
  if (comparison.op == Op::COMPARE_OP && on(Feature::compare_masks))
    arg = arg << (on(Feature::compare_to_bool_bit) ? 5 : 4) | kCompareMasks[arg];
  put(loc, comparison.op, arg);
}

// A jump on the truth of the value on the stack.
void Generator::jump_on(const ast::Loc& loc, bool condition, Label target) {
  emit_to_bool(loc);
  jump(loc, condition ? Op::POP_JUMP_IF_TRUE : Op::POP_JUMP_IF_FALSE, target);
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
  jump_on(expr.loc, condition, target);
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
  jump_forward(end);
  use_label(next);
  jump_if(*expr.orelse, target, condition);
  use_label(end);
}

void Generator::jump_if_chain(const ast::Compare& expr, Label target, bool condition) {
  check_compare(expr);
  Label cleanup = new_label();
  visit(*expr.left);
  compare_links(expr, false, cleanup);
  jump_on(expr.loc, condition, target);
  Label end = new_label();
  jump_forward(end);
  use_label(cleanup);
  emit(expr.loc, Op::POP_TOP);
  if (!condition) jump_forward(target);
  use_label(end);
}

// The comparisons of a chain whose first operand is on the stack; one that is false leaves for `cleanup` with the last
// operand still there, and with the result if `keep_value`.
void Generator::compare_links(const ast::Compare& expr, bool keep_value, Label cleanup) {
  u32 last = expr.ops.size() - 1;
  const ast::Loc& loc = expr.loc;
  for (u32 i = 0; i < last; ++i) {
    visit(*expr.comparators[i]);
    emit(loc, Op::SWAP, 2);
    emit(loc, Op::COPY, 2);
    emit_compare(loc, expr.ops[i]);
    if (!keep_value) {
      jump_on(loc, false, cleanup);
    } else if (style_.implicit_locations) {
      jump(loc, Op::JUMP_IF_FALSE_OR_POP, cleanup);
    } else {
      emit(loc, Op::COPY, 1);
      jump_on(loc, false, cleanup);
      emit(loc, Op::POP_TOP);
    }
  }
  visit(*expr.comparators[last]);
  emit_compare(loc, expr.ops[last]);
}

// CPython: compiler_compare.
void Generator::compare(const ast::Compare& expr) {
  check_compare(expr);
  if (expr.ops.size() == 1) {
    visit(*expr.left);
    visit(*expr.comparators[0]);
    return emit_compare(expr.loc, expr.ops[0]);
  }
  visit(*expr.left);
  Label cleanup = new_label();
  compare_links(expr, true, cleanup);
  Label end = new_label();
  jump_forward(end);
  use_label(cleanup);
  emit(expr.loc, Op::SWAP, 2);
  emit(expr.loc, Op::POP_TOP);
  use_label(end);
}

// CPython: compiler_boolop.
void Generator::bool_op(const ast::BoolOp& expr) {
  bool is_and = static_cast<ast::BoolOpKind>(expr.op) == ast::BoolOpKind::And;
  bool pseudo_jump = on(Feature::jump_if_keeps_value);
  Label end = new_label();
  u32 last = expr.values.size() - 1;
  for (u32 i = 0; i < last; ++i) {
    visit(*expr.values[i]);
    if (style_.implicit_locations) {
      jump(expr.loc, is_and ? Op::JUMP_IF_FALSE_OR_POP : Op::JUMP_IF_TRUE_OR_POP, end);
      use_label(new_label());
      continue;
    }
    if (pseudo_jump) {
      jump(expr.loc, is_and ? Op::JUMP_IF_FALSE : Op::JUMP_IF_TRUE, end);
    } else {
      emit(expr.loc, Op::COPY, 1);
      jump_on(expr.loc, !is_and, end);
    }
    emit(expr.loc, Op::POP_TOP);
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
  jump_forward(end);
  use_label(next);
  visit(*expr.orelse);
  use_label(end);
}

}  // namespace mkpyc::codegen
