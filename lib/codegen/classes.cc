// Class definitions: the body's unit and the call of __build_class__.
#include "codegen/generator.h"

namespace mkpyc::codegen {

// CPython: compiler_class.
void Generator::class_def(const ast::ClassDef& def) {
  decorators(def.decorators);
  i32 first_line = def.decorators.empty() ? def.loc.line : def.decorators[0]->loc.line;

  enter_unit(context_->objects.name(def.name), def.name, ScopeType::Class, def.scope, first_line);
  unit_->class_name = def.name;
  class_body(def);
  Finished finished = leave_unit(true);

  emit(Op::PUSH_NULL);
  emit(Op::LOAD_BUILD_CLASS);
  make_closure(finished, 0);
  load_const(context_->objects.name(def.name));
  call_arguments(2, def.bases, def.keywords);
  apply_decorators(def.decorators);
  store_name(def.name);
}

void Generator::class_body(const ast::ClassDef& def) {
  load_name(names::dunder_name);
  store_name(names::dunder_module);
  load_const(unit_->code.qualname);
  store_name(names::dunder_qualname);
  body(def.body);
  unset_loc();
  if (unit_->scope->needs_class_closure) {
    // The cell of __class__ is left in the namespace for type.__new__, and returned.
    emit(Op::LOAD_CLOSURE, 0);
    emit(Op::COPY, 1);
    store_name(names::dunder_classcell);
  } else {
    load_none();
  }
  emit(Op::RETURN_VALUE);
}

}  // namespace mkpyc::codegen
