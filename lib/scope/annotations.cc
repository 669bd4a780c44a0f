// Annotations: evaluated where they stand, kept as text (PEP 563), or evaluated when they are asked for (PEP 649, 749).
#include "scope/visitor.h"

namespace mkpyc::scope {

using ast::Expr;

void Visitor::ann_assign(const ast::AnnAssign* node, int depth) {
  blocks_.scope()->annotations_used = true;
  if (node->target->kind == ast::ExprKind::Name) {
    const ast::NameExpr* target = node->target->as<ast::NameExpr>();
    u32 known = blocks_.flags_of(target->id);
    if (node->simple && (known & (DEF_GLOBAL | DEF_NONLOCAL)) != 0 && !blocks_.in_module())
      throw error_at(node->loc, "annotated name " + quoted(target->id) + " can't be " +
                                    ((known & DEF_GLOBAL) != 0 ? "global" : "nonlocal"));
    if (node->simple) bind(target->id, DEF_ANNOT | DEF_LOCAL, target->loc);
    if (node->value != nullptr) bind(target->id, DEF_LOCAL, target->loc);
  } else {
    expr(node->target, depth);
  }
  if (lazy_annotations_)
    variable_annotation(node->annotation, depth);
  else
    annotation(node->annotation, depth);
  optional(node->value, depth);
}

// CPython: symtable_visit_annotation. A module may be interrupted between any two of its statements.
void Visitor::variable_annotation(const Expr* node, int depth) {
  Scope* owner = blocks_.scope();
  bool conditional =
      owner->type == BlockType::Module || (owner->type == BlockType::Class && blocks_.block().conditional);
  if (conditional && !owner->has_conditional_annotations) {
    owner->has_conditional_annotations = true;
    blocks_.add(names::dunder_conditional_annotations, USE, node->loc);
  }
  bool entered_before = blocks_.enter_annotation(node->loc);
  if (!entered_before && owner->type == BlockType::Class && !text_annotations_) see_class_scope(node->loc);
  if (owner->type == BlockType::Function) blocks_.set_unevaluated();
  expr(node, depth);
  blocks_.leave_annotation();
}

inline void Visitor::annotations(Seq<ast::Arg*> arguments, int depth) {
  for (const ast::Arg* argument : arguments) annotation_of(argument, depth);
}

void Visitor::annotation_of(const ast::Arg* argument, int depth) {
  if (argument == nullptr || argument->annotation == nullptr) return;
  blocks_.scope()->annotations_used = true;
  expr(argument->annotation, depth);
}

void Visitor::annotations(const ast::FunctionDef* node, int depth) {
  if (lazy_annotations_) return lazy_annotations(node, depth);
  const ast::Arguments* arguments = node->args;
  // What becomes text is visited for its errors only, in a block of its own.
  if (text_annotations_) blocks_.enter(names::annotation_scope, BlockType::Annotation, node->loc);
  annotations(arguments->posonlyargs, depth);
  annotations(arguments->args, depth);
  annotation_of(arguments->vararg, depth);
  annotation_of(arguments->kwarg, depth);
  annotations(arguments->kwonlyargs, depth);
  if (text_annotations_) blocks_.leave();
  if (node->returns != nullptr) annotation(node->returns, depth);
}

bool has_annotations(const ast::FunctionDef* node) {
  auto any = [](Seq<ast::Arg*> arguments) {
    for (const ast::Arg* argument : arguments)
      if (argument->annotation != nullptr) return true;
    return false;
  };
  auto is_annotated = [](const ast::Arg* argument) { return argument != nullptr && argument->annotation != nullptr; };
  const ast::Arguments* arguments = node->args;
  return node->returns != nullptr || any(arguments->posonlyargs) || any(arguments->args) ||
         any(arguments->kwonlyargs) || is_annotated(arguments->vararg) || is_annotated(arguments->kwarg);
}

void Visitor::lazy_annotations(const ast::FunctionDef* node, int depth) {
  if (!has_annotations(node)) {
    node->annotations_scope = blocks_.add_empty_annotations(node->loc);
    return;
  }
  bool sees_class = blocks_.scope()->can_see_class_scope || blocks_.scope()->type == BlockType::Class;
  const ast::Arguments* arguments = node->args;
  node->annotations_scope = blocks_.enter(names::dunder_annotate, BlockType::Annotation, node->loc);
  if (sees_class) see_class_scope(node->loc);
  annotations(arguments->posonlyargs, depth);
  annotations(arguments->args, depth);
  annotation_of(arguments->vararg, depth);
  annotation_of(arguments->kwarg, depth);
  annotations(arguments->kwonlyargs, depth);
  if (node->returns != nullptr) {
    blocks_.scope()->annotations_used = true;
    expr(node->returns, depth);
  }
  blocks_.leave();
}

void Visitor::annotation(const Expr* node, int depth) {
  if (text_annotations_) blocks_.enter(names::annotation_scope, BlockType::Annotation, node->loc);
  expr(node, depth);
  if (text_annotations_) blocks_.leave();
}

}  // namespace mkpyc::scope
