// Expressions without a file of their own, and the dispatch over all kinds.
#include <algorithm>

#include "codegen/generator.h"

namespace mkpyc::codegen {
namespace {

// Arguments of BINARY_OP (CPython: Include/opcode.h NB_ADD and so on), in the order of ast::Operator.
constexpr u8 kBinaryOps[] = {0, 10, 5, 4, 11, 6, 8, 3, 9, 7, 12, 1, 2};
constexpr u32 kInplace = 13;

constexpr Op kUnaryOps[] = {Op::UNARY_INVERT, Op::UNARY_NOT, Op::UNARY_POSITIVE, Op::UNARY_NEGATIVE};

i32 length_in_code_points(std::string_view text) {
  return static_cast<i32>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

// CPython: compiler_visit_expr. The location comes back as it was.
void Generator::visit(const Expr& expr) {
  ast::Loc outer = unit_->loc;
  unit_->loc = expr.loc;
  visit_kind(expr);
  unit_->loc = outer;
}

// CPython: compiler_visit_expr1.
void Generator::visit_kind(const Expr& expr) {
  using Kind = ast::ExprKind;
  switch (expr.kind) {
    case Kind::Name: return name_op(expr.as<ast::NameExpr>()->id, expr.ctx);
    case Kind::Constant: return load_const(expr.as<ast::Constant>()->value);
    case Kind::Attribute: return attribute(*expr.as<ast::Attribute>());
    case Kind::Call: return call(*expr.as<ast::Call>());
    case Kind::BinOp:
      visit(*expr.as<ast::BinOp>()->left);
      visit(*expr.as<ast::BinOp>()->right);
      return emit_binary(static_cast<ast::Operator>(expr.op), false);
    case Kind::NamedExpr:
      visit(*expr.as<ast::NamedExpr>()->value);
      emit(Op::COPY, 1);
      return visit(*expr.as<ast::NamedExpr>()->target);
    case Kind::UnaryOp: visit(*expr.as<ast::UnaryOp>()->operand); return emit(kUnaryOps[expr.op]);
    case Kind::BoolOp: return bool_op(*expr.as<ast::BoolOp>());
    case Kind::Compare: return compare(*expr.as<ast::Compare>());
    case Kind::IfExp: return if_exp(*expr.as<ast::IfExp>());
    case Kind::Lambda: return lambda(*expr.as<ast::Lambda>());
    case Kind::Dict: return dict(*expr.as<ast::Dict>());
    case Kind::Set: return display(expr.as<ast::Set>()->elts, 0, Display::Set);
    case Kind::List:
    case Kind::Tuple: return list_or_tuple(*expr.as<ast::Sequence>());
    case Kind::ListComp:
    case Kind::SetComp:
    case Kind::DictComp:
    case Kind::GeneratorExp: return comprehension(*expr.as<ast::Comp>());
    case Kind::Await: return await(*expr.as<ast::Await>());
    case Kind::Yield: return yield(*expr.as<ast::Yield>());
    case Kind::YieldFrom: return yield_from(*expr.as<ast::YieldFrom>());
    case Kind::JoinedStr: return joined_str(*expr.as<ast::JoinedStr>());
    case Kind::FormattedValue: return formatted_value(*expr.as<ast::FormattedValue>());
    case Kind::Subscript: return subscript(*expr.as<ast::Subscript>());
    case Kind::Slice: return slice(*expr.as<ast::Slice>());
    case Kind::Starred: starred(expr);
    case Kind::TemplateStr:
    case Kind::Interpolation: MKPYC_CHECK(!"template string for a target without them");
  }
}

// ---- operators ----

void Generator::emit_binary(ast::Operator op, bool inplace) {
  emit(Op::BINARY_OP, kBinaryOps[static_cast<int>(op)] + (inplace ? kInplace : 0));
}

// ---- attributes and subscripts ----

void Generator::attribute(const ast::Attribute& expr) {
  visit(*expr.value);
  move_to_attribute_name(expr);
  switch (expr.ctx) {
    case ast::ExprContext::Load: return emit_attribute(Op::LOAD_ATTR, expr.attr);
    case ast::ExprContext::Store:
      check_forbidden(expr.attr, ast::ExprContext::Store);
      return emit_attribute(Op::STORE_ATTR, expr.attr);
    case ast::ExprContext::Del: return emit_attribute(Op::DELETE_ATTR, expr.attr);
  }
}

// Where an attribute access spans lines, the current location starts at the name (CPython:
// update_start_location_to_match_attr). Columns count bytes, the name's length code points, as there.
void Generator::move_to_attribute_name(const ast::Attribute& expr) {
  ast::Loc& loc = unit_->loc;
  if (loc.line == expr.loc.end_line) return;
  loc.line = expr.loc.end_line;
  i32 length = length_in_code_points(context_->names.text(expr.attr));
  if (length <= expr.loc.end_col)
    loc.col = expr.loc.end_col - length;
  else
    loc.col = loc.end_col = -1;
  loc.end_line = std::max(loc.line, loc.end_line);
  if (loc.line == loc.end_line) loc.end_col = std::max(loc.col, loc.end_col);
}

// CPython: compiler_subscript.
void Generator::subscript(const ast::Subscript& expr) {
  if (expr.ctx == ast::ExprContext::Load) {
    check_subscripter(*expr.value);
    check_index(*expr.value, *expr.slice);
  }
  visit(*expr.value);
  visit(*expr.slice);
  switch (expr.ctx) {
    case ast::ExprContext::Load: return emit(Op::BINARY_SUBSCR);
    case ast::ExprContext::Store: return emit(Op::STORE_SUBSCR);
    case ast::ExprContext::Del: return emit(Op::DELETE_SUBSCR);
  }
}

// CPython: compiler_slice.
void Generator::slice(const ast::Slice& expr) {
  for (const Expr* bound : {expr.lower, expr.upper}) {
    if (bound != nullptr)
      visit(*bound);
    else
      load_none();
  }
  if (expr.step != nullptr) visit(*expr.step);
  emit(Op::BUILD_SLICE, expr.step != nullptr ? 3 : 2);
}

// A starred expression where no display, call or target list has taken it apart.
void Generator::starred(const Expr& expr) {
  error(expr.ctx == ast::ExprContext::Store ? "starred assignment target must be in a list or tuple"
                                            : "can't use starred expression here");
}

// ---- generators and coroutines ----

void Generator::yield(const ast::Yield& expr) {
  if (!in_function()) error("'yield' outside function");
  if (expr.value != nullptr)
    visit(*expr.value);
  else
    load_none();
  emit_yield();
}

void Generator::yield_from(const ast::YieldFrom& expr) {
  if (!in_function()) error("'yield' outside function");
  if (unit_->code.type == ScopeType::AsyncFunction) error("'yield from' inside async function");
  visit(*expr.value);
  emit(Op::GET_YIELD_FROM_ITER);
  load_none();
  emit_yield_from(false);
}

void Generator::await(const ast::Await& expr) {
  if (!in_function()) error("'await' outside function");
  if (unit_->code.type != ScopeType::AsyncFunction && unit_->code.type != ScopeType::Comprehension)
    error("'await' outside async function");
  visit(*expr.value);
  emit_await(0);
}

// CPython: addop_yield.
void Generator::emit_yield() {
  if (unit_->scope->generator && unit_->scope->coroutine) emit(Op::ASYNC_GEN_WRAP);
  emit(Op::YIELD_VALUE);
  emit(Op::RESUME, 1);
}

// Waits for the awaitable on the stack; `kind`: 0 for await, 1 for __aenter__, 2 for __aexit__.
void Generator::emit_await(u32 kind) {
  emit(Op::GET_AWAITABLE, kind);
  load_none();
  emit_yield_from(true);
}

// The loop that passes values between the caller and the iterator on the stack (CPython: compiler_add_yield_from).
void Generator::emit_yield_from(bool await) {
  Label start = new_label();
  Label resume = new_label();
  Label exit = new_label();
  use_label(start);
  jump(Op::SEND, exit);
  use_label(resume);
  emit(Op::YIELD_VALUE);
  emit(Op::RESUME, await ? 3 : 2);
  jump(Op::JUMP_NO_INTERRUPT, start);
  use_label(exit);
}

}  // namespace mkpyc::codegen
