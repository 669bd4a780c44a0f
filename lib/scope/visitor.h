// The first pass over the tree, by kind of node. Private to this folder.
#pragma once

#include "ast/docstring.h"
#include "scope/blocks.h"

namespace mkpyc::scope {

class Visitor {
 public:
  Visitor(Context& context, const Future& future, Builder::Scratch& scratch);

  Scope* module(const ast::Module& module);

 private:
  [[noreturn]] void too_deep() const;
  // `depth` is the number of nodes above, those counted that CPython counts.
  void expr(const ast::Expr* node, int depth) {
    // Leaves need no frame of their own, nor do chains of attributes.
    for (;; node = node->as<ast::Attribute>()->value) {
      if (depth++ >= limit_) [[unlikely]]
        too_deep();
      if (node->kind == ast::ExprKind::Constant) return;
      if (node->kind == ast::ExprKind::Name) return name(node->as<ast::NameExpr>());
      if (node->kind != ast::ExprKind::Attribute) return inner_expr(node, depth);
      check_name(node->as<ast::Attribute>()->attr, node->ctx, node->loc);
    }
  }
  void inner_expr(const ast::Expr* node, int depth);
  void stmt(const ast::Stmt* node, int depth);
  /// Adds the names in the statement's own expressions, if the parser has found that there is nothing else to see
  /// there.
  bool knows_names(const ast::Stmt* node, int depth) {
    if ((node->may_fold & ast::kNamesUnordered) != 0 || depth > deepest_not_walked_) return false;
    for (const ast::NameExpr* at = node->first_name; at != nullptr; at = at->next) name(at);
    return true;
  }
  void pattern(const ast::Pattern* node, int depth);

  void optional(const ast::Expr* node, int depth) {
    if (node != nullptr) expr(node, depth);
  }
  void exprs(Seq<ast::Expr*> nodes, int depth) {
    for (const ast::Expr* node : nodes) expr(node, depth);
  }
  void optionals(Seq<ast::Expr*> nodes, int depth) {
    for (const ast::Expr* node : nodes) optional(node, depth);
  }
  void stmts(Seq<ast::Stmt*> nodes, int depth) {
    for (const ast::Stmt* node : nodes) stmt(node, depth);
  }
  /// Statements that are executed or not.
  void conditional_stmts(Seq<ast::Stmt*> nodes, int depth);
  void patterns(Seq<ast::Pattern*> nodes, int depth) {
    for (const ast::Pattern* node : nodes) pattern(node, depth);
  }
  void keywords(Seq<ast::Keyword*> nodes, int depth) {
    if (!nodes.empty()) any_keywords(nodes, depth);
  }
  void any_keywords(Seq<ast::Keyword*> nodes, int depth);

  // ---- visit.cc ----
  void name(const ast::NameExpr* node) {
    if (!blocks_.is_plain(node->id)) [[unlikely]]
      return special_name(node);
    blocks_.add_plain(node->id, node->ctx == ast::ExprContext::Load ? USE : DEF_LOCAL, node->loc);
  }
  void special_name(const ast::NameExpr* node);
  void named_expr(const ast::NamedExpr* node, int depth);
  void lambda(const ast::Lambda* node, int depth);
  void comprehension(const ast::Comp* node, int depth);
  void comprehension_body(const ast::Comp* node, int depth);
  void inner_generator(const ast::Comprehension* node, int depth);
  void yielded(const ast::Expr* node, const ast::Expr* value, int depth);
  void await(const ast::Await* node, int depth);
  void declaration(const ast::Global* node, u32 flag);
  void imported(const ast::Alias* alias);
  void imported(const ast::Import* node);
  void imported_from(const ast::ImportFrom* node);
  void loop(const ast::For* node, int depth);
  void with(const ast::With* node, int depth);
  void try_stmt(const ast::Try* node, int depth);
  void match(const ast::Match* node, int depth);

  // ---- definitions.cc ----
  void function(const ast::FunctionDef* node, int depth);
  void parameters(const ast::Arguments* arguments);
  void parameters(Seq<ast::Arg*> arguments);
  void class_def(const ast::ClassDef* node, int depth);
  void class_body(const ast::ClassDef* node, int depth);
  void type_alias(const ast::TypeAlias* node, int depth);
  Scope* enter_type_params(Name name, const ast::Stmt* node);
  void see_class_scope(const ast::Loc& loc);
  void type_params(Seq<ast::TypeParam*> nodes, int depth);
  void type_param(const ast::TypeParam* node, int depth);
  void bound_or_default(const ast::TypeParam* node, const ast::Expr* value, scope::Scope*& scope, const char* info,
                        int depth);

  // ---- annotations.cc ----
  void ann_assign(const ast::AnnAssign* node, int depth);
  void variable_annotation(const ast::Expr* node, int depth);
  void annotations(const ast::FunctionDef* node, int depth);
  void annotations(Seq<ast::Arg*> arguments, int depth);
  void annotation_of(const ast::Arg* argument, int depth);
  void lazy_annotations(const ast::FunctionDef* node, int depth);
  void annotation(const ast::Expr* node, int depth);

  // ---- what is refused: checks.cc ----
  void refuse_in_type_scope(const char* what, const ast::Expr* node);
  void refuse_in_class_type_scope(const char* what, const ast::Expr* node);
  void check_name(Name name, ast::ExprContext ctx, const ast::Loc& loc) {
    if (name == names::dunder_debug && scope_checks_names_ && ctx != ast::ExprContext::Load) refuse_debug(ctx, loc);
  }
  [[noreturn]] void refuse_debug(ast::ExprContext ctx, const ast::Loc& loc);
  void check_await(const ast::Expr* node);
  void check_async(const char* what, const ast::Stmt* node);
  void check_async_comprehension(const ast::Comp* node);
  void check_keyword_patterns(const ast::MatchClass* node);
  void check_lazy(const ast::Stmt* node, bool is_lazy, const char* what);
  void check_future(const ast::ImportFrom* node);
  bool in_async_def();
  std::string quoted(Name name) const { return "'" + std::string(context_.names.text(name)) + "'"; }
  void bind(Name name, u32 flags, const ast::Loc& loc) {
    check_name(name, ast::ExprContext::Store, loc);
    blocks_.add(name, flags, loc);
  }

  Context& context_;
  const Future& future_;
  Blocks blocks_;
  const bool text_annotations_;
  const bool lazy_annotations_;
  const bool scope_checks_names_;
  const int limit_;
  const int deepest_not_walked_;
};

}  // namespace mkpyc::scope
