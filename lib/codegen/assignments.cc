// Augmented and annotated assignments, and unpacking into several targets.
#include <limits>

#include "codegen/generator.h"
#include "target/features.h"

namespace mkpyc::codegen {

// CPython: compiler_augassign. The target is evaluated once; its location is used for reading and for writing it.
void Generator::aug_assign(const ast::AugAssign& stmt) {
  const Expr& target = *stmt.target;
  ast::Loc outer = unit_->loc;
  set_loc(target.loc);
  const auto* attribute = target.kind == ast::ExprKind::Attribute ? target.as<ast::Attribute>() : nullptr;
  const auto* subscript = target.kind == ast::ExprKind::Subscript ? target.as<ast::Subscript>() : nullptr;
  ast::Loc loc = attribute != nullptr ? attribute_location(target.loc, *attribute) : target.loc;
  if (attribute != nullptr) {
    visit(*attribute->value);
    emit(target.loc, Op::COPY, 1);
    move_to_attribute_name(*attribute);
    emit_load_attribute(loc, attribute->attr);
  } else if (subscript != nullptr) {
    load_augmented_subscript(*subscript);
  } else {
    load_name(loc, target.as<ast::NameExpr>()->id);
  }

  set_loc(outer);
  visit(*stmt.value);
  emit_binary(stmt.loc, static_cast<ast::Operator>(stmt.op), true);

  set_loc(target.loc);
  if (attribute != nullptr) {
    move_to_attribute_name(*attribute);
    emit(loc, Op::SWAP, 2);
    emit_attribute(loc, Op::STORE_ATTR, attribute->attr);
  } else if (subscript != nullptr) {
    bool two_parts = in_two_parts(*subscript->slice);
    if (two_parts) emit(loc, Op::SWAP, 4);
    emit(loc, Op::SWAP, 3);
    emit(loc, Op::SWAP, 2);
    emit(loc, two_parts ? Op::STORE_SLICE : Op::STORE_SUBSCR);
  } else {
    store_name(loc, target.as<ast::NameExpr>()->id);
  }
}

// Loads the item and leaves below it what storing it takes.
void Generator::load_augmented_subscript(const ast::Subscript& target) {
  const ast::Loc& loc = target.loc;
  visit(*target.value);
  if (in_two_parts(*target.slice)) {
    slice_bounds(*target.slice->as<ast::Slice>());
    for (int i = 0; i < 3; ++i) emit(loc, Op::COPY, 3);
    return emit(loc, Op::BINARY_SLICE);
  }
  visit(*target.slice);
  emit(loc, Op::COPY, 2);
  emit(loc, Op::COPY, 2);
  emit_subscript(loc);
}

// CPython: compiler_annassign. The assignment comes first, the annotation last.
void Generator::ann_assign(const ast::AnnAssign& stmt) {
  const Expr& target = *stmt.target;
  if (stmt.value != nullptr) {
    visit(*stmt.value);
    visit(target);
  }
  if (target.kind == ast::ExprKind::Name) {
    check_forbidden(stmt.loc, target.as<ast::NameExpr>()->id, ast::ExprContext::Store);
    if (stmt.simple && evaluates_annotations()) store_annotation(stmt, target.as<ast::NameExpr>()->id);
  } else if (target.kind == ast::ExprKind::Attribute) {
    check_forbidden(stmt.loc, target.as<ast::Attribute>()->attr, ast::ExprContext::Store);
    if (stmt.value == nullptr) evaluate_and_drop(*target.as<ast::Attribute>()->value);
  } else if (stmt.value == nullptr) {
    evaluate_and_drop(*target.as<ast::Subscript>()->value);
    evaluate_annotated_subscript(*target.as<ast::Subscript>()->slice);
  }
  // The annotation of a target that keeps none is evaluated all the same, where annotations are.
  if (!stmt.simple && !future_annotations() && evaluates_annotations() && !on(Feature::lazy_annotations))
    evaluate_and_drop(*stmt.annotation);
}

// `__annotations__[name] = annotation`, or later.
void Generator::store_annotation(const ast::AnnAssign& stmt, Name name) {
  if (future_annotations())
    annotation_text(*stmt.annotation);
  else if (on(Feature::lazy_annotations))
    return defer_annotation(stmt);
  else
    visit(*stmt.annotation);
  emit_attribute(stmt.loc, Op::LOAD_NAME, names::dunder_annotations);
  load_const(stmt.loc, mangled_constant(name));
  emit(stmt.loc, Op::STORE_SUBSCR);
}

void Generator::evaluate_and_drop(const Expr& expr) {
  visit(expr);
  emit(expr.loc, Op::POP_TOP);
}

// CPython: check_ann_subscr.
void Generator::evaluate_annotated_subscript(const Expr& expr) {
  if (expr.kind == ast::ExprKind::Slice) {
    const auto& slice = *expr.as<ast::Slice>();
    for (const Expr* part : {slice.lower, slice.upper, slice.step})
      if (part != nullptr) evaluate_and_drop(*part);
  } else if (expr.kind == ast::ExprKind::Tuple) {
    for (const Expr* elt : expr.as<ast::Sequence>()->elts) evaluate_annotated_subscript(*elt);
  } else {
    evaluate_and_drop(expr);
  }
}

// ---- several targets ----

// Takes the value apart (CPython: unpack_helper).
void Generator::unpack(const ast::Loc& loc, Seq<Expr*> elts) {
  constexpr u32 kMaxBefore = 1 << 8;
  constexpr u32 kMaxAfter = std::numeric_limits<i32>::max() >> 8;
  u32 count = elts.size();
  bool seen_star = false;
  for (u32 i = 0; i < count; ++i) {
    if (elts[i]->kind != ast::ExprKind::Starred) continue;
    if (seen_star) error(loc, "multiple starred expressions in assignment");
    u32 after = count - i - 1;
    if (i >= kMaxBefore || after >= kMaxAfter) error(loc, "too many expressions in star-unpacking assignment");
    emit(loc, Op::UNPACK_EX, i + (after << 8));
    seen_star = true;
  }
  if (!seen_star) emit(loc, Op::UNPACK_SEQUENCE, count);
}

// CPython: assignment_helper.
void Generator::assign_to_each(const ast::Loc& loc, Seq<Expr*> elts) {
  unpack(loc, elts);
  for (const Expr* elt : elts) visit(elt->kind == ast::ExprKind::Starred ? *elt->as<ast::Starred>()->value : *elt);
}

}  // namespace mkpyc::codegen
