// The first pass: which names each block has and what is done with them. The order of the visits is CPython's, because
// it is the order of a block's symbols, and the first error found is the one reported (CPython: symtable.c
// symtable_visit_*).
#include "scope/visitor.h"
#include "target/features.h"

#include <utility>

namespace mkpyc::scope {

using ast::Expr;
using ast::ExprContext;
using ast::ExprKind;
using ast::Stmt;
using ast::StmtKind;

void Visitor::too_deep() const { throw diag::too_deep(context_.target); }

Visitor::Visitor(Context& context, const Future& future, Builder::Scratch& scratch)
    : context_(context),
      future_(future),
      blocks_(context, (future.flags & CO_FUTURE_ANNOTATIONS) != 0, scratch),
      text_annotations_((future.flags & CO_FUTURE_ANNOTATIONS) != 0),
      lazy_annotations_(context.target.on(Feature::lazy_annotations)),
      scope_checks_names_(context.target.on(Feature::scope_checks_names)),
      limit_(context.recursion_limit),
      deepest_not_walked_(limit_ - 2 * ast::kMostTokensNotToFold) {}

Scope* Visitor::module(const ast::Module& module) {
  module.scope = blocks_.enter(names::top, BlockType::Module, {});
  module.scope->has_docstring = ast::docstring(module.body) != nullptr;
  stmts(module.body, 0);
  return blocks_.leave_module();
}

// ---- expressions ----

// A private name, or super() which needs the class that the function is in, or __debug__.
void Visitor::special_name(const ast::NameExpr* node) {
  bool load = node->ctx == ExprContext::Load;
  if (!blocks_.block().unevaluated) check_name(node->id, node->ctx, node->loc);
  blocks_.add(node->id, load ? USE : DEF_LOCAL, node->loc);
  if (node->id == names::super_ && load && is_function_like(blocks_.scope()->type))
    blocks_.add(names::dunder_class, USE, node->loc);
}

void Visitor::inner_expr(const Expr* node, int depth) {
  switch (node->kind) {
    case ExprKind::Call:
      expr(node->as<ast::Call>()->func, depth);
      exprs(node->as<ast::Call>()->args, depth);
      return keywords(node->as<ast::Call>()->keywords, depth);
    case ExprKind::BoolOp: return exprs(node->as<ast::BoolOp>()->values, depth);
    case ExprKind::NamedExpr: return named_expr(node->as<ast::NamedExpr>(), depth);
    case ExprKind::BinOp: expr(node->as<ast::BinOp>()->left, depth); return expr(node->as<ast::BinOp>()->right, depth);
    case ExprKind::UnaryOp: return expr(node->as<ast::UnaryOp>()->operand, depth);
    case ExprKind::Lambda: return lambda(node->as<ast::Lambda>(), depth);
    case ExprKind::IfExp:
      expr(node->as<ast::IfExp>()->test, depth);
      expr(node->as<ast::IfExp>()->body, depth);
      return expr(node->as<ast::IfExp>()->orelse, depth);
    case ExprKind::Dict:
      optionals(node->as<ast::Dict>()->keys, depth);
      return exprs(node->as<ast::Dict>()->values, depth);
    case ExprKind::Set: return exprs(node->as<ast::Set>()->elts, depth);
    case ExprKind::ListComp:
    case ExprKind::SetComp:
    case ExprKind::DictComp:
    case ExprKind::GeneratorExp: return comprehension(node->as<ast::Comp>(), depth);
    case ExprKind::Await: return await(node->as<ast::Await>(), depth);
    case ExprKind::Yield: return yielded(node, node->as<ast::Yield>()->value, depth);
    case ExprKind::YieldFrom: return yielded(node, node->as<ast::YieldFrom>()->value, depth);
    case ExprKind::Compare:
      expr(node->as<ast::Compare>()->left, depth);
      return exprs(node->as<ast::Compare>()->comparators, depth);
    case ExprKind::FormattedValue:
      expr(node->as<ast::FormattedValue>()->value, depth);
      return optional(node->as<ast::FormattedValue>()->format_spec, depth);
    case ExprKind::Interpolation:
      expr(node->as<ast::Interpolation>()->value, depth);
      return optional(node->as<ast::Interpolation>()->format_spec, depth);
    case ExprKind::JoinedStr:
    case ExprKind::TemplateStr: return exprs(node->as<ast::JoinedStr>()->values, depth);
    case ExprKind::Subscript:
      expr(node->as<ast::Subscript>()->value, depth);
      return expr(node->as<ast::Subscript>()->slice, depth);
    case ExprKind::Starred: return expr(node->as<ast::Starred>()->value, depth);
    case ExprKind::Slice:
      optional(node->as<ast::Slice>()->lower, depth);
      optional(node->as<ast::Slice>()->upper, depth);
      return optional(node->as<ast::Slice>()->step, depth);
    case ExprKind::List:
    case ExprKind::Tuple: return exprs(node->as<ast::Sequence>()->elts, depth);
    case ExprKind::Attribute:
    case ExprKind::Name:
    case ExprKind::Constant: return;  // done in expr()
  }
}

void Visitor::any_keywords(Seq<ast::Keyword*> nodes, int depth) {
  for (const ast::Keyword* node : nodes) check_name(node->name, ExprContext::Store, node->loc);
  for (const ast::Keyword* node : nodes) expr(node->value, depth);
}

void Visitor::named_expr(const ast::NamedExpr* node, int depth) {
  refuse_in_type_scope("named expression", node);
  if (blocks_.iterables() > 0)
    throw error_at(node->loc, "assignment expression cannot be used in a comprehension iterable expression");
  if (blocks_.scope()->comprehension != CompKind::None)
    blocks_.bind_outside_comprehension(node->target->as<ast::NameExpr>()->id, node->target->loc);
  expr(node->value, depth);
  expr(node->target, depth);
}

void Visitor::lambda(const ast::Lambda* node, int depth) {
  refuse_in_class_type_scope("lambda", node);
  exprs(node->args->defaults, depth);
  optionals(node->args->kw_defaults, depth);
  node->scope = blocks_.enter(names::lambda_scope, BlockType::Function, node->loc);
  parameters(node->args);
  expr(node->body, depth);
  blocks_.leave();
}

void Visitor::yielded(const Expr* node, const Expr* value, int depth) {
  refuse_in_type_scope("yield expression", node);
  optional(value, depth);
  blocks_.scope()->generator = true;
  switch (blocks_.scope()->comprehension) {
    case CompKind::None: return;
    case CompKind::List: throw error_at(node->loc, "'yield' inside list comprehension");
    case CompKind::Set: throw error_at(node->loc, "'yield' inside set comprehension");
    case CompKind::Dict: throw error_at(node->loc, "'yield' inside dict comprehension");
    case CompKind::Generator: throw error_at(node->loc, "'yield' inside generator expression");
  }
}

void Visitor::await(const ast::Await* node, int depth) {
  refuse_in_type_scope("await expression", node);
  check_await(node);
  expr(node->value, depth);
  blocks_.scope()->coroutine = true;
}

struct CompFacts {
  CompKind kind;
  Name name;
};

CompFacts facts_of(const ast::Comp* node) {
  if (node->kind == ExprKind::ListComp) return {CompKind::List, names::listcomp};
  if (node->kind == ExprKind::SetComp) return {CompKind::Set, names::setcomp};
  if (node->kind == ExprKind::DictComp) return {CompKind::Dict, names::dictcomp};
  return {CompKind::Generator, names::genexpr};
}

// The first iterable is evaluated outside and comes in as the parameter ".0" (CPython:
// symtable_handle_comprehension).
void Visitor::comprehension(const ast::Comp* node, int depth) {
  refuse_in_class_type_scope("comprehension", node);
  blocks_.enter_iterable();
  expr(node->generators[0]->iter, depth);
  blocks_.leave_iterable();
  CompFacts facts = facts_of(node);
  Scope* scope = blocks_.enter(facts.name, BlockType::Function, node->loc);
  node->scope = scope;
  scope->comprehension = facts.kind;
  scope->coroutine = node->generators[0]->is_async;
  comprehension_body(node, depth);
  scope->generator = facts.kind == CompKind::Generator;
  blocks_.leave();
  if (!scope->coroutine || scope->generator) return;
  check_async_comprehension(node);
  blocks_.scope()->coroutine = true;
}

void Visitor::comprehension_body(const ast::Comp* node, int depth) {
  const ast::Comprehension* outermost = node->generators[0];
  blocks_.add_param(names::dot_zero, node->loc);
  blocks_.enter_target();
  expr(outermost->target, depth);
  blocks_.leave_target();
  exprs(outermost->ifs, depth);
  for (u32 i = 1; i < node->generators.size(); ++i) inner_generator(node->generators[i], depth);
  // A dict comprehension's value comes before its key.
  optional(node->value, depth);
  expr(node->elt, depth);
}

void Visitor::inner_generator(const ast::Comprehension* node, int depth) {
  blocks_.enter_target();
  expr(node->target, depth);
  blocks_.leave_target();
  blocks_.enter_iterable();
  expr(node->iter, depth);
  blocks_.leave_iterable();
  exprs(node->ifs, depth);
  if (node->is_async) blocks_.scope()->coroutine = true;
}

// ---- statements ----

// `global` and `nonlocal` come before all else that is done with a name in its block.
void Visitor::declaration(const ast::Global* node, u32 flag) {
  const std::string word = flag == DEF_GLOBAL ? "global" : "nonlocal";
  for (Name name : node->names) {
    u32 known = blocks_.flags_of(name);
    const std::string subject = "name " + quoted(name);
    if ((known & DEF_PARAM) != 0) throw error_at(node->loc, subject + " is parameter and " + word);
    if ((known & USE) != 0) throw error_at(node->loc, subject + " is used prior to " + word + " declaration");
    if ((known & DEF_ANNOT) != 0) throw error_at(node->loc, "annotated " + subject + " can't be " + word);
    if ((known & DEF_LOCAL) != 0)
      throw error_at(node->loc, subject + " is assigned to before " + word + " declaration");
    if (flag == DEF_GLOBAL)
      blocks_.add_global(name, node->loc);
    else
      blocks_.add(name, DEF_NONLOCAL, node->loc);
    blocks_.add_directive(name, node->loc);
  }
}

// `import a.b` binds `a`.
void Visitor::imported(const ast::Alias* alias) {
  Name name = alias->asname != Name::kNone ? alias->asname : alias->name;
  if (name == names::star) {
    if (blocks_.scope()->type == BlockType::Module) return;
    throw error_at(alias->loc, "import * only allowed at module level");
  }
  if (alias->asname == Name::kNone) {
    std::string_view text = context_.names.text(name);
    std::size_t dot = text.find('.');
    if (dot != std::string_view::npos) name = blocks_.intern(text.substr(0, dot));
  }
  bind(name, DEF_IMPORT, alias->loc);
}

void Visitor::imported(const ast::Import* node) {
  check_lazy(node, node->is_lazy, "lazy import");
  for (const ast::Alias* alias : node->names) imported(alias);
}

void Visitor::imported_from(const ast::ImportFrom* node) {
  check_lazy(node, node->is_lazy, "lazy from ... import");
  if (node->is_lazy && node->names[0]->name == names::star)
    throw error_at(node->loc, "lazy from ... import * is not allowed");
  for (const ast::Alias* alias : node->names) imported(alias);
  if (scope_checks_names_) check_future(node);
}

// Marks the block as executing statements or not, for the lifetime of the object.
class Conditional {
 public:
  explicit Conditional(Blocks& blocks) : blocks_(blocks), before_(blocks.block().conditional) {
    blocks.block().conditional = true;
  }
  ~Conditional() { blocks_.block().conditional = before_; }
  Conditional(const Conditional&) = delete;
  Conditional& operator=(const Conditional&) = delete;

 private:
  Blocks& blocks_;
  const bool before_;
};

void Visitor::conditional_stmts(Seq<Stmt*> nodes, int depth) {
  Conditional conditional(blocks_);
  stmts(nodes, depth);
}

void Visitor::loop(const ast::For* node, int depth) {
  if (node->kind == StmtKind::AsyncFor) check_async("for", node);
  if (!knows_names(node, depth)) {
    expr(node->target, depth);
    expr(node->iter, depth);
  }
  conditional_stmts(node->body, depth);
  conditional_stmts(node->orelse, depth);
}

void Visitor::with(const ast::With* node, int depth) {
  if (node->kind == StmtKind::AsyncWith) check_async("with", node);
  for (const ast::WithItem* item : node->items) {
    expr(item->context_expr, depth);
    optional(item->optional_vars, depth);
  }
  conditional_stmts(node->body, depth);
}

void Visitor::try_stmt(const ast::Try* node, int depth) {
  Conditional conditional(blocks_);
  bool was_in_try = std::exchange(blocks_.block().in_try, true);
  bool orelse_last = context_.target.on(Feature::orelse_after_handlers);
  stmts(node->body, depth);
  if (!orelse_last) stmts(node->orelse, depth);
  for (const ast::ExceptHandler* handler : node->handlers) {
    optional(handler->type, depth);
    if (handler->name != Name::kNone) bind(handler->name, DEF_LOCAL, handler->loc);
    stmts(handler->body, depth);
  }
  if (orelse_last) stmts(node->orelse, depth);
  stmts(node->finalbody, depth);
  blocks_.block().in_try = was_in_try;
}

void Visitor::match(const ast::Match* node, int depth) {
  expr(node->subject, depth);
  Conditional conditional(blocks_);
  for (const ast::MatchCase* match_case : node->cases) {
    pattern(match_case->pattern, depth);
    optional(match_case->guard, depth);
    stmts(match_case->body, depth);
  }
}

void Visitor::stmt(const Stmt* node, int depth) {
  if (++depth > limit_) [[unlikely]]
    too_deep();
  switch (node->kind) {
    case StmtKind::FunctionDef:
    case StmtKind::AsyncFunctionDef: return function(node->as<ast::FunctionDef>(), depth);
    case StmtKind::ClassDef: return class_def(node->as<ast::ClassDef>(), depth);
    case StmtKind::Return:
      if (node->as<ast::Return>()->value == nullptr) return;
      if (!knows_names(node, depth)) expr(node->as<ast::Return>()->value, depth);
      blocks_.scope()->returns_value = true;
      return;
    case StmtKind::Delete:
      if (knows_names(node, depth)) return;
      return exprs(node->as<ast::Delete>()->targets, depth);
    case StmtKind::Assign:
      if (knows_names(node, depth)) return;
      exprs(node->as<ast::Assign>()->targets, depth);
      return expr(node->as<ast::Assign>()->value, depth);
    case StmtKind::AugAssign:
      if (knows_names(node, depth)) return;
      expr(node->as<ast::AugAssign>()->target, depth);
      return expr(node->as<ast::AugAssign>()->value, depth);
    case StmtKind::AnnAssign: return ann_assign(node->as<ast::AnnAssign>(), depth);
    case StmtKind::For:
    case StmtKind::AsyncFor: return loop(node->as<ast::For>(), depth);
    case StmtKind::While:
      if (!knows_names(node, depth)) expr(node->as<ast::While>()->test, depth);
      conditional_stmts(node->as<ast::While>()->body, depth);
      return conditional_stmts(node->as<ast::While>()->orelse, depth);
    case StmtKind::If:
      if (!knows_names(node, depth)) expr(node->as<ast::If>()->test, depth);
      conditional_stmts(node->as<ast::If>()->body, depth);
      return conditional_stmts(node->as<ast::If>()->orelse, depth);
    case StmtKind::With:
    case StmtKind::AsyncWith: return with(node->as<ast::With>(), depth);
    case StmtKind::Match: return match(node->as<ast::Match>(), depth);
    case StmtKind::Raise:
      if (knows_names(node, depth)) return;
      optional(node->as<ast::Raise>()->exc, depth);
      return optional(node->as<ast::Raise>()->cause, depth);
    case StmtKind::Try:
    case StmtKind::TryStar: return try_stmt(node->as<ast::Try>(), depth);
    case StmtKind::Assert:
      if (knows_names(node, depth)) return;
      expr(node->as<ast::Assert>()->test, depth);
      return optional(node->as<ast::Assert>()->msg, depth);
    case StmtKind::Import: return imported(node->as<ast::Import>());
    case StmtKind::ImportFrom: return imported_from(node->as<ast::ImportFrom>());
    case StmtKind::Global: return declaration(node->as<ast::Global>(), DEF_GLOBAL);
    case StmtKind::Nonlocal: return declaration(node->as<ast::Global>(), DEF_NONLOCAL);
    case StmtKind::Expr:
      if (knows_names(node, depth)) return;
      return expr(node->as<ast::ExprStmt>()->value, depth);
    case StmtKind::TypeAlias: return type_alias(node->as<ast::TypeAlias>(), depth);
    case StmtKind::Pass:
    case StmtKind::Break:
    case StmtKind::Continue: return;
  }
}

void Visitor::check_keyword_patterns(const ast::MatchClass* node) {
  for (u32 i = 0; i < node->kwd_attrs.size(); ++i)
    check_name(node->kwd_attrs[i], ExprContext::Store, node->kwd_patterns[i]->loc);
}

void Visitor::pattern(const ast::Pattern* node, int depth) {
  if (++depth > limit_) [[unlikely]]
    too_deep();
  Name bound = Name::kNone;
  switch (node->kind) {
    case ast::PatternKind::MatchValue: return expr(node->as<ast::MatchValue>()->value, depth);
    case ast::PatternKind::MatchSingleton: return;
    case ast::PatternKind::MatchSequence:
    case ast::PatternKind::MatchOr: return patterns(node->as<ast::MatchSequence>()->patterns, depth);
    case ast::PatternKind::MatchMapping:
      exprs(node->as<ast::MatchMapping>()->keys, depth);
      patterns(node->as<ast::MatchMapping>()->patterns, depth);
      bound = node->as<ast::MatchMapping>()->rest;
      break;
    case ast::PatternKind::MatchClass:
      expr(node->as<ast::MatchClass>()->cls, depth);
      patterns(node->as<ast::MatchClass>()->patterns, depth);
      check_keyword_patterns(node->as<ast::MatchClass>());
      return patterns(node->as<ast::MatchClass>()->kwd_patterns, depth);
    case ast::PatternKind::MatchStar: bound = node->as<ast::MatchStar>()->name; break;
    case ast::PatternKind::MatchAs:
      if (node->as<ast::MatchAs>()->pattern != nullptr) pattern(node->as<ast::MatchAs>()->pattern, depth);
      bound = node->as<ast::MatchAs>()->name;
      break;
  }
  if (bound != Name::kNone) bind(bound, DEF_LOCAL, node->loc);
}

Builder::Builder() : scratch_(std::make_unique<Scratch>()) {}
Builder::~Builder() = default;

SymbolTable Builder::build(const ast::Module& module, const Future& future, Context& context) {
  Visitor visitor(context, future, *scratch_);
  scratch_->clean = false;
  SymbolTable table{visitor.module(module), future};
  analyze(table.top, context, *scratch_);
  table.plain_names = scratch_->is_plain;
  scratch_->clean = true;
  return table;
}

}  // namespace mkpyc::scope
