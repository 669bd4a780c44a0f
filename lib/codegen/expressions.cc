// Expressions without a file of their own, and the dispatch over all kinds.
#include <algorithm>

#include "base/utf8.h"
#include "codegen/generator.h"
#include "target/features.h"

namespace mkpyc::codegen {
namespace {

// Arguments of BINARY_OP (CPython: Include/opcode.h NB_ADD and so on), in the order of ast::Operator.
constexpr u8 kBinaryOps[] = {0, 10, 5, 4, 11, 6, 8, 3, 9, 7, 12, 1, 2};
constexpr u32 kInplace = 13;
constexpr u32 kSubscript = 26;

/// The argument of GET_ITER for `yield from` (CPython: GET_ITER_YIELD_FROM_CORO_CHECK).
constexpr u32 kIterYieldFrom = 3;

constexpr Op kUnaryOps[] = {Op::UNARY_INVERT, Op::UNARY_NOT, Op::UNARY_POSITIVE, Op::UNARY_NEGATIVE};

}  // namespace

// CPython: compiler_visit_expr. The current location comes back as it was.
void Generator::visit_at_location(const Expr& expr) {
  ast::Loc outer = unit_->loc;
  unit_->loc = expr.loc;
  visit_kind(expr);
  unit_->loc = outer;
}

// CPython: compiler_visit_expr1. Only calls in the end, so that none of them waits for a frame of this one.
void Generator::visit_kind(const Expr& expr) {
  using Kind = ast::ExprKind;
  switch (expr.kind) {
    case Kind::Name: return name_op(expr.loc, expr.as<ast::NameExpr>()->id, expr.ctx);
    case Kind::Constant: return load_const(expr.loc, expr.as<ast::Constant>()->value);
    case Kind::Attribute: return attribute(*expr.as<ast::Attribute>());
    case Kind::Call: return call(*expr.as<ast::Call>());
    case Kind::BinOp: return bin_op(*expr.as<ast::BinOp>());
    case Kind::NamedExpr: return named_expr(*expr.as<ast::NamedExpr>());
    case Kind::UnaryOp: return unary(*expr.as<ast::UnaryOp>());
    case Kind::BoolOp: return bool_op(*expr.as<ast::BoolOp>());
    case Kind::Compare: return compare(*expr.as<ast::Compare>());
    case Kind::IfExp: return if_exp(*expr.as<ast::IfExp>());
    case Kind::Lambda: return lambda(*expr.as<ast::Lambda>());
    case Kind::Dict: return dict(*expr.as<ast::Dict>());
    case Kind::Set: return display(expr.loc, expr.as<ast::Set>()->elts, 0, Display::Set);
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
    case Kind::TemplateStr: return template_str(*expr.as<ast::JoinedStr>());
    case Kind::Interpolation: return interpolation(*expr.as<ast::Interpolation>());
  }
}

// ---- operators ----

void Generator::emit_binary(const ast::Loc& loc, ast::Operator op, bool inplace) {
  put(loc, Op::BINARY_OP, kBinaryOps[static_cast<int>(op)] + (inplace ? kInplace : 0));
}

[[gnu::noinline]] void Generator::bin_op(const ast::BinOp& expr) {
  visit(*expr.left);
  visit(*expr.right);
  emit_binary(expr.loc, static_cast<ast::Operator>(expr.op), false);
}

[[gnu::noinline]] void Generator::named_expr(const ast::NamedExpr& expr) {
  visit(*expr.value);
  emit(expr.loc, Op::COPY, 1);
  visit(*expr.target);
}

void Generator::unary(const ast::UnaryOp& expr) {
  visit(*expr.operand);
  auto op = static_cast<ast::UnaryOpKind>(expr.op);
  if (op == ast::UnaryOpKind::UAdd) return emit_intrinsic(expr.loc, Intrinsic1::UnaryPositive, Op::UNARY_POSITIVE);
  if (op == ast::UnaryOpKind::Not) emit_to_bool(expr.loc);
  emit(expr.loc, kUnaryOps[expr.op]);
}

// ---- attributes and subscripts ----

void Generator::attribute(const ast::Attribute& expr) {
  if (expr.ctx == ast::ExprContext::Load && is_super_attribute(expr)) return super_attribute(expr, false);
  if (expr.ctx == ast::ExprContext::Store) add_static_attribute(expr);
  visit(*expr.value);
  move_to_attribute_name(expr);
  ast::Loc loc = attribute_location(expr.loc, expr);
  switch (expr.ctx) {
    case ast::ExprContext::Load: return emit_load_attribute(loc, expr.attr);
    case ast::ExprContext::Store:
      check_forbidden(loc, expr.attr, ast::ExprContext::Store);
      return emit_attribute(loc, Op::STORE_ATTR, expr.attr);
    case ast::ExprContext::Del: return emit_attribute(loc, Op::DELETE_ATTR, expr.attr);
  }
}

// Columns count bytes, the name's length code points, as in CPython.
ast::Loc Generator::moved_to_attribute_name(ast::Loc loc, const ast::Attribute& expr) const {
  loc.line = expr.loc.end_line;
  i32 length = static_cast<i32>(count_code_points(context_->names.text(expr.attr)));
  if (length <= expr.loc.end_col)
    loc.col = expr.loc.end_col - length;
  else
    loc.col = loc.end_col = -1;
  loc.end_line = std::max(loc.line, loc.end_line);
  if (loc.line == loc.end_line) loc.end_col = std::max(loc.col, loc.end_col);
  return loc;
}

// True for `super().name` and `super(a, b).name` where super is surely the builtin (CPython: can_optimize_super_call).
bool Generator::is_call_of_super(const ast::Attribute& expr) const {
  const auto& call = *expr.value->as<ast::Call>();
  if (call.func->kind != ast::ExprKind::Name || call.func->as<ast::NameExpr>()->id != names::super_) return false;
  if (!on(Feature::super_attributes) || expr.attr == names::dunder_class || !call.keywords.empty()) return false;
  const scope::Symbol* symbol = find_symbol(names::super_);
  if (symbol == nullptr || symbol->scope != scope::SymbolScope::GlobalImplicit) return false;
  const scope::Symbol* global = find_global_symbol(names::super_);
  if (global != nullptr && global->scope != scope::SymbolScope::None) return false;
  if (call.args.size() == 2)
    return call.args[0]->kind != ast::ExprKind::Starred && call.args[1]->kind != ast::ExprKind::Starred;
  if (!call.args.empty() || (unit_->code.argcount == 0 && unit_->code.posonlyargcount == 0)) return false;
  const scope::Symbol* cell = find_symbol(names::dunder_class);
  return unit_->code.type != ScopeType::Class && cell != nullptr && cell->scope == scope::SymbolScope::Free;
}

// CPython: load_args_for_super and what follows it. The argument holds whether it is for a call, and whether super()
// had arguments.
void Generator::super_attribute(const ast::Attribute& expr, bool method) {
  const auto& call = *expr.value->as<ast::Call>();
  load_name(call.func->loc, names::super_);
  bool has_args = !call.args.empty();
  if (has_args) {
    visit_all(call.args);
  } else {
    load_name(call.loc, names::dunder_class);
    load_name(call.loc, unit_->code.varnames.names.at(0));
  }
  emit(expr.loc, Op::LOAD_SUPER_ATTR, name_index(expr.attr) << 2 | (has_args ? 2 : 0) | (method ? 1 : 0));
  emit(attribute_location(expr.loc, expr), Op::NOP);
}

void Generator::emit_subscript(const ast::Loc& loc) {
  if (on(Feature::subscript_is_binary_op))
    put(loc, Op::BINARY_OP, kSubscript);
  else
    put(loc, Op::BINARY_SUBSCR, 0);
}

// CPython: compiler_subscript.
void Generator::subscript(const ast::Subscript& expr) {
  if (expr.ctx == ast::ExprContext::Load) {
    check_subscripter(*expr.value);
    check_index(*expr.value, *expr.slice);
  }
  visit(*expr.value);
  if (expr.ctx != ast::ExprContext::Del && in_two_parts(*expr.slice)) {
    slice_bounds(*expr.slice->as<ast::Slice>());
    return emit(expr.loc, expr.ctx == ast::ExprContext::Load ? Op::BINARY_SLICE : Op::STORE_SLICE);
  }
  visit(*expr.slice);
  switch (expr.ctx) {
    case ast::ExprContext::Load: return emit_subscript(expr.loc);
    case ast::ExprContext::Store: return emit(expr.loc, Op::STORE_SUBSCR);
    case ast::ExprContext::Del: return emit(expr.loc, Op::DELETE_SUBSCR);
  }
}

// A slice that BINARY_SLICE and STORE_SLICE take as two values.
bool Generator::in_two_parts(const Expr& slice) const {
  if (slice.kind != ast::ExprKind::Slice || slice.as<ast::Slice>()->step != nullptr) return false;
  return on(Feature::two_part_slices) && !is_constant_slice(slice);
}

// A slice that is loaded as a constant.
bool Generator::is_constant_slice(const Expr& slice) const {
  if (slice.kind != ast::ExprKind::Slice || !on(Feature::constant_slices)) return false;
  const auto& parts = *slice.as<ast::Slice>();
  auto constant = [](const Expr* part) { return part == nullptr || part->kind == ast::ExprKind::Constant; };
  return constant(parts.lower) && constant(parts.upper) && constant(parts.step);
}

void Generator::slice_bounds(const ast::Slice& expr) {
  for (const Expr* bound : {expr.lower, expr.upper}) {
    if (bound != nullptr)
      visit(*bound);
    else
      load_none(expr.loc);
  }
}

// CPython: compiler_slice.
void Generator::slice(const ast::Slice& expr) {
  if (is_constant_slice(expr)) {
    auto value = [this](const Expr* part) -> Object* {
      if (part == nullptr) return context_->objects.none();
      Object* constant = part->as<ast::Constant>()->value;
      bool is_int = constant->type == Type::Int;
      return is_int ? context_->objects.single(static_cast<IntObject*>(constant)) : constant;
    };
    return load_const(expr.loc, context_->objects.slice(value(expr.lower), value(expr.upper), value(expr.step)));
  }
  slice_bounds(expr);
  if (expr.step != nullptr) visit(*expr.step);
  emit(expr.loc, Op::BUILD_SLICE, expr.step != nullptr ? 3 : 2);
}

// A starred expression where no display, call or target list has taken it apart.
void Generator::starred(const Expr& expr) {
  error(expr.loc, expr.ctx == ast::ExprContext::Store ? "starred assignment target must be in a list or tuple"
                                                      : "can't use starred expression here");
}

// ---- generators and coroutines ----

void Generator::yield(const ast::Yield& expr) {
  if (!in_function()) error(expr.loc, "'yield' outside function");
  if (expr.value != nullptr)
    visit(*expr.value);
  else
    load_none(expr.loc);
  emit_yield(expr.loc);
}

void Generator::yield_from(const ast::YieldFrom& expr) {
  if (!in_function())
    error(expr.loc, on(Feature::yield_from_error) ? "'yield from' outside function" : "'yield' outside function");
  if (unit_->code.type == ScopeType::AsyncFunction) error(expr.loc, "'yield from' inside async function");
  visit(*expr.value);
  if (on(Feature::get_iter_has_arg))
    emit(expr.loc, Op::GET_ITER, kIterYieldFrom);
  else
    emit(expr.loc, Op::GET_YIELD_FROM_ITER);
  load_none(expr.loc);
  emit_yield_from(expr.loc, false);
}

void Generator::await(const ast::Await& expr) {
  if (!on(Feature::scope_checks_names)) {
    if (!in_function()) error(expr.loc, "'await' outside function");
    if (unit_->code.type != ScopeType::AsyncFunction && unit_->code.type != ScopeType::Comprehension)
      error(expr.loc, "'await' outside async function");
  }
  visit(*expr.value);
  emit_await(expr.loc, 0);
}

void Generator::emit_get_iter(const ast::Loc& loc, bool is_async) {
  emit(loc, is_async ? Op::GET_AITER : Op::GET_ITER);
}

// CPython: addop_yield.
void Generator::emit_yield(const ast::Loc& loc) {
  if (unit_->scope->generator && unit_->scope->coroutine)
    emit_intrinsic(loc, Intrinsic1::AsyncGenWrap, Op::ASYNC_GEN_WRAP);
  emit(loc, Op::YIELD_VALUE, 0);
  emit(loc, Op::RESUME, kAfterYield);
}

// Waits for the awaitable on the stack; `kind`: 0 for await, 1 for __aenter__, 2 for __aexit__.
void Generator::emit_await(const ast::Loc& loc, u32 kind) {
  emit(loc, Op::GET_AWAITABLE, kind);
  emit_send_none(loc);
  emit_yield_from(loc, true);
}

// What is sent first to the awaitable on the stack.
void Generator::emit_send_none(const ast::Loc& loc) {
  if (on(Feature::send_has_null)) emit(loc, Op::PUSH_NULL);
  load_none(loc);
}

// The loop that passes values between the caller and the iterator on the stack (CPython: compiler_add_yield_from).
void Generator::emit_yield_from(const ast::Loc& loc, bool await) {
  u32 resume = await ? kAfterAwait : kAfterYieldFrom;
  Label start = new_label();
  Label fail = new_label();
  Label exit = new_label();
  use_label(start);
  jump(loc, Op::SEND, exit);
  if (!on(Feature::throw_has_handler)) {
    use_label(fail);  // only a block of its own
    emit(loc, Op::YIELD_VALUE);
    emit(loc, Op::RESUME, resume);
    jump(loc, Op::JUMP_NO_INTERRUPT, start);
    return use_label(exit);
  }
  // A close() or throw() raises here, and StopIteration from it is the result.
  jump(loc, Op::SETUP_FINALLY, fail);
  emit(loc, Op::YIELD_VALUE, on(Feature::yield_value_tells_wait) ? 1 : 0);
  emit(kNoLocation, Op::POP_BLOCK);
  emit(loc, Op::RESUME, resume);
  jump(loc, Op::JUMP_NO_INTERRUPT, start);
  use_label(fail);
  emit(loc, Op::CLEANUP_THROW);
  use_label(exit);
  emit(loc, Op::END_SEND);
}

}  // namespace mkpyc::codegen
