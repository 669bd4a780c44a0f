// Functions, classes, type aliases and their type parameters (CPython: symtable.c symtable_visit_stmt,
// symtable_visit_type_param).
#include "scope/visitor.h"
#include "target/features.h"

namespace mkpyc::scope {

using ast::ExprContext;
using ast::StmtKind;
using ast::TypeParamKind;

void Visitor::function(const ast::FunctionDef* node, int depth) {
  bind(node->name, DEF_LOCAL, node->loc);
  exprs(node->args->defaults, depth);
  optionals(node->args->kw_defaults, depth);
  bool decorators_first = context_.target.on(Feature::decorators_seen_first);
  if (decorators_first) exprs(node->decorators, depth);
  if (!node->type_params.empty()) {
    node->type_params_scope = enter_type_params(node->name, node);
    type_params(node->type_params, depth);
  }
  annotations(node, depth);
  if (!decorators_first) exprs(node->decorators, depth);
  node->scope = blocks_.enter(node->name, BlockType::Function, node->loc);
  node->scope->coroutine = node->kind == StmtKind::AsyncFunctionDef;
  node->scope->has_docstring = ast::docstring(node->body) != nullptr;
  parameters(node->args);
  stmts(node->body, depth);
  blocks_.leave();
  if (!node->type_params.empty()) blocks_.leave();
}

void Visitor::parameters(Seq<ast::Arg*> arguments) {
  for (const ast::Arg* argument : arguments) {
    check_name(argument->name, ExprContext::Store, argument->loc);
    blocks_.add_param(argument->name, argument->loc);
  }
}

void Visitor::parameters(const ast::Arguments* arguments) {
  parameters(arguments->posonlyargs);
  parameters(arguments->args);
  parameters(arguments->kwonlyargs);
  if (const ast::Arg* vararg = arguments->vararg) {
    check_name(vararg->name, ExprContext::Store, vararg->loc);
    blocks_.add_param(vararg->name, vararg->loc);
    blocks_.scope()->varargs = true;
  }
  if (const ast::Arg* kwarg = arguments->kwarg) {
    check_name(kwarg->name, ExprContext::Store, kwarg->loc);
    blocks_.add_param(kwarg->name, kwarg->loc);
    blocks_.scope()->varkeywords = true;
  }
}

// Before only_type_params_mangled, the names from the type parameters of a class on are mangled as those in its body,
// and after it still are: CPython restored the class that it had already forgotten.
void Visitor::class_def(const ast::ClassDef* node, int depth) {
  bind(node->name, DEF_LOCAL, node->loc);
  bool decorators_first = context_.target.on(Feature::decorators_seen_first);
  if (decorators_first) exprs(node->decorators, depth);
  bool generic = !node->type_params.empty();
  Name outer_class = blocks_.class_name();
  if (generic) {
    node->type_params_scope = enter_type_params(node->name, node);
    blocks_.set_class_name(node->name);
    if (context_.target.on(Feature::only_type_params_mangled))
      blocks_.mangle_only_type_params();
    else
      outer_class = node->name;
    type_params(node->type_params, depth);
  }
  exprs(node->bases, depth);
  keywords(node->keywords, depth);
  if (!decorators_first) exprs(node->decorators, depth);
  class_body(node, depth);
  if (generic) blocks_.leave();
  blocks_.set_class_name(outer_class);
}

void Visitor::class_body(const ast::ClassDef* node, int depth) {
  node->scope = blocks_.enter(node->name, BlockType::Class, node->loc);
  node->scope->has_docstring = ast::docstring(node->body) != nullptr;
  blocks_.set_class_name(node->name);
  if (!node->type_params.empty()) {
    blocks_.add(names::dunder_type_params, DEF_LOCAL, node->loc);
    blocks_.add(names::dot_type_params, USE, node->loc);
  }
  stmts(node->body, depth);
  blocks_.leave();
}

void Visitor::type_alias(const ast::TypeAlias* node, int depth) {
  expr(node->name, depth);
  Name name = node->name->as<ast::NameExpr>()->id;
  bool in_class = blocks_.scope()->type == BlockType::Class;
  if (!node->type_params.empty()) {
    node->type_params_scope = enter_type_params(name, node);
    type_params(node->type_params, depth);
  }
  node->scope = blocks_.enter(name, BlockType::TypeAlias, node->loc);
  if (in_class) see_class_scope(node->value->loc);
  expr(node->value, depth);
  blocks_.leave();
  if (!node->type_params.empty()) blocks_.leave();
}

// ---- type parameters ----

void Visitor::see_class_scope(const ast::Loc& loc) {
  blocks_.scope()->can_see_class_scope = true;
  blocks_.add(names::dunder_classdict, USE, loc);
}

// The block of a function's type parameters gets the values of its defaults as parameters, since those are evaluated
// outside (CPython: symtable_enter_type_param_block). Its parser makes a list of positional defaults even if there are
// none, so that this parameter is always there.
Scope* Visitor::enter_type_params(Name name, const ast::Stmt* node) {
  bool in_class = blocks_.scope()->type == BlockType::Class;
  Scope* scope = blocks_.enter(name, BlockType::TypeParameters, node->loc);
  if (in_class) see_class_scope(node->loc);
  if (node->kind == StmtKind::ClassDef) {
    blocks_.add(names::dot_type_params, DEF_LOCAL | USE, node->loc);
    blocks_.add(names::dot_generic_base, DEF_LOCAL | USE, node->loc);
  } else if (node->kind != StmtKind::TypeAlias) {
    const ast::Arguments* arguments = node->as<ast::FunctionDef>()->args;
    blocks_.add_param(names::dot_defaults, node->loc);
    bool has_kwdefaults = false;
    for (const ast::Expr* value : arguments->kw_defaults) has_kwdefaults |= value != nullptr;
    if (has_kwdefaults) blocks_.add_param(names::dot_kwdefaults, node->loc);
  }
  return scope;
}

void Visitor::type_params(Seq<ast::TypeParam*> nodes, int depth) {
  for (const ast::TypeParam* node : nodes) type_param(node, depth);
}

void Visitor::type_param(const ast::TypeParam* node, int depth) {
  if (++depth > limit_) [[unlikely]]
    too_deep();
  check_name(node->name, ExprContext::Store, node->loc);
  blocks_.add_type_param(node->name, node->loc);
  const char* default_info = nullptr;
  switch (node->kind) {
    case TypeParamKind::TypeVar: {
      bool constraints = node->bound != nullptr && node->bound->kind == ast::ExprKind::Tuple &&
                         context_.target.on(Feature::type_param_defaults);
      bound_or_default(node, node->bound, node->bound_scope, constraints ? "a TypeVar constraint" : "a TypeVar bound",
                       depth);
      default_info = "a TypeVar default";
      break;
    }
    case TypeParamKind::TypeVarTuple: default_info = "a TypeVarTuple default"; break;
    case TypeParamKind::ParamSpec: default_info = "a ParamSpec default"; break;
  }
  bound_or_default(node, node->default_value, node->default_scope, default_info, depth);
}

void Visitor::bound_or_default(const ast::TypeParam* node, const ast::Expr* value, Scope*& scope, const char* info,
                               int depth) {
  if (node->name == names::dunder_classdict && context_.target.on(Feature::classdict_is_reserved))
    throw error_at(node->loc, "reserved name " + quoted(node->name) + " cannot be used for type parameter");
  if (value == nullptr) return;
  bool sees_class = blocks_.scope()->can_see_class_scope;
  // Where there are defaults, the block is where the value is.
  bool at_value = context_.target.on(Feature::type_param_defaults);
  scope = blocks_.enter(node->name, BlockType::TypeVariable, at_value ? value->loc : node->loc);
  if (sees_class) see_class_scope(value->loc);
  blocks_.block().info = info;
  expr(value, depth);
  blocks_.leave();
}

}  // namespace mkpyc::scope
