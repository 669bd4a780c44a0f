// One walk over the tree, children first, as CPython's: what is visited and how deep decides where RecursionError comes
// up; the order does not show, because nothing else can fail.
//
// Nearly all nodes are names, constants, attributes and calls, and fold to nothing. The walk hands the depth down
// as an argument, goes along chains of attributes in a loop, and replaces a node through its parent's pointer.
#include "fold/fold.h"

#include "ast/docstring.h"
#include "fold/finally_check.h"
#include "fold/format.h"
#include "fold/operators.h"
#include "object/equality.h"
#include "target/features.h"

namespace mkpyc::fold {
namespace {

using ast::Expr;
using ast::ExprContext;
using ast::ExprKind;
using ast::Stmt;
using ast::StmtKind;

// More levels than fields in a string that is one token can have, with their specs.
constexpr int kDeepString = 16;

static_assert(static_cast<int>(arith::Binary::FloorDiv) == static_cast<int>(ast::Operator::FloorDiv));
static_assert(static_cast<int>(arith::Unary::USub) == static_cast<int>(ast::UnaryOpKind::USub));

Object* constant_of(const Expr* node) {
  return node->kind == ExprKind::Constant ? node->as<ast::Constant>()->value : nullptr;
}

bool has_starred(Seq<Expr*> items) {
  for (const Expr* item : items)
    if (item->kind == ExprKind::Starred) return true;
  return false;
}

class Folder {
 public:
  explicit Folder(Context& context)
      : context_(context),
        evaluator_(context.objects, arith::complex_rules(context.target)),
        finally_check_(context),
        limit_(context.recursion_limit),
        deepest_unseen_(limit_ - 2 * ast::kMostTokensNotToFold - kDeepString),
        folds_constants_(!context.target.on(Feature::folds_on_graph)),
        removes_docstrings_(context.target.on(Feature::docstrings_removed_from_tree)),
        folds_(static_cast<u8>(ast::kFoldsAlways | (folds_constants_ ? ast::kFoldsConstants : 0))),
        looks_for_(static_cast<u8>(folds_ | (removes_docstrings_ ? ast::kInsideDocstring : 0) |
                                   (finally_check_.is_on() ? ast::kInsideFinally : 0))) {}

  void body(Seq<Stmt*>& stmts, int depth);
  bool keep_docstring(Seq<Stmt*>& nodes);
  Stmt* pass_in_place_of(const Stmt& docstring);
  bool depends_on_level() const { return depends_on_level_; }

 private:
  [[noreturn]] void too_deep() const { throw diag::too_deep(context_.target); }
  // `depth` is the number of nodes above, those counted that CPython counts.
  void expr(Expr*& slot, int depth);
  void inner_expr(Expr*& slot, int depth);
  void stmt(Stmt* node, int depth);
  void any_stmt(Stmt* node, int depth);
  void unfoldable_stmt(Stmt* node, int depth);
  void pattern(ast::Pattern* node, int depth);

  void optional(Expr*& slot, int depth) {
    if (slot != nullptr) expr(slot, depth);
  }
  void exprs(Seq<Expr*> slots, int depth) {
    for (Expr*& slot : slots) expr(slot, depth);
  }
  void optionals(Seq<Expr*> slots, int depth) {
    for (Expr*& slot : slots) optional(slot, depth);
  }
  void stmts(Seq<Stmt*> nodes, int depth) {
    bool all = depth > deepest_unseen_ - ast::kMostStatementsNotToFold || finally_check_.looks();
    for (Stmt* node : nodes)
      if (all || (node->may_fold & folds_) != 0 || (node->inside & looks_for_) != 0) stmt(node, depth);
  }
  void patterns(Seq<ast::Pattern*> nodes, int depth) {
    for (ast::Pattern* node : nodes) pattern(node, depth);
  }
  void keywords(Seq<ast::Keyword*> nodes, int depth) {
    for (ast::Keyword* node : nodes) expr(node->value, depth);
  }
  void function(ast::FunctionDef* node, int depth);
  void function_body(ast::FunctionDef* node, int depth);
  void class_def(ast::ClassDef* node, int depth);
  void arguments(ast::Arguments* node, int depth);
  void annotations(Seq<ast::Arg*> nodes, int depth);
  void annotation(ast::Arg* node, int depth);
  void type_params(Seq<ast::TypeParam*> nodes, int depth);
  void comprehensions(Seq<ast::Comprehension*> nodes, int depth);
  void try_stmt(ast::Try* node, int depth);
  void loop_body(Seq<Stmt*> nodes, int depth);
  void match(ast::Match* node, int depth);

  void name(Expr*& slot);
  bool may_fold(const ast::UnaryOp& node, const Object* value);
  void unary(Expr*& slot);
  void binary(Expr*& slot);
  void tuple(Expr*& slot);
  void subscript(Expr*& slot);
  void compare(ast::Compare* node);
  void iterable(Expr*& slot);
  void pattern_value(Expr*& slot, int depth);

  // `place = value` in the tree: each change goes through here, so that it can be taken back.
  template <class T>
  void write(T& place, T value) {
    if (context_.changes != nullptr) context_.changes->remember(place);
    place = value;
  }
  void replace(Expr*& slot, Object* value);
  Object* constant_tuple(Seq<Expr*> items);
  const Object** constants(Seq<Expr*> items);

  Context& context_;
  arith::Evaluator evaluator_;
  FinallyCheck finally_check_;
  const int limit_;
  /// A statement this deep with nothing to fold cannot go beyond the limit.
  const int deepest_unseen_;
  /// Else the flow graph folds constants, and only what it cannot do is done here.
  const bool folds_constants_;
  const bool removes_docstrings_;
  const u8 folds_;  // ast::Inside of statements' own expressions
  u8 looks_for_;    // the same inside of statements
  bool depends_on_level_ = false;
};

// ---- what folds ----

// The node becomes a constant in its place; null: it stays.
void Folder::replace(Expr*& slot, Object* value) {
  if (value == nullptr) return;
  ast::Constant* node = ast::make<ast::Constant>(context_.arena, ExprKind::Constant, slot->loc);
  node->value = value;
  write<Expr*>(slot, node);
}

void Folder::name(Expr*& slot) {
  if (slot->as<ast::NameExpr>()->id != names::dunder_debug || slot->ctx != ExprContext::Load) return;
  depends_on_level_ = true;
  replace(slot, context_.objects.boolean(context_.optimize == 0));
}

// False if the operator's warning is an error, which CPython takes for one of the operation (bool.__invert__).
bool Folder::may_fold(const ast::UnaryOp& node, const Object* value) {
  if (node.op != static_cast<u8>(ast::UnaryOpKind::Invert) || !arith::is_bool(value)) return true;
  const Target& target = context_.target;
  if (!target.on(Feature::inverted_bool_warns)) return true;
  std::string message = "Bitwise inversion '~' on bool is deprecated";
  if (target.on(Feature::inverted_bool_goes)) message += " and will be removed in Python 3.16";
  message +=
      ". This returns the bitwise inversion of the underlying int object and is usually not what you expect from "
      "negating a bool. Use the 'not' operator for boolean negation or ~int(x) if you really want the bitwise "
      "inversion of the underlying int.";
  return !context_.sink.warn(diag::Category::DeprecationWarning, target.callers_line(), std::move(message),
                             diag::Origin::Runtime);
}

// CPython: fold_unaryop. `not a is b` becomes `a is not b`, the comparison with its own place.
void Folder::unary(Expr*& slot) {
  if (!folds_constants_) return;
  ast::UnaryOp* node = slot->as<ast::UnaryOp>();
  if (Object* value = constant_of(node->operand)) {
    if (!may_fold(*node, value)) return;
    return replace(slot, evaluator_.unary(static_cast<arith::Unary>(node->op), value));
  }
  if (node->op != static_cast<u8>(ast::UnaryOpKind::Not) || node->operand->kind != ExprKind::Compare) return;
  ast::Compare* comparison = node->operand->as<ast::Compare>();
  if (comparison->ops.size() != 1) return;
  ast::CmpOp op = comparison->ops[0];
  switch (op) {
    case ast::CmpOp::Is: op = ast::CmpOp::IsNot; break;
    case ast::CmpOp::IsNot: op = ast::CmpOp::Is; break;
    case ast::CmpOp::In: op = ast::CmpOp::NotIn; break;
    case ast::CmpOp::NotIn: op = ast::CmpOp::In; break;
    case ast::CmpOp::Eq:
    case ast::CmpOp::NotEq:
    case ast::CmpOp::Lt:
    case ast::CmpOp::LtE:
    case ast::CmpOp::Gt:
    case ast::CmpOp::GtE: return;
  }
  write(comparison->ops[0], op);
  write<Expr*>(slot, comparison);
}

// CPython: fold_binop.
void Folder::binary(Expr*& slot) {
  ast::BinOp* node = slot->as<ast::BinOp>();
  Object* left = constant_of(node->left);
  if (left == nullptr) return;
  bool is_mod = node->op == static_cast<u8>(ast::Operator::Mod);
  if (is_mod && left->type == Type::Str && node->right->kind == ExprKind::Tuple) {
    Seq<Expr*> values = node->right->as<ast::Sequence>()->elts;
    if (has_starred(values)) return;
    Expr* joined = format_to_joined_str(*node, static_cast<StrObject*>(left)->text, values, context_);
    if (joined != nullptr) write<Expr*>(slot, joined);
    return;
  }
  Object* right = constant_of(node->right);
  if (right != nullptr && folds_constants_)
    replace(slot, fold_binary(static_cast<arith::Binary>(node->op), left, right, evaluator_));
}

// Where constants fold on the flow graph, patterns have only the numbers that their grammar allows, which fold here
// (CPython: fold_const_match_patterns).
void Folder::pattern_value(Expr*& slot, int depth) {
  if (folds_constants_) return expr(slot, depth);
  if (slot->kind == ExprKind::UnaryOp) {
    ast::UnaryOp* node = slot->as<ast::UnaryOp>();
    Object* operand = constant_of(node->operand);
    bool minus = node->op == static_cast<u8>(ast::UnaryOpKind::USub);
    if (operand != nullptr) replace(slot, evaluator_.unary(minus ? arith::Unary::USub : arith::Unary::UAdd, operand));
  } else if (slot->kind == ExprKind::BinOp) {
    ast::BinOp* node = slot->as<ast::BinOp>();
    bool is_sum = node->op == static_cast<u8>(ast::Operator::Add) || node->op == static_cast<u8>(ast::Operator::Sub);
    Object* right = constant_of(node->right);
    if (!is_sum || right == nullptr) return;
    pattern_value(node->left, depth);
    if (Object* left = constant_of(node->left))
      replace(slot, evaluator_.binary(static_cast<arith::Binary>(node->op), left, right));
  }
}

// The values of constant nodes, in the arena; null if one is not a constant.
const Object** Folder::constants(Seq<Expr*> items) {
  for (const Expr* item : items)
    if (item->kind != ExprKind::Constant) return nullptr;
  const Object** values = context_.arena.array<const Object*>(items.size());
  for (u32 i = 0; i < items.size(); ++i) values[i] = constant_of(items[i]);
  return values;
}

Object* Folder::constant_tuple(Seq<Expr*> items) {
  const Object** values = constants(items);
  return values == nullptr ? nullptr : context_.objects.tuple(values, items.size());
}

void Folder::tuple(Expr*& slot) {
  if (slot->ctx == ExprContext::Load && folds_constants_)
    replace(slot, constant_tuple(slot->as<ast::Sequence>()->elts));
}

void Folder::subscript(Expr*& slot) {
  ast::Subscript* node = slot->as<ast::Subscript>();
  if (node->ctx != ExprContext::Load || !folds_constants_) return;
  Object* value = constant_of(node->value);
  Object* index = constant_of(node->slice);
  if (value != nullptr && index != nullptr) replace(slot, evaluator_.subscript(value, index));
}

// What is only iterated or searched need not be a list or a set (CPython: fold_iter).
void Folder::iterable(Expr*& slot) {
  if (!folds_constants_) return;
  if (slot->kind == ExprKind::List) {
    ast::Sequence* node = slot->as<ast::Sequence>();
    if (has_starred(node->elts)) return;
    write(node->kind, ExprKind::Tuple);
    replace(slot, constant_tuple(node->elts));
  } else if (slot->kind == ExprKind::Set) {
    Seq<Expr*> items = slot->as<ast::Set>()->elts;
    if (const Object** values = constants(items)) replace(slot, make_frozenset(context_.objects, values, items.size()));
  }
}

void Folder::compare(ast::Compare* node) {
  ast::CmpOp last = node->ops.back();
  if (last == ast::CmpOp::In || last == ast::CmpOp::NotIn) iterable(node->comparators.back());
}

// ---- expressions ----

// Leaves need no frame of their own.
[[gnu::always_inline]] inline void Folder::expr(Expr*& slot, int depth) {
  if (depth >= limit_) [[unlikely]]
    too_deep();
  if (slot->kind == ExprKind::Constant) return;
  if (slot->kind == ExprKind::Name) return name(slot);
  inner_expr(slot, depth + 1);
}

void Folder::inner_expr(Expr*& slot, int depth) {
  Expr* node = slot;
  switch (node->kind) {
    case ExprKind::Attribute: {
      // Nothing is done on the way up, so that the whole chain is one loop.
      Expr** value = &node->as<ast::Attribute>()->value;
      for (; (*value)->kind == ExprKind::Attribute; value = &(*value)->as<ast::Attribute>()->value)
        if (++depth > limit_) too_deep();
      return expr(*value, depth);
    }
    case ExprKind::Call: {
      ast::Call* call = node->as<ast::Call>();
      expr(call->func, depth);
      exprs(call->args, depth);
      return keywords(call->keywords, depth);
    }
    case ExprKind::BoolOp: return exprs(node->as<ast::BoolOp>()->values, depth);
    case ExprKind::NamedExpr: return expr(node->as<ast::NamedExpr>()->value, depth);
    case ExprKind::BinOp:
      expr(node->as<ast::BinOp>()->left, depth);
      expr(node->as<ast::BinOp>()->right, depth);
      return binary(slot);
    case ExprKind::UnaryOp: expr(node->as<ast::UnaryOp>()->operand, depth); return unary(slot);
    case ExprKind::Lambda:
      arguments(node->as<ast::Lambda>()->args, depth);
      return expr(node->as<ast::Lambda>()->body, depth);
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
    case ExprKind::GeneratorExp:
      expr(node->as<ast::Comp>()->elt, depth);
      optional(node->as<ast::Comp>()->value, depth);
      return comprehensions(node->as<ast::Comp>()->generators, depth);
    case ExprKind::Await: return expr(node->as<ast::Await>()->value, depth);
    case ExprKind::Yield: return optional(node->as<ast::Yield>()->value, depth);
    case ExprKind::YieldFrom: return expr(node->as<ast::YieldFrom>()->value, depth);
    case ExprKind::Compare:
      expr(node->as<ast::Compare>()->left, depth);
      exprs(node->as<ast::Compare>()->comparators, depth);
      return compare(node->as<ast::Compare>());
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
      expr(node->as<ast::Subscript>()->slice, depth);
      return subscript(slot);
    case ExprKind::Starred: return expr(node->as<ast::Starred>()->value, depth);
    case ExprKind::Slice:
      optional(node->as<ast::Slice>()->lower, depth);
      optional(node->as<ast::Slice>()->upper, depth);
      return optional(node->as<ast::Slice>()->step, depth);
    case ExprKind::List: return exprs(node->as<ast::Sequence>()->elts, depth);
    case ExprKind::Tuple: exprs(node->as<ast::Sequence>()->elts, depth); return tuple(slot);
    case ExprKind::Name:
    case ExprKind::Constant: return;
  }
}

void Folder::comprehensions(Seq<ast::Comprehension*> nodes, int depth) {
  for (ast::Comprehension* node : nodes) {
    expr(node->target, depth);
    expr(node->iter, depth);
    exprs(node->ifs, depth);
    iterable(node->iter);
  }
}

void Folder::annotation(ast::Arg* node, int depth) {
  if (node != nullptr && !context_.future_annotations) optional(node->annotation, depth);
}

void Folder::annotations(Seq<ast::Arg*> nodes, int depth) {
  for (ast::Arg* node : nodes) annotation(node, depth);
}

void Folder::arguments(ast::Arguments* node, int depth) {
  annotations(node->posonlyargs, depth);
  annotations(node->args, depth);
  annotation(node->vararg, depth);
  annotations(node->kwonlyargs, depth);
  optionals(node->kw_defaults, depth);
  annotation(node->kwarg, depth);
  exprs(node->defaults, depth);
}

// ---- statements ----

void Folder::function_body(ast::FunctionDef* node, int depth) {
  FinallyCheck::Inside inside(finally_check_, FinallyCheck::Around::Function);
  body(node->body, depth);
}

void Folder::function(ast::FunctionDef* node, int depth) {
  type_params(node->type_params, depth);
  arguments(node->args, depth);
  function_body(node, depth);
  exprs(node->decorators, depth);
  if (!context_.future_annotations) optional(node->returns, depth);
}

void Folder::class_def(ast::ClassDef* node, int depth) {
  type_params(node->type_params, depth);
  exprs(node->bases, depth);
  keywords(node->keywords, depth);
  body(node->body, depth);
  exprs(node->decorators, depth);
}

void Folder::type_params(Seq<ast::TypeParam*> nodes, int depth) {
  for (ast::TypeParam* node : nodes) {
    optional(node->bound, depth);
    optional(node->default_value, depth);
  }
}

void Folder::try_stmt(ast::Try* node, int depth) {
  stmts(node->body, depth);
  for (ast::ExceptHandler* handler : node->handlers) {
    optional(handler->type, depth);
    stmts(handler->body, depth);
  }
  stmts(node->orelse, depth);
  FinallyCheck::Inside inside(finally_check_, FinallyCheck::Around::Finally);
  stmts(node->finalbody, depth);
}

void Folder::loop_body(Seq<Stmt*> nodes, int depth) {
  FinallyCheck::Inside inside(finally_check_, FinallyCheck::Around::Loop);
  stmts(nodes, depth);
}

void Folder::match(ast::Match* node, int depth) {
  expr(node->subject, depth);
  for (ast::MatchCase* match_case : node->cases) {
    pattern(match_case->pattern, depth);
    optional(match_case->guard, depth);
    stmts(match_case->body, depth);
  }
}

// A statement whose own expressions need no look: only those in its blocks do.
void Folder::unfoldable_stmt(Stmt* node, int depth) {
  switch (node->kind) {
    case StmtKind::Return:
    case StmtKind::Break:
    case StmtKind::Continue: return finally_check_.leaves(node);
    case StmtKind::FunctionDef:
    case StmtKind::AsyncFunctionDef: return function_body(node->as<ast::FunctionDef>(), depth);
    case StmtKind::For:
    case StmtKind::AsyncFor:
      loop_body(node->as<ast::For>()->body, depth);
      return stmts(node->as<ast::For>()->orelse, depth);
    case StmtKind::While:
      loop_body(node->as<ast::While>()->body, depth);
      return stmts(node->as<ast::While>()->orelse, depth);
    case StmtKind::If: stmts(node->as<ast::If>()->body, depth); return stmts(node->as<ast::If>()->orelse, depth);
    case StmtKind::With:
    case StmtKind::AsyncWith: return stmts(node->as<ast::With>()->body, depth);
    // What stands behind a block is not noted in the statement.
    case StmtKind::ClassDef:
    case StmtKind::Match:
    case StmtKind::Try:
    case StmtKind::TryStar: return any_stmt(node, depth);
    case StmtKind::Delete:
    case StmtKind::Assign:
    case StmtKind::TypeAlias:
    case StmtKind::AugAssign:
    case StmtKind::AnnAssign:
    case StmtKind::Raise:
    case StmtKind::Assert:
    case StmtKind::Expr:
    case StmtKind::Import:
    case StmtKind::ImportFrom:
    case StmtKind::Global:
    case StmtKind::Nonlocal:
    case StmtKind::Pass: return;
  }
}

inline void Folder::stmt(Stmt* node, int depth) {
  if (++depth > limit_) [[unlikely]]
    too_deep();
  if ((node->may_fold & folds_) != 0 || depth > deepest_unseen_) return any_stmt(node, depth);
  unfoldable_stmt(node, depth);
}

void Folder::any_stmt(Stmt* node, int depth) {
  switch (node->kind) {
    case StmtKind::FunctionDef:
    case StmtKind::AsyncFunctionDef: return function(node->as<ast::FunctionDef>(), depth);
    case StmtKind::ClassDef: return class_def(node->as<ast::ClassDef>(), depth);
    case StmtKind::Return: finally_check_.leaves(node); return optional(node->as<ast::Return>()->value, depth);
    case StmtKind::Delete: return exprs(node->as<ast::Delete>()->targets, depth);
    case StmtKind::Assign:
      exprs(node->as<ast::Assign>()->targets, depth);
      return expr(node->as<ast::Assign>()->value, depth);
    case StmtKind::TypeAlias:
      expr(node->as<ast::TypeAlias>()->name, depth);
      type_params(node->as<ast::TypeAlias>()->type_params, depth);
      return expr(node->as<ast::TypeAlias>()->value, depth);
    case StmtKind::AugAssign:
      expr(node->as<ast::AugAssign>()->target, depth);
      return expr(node->as<ast::AugAssign>()->value, depth);
    case StmtKind::AnnAssign:
      expr(node->as<ast::AnnAssign>()->target, depth);
      if (!context_.future_annotations) expr(node->as<ast::AnnAssign>()->annotation, depth);
      return optional(node->as<ast::AnnAssign>()->value, depth);
    case StmtKind::For:
    case StmtKind::AsyncFor: {
      ast::For* loop = node->as<ast::For>();
      expr(loop->target, depth);
      expr(loop->iter, depth);
      loop_body(loop->body, depth);
      stmts(loop->orelse, depth);
      if (node->kind == StmtKind::For) iterable(loop->iter);
      return;
    }
    case StmtKind::While:
      expr(node->as<ast::While>()->test, depth);
      loop_body(node->as<ast::While>()->body, depth);
      return stmts(node->as<ast::While>()->orelse, depth);
    case StmtKind::If:
      expr(node->as<ast::If>()->test, depth);
      stmts(node->as<ast::If>()->body, depth);
      return stmts(node->as<ast::If>()->orelse, depth);
    case StmtKind::With:
    case StmtKind::AsyncWith:
      for (ast::WithItem* item : node->as<ast::With>()->items) {
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
    case StmtKind::Expr: return expr(node->as<ast::ExprStmt>()->value, depth);
    case StmtKind::Import:
    case StmtKind::ImportFrom:
    case StmtKind::Global:
    case StmtKind::Nonlocal:
    case StmtKind::Pass: return;
    case StmtKind::Break:
    case StmtKind::Continue: return finally_check_.leaves(node);
  }
}

void Folder::pattern(ast::Pattern* node, int depth) {
  if (++depth > limit_) [[unlikely]]
    too_deep();
  switch (node->kind) {
    case ast::PatternKind::MatchValue: return pattern_value(node->as<ast::MatchValue>()->value, depth);
    case ast::PatternKind::MatchSequence:
    case ast::PatternKind::MatchOr: return patterns(node->as<ast::MatchSequence>()->patterns, depth);
    case ast::PatternKind::MatchMapping:
      for (Expr*& key : node->as<ast::MatchMapping>()->keys) pattern_value(key, depth);
      return patterns(node->as<ast::MatchMapping>()->patterns, depth);
    case ast::PatternKind::MatchClass:
      expr(node->as<ast::MatchClass>()->cls, depth);
      patterns(node->as<ast::MatchClass>()->patterns, depth);
      return patterns(node->as<ast::MatchClass>()->kwd_patterns, depth);
    case ast::PatternKind::MatchAs:
      if (node->as<ast::MatchAs>()->pattern != nullptr) pattern(node->as<ast::MatchAs>()->pattern, depth);
      return;
    case ast::PatternKind::MatchSingleton:
    case ast::PatternKind::MatchStar: return;
  }
}

// True if the body has a docstring and keeps it.
bool Folder::keep_docstring(Seq<Stmt*>& nodes) {
  if (ast::docstring(nodes) == nullptr) return false;
  if (!removes_docstrings_) return true;
  depends_on_level_ = true;
  if (context_.optimize < 2) {
    looks_for_ &= static_cast<u8>(~ast::kInsideDocstring);  // one that stays is as good as all
    return true;
  }
  if (nodes.size() == 1)
    write(nodes[0], pass_in_place_of(*nodes[0]));
  else
    write<Seq<Stmt*>>(nodes, {nodes.items + 1, nodes.count - 1});
  return false;
}

// A body is never left empty: `pass` stands where its docstring began.
Stmt* Folder::pass_in_place_of(const Stmt& docstring) {
  constexpr i32 kWidth = 4;
  ast::Loc loc = docstring.loc;
  loc.end_line = loc.line;
  loc.end_col = loc.col + kWidth;
  return context_.arena.make<Stmt>(Stmt{.kind = StmtKind::Pass, .loc = loc});
}

// A first statement that only became a string by folding, or came first when the docstring went, is no docstring: as an
// f-string it stays none (CPython: astfold_body).
void Folder::body(Seq<Stmt*>& nodes, int depth) {
  bool docstring = keep_docstring(nodes);
  stmts(nodes, depth);
  if (docstring || ast::docstring(nodes) == nullptr) return;
  ast::ExprStmt* first = nodes[0]->as<ast::ExprStmt>();
  ast::JoinedStr* joined = ast::make<ast::JoinedStr>(context_.arena, ExprKind::JoinedStr, first->loc);
  joined->values = Seq<Expr*>::copy(context_.arena, {first->value});
  write<Expr*>(first->value, joined);
}

}  // namespace

bool fold(ast::Module& module, Context& context) {
  Folder folder(context);
  folder.body(module.body, 0);
  return folder.depends_on_level();
}

}  // namespace mkpyc::fold
