// What the symbol table refuses because of the block that it stands in.
#include "scope/visitor.h"
#include "target/features.h"

namespace mkpyc::scope {

// CPython: symtable_raise_if_annotation_block.
void Visitor::refuse_in_type_scope(const char* what, const ast::Expr* node) {
  const char* where = nullptr;
  switch (blocks_.scope()->type) {
    case BlockType::Function:
    case BlockType::Class:
    case BlockType::Module: return;
    case BlockType::Annotation: where = "an annotation"; break;
    case BlockType::TypeVariable: where = blocks_.block().info; break;
    case BlockType::TypeAlias: where = "a type alias"; break;
    case BlockType::TypeParameters: where = "the definition of a generic"; break;
  }
  const std::string name(what);
  bool reworded = context_.target.on(Feature::annotation_bans_reworded);
  throw error_at(node->loc, (reworded ? name + " cannot" : "'" + name + "' can not") + " be used within " + where);
}

void Visitor::refuse_in_class_type_scope(const char* what, const ast::Expr* node) {
  if (!blocks_.scope()->can_see_class_scope || !context_.target.on(Feature::no_lambda_in_class_type_scopes)) return;
  throw error_at(node->loc, "Cannot use " + std::string(what) + " in annotation scope within class scope");
}

void Visitor::refuse_debug(ast::ExprContext ctx, const ast::Loc& loc) {
  throw error_at(loc, ctx == ast::ExprContext::Del ? "cannot delete __debug__" : "cannot assign to __debug__");
}

bool Visitor::in_async_def() { return blocks_.scope()->type == BlockType::Function && blocks_.scope()->coroutine; }

void Visitor::check_await(const ast::Expr* node) {
  if (!scope_checks_names_) return;
  if (!is_function_like(blocks_.scope()->type)) throw error_at(node->loc, "'await' outside function");
  if (!in_async_def() && blocks_.scope()->comprehension == CompKind::None)
    throw error_at(node->loc, "'await' outside async function");
}

void Visitor::check_async(const char* what, const ast::Stmt* node) {
  if (scope_checks_names_ && !blocks_.scope()->coroutine)
    throw error_at(node->loc, "'async " + std::string(what) + "' outside async function");
}

void Visitor::check_async_comprehension(const ast::Comp* node) {
  if (!scope_checks_names_ || in_async_def() || blocks_.scope()->comprehension != CompKind::None) return;
  throw error_at(node->loc, "asynchronous comprehension outside of an asynchronous function");
}

// PEP 810.
void Visitor::check_lazy(const ast::Stmt* node, bool is_lazy, const char* what) {
  if (!is_lazy) return;
  const char* where = nullptr;
  if (blocks_.block().in_try)
    where = "try/except blocks";
  else if (blocks_.scope()->type == BlockType::Function)
    where = "functions";
  else if (blocks_.scope()->type == BlockType::Class)
    where = "classes";
  if (where != nullptr) throw error_at(node->loc, std::string(what) + " not allowed inside " + where);
}

// A future statement that read_future() did not take for one.
void Visitor::check_future(const ast::ImportFrom* node) {
  if (node->module != names::dunder_future || node->level != 0) return;
  bool later = node->loc.line > future_.last_line ||
               (node->loc.line == future_.last_end_line && node->loc.col > future_.last_end_col);
  if (later) throw error_at(node->loc, "from __future__ imports must occur at the beginning of the file");
}

}  // namespace mkpyc::scope
