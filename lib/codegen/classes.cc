// Class definitions: the body's unit and the call of __build_class__.
#include <algorithm>

#include "codegen/generator.h"
#include "target/features.h"

namespace mkpyc::codegen {

// CPython: compiler_class. A class with type parameters is made by a function that has them as its variables.
void Generator::class_def(const ast::ClassDef& def) {
  visit_all(def.decorators);
  i32 line = def.decorators.empty() ? def.loc.line : def.decorators[0]->loc.line;
  const ast::Loc& loc = def.loc;
  if (def.type_params.empty()) {
    make_class_function(def, line);
    class_arguments(def);
  } else {
    enter_class_type_params(def, line);
    make_class_function(def, line);
    load_name(loc, names::dot_type_params);
    emit_intrinsic(loc, Intrinsic1::SubscriptGeneric, Op::NOP);
    store_name(loc, names::dot_generic_base);
    class_arguments(def, names::dot_generic_base);
    leave_type_params(loc, 0);
  }
  apply_decorators(def.decorators);
  store_name(loc, def.name);
}

void Generator::enter_class_type_params(const ast::ClassDef& def, i32 line) {
  if (on(Feature::generic_class_mangles_outside)) {
    // What follows the class in this block is mangled with its name, too.
    unit_->class_name = def.name;
    unit_->serial = ++last_serial_;
  }
  if (!on(Feature::callable_before_null)) emit(def.loc, Op::PUSH_NULL);
  enter_type_params(def.name, def.type_params_scope, line);
  unit_->class_name = def.name;
  unit_->serial = ++last_serial_;
  type_params(def.type_params);
  store_name(def.loc, names::dot_type_params);
}

// __build_class__, the function of the body, and the class's name (CPython: compiler_class_body).
void Generator::make_class_function(const ast::ClassDef& def, i32 line) {
  enter_unit(context_->objects.name(def.name), def.name, ScopeType::Class, def.scope, line);
  class_body(def);
  Finished finished = leave_unit(true);
  bool null_first = !on(Feature::callable_before_null);
  emit(def.loc, null_first ? Op::PUSH_NULL : Op::LOAD_BUILD_CLASS);
  emit(def.loc, null_first ? Op::LOAD_BUILD_CLASS : Op::PUSH_NULL);
  make_closure(def.loc, finished, 0);
  load_const(def.loc, context_->objects.name(def.name));
}

void Generator::class_body(const ast::ClassDef& def) {
  i32 line = unit_->code.firstlineno;
  ast::Loc loc{line, line, 0, 0};
  load_name(loc, names::dunder_name);
  store_name(loc, names::dunder_module);
  load_const(loc, unit_->code.qualname);
  store_name(loc, names::dunder_qualname);
  if (on(Feature::class_first_line)) {
    load_const(loc, context_->objects.integer(i64{line}));
    store_name(loc, names::dunder_firstlineno);
  }
  if (!def.type_params.empty()) {
    load_name(loc, names::dot_type_params);
    store_name(loc, names::dunder_type_params);
  }
  if (unit_->scope->needs_classdict) {
    emit(loc, Op::LOAD_LOCALS);
    emit(loc, Op::STORE_DEREF, closure_index(names::dunder_classdict, true));
  }
  if (unit_->scope->has_conditional_annotations) {
    emit(loc, Op::BUILD_SET, 0);
    emit(loc, Op::STORE_DEREF, closure_index(names::dunder_conditional_annotations, true));
  }
  body(loc, def.body);
  deferred_annotations(loc);
  class_body_end();
}

// What goes into the namespace last; none of it has a location.
void Generator::class_body_end() {
  const ast::Loc& loc = kNoLocation;
  unset_loc();
  if (on(Feature::static_attributes)) {
    load_const(loc, static_attributes());
    store_name(loc, names::dunder_static_attributes);
  }
  if (unit_->scope->needs_classdict) {
    emit(loc, Op::LOAD_CLOSURE, closure_index(names::dunder_classdict, true));
    store_name(loc, names::dunder_classdictcell);
  }
  if (unit_->scope->needs_class_closure) {
    // The cell of __class__ is left in the namespace for type.__new__, and returned.
    emit(loc, Op::LOAD_CLOSURE, closure_index(names::dunder_class, true));
    emit(loc, Op::COPY, 1);
    store_name(loc, names::dunder_classcell);
  } else {
    load_none(loc);
  }
  emit(loc, Op::RETURN_VALUE);
}

// ---- static attributes ----

// `self.name = ...` in a function: the class around it has the name in __static_attributes__ (CPython:
// compiler_maybe_add_static_attribute_to_class).
void Generator::add_static_attribute(const ast::Attribute& target) {
  if (target.value->kind != ast::ExprKind::Name || target.value->as<ast::NameExpr>()->id != names::self_) return;
  if (!on(Feature::static_attributes)) return;
  for (u32 depth = depth_ - 1; depth-- > 0;) {
    Unit& unit = *units_[depth];
    if (unit.code.type != ScopeType::Class) continue;
    unit.static_attributes.push_back(target.attr);
    return;
  }
}

// The names as a tuple, sorted.
Object* Generator::static_attributes() {
  std::vector<Name>& attributes = unit_->static_attributes;
  std::sort(attributes.begin(), attributes.end());
  attributes.erase(std::unique(attributes.begin(), attributes.end()), attributes.end());
  sort_by_text(attributes);
  std::size_t mark = items_.size();
  for (Name name : attributes) items_.push_back(context_->objects.name(name));
  Object* tuple = context_->objects.tuple(items_.data() + mark, attributes.size());
  items_.resize(mark);
  return tuple;
}

}  // namespace mkpyc::codegen
