// The syntax tree: node structs, no logic. Nodes live in the arena. fold/ rewrites expressions in place (a parent's
// pointer is replaced); after that the tree does not change, but for the `scope` fields that the symbol table fills.
//
// One node set serves all targets: a field that only newer grammars fill stays empty for older ones. Names and field
// order are those of CPython's Parser/Python.asdl, but that what is small comes first, where there is room behind Expr.
#pragma once

#include "base/arena.h"
#include "object/object.h"
#include "source/loc.h"

namespace mkpyc::scope {
struct Scope;
}

namespace mkpyc::ast {

using source::Loc;

enum class ExprContext : u8 { Load, Store, Del };
enum class BoolOpKind : u8 { And, Or };
enum class Operator : u8 { Add, Sub, Mult, MatMult, Div, Mod, Pow, LShift, RShift, BitOr, BitXor, BitAnd, FloorDiv };
enum class UnaryOpKind : u8 { Invert, Not, UAdd, USub };
enum class CmpOp : u8 { Eq, NotEq, Lt, LtE, Gt, GtE, Is, IsNot, In, NotIn };

enum class ExprKind : u8 {
  BoolOp,
  NamedExpr,
  BinOp,
  UnaryOp,
  Lambda,
  IfExp,
  Dict,
  Set,
  ListComp,
  SetComp,
  DictComp,
  GeneratorExp,
  Await,
  Yield,
  YieldFrom,
  Compare,
  Call,
  FormattedValue,
  Interpolation,
  JoinedStr,
  TemplateStr,
  Constant,
  Attribute,
  Subscript,
  Starred,
  Name,
  List,
  Tuple,
  Slice,
};

enum class StmtKind : u8 {
  FunctionDef,
  AsyncFunctionDef,
  ClassDef,
  Return,
  Delete,
  Assign,
  TypeAlias,
  AugAssign,
  AnnAssign,
  For,
  AsyncFor,
  While,
  If,
  With,
  AsyncWith,
  Match,
  Raise,
  Try,
  TryStar,
  Assert,
  Import,
  ImportFrom,
  Global,
  Nonlocal,
  Expr,
  Pass,
  Break,
  Continue,
};

enum class PatternKind : u8 {
  MatchValue,
  MatchSingleton,
  MatchSequence,
  MatchMapping,
  MatchClass,
  MatchStar,
  MatchAs,
  MatchOr,
};

struct Expr {
  ExprKind kind;
  /// Name, Attribute, Subscript, Starred, List, Tuple.
  ExprContext ctx = ExprContext::Load;
  /// BoolOp: BoolOpKind. BinOp: Operator. UnaryOp: UnaryOpKind. Call: 1 if an argument is unpacked, `*x` or `**x`.
  u8 op = 0;
  /// Written in parentheses of its own (needed by a few rules; no field of CPython's AST).
  bool parenthesized = false;
  Loc loc;

  /// The node as its own struct; the caller has looked at `kind`.
  template <class T>
  T* as() {
    return static_cast<T*>(this);
  }
  template <class T>
  const T* as() const {
    return static_cast<const T*>(this);
  }
};

/// Most tokens of a statement's header that is not walked to fold it or to see its names, which counts how deep
/// expressions are, too: no token adds more than two levels.
inline constexpr i32 kMostTokensNotToFold = 500;

/// What fold/ may have to do with in the expressions of a statement, or in its blocks, and whether scope/ has to walk
/// them, as bits (no field of CPython's AST).
enum Inside : u8 {
  kFoldsConstants = 1,   // something for the targets that fold constants in the tree
  kInsideDocstring = 2,  // in blocks only: a body that begins with a string, perhaps the statement's own
  kInsideFinally = 4,    // in blocks only: a `finally`, perhaps the statement's own
  kFoldsAlways = 8,      // something for all targets
  kFoldsAnything = kFoldsConstants | kFoldsAlways,
  kInsideAnything = 15,
  // In the statement's own expressions: names that the symbol table sees in another order than they are written, or in
  // a block of their own, or not at all, or something else that it looks for.
  kNamesUnordered = 16,
  kUnknown = kFoldsAnything | kNamesUnordered,
};
/// Statements in one another, at most, where the outermost has no kFoldsAnything inside.
inline constexpr i32 kMostStatementsNotToFold = 1200;

struct Stmt {
  StmtKind kind;
  u8 op = 0;  // AugAssign: Operator
  /// What fold/ may find to do in the statement's own expressions. The parser has seen all there is by then; see there.
  u8 may_fold = kUnknown;
  u8 inside = kInsideAnything;
  Loc loc;
  /// Unless kNamesUnordered: the names in the statement's own expressions, each with the next one.
  struct NameExpr* first_name = nullptr;

  template <class T>
  T* as() {
    return static_cast<T*>(this);
  }
  template <class T>
  const T* as() const {
    return static_cast<const T*>(this);
  }
};

struct Pattern {
  PatternKind kind;
  Loc loc;

  template <class T>
  T* as() {
    return static_cast<T*>(this);
  }
  template <class T>
  const T* as() const {
    return static_cast<const T*>(this);
  }
};

// ---- parts ----

struct Arg {
  Name name;
  Expr* annotation;  // may be null
  Loc loc;
};

struct Arguments {
  Seq<Arg*> posonlyargs;
  Seq<Arg*> args;
  Arg* vararg = nullptr;
  Seq<Arg*> kwonlyargs;
  Seq<Expr*> kw_defaults;  // as long as kwonlyargs; null where there is none
  Arg* kwarg = nullptr;
  Seq<Expr*> defaults;
};

struct Keyword {
  Name name;  // kNone for **value
  Expr* value;
  Loc loc;
};

struct Alias {
  Name name;    // "a.b.c" is one name; "*" for a star import
  Name asname;  // may be kNone
  Loc loc;
};

struct WithItem {
  Expr* context_expr;
  Expr* optional_vars;  // may be null
};

struct Comprehension {
  Expr* target;
  Expr* iter;
  Seq<Expr*> ifs;
  bool is_async;
};

struct ExceptHandler {
  Expr* type;  // may be null
  Name name;   // may be kNone
  Seq<Stmt*> body;
  Loc loc;
};

struct MatchCase {
  Pattern* pattern;
  Expr* guard;  // may be null
  Seq<Stmt*> body;
};

enum class TypeParamKind : u8 { TypeVar, ParamSpec, TypeVarTuple };
struct TypeParam {  // PEP 695, 696
  TypeParamKind kind;
  Name name;
  Expr* bound;  // TypeVar only; may be null
  Expr* default_value;
  Loc loc;
  mutable scope::Scope* bound_scope = nullptr;
  mutable scope::Scope* default_scope = nullptr;
};

// ---- expressions ----

struct BoolOp : Expr {
  Seq<Expr*> values;
};
struct NamedExpr : Expr {
  Expr* target;
  Expr* value;
};
struct BinOp : Expr {
  Expr* left;
  Expr* right;
};
struct UnaryOp : Expr {
  Expr* operand;
};
struct Lambda : Expr {
  Arguments* args;
  Expr* body;
  mutable scope::Scope* scope = nullptr;
};
struct IfExp : Expr {
  Expr* test;
  Expr* body;
  Expr* orelse;
};
struct Dict : Expr {
  Seq<Expr*> keys;
  Seq<Expr*> values;
};  // a null key: **value
struct Set : Expr {
  Seq<Expr*> elts;
};
/// ListComp, SetComp, GeneratorExp (value is null) and DictComp (elt is the key).
struct Comp : Expr {
  Expr* elt;
  Expr* value;
  Seq<Comprehension*> generators;
  mutable scope::Scope* scope = nullptr;
};
struct Await : Expr {
  Expr* value;
};
struct Yield : Expr {
  Expr* value;
};  // may be null
struct YieldFrom : Expr {
  Expr* value;
};
struct Compare : Expr {
  Expr* left;
  Seq<CmpOp> ops;
  Seq<Expr*> comparators;
};
struct Call : Expr {
  Expr* func;
  Seq<Expr*> args;
  Seq<Keyword*> keywords;
};
struct FormattedValue : Expr {
  i32 conversion;
  Expr* value;
  Expr* format_spec;
};  // conversion -1, 's', 'r' or 'a'
struct Interpolation : Expr {
  i32 conversion;
  Expr* value;
  Object* str;
  Expr* format_spec;
};  // PEP 750
struct JoinedStr : Expr {
  Seq<Expr*> values;
};  // TemplateStr too
struct Constant : Expr {
  bool u_prefix;
  Object* value;
};
struct Attribute : Expr {
  mkpyc::Name attr;
  Expr* value;
};
struct Subscript : Expr {
  Expr* value;
  Expr* slice;
};
struct Starred : Expr {
  Expr* value;
};
struct NameExpr : Expr {
  mkpyc::Name id;
  NameExpr* next = nullptr;  // the next one that is written in the statement, see Stmt::first_name
};
struct Sequence : Expr {
  Seq<Expr*> elts;
};  // List and Tuple
struct Slice : Expr {
  Expr* lower;
  Expr* upper;
  Expr* step;
};  // each may be null

// ---- statements ----

/// FunctionDef and AsyncFunctionDef.
struct FunctionDef : Stmt {
  Name name;
  Arguments* args;
  Seq<Stmt*> body;
  Seq<Expr*> decorators;
  Expr* returns;  // may be null
  Seq<TypeParam*> type_params;
  mutable scope::Scope* scope = nullptr;
  mutable scope::Scope* type_params_scope = nullptr;
  mutable scope::Scope* annotations_scope = nullptr;
};
struct ClassDef : Stmt {
  Name name;
  Seq<Expr*> bases;
  Seq<Keyword*> keywords;
  Seq<Stmt*> body;
  Seq<Expr*> decorators;
  Seq<TypeParam*> type_params;
  mutable scope::Scope* scope = nullptr;
  mutable scope::Scope* type_params_scope = nullptr;
};
struct Return : Stmt {
  Expr* value;
};  // may be null
struct Delete : Stmt {
  Seq<Expr*> targets;
};
struct Assign : Stmt {
  Seq<Expr*> targets;
  Expr* value;
};
struct TypeAlias : Stmt {
  Expr* name;
  Seq<TypeParam*> type_params;
  Expr* value;
  mutable scope::Scope* scope = nullptr;
  mutable scope::Scope* type_params_scope = nullptr;
};
struct AugAssign : Stmt {
  Expr* target;
  Expr* value;
};
struct AnnAssign : Stmt {
  bool simple;
  Expr* target;
  Expr* annotation;
  Expr* value;
};  // value may be null
/// For and AsyncFor.
struct For : Stmt {
  Expr* target;
  Expr* iter;
  Seq<Stmt*> body;
  Seq<Stmt*> orelse;
};
struct While : Stmt {
  Expr* test;
  Seq<Stmt*> body;
  Seq<Stmt*> orelse;
};
struct If : Stmt {
  Expr* test;
  Seq<Stmt*> body;
  Seq<Stmt*> orelse;
};
/// With and AsyncWith.
struct With : Stmt {
  Seq<WithItem*> items;
  Seq<Stmt*> body;
};
struct Match : Stmt {
  Expr* subject;
  Seq<MatchCase*> cases;
};
struct Raise : Stmt {
  Expr* exc;
  Expr* cause;
};  // each may be null
/// Try and TryStar.
struct Try : Stmt {
  Seq<Stmt*> body;
  Seq<ExceptHandler*> handlers;
  Seq<Stmt*> orelse;
  Seq<Stmt*> finalbody;
};
struct Assert : Stmt {
  Expr* test;
  Expr* msg;
};  // msg may be null
struct Import : Stmt {
  bool is_lazy;
  Seq<Alias*> names;
};  // PEP 810
struct ImportFrom : Stmt {
  Name module;
  Seq<Alias*> names;
  i32 level;
  bool is_lazy;
};  // module may be kNone
/// Global and Nonlocal.
struct Global : Stmt {
  Seq<Name> names;
};
struct ExprStmt : Stmt {
  Expr* value;
};
// Pass, Break, Continue are a plain Stmt.

// ---- patterns ----

struct MatchValue : Pattern {
  Expr* value;
};
struct MatchSingleton : Pattern {
  Object* value;
};
/// MatchSequence and MatchOr.
struct MatchSequence : Pattern {
  Seq<Pattern*> patterns;
};
struct MatchMapping : Pattern {
  Seq<Expr*> keys;
  Seq<Pattern*> patterns;
  Name rest;
};
struct MatchClass : Pattern {
  Expr* cls;
  Seq<Pattern*> patterns;
  Seq<Name> kwd_attrs;
  Seq<Pattern*> kwd_patterns;
};
struct MatchStar : Pattern {
  Name name;
};  // kNone for *_
struct MatchAs : Pattern {
  Pattern* pattern;
  Name name;
};  // both may be empty: `_`

/// A parsed file.
struct Module {
  Seq<Stmt*> body;
  mutable scope::Scope* scope = nullptr;
};

/// The struct of each kind, for make(): the table that ties kinds to structs.
template <class T>
T* make(Arena& arena, ExprKind kind, Loc loc) {
  T* node = arena.make<T>();
  node->kind = kind;
  node->loc = loc;
  return node;
}
template <class T>
T* make(Arena& arena, StmtKind kind, Loc loc) {
  T* node = arena.make<T>();
  node->kind = kind;
  node->loc = loc;
  return node;
}
template <class T>
T* make(Arena& arena, PatternKind kind, Loc loc) {
  T* node = arena.make<T>();
  node->kind = kind;
  node->loc = loc;
  return node;
}

}  // namespace mkpyc::ast
