// f-strings and t-strings.
#include "codegen/generator.h"
#include "target/features.h"

namespace mkpyc::codegen {
namespace {

// The number of a conversion (CPython: FVC_STR and its like).
u32 conversion_number(i32 conversion) {
  if (conversion == 's') return 1;
  if (conversion == 'r') return 2;
  return conversion == 'a' ? 3 : 0;
}

}  // namespace

// CPython: compiler_joined_str. Long ones are collected in a list for str.join.
void Generator::joined_str(const ast::JoinedStr& expr) {
  u32 count = expr.values.size();
  const ast::Loc& loc = expr.loc;
  if (count > kStackUseGuideline) {
    load_const(loc, context_->objects.str(""));
    emit_load_method(loc, names::join);
    emit(loc, Op::BUILD_LIST, 0);
    for (const Expr* value : expr.values) {
      visit(*value);
      emit(loc, Op::LIST_APPEND, 1);
    }
    return emit_call(loc, 1);
  }
  visit_all(expr.values);
  if (count == 0 && on(Feature::format_instructions))
    load_const(loc, context_->objects.str(""));
  else if (count != 1)
    emit(loc, Op::BUILD_STRING, count);
}

// CPython: compiler_formatted_value. Up to 3.12 one argument holds the conversion, and whether there is a format.
void Generator::formatted_value(const ast::FormattedValue& expr) {
  constexpr u32 kHaveSpec = 4;
  visit(*expr.value);
  u32 conversion = conversion_number(expr.conversion);
  bool separate = on(Feature::format_instructions);
  if (separate && conversion != 0) emit(expr.loc, Op::CONVERT_VALUE, conversion);
  if (expr.format_spec != nullptr) visit(*expr.format_spec);
  if (separate)
    emit(expr.loc, expr.format_spec != nullptr ? Op::FORMAT_WITH_SPEC : Op::FORMAT_SIMPLE);
  else
    emit(expr.loc, Op::FORMAT_VALUE, conversion | (expr.format_spec != nullptr ? kHaveSpec : 0));
}

// A tuple of strings, one more than there are interpolations, and a tuple of interpolations (CPython:
// codegen_template_str).
void Generator::template_str(const ast::JoinedStr& expr) {
  const ast::Loc& loc = expr.loc;
  u32 strings = 0, interpolations = 0;
  bool after_interpolation = true;
  auto empty_string = [&] {
    load_const(loc, context_->objects.str(""));
    ++strings;
  };
  for (const Expr* value : expr.values) {
    bool interpolation = value->kind == ast::ExprKind::Interpolation;
    if (interpolation && after_interpolation) empty_string();
    if (!interpolation) {
      visit(*value);
      ++strings;
    }
    after_interpolation = interpolation;
  }
  if (after_interpolation) empty_string();
  emit(loc, Op::BUILD_TUPLE, strings);
  for (const Expr* value : expr.values) {
    if (value->kind != ast::ExprKind::Interpolation) continue;
    visit(*value);
    ++interpolations;
  }
  emit(loc, Op::BUILD_TUPLE, interpolations);
  emit(loc, Op::BUILD_TEMPLATE);
}

// CPython: codegen_interpolation.
void Generator::interpolation(const ast::Interpolation& expr) {
  visit(*expr.value);
  load_const(expr.loc, expr.str);
  u32 arg = 2;
  if (expr.format_spec != nullptr) {
    visit(*expr.format_spec);
    ++arg;
  }
  emit(expr.loc, Op::BUILD_INTERPOLATION, arg | conversion_number(expr.conversion) << 2);
}

}  // namespace mkpyc::codegen
