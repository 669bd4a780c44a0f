// Annotations that are evaluated lazily (PEP 649, 749): a function of each annotated function, class and module makes
// the dict of its annotations when that is asked for.
#include "codegen/generator.h"

namespace mkpyc::codegen {

// Opens such a function, or one of a type parameter or alias: it refuses formats that it does not know (CPython:
// codegen_setup_annotations_scope). `function`: whose annotations they are, if that shows in the qualified name.
void Generator::enter_annotations(const ast::Loc& loc, scope::Scope& scope, Name name, Name function) {
  constexpr u32 kValueWithFakeGlobals = 2;
  constexpr u32 kGreater = 4 << 5 | 4;
  enter_unit(context_->objects.name(name), function, ScopeType::Annotations, &scope, loc.line);
  unit_->code.posonlyargcount = 1;
  Label body = new_label();
  emit(loc, Op::LOAD_FAST, 0);
  load_const(loc, context_->objects.integer(i64{kValueWithFakeGlobals}));
  emit(loc, Op::COMPARE_OP, kGreater);
  jump(loc, Op::POP_JUMP_IF_FALSE, body);
  emit(loc, Op::LOAD_COMMON_CONSTANT, kNotImplementedError);
  emit(loc, Op::RAISE_VARARGS, 1);
  use_label(body);
}

// Returns the dict on the stack, and makes the function. Its parameter is called `.format` so that annotations can use
// the name `format`; users see that one (CPython: codegen_leave_annotations_scope).
void Generator::leave_annotations(const ast::Loc& loc) {
  emit(loc, Op::RETURN_VALUE);
  Finished finished = leave_unit(true);
  const TupleObject& old = *finished.code->localsplusnames;
  if (!old.items.empty()) {
    std::size_t mark = items_.size();
    items_.insert(items_.end(), old.items.begin(), old.items.end());
    items_[mark] = context_->objects.name(names::format_);
    finished.code->localsplusnames = context_->objects.tuple(items_.data() + mark, old.items.size());
    items_.resize(mark);
  }
  make_closure(loc, finished, 0);
}

// Leaves the annotation for later. If the statement may not be executed, that it was is put down (CPython:
// _PyCompile_AddDeferredAnnotation).
void Generator::defer_annotation(const ast::AnnAssign& stmt) {
  bool in_class = unit_->code.type == ScopeType::Class;
  bool conditional = !in_class || unit_->in_conditional_block;
  i32 index = conditional ? unit_->conditional_annotations++ : -1;
  unit_->deferred_annotations.push_back({&stmt, index});
  if (!conditional) return;
  if (in_class)
    emit(stmt.loc, Op::LOAD_DEREF, closure_index(names::dunder_conditional_annotations, true));
  else
    emit_plain_name(stmt.loc, Op::LOAD_NAME, names::dunder_conditional_annotations);
  load_const(stmt.loc, context_->objects.integer(i64{index}));
  emit(stmt.loc, Op::SET_ADD, 1);
  emit(stmt.loc, Op::POP_TOP);
}

// The function of a module's or class's own annotations. A module has it before all else, which is why its code goes
// into a sequence of its own (CPython: codegen_process_deferred_annotations).
void Generator::deferred_annotations(const ast::Loc& loc) {
  if (unit_->deferred_annotations.empty()) return;
  Unit& owner = *unit_;
  bool in_class = owner.code.type == ScopeType::Class;
  if (!in_class) std::swap(owner.code.code, owner.code.annotations);
  scope::Scope* scope = owner.scope->annotation_block;
  MKPYC_CHECK(scope != nullptr);
  enter_annotations(loc, *scope, scope->name);
  emit(loc, Op::BUILD_MAP, 0);
  for (const Unit::DeferredAnnotation& deferred : owner.deferred_annotations)
    deferred_annotation(loc, deferred, in_class);
  leave_annotations(loc);
  store_name(loc, in_class ? names::dunder_annotate_func : names::dunder_annotate);
  if (!in_class) std::swap(owner.code.code, owner.code.annotations);
}

// Puts one annotation into the dict on the stack (CPython: codegen_deferred_annotations_body).
void Generator::deferred_annotation(const ast::Loc& loc, const Unit::DeferredAnnotation& deferred, bool in_class) {
  const ast::AnnAssign& stmt = *deferred.statement;
  Label not_set = new_label();
  if (deferred.conditional_index >= 0) {
    load_const(stmt.loc, context_->objects.integer(i64{deferred.conditional_index}));
    if (in_class)
      // The symbol table does not know of this free variable: CPython adds it where it is first used.
      emit(stmt.loc, Op::LOAD_DEREF, add_name(unit_->code.freevars, names::dunder_conditional_annotations));
    else
      emit_plain_name(stmt.loc, Op::LOAD_GLOBAL, names::dunder_conditional_annotations);
    emit(stmt.loc, Op::CONTAINS_OP, 0);
    jump(stmt.loc, Op::POP_JUMP_IF_FALSE, not_set);
  }
  visit(*stmt.annotation);
  emit(stmt.loc, Op::COPY, 2);
  load_const(stmt.loc, mangled_constant(stmt.target->as<ast::NameExpr>()->id));
  emit(loc, Op::STORE_SUBSCR);
  use_label(not_set);
}

}  // namespace mkpyc::codegen
