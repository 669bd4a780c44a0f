// The first pass: which names each block has and what is done with them. The order of the visits is CPython's, because
// it is the order of a block's symbols, and the first error found is the one reported (CPython: symtable.c
// symtable_visit_*).
#include "base/check.h"
#include "scope/blocks.h"

namespace mkpyc::scope {
namespace {

using ast::Expr;
using ast::ExprContext;
using ast::ExprKind;
using ast::Stmt;
using ast::StmtKind;

[[noreturn]] void too_deep() {
  throw diag::SourceError{.exception = diag::Exception::RecursionError,
                          .message = "maximum recursion depth exceeded during compilation"};
}

class Visitor {
 public:
  Visitor(Context& context, const Future& future, Builder::Scratch& scratch)
      : context_(context),
        blocks_(context, scratch),
        text_annotations_((future.flags & CO_FUTURE_ANNOTATIONS) != 0),
        limit_(context.recursion_limit) {}

  Scope* module(const ast::Module& module);

 private:
  // `depth` is the number of nodes above, those counted that CPython counts.
  void expr(const Expr* node, int depth);
  void inner_expr(const Expr* node, int depth);
  void stmt(const Stmt* node, int depth);
  void pattern(const ast::Pattern* node, int depth);

  void optional(const Expr* node, int depth) {
    if (node != nullptr) expr(node, depth);
  }
  void exprs(Seq<Expr*> nodes, int depth) {
    for (const Expr* node : nodes) expr(node, depth);
  }
  void optionals(Seq<Expr*> nodes, int depth) {
    for (const Expr* node : nodes) optional(node, depth);
  }
  void stmts(Seq<Stmt*> nodes, int depth) {
    for (const Stmt* node : nodes) stmt(node, depth);
  }
  void patterns(Seq<ast::Pattern*> nodes, int depth) {
    for (const ast::Pattern* node : nodes) pattern(node, depth);
  }
  void keywords(Seq<ast::Keyword*> nodes, int depth) {
    for (const ast::Keyword* node : nodes) expr(node->value, depth);
  }

  void name(const ast::NameExpr* node);
  void special_name(const ast::NameExpr* node);
  void named_expr(const ast::NamedExpr* node, int depth);
  void lambda(const ast::Lambda* node, int depth);
  void comprehension(const ast::Comp* node, int depth);
  void inner_generator(const ast::Comprehension* node, int depth);
  void yielded(const Expr* node, const Expr* value, int depth);
  void await(const ast::Await* node, int depth);

  void function(const ast::FunctionDef* node, int depth);
  void parameters(const ast::Arguments* arguments);
  void parameters(Seq<ast::Arg*> arguments);
  void annotations(const ast::FunctionDef* node, int depth);
  void annotations(Seq<ast::Arg*> arguments, int depth);
  void annotation(const Expr* node, int depth);
  void class_def(const ast::ClassDef* node, int depth);
  void ann_assign(const ast::AnnAssign* node, int depth);
  void declaration(const ast::Global* node, u32 flag);
  void imported(const ast::Alias* alias);
  void try_stmt(const ast::Try* node, int depth);
  void match(const ast::Match* node, int depth);

  void refuse_in_annotation(const char* what, const Expr* node);
  std::string quoted(Name name) const { return "'" + std::string(context_.names.text(name)) + "'"; }

  Context& context_;
  Blocks blocks_;
  const bool text_annotations_;
  const int limit_;
};

Scope* Visitor::module(const ast::Module& module) {
  module.scope = blocks_.enter(names::top, BlockType::Module, {});
  stmts(module.body, 0);
  return blocks_.leave_module();
}

// ---- expressions ----

void Visitor::name(const ast::NameExpr* node) {
  if (!blocks_.is_plain(node->id)) return special_name(node);
  blocks_.add_plain(node->id, node->ctx == ExprContext::Load ? USE : DEF_LOCAL, node->loc);
}

// A private name, or super() which needs the class that the function is in.
void Visitor::special_name(const ast::NameExpr* node) {
  bool load = node->ctx == ExprContext::Load;
  blocks_.add(node->id, load ? USE : DEF_LOCAL, node->loc);
  if (node->id == names::super_ && load && blocks_.scope()->type == BlockType::Function)
    blocks_.add(names::dunder_class, USE, node->loc);
}

// Leaves need no frame of their own.
[[gnu::always_inline]] inline void Visitor::expr(const Expr* node, int depth) {
  if (depth >= limit_) [[unlikely]]
    too_deep();
  if (node->kind == ExprKind::Constant) return;
  if (node->kind == ExprKind::Name) return name(node->as<ast::NameExpr>());
  inner_expr(node, depth + 1);
}

void Visitor::inner_expr(const Expr* node, int depth) {
  switch (node->kind) {
    case ExprKind::Attribute: {
      const Expr* value = node->as<ast::Attribute>()->value;
      for (; value->kind == ExprKind::Attribute; value = value->as<ast::Attribute>()->value)
        if (++depth > limit_) too_deep();
      return expr(value, depth);
    }
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
    case ExprKind::Name:
    case ExprKind::Constant: return;
  }
}

void Visitor::refuse_in_annotation(const char* what, const Expr* node) {
  if (!blocks_.in_annotation()) return;
  throw error_at(node->loc, "'" + std::string(what) + "' can not be used within an annotation");
}

void Visitor::named_expr(const ast::NamedExpr* node, int depth) {
  refuse_in_annotation("named expression", node);
  if (blocks_.iterables() > 0)
    throw error_at(node->loc, "assignment expression cannot be used in a comprehension iterable expression");
  if (blocks_.scope()->comprehension != CompKind::None)
    blocks_.bind_outside_comprehension(node->target->as<ast::NameExpr>()->id, node->target->loc);
  expr(node->value, depth);
  expr(node->target, depth);
}

void Visitor::lambda(const ast::Lambda* node, int depth) {
  exprs(node->args->defaults, depth);
  optionals(node->args->kw_defaults, depth);
  node->scope = blocks_.enter(names::lambda_scope, BlockType::Function, node->loc);
  parameters(node->args);
  expr(node->body, depth);
  blocks_.leave();
}

void Visitor::yielded(const Expr* node, const Expr* value, int depth) {
  refuse_in_annotation("yield expression", node);
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
  refuse_in_annotation("await expression", node);
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
  const ast::Comprehension* outermost = node->generators[0];
  blocks_.enter_iterable();
  expr(outermost->iter, depth);
  blocks_.leave_iterable();
  CompFacts facts = facts_of(node);
  Scope* scope = blocks_.enter(facts.name, BlockType::Function, node->loc);
  node->scope = scope;
  scope->comprehension = facts.kind;
  scope->coroutine = outermost->is_async;
  blocks_.add_param(names::dot_zero, node->loc);
  blocks_.enter_target();
  expr(outermost->target, depth);
  blocks_.leave_target();
  exprs(outermost->ifs, depth);
  for (u32 i = 1; i < node->generators.size(); ++i) inner_generator(node->generators[i], depth);
  // A dict comprehension's value comes before its key.
  optional(node->value, depth);
  expr(node->elt, depth);
  scope->generator = facts.kind == CompKind::Generator;
  blocks_.leave();
  if (scope->coroutine && !scope->generator) blocks_.scope()->coroutine = true;
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

// ---- definitions ----

void Visitor::function(const ast::FunctionDef* node, int depth) {
  blocks_.add(node->name, DEF_LOCAL, node->loc);
  exprs(node->args->defaults, depth);
  optionals(node->args->kw_defaults, depth);
  annotations(node, depth);
  exprs(node->decorators, depth);
  node->scope = blocks_.enter(node->name, BlockType::Function, node->loc);
  blocks_.scope()->coroutine = node->kind == StmtKind::AsyncFunctionDef;
  parameters(node->args);
  stmts(node->body, depth);
  blocks_.leave();
}

void Visitor::parameters(Seq<ast::Arg*> arguments) {
  for (const ast::Arg* argument : arguments) blocks_.add_param(argument->name, argument->loc);
}

void Visitor::parameters(const ast::Arguments* arguments) {
  parameters(arguments->posonlyargs);
  parameters(arguments->args);
  parameters(arguments->kwonlyargs);
  if (const ast::Arg* vararg = arguments->vararg) {
    blocks_.add_param(vararg->name, vararg->loc);
    blocks_.scope()->varargs = true;
  }
  if (const ast::Arg* kwarg = arguments->kwarg) {
    blocks_.add_param(kwarg->name, kwarg->loc);
    blocks_.scope()->varkeywords = true;
  }
}

void Visitor::annotations(Seq<ast::Arg*> arguments, int depth) {
  for (const ast::Arg* argument : arguments) optional(argument->annotation, depth);
}

// What becomes text is visited for its errors only, in a block of its own.
void Visitor::annotations(const ast::FunctionDef* node, int depth) {
  const ast::Arguments* arguments = node->args;
  if (text_annotations_) blocks_.enter(names::annotation_scope, BlockType::Annotation, node->loc);
  annotations(arguments->posonlyargs, depth);
  annotations(arguments->args, depth);
  if (arguments->vararg != nullptr) optional(arguments->vararg->annotation, depth);
  if (arguments->kwarg != nullptr) optional(arguments->kwarg->annotation, depth);
  annotations(arguments->kwonlyargs, depth);
  if (text_annotations_) blocks_.leave();
  if (node->returns != nullptr) annotation(node->returns, depth);
}

void Visitor::annotation(const Expr* node, int depth) {
  if (text_annotations_) blocks_.enter(names::annotation_scope, BlockType::Annotation, node->loc);
  expr(node, depth);
  if (text_annotations_) blocks_.leave();
}

void Visitor::class_def(const ast::ClassDef* node, int depth) {
  blocks_.add(node->name, DEF_LOCAL, node->loc);
  exprs(node->bases, depth);
  keywords(node->keywords, depth);
  exprs(node->decorators, depth);
  node->scope = blocks_.enter(node->name, BlockType::Class, node->loc);
  Name outer_class = blocks_.class_name();
  blocks_.set_class_name(node->name);
  stmts(node->body, depth);
  blocks_.set_class_name(outer_class);
  blocks_.leave();
}

// ---- statements ----

void Visitor::ann_assign(const ast::AnnAssign* node, int depth) {
  if (node->target->kind == ExprKind::Name) {
    const ast::NameExpr* target = node->target->as<ast::NameExpr>();
    u32 known = blocks_.flags_of(target->id);
    if (node->simple && (known & (DEF_GLOBAL | DEF_NONLOCAL)) != 0 && !blocks_.in_module())
      throw error_at(node->loc, "annotated name " + quoted(target->id) + " can't be " +
                                    ((known & DEF_GLOBAL) != 0 ? "global" : "nonlocal"));
    if (node->simple) blocks_.add(target->id, DEF_ANNOT | DEF_LOCAL, target->loc);
    if (node->value != nullptr) blocks_.add(target->id, DEF_LOCAL, target->loc);
  } else {
    expr(node->target, depth);
  }
  annotation(node->annotation, depth);
  optional(node->value, depth);
}

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
  blocks_.add(name, DEF_IMPORT, alias->loc);
}

void Visitor::try_stmt(const ast::Try* node, int depth) {
  stmts(node->body, depth);
  stmts(node->orelse, depth);
  for (const ast::ExceptHandler* handler : node->handlers) {
    optional(handler->type, depth);
    if (handler->name != Name::kNone) blocks_.add(handler->name, DEF_LOCAL, handler->loc);
    stmts(handler->body, depth);
  }
  stmts(node->finalbody, depth);
}

void Visitor::match(const ast::Match* node, int depth) {
  expr(node->subject, depth);
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
      expr(node->as<ast::Return>()->value, depth);
      blocks_.scope()->returns_value = true;
      return;
    case StmtKind::Delete: return exprs(node->as<ast::Delete>()->targets, depth);
    case StmtKind::Assign:
      exprs(node->as<ast::Assign>()->targets, depth);
      return expr(node->as<ast::Assign>()->value, depth);
    case StmtKind::AugAssign:
      expr(node->as<ast::AugAssign>()->target, depth);
      return expr(node->as<ast::AugAssign>()->value, depth);
    case StmtKind::AnnAssign: return ann_assign(node->as<ast::AnnAssign>(), depth);
    case StmtKind::For:
    case StmtKind::AsyncFor:
      expr(node->as<ast::For>()->target, depth);
      expr(node->as<ast::For>()->iter, depth);
      stmts(node->as<ast::For>()->body, depth);
      return stmts(node->as<ast::For>()->orelse, depth);
    case StmtKind::While:
      expr(node->as<ast::While>()->test, depth);
      stmts(node->as<ast::While>()->body, depth);
      return stmts(node->as<ast::While>()->orelse, depth);
    case StmtKind::If:
      expr(node->as<ast::If>()->test, depth);
      stmts(node->as<ast::If>()->body, depth);
      return stmts(node->as<ast::If>()->orelse, depth);
    case StmtKind::With:
    case StmtKind::AsyncWith:
      for (const ast::WithItem* item : node->as<ast::With>()->items) {
        expr(item->context_expr, depth);
        optional(item->optional_vars, depth);
      }
      return stmts(node->as<ast::With>()->body, depth);
    case StmtKind::Match: return match(node->as<ast::Match>(), depth);
    case StmtKind::Raise:
      optional(node->as<ast::Raise>()->exc, depth);
      return optional(node->as<ast::Raise>()->cause, depth);
    case StmtKind::Try:
    case StmtKind::TryStar: return try_stmt(node->as<ast::Try>(), depth);
    case StmtKind::Assert:
      expr(node->as<ast::Assert>()->test, depth);
      return optional(node->as<ast::Assert>()->msg, depth);
    case StmtKind::Import:
      for (const ast::Alias* alias : node->as<ast::Import>()->names) imported(alias);
      return;
    case StmtKind::ImportFrom:
      for (const ast::Alias* alias : node->as<ast::ImportFrom>()->names) imported(alias);
      return;
    case StmtKind::Global: return declaration(node->as<ast::Global>(), DEF_GLOBAL);
    case StmtKind::Nonlocal: return declaration(node->as<ast::Global>(), DEF_NONLOCAL);
    case StmtKind::Expr: return expr(node->as<ast::ExprStmt>()->value, depth);
    case StmtKind::TypeAlias: MKPYC_CHECK(false && "no target has type aliases yet"); return;
    case StmtKind::Pass:
    case StmtKind::Break:
    case StmtKind::Continue: return;
  }
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
      return patterns(node->as<ast::MatchClass>()->kwd_patterns, depth);
    case ast::PatternKind::MatchStar: bound = node->as<ast::MatchStar>()->name; break;
    case ast::PatternKind::MatchAs:
      if (node->as<ast::MatchAs>()->pattern != nullptr) pattern(node->as<ast::MatchAs>()->pattern, depth);
      bound = node->as<ast::MatchAs>()->name;
      break;
  }
  if (bound != Name::kNone) blocks_.add(bound, DEF_LOCAL, node->loc);
}

}  // namespace

Builder::Builder() : scratch_(std::make_unique<Scratch>()) {}
Builder::~Builder() = default;

SymbolTable Builder::build(const ast::Module& module, const Future& future, Context& context) {
  Visitor visitor(context, future, *scratch_);
  scratch_->clean = false;
  SymbolTable table{visitor.module(module), future};
  analyze(table.top, context, *scratch_);
  scratch_->clean = true;
  return table;
}

}  // namespace mkpyc::scope
