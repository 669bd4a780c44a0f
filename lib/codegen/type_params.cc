// Type parameters and type aliases (PEP 695, 696).
#include "codegen/generator.h"
#include "target/features.h"

namespace mkpyc::codegen {

// Opens the function around a definition or alias with type parameters.
void Generator::enter_type_params(Name name, scope::Scope* scope, i32 first_line) {
  std::string text = "<generic parameters of " + std::string(context_->names.text(name)) + ">";
  enter_unit(context_->objects.str(text), Name::kNone, ScopeType::TypeParams, scope, first_line);
}

// Closes it, and calls it with the values that are on the stack.
void Generator::leave_type_params(const ast::Loc& loc, u32 arg_count) {
  make_closure(loc, leave_unit(false), 0);
  if (arg_count > 0) emit(loc, Op::SWAP, arg_count + 1);
  if (!on(Feature::callable_before_null)) return emit(loc, Op::CALL, arg_count);
  if (arg_count == 0) emit(loc, Op::PUSH_NULL);
  emit(loc, Op::CALL, arg_count == 0 ? 0 : arg_count - 1);
}

// Makes the parameters, stores each and leaves their tuple (CPython: compiler_type_params).
void Generator::type_params(Seq<ast::TypeParam*> params) {
  bool seen_default = false;
  for (const ast::TypeParam* param : params) type_param(*param, seen_default);
  emit(params[0]->loc, Op::BUILD_TUPLE, params.size());
}

void Generator::type_param(const ast::TypeParam& param, bool& seen_default) {
  const ast::Loc& loc = param.loc;
  bool is_variable = param.kind == ast::TypeParamKind::TypeVar;
  load_const(loc, context_->objects.name(param.name));
  if (is_variable && param.bound != nullptr) {
    type_param_expression(param, *param.bound, param.bound_scope, false);
    bool constraints = param.bound->kind == ast::ExprKind::Tuple;
    emit_intrinsic(loc, constraints ? Intrinsic2::TypeVarWithConstraints : Intrinsic2::TypeVarWithBound);
  } else {
    Intrinsic1 function = Intrinsic1::TypeVar;
    if (param.kind == ast::TypeParamKind::ParamSpec) function = Intrinsic1::ParamSpec;
    if (param.kind == ast::TypeParamKind::TypeVarTuple) function = Intrinsic1::TypeVarTuple;
    emit_intrinsic(loc, function, Op::NOP);
  }
  if (param.default_value != nullptr) {
    seen_default = true;
    bool starred = param.kind == ast::TypeParamKind::TypeVarTuple;
    type_param_expression(param, *param.default_value, param.default_scope, starred);
    emit_intrinsic(loc, Intrinsic2::SetTypeparamDefault);
  } else if (seen_default) {
    error(loc, "non-default type parameter '" + std::string(context_->names.text(param.name)) +
                   "' follows default type parameter");
  }
  emit(loc, Op::COPY, 1);
  store_name(loc, param.name);
}

// The function that evaluates a bound or default (CPython: compiler_type_param_bound_or_default).
void Generator::type_param_expression(const ast::TypeParam& param, const Expr& expr, scope::Scope* scope,
                                      bool allow_starred) {
  const ast::Loc& loc = on(Feature::type_param_defaults) ? expr.loc : param.loc;
  u32 flags = 0;
  if (on(Feature::lazy_annotations)) {
    load_format_default(loc);
    MKPYC_CHECK(scope != nullptr);
    enter_annotations(loc, *scope, param.name);
    flags = kDefaults;
  } else {
    enter_unit(context_->objects.name(param.name), Name::kNone, ScopeType::TypeParams, scope, expr.loc.line);
  }
  if (allow_starred && expr.kind == ast::ExprKind::Starred) {
    visit(*expr.as<ast::Starred>()->value);
    emit(loc, Op::UNPACK_SEQUENCE, 1);
  } else {
    visit(expr);
  }
  emit(loc, Op::RETURN_VALUE);
  make_closure(loc, leave_unit(true), flags);
}

// The default of the parameter `.format`: values.
void Generator::load_format_default(const ast::Loc& loc) {
  const Object* one = context_->objects.integer(i64{1});
  load_const(loc, context_->objects.tuple(&one, 1));
}

// ---- type aliases ----

// CPython: compiler_typealias.
void Generator::type_alias(const ast::TypeAlias& stmt) {
  const ast::Loc& loc = stmt.loc;
  Name name = stmt.name->as<ast::NameExpr>()->id;
  bool generic = !stmt.type_params.empty();
  if (generic) {
    if (!on(Feature::callable_before_null)) emit(loc, Op::PUSH_NULL);
    enter_type_params(name, stmt.type_params_scope, loc.line);
    load_const(loc, context_->objects.name(name));
    type_params(stmt.type_params);
  } else {
    load_const(loc, context_->objects.name(name));
    load_none(loc);
  }
  type_alias_value(stmt, name);
  if (generic) leave_type_params(loc, 0);
  store_name(loc, name);
}

// The function that evaluates the value, and the alias (CPython: compiler_typealias_body).
void Generator::type_alias_value(const ast::TypeAlias& stmt, Name name) {
  const ast::Loc& loc = stmt.loc;
  u32 flags = 0;
  if (on(Feature::lazy_annotations)) {
    load_format_default(loc);
    MKPYC_CHECK(stmt.scope != nullptr);
    enter_annotations(loc, *stmt.scope, name);
    flags = kDefaults;
  } else {
    enter_unit(context_->objects.name(name), name, ScopeType::Function, stmt.scope, loc.line);
    add_const(context_->objects.none());  // so that it can have no docstring
  }
  visit(*stmt.value);
  emit(loc, Op::RETURN_VALUE);
  make_closure(loc, leave_unit(false), flags);
  emit(loc, Op::BUILD_TUPLE, 3);
  emit_intrinsic(loc, Intrinsic1::TypeAlias, Op::NOP);
}

}  // namespace mkpyc::codegen
