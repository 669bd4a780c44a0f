// f-strings.
#include "codegen/generator.h"

namespace mkpyc::codegen {

// CPython: compiler_joined_str. Long ones are collected in a list for str.join.
void Generator::joined_str(const ast::JoinedStr& expr) {
  u32 count = expr.values.size();
  if (count > kStackUseGuideline) {
    load_const(context_->objects.str(""));
    emit_attribute(Op::LOAD_METHOD, names::join);
    emit(Op::BUILD_LIST, 0);
    for (const Expr* value : expr.values) {
      visit(*value);
      emit(Op::LIST_APPEND, 1);
    }
    emit_call(1);
  } else {
    visit_all(expr.values);
    if (count != 1) emit(Op::BUILD_STRING, count);
  }
}

// CPython: compiler_formatted_value. The argument holds the conversion, and whether there is a format.
void Generator::formatted_value(const ast::FormattedValue& expr) {
  enum : u32 { kNoConversion = 0, kStr = 1, kRepr = 2, kAscii = 3, kHaveSpec = 4 };
  visit(*expr.value);
  u32 arg = kNoConversion;
  if (expr.conversion == 's') arg = kStr;
  if (expr.conversion == 'r') arg = kRepr;
  if (expr.conversion == 'a') arg = kAscii;
  if (expr.format_spec != nullptr) {
    visit(*expr.format_spec);
    arg |= kHaveSpec;
  }
  emit(Op::FORMAT_VALUE, arg);
}

}  // namespace mkpyc::codegen
