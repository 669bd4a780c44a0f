#include "codegen/unparse.h"

#include <cmath>

#include "base/check.h"
#include "object/repr.h"

namespace mkpyc::codegen {
namespace {

using ast::Expr;
using ast::ExprKind;

/// How tightly an operator binds; what stands inside a tighter one gets parentheses.
enum Level : int {
  kTuple,
  kTest,  // if-else, lambda
  kOr,
  kAnd,
  kNot,
  kCompare,
  kBitOr,
  kBitXor,
  kBitAnd,
  kShift,
  kArith,
  kTerm,
  kFactor,
  kPower,
  kAwait,
  kAtom,
};
constexpr Level kExpr = kBitOr;

Level above(Level level) { return static_cast<Level>(level + 1); }

struct OperatorText {
  const char* text;
  Level level;
};
constexpr OperatorText kOperators[] = {
    {" + ", kArith},  {" - ", kArith},  {" * ", kTerm},   {" @ ", kTerm},   {" / ", kTerm},
    {" % ", kTerm},   {" ** ", kPower}, {" << ", kShift}, {" >> ", kShift}, {" | ", kBitOr},
    {" ^ ", kBitXor}, {" & ", kBitAnd}, {" // ", kTerm},
};
static_assert(std::size(kOperators) == static_cast<std::size_t>(ast::Operator::FloorDiv) + 1);
constexpr const char* kComparisons[] = {" == ", " != ", " < ",      " <= ", " > ",
                                        " >= ", " is ", " is not ", " in ", " not in "};
constexpr OperatorText kUnaryOperators[] = {{"~", kFactor}, {"not ", kNot}, {"+", kFactor}, {"-", kFactor}};

/// 1e309, which reads as infinity.
constexpr std::string_view kInfinity = "1e309";

class Unparser {
 public:
  Unparser(Objects& objects, const ReprOptions& options, std::string& out)
      : objects_(objects), options_(options), out_(&out) {}

  void expr(const Expr* node, Level level);

 private:
  void put(std::string_view text) { *out_ += text; }
  void put(Name name);
  void list(Seq<Expr*> items, Level level);
  void separator(bool* first) {
    if (!*first) put(", ");
    *first = false;
  }

  void bool_op(const ast::BoolOp* node);
  void bin_op(const ast::BinOp* node);
  void compare(const ast::Compare* node);
  void if_exp(const ast::IfExp* node);
  void lambda(const ast::Lambda* node);
  void positional(const ast::Arguments* arguments, bool* first);
  void arguments(const ast::Arguments* arguments);
  void argument(const ast::Arg* argument);
  void dict(const ast::Dict* node);
  void comprehension(const ast::Comp* node);
  void call(const ast::Call* node);
  void constant(const ast::Constant* node);
  void value(const Object* value);
  void tuple_value(const TupleObject* tuple);
  void attribute(const ast::Attribute* node);
  void slice(const ast::Slice* node);
  void tuple(const ast::Sequence* node);
  void yield(const Expr* value, const char* keyword);
  void joined_str(const ast::JoinedStr* node);
  void fstring_pieces(const ast::JoinedStr* node);
  void fstring_piece(const Expr* piece);
  void formatted_value(const ast::FormattedValue* node);
  void interpolation(const ast::Interpolation* node);
  void braces(std::string_view value, i32 conversion, const Expr* format_spec);
  /// What `write` appends, apart from the text so far.
  template <class Write>
  std::string aside(const Write& write);

  Objects& objects_;
  const ReprOptions options_;
  std::string* out_;
};

// An identifier that is a single character beyond ASCII makes an interned string of CPython's object for that
// character, even if it occurs nowhere but here.
void Unparser::put(Name name) {
  std::string_view text = objects_.names().text(name);
  if (text.size() == 2 && static_cast<u8>(text[0]) >= 128) objects_.name(name);
  *out_ += text;
}

template <class Write>
std::string Unparser::aside(const Write& write) {
  std::string text;
  std::string* out = out_;
  out_ = &text;
  write();
  out_ = out;
  return text;
}

void Unparser::list(Seq<Expr*> items, Level level) {
  bool first = true;
  for (const Expr* item : items) {
    separator(&first);
    expr(item, level);
  }
}

// ---- operators ----

void Unparser::bool_op(const ast::BoolOp* node) {
  bool is_and = node->op == static_cast<u8>(ast::BoolOpKind::And);
  Level level = is_and ? kAnd : kOr;
  for (u32 i = 0; i < node->values.size(); ++i) {
    if (i > 0) put(is_and ? " and " : " or ");
    expr(node->values[i], above(level));
  }
}

void Unparser::bin_op(const ast::BinOp* node) {
  const OperatorText& op = kOperators[node->op];
  bool right_associative = node->op == static_cast<u8>(ast::Operator::Pow);
  expr(node->left, right_associative ? above(op.level) : op.level);
  put(op.text);
  expr(node->right, right_associative ? op.level : above(op.level));
}

void Unparser::compare(const ast::Compare* node) {
  expr(node->left, above(kCompare));
  for (u32 i = 0; i < node->comparators.size(); ++i) {
    put(kComparisons[static_cast<std::size_t>(node->ops[i])]);
    expr(node->comparators[i], above(kCompare));
  }
}

void Unparser::if_exp(const ast::IfExp* node) {
  expr(node->body, above(kTest));
  put(" if ");
  expr(node->test, above(kTest));
  put(" else ");
  expr(node->orelse, kTest);
}

// ---- lambdas ----

void Unparser::argument(const ast::Arg* argument) {
  put(argument->name);
  if (argument->annotation == nullptr) return;
  put(": ");
  expr(argument->annotation, kTest);
}

void Unparser::positional(const ast::Arguments* arguments, bool* first) {
  u32 posonly = arguments->posonlyargs.size();
  u32 count = posonly + arguments->args.size();
  for (u32 i = 0; i < count; ++i) {
    separator(first);
    argument(i < posonly ? arguments->posonlyargs[i] : arguments->args[i - posonly]);
    if (i + arguments->defaults.size() >= count) {
      put("=");
      expr(arguments->defaults[i + arguments->defaults.size() - count], kTest);
    }
    if (i + 1 == posonly) put(", /");
  }
}

void Unparser::arguments(const ast::Arguments* arguments) {
  bool first = true;
  positional(arguments, &first);
  if (arguments->vararg != nullptr || !arguments->kwonlyargs.empty()) {
    separator(&first);
    put("*");
    if (arguments->vararg != nullptr) argument(arguments->vararg);
  }
  for (u32 i = 0; i < arguments->kwonlyargs.size(); ++i) {
    separator(&first);
    argument(arguments->kwonlyargs[i]);
    if (const Expr* value = arguments->kw_defaults[i]) {
      put("=");
      expr(value, kTest);
    }
  }
  if (arguments->kwarg != nullptr) {
    separator(&first);
    put("**");
    argument(arguments->kwarg);
  }
}

void Unparser::lambda(const ast::Lambda* node) {
  // CPython leaves the space out before a star.
  bool positional = !node->args->args.empty() || !node->args->posonlyargs.empty();
  put(positional ? "lambda " : "lambda");
  arguments(node->args);
  put(": ");
  expr(node->body, kTest);
}

// ---- displays ----

void Unparser::dict(const ast::Dict* node) {
  put("{");
  for (u32 i = 0; i < node->values.size(); ++i) {
    if (i > 0) put(", ");
    if (node->keys[i] != nullptr) {
      expr(node->keys[i], kTest);
      put(": ");
      expr(node->values[i], kTest);
    } else {
      put("**");
      expr(node->values[i], kExpr);
    }
  }
  put("}");
}

void Unparser::comprehension(const ast::Comp* node) {
  bool is_list = node->kind == ExprKind::ListComp, is_generator = node->kind == ExprKind::GeneratorExp;
  put(is_list ? "[" : is_generator ? "(" : "{");
  // PEP 798: a dict comprehension without values unpacks what would be its keys.
  bool unpacks = node->kind == ExprKind::DictComp && node->value == nullptr;
  if (unpacks) put("**");
  expr(node->elt, kTest);
  if (node->value != nullptr) {
    put(": ");
    expr(node->value, kTest);
  }
  for (const ast::Comprehension* generator : node->generators) {
    put(generator->is_async ? " async for " : " for ");
    expr(generator->target, kTuple);
    put(" in ");
    expr(generator->iter, above(kTest));
    for (const Expr* condition : generator->ifs) {
      put(" if ");
      expr(condition, above(kTest));
    }
  }
  put(is_list ? "]" : is_generator ? ")" : "}");
}

void Unparser::tuple(const ast::Sequence* node) {
  list(node->elts, kTest);
  if (node->elts.size() == 1) put(",");
}

// ---- atoms ----

void Unparser::call(const ast::Call* node) {
  expr(node->func, kAtom);
  bool only_generator =
      node->args.size() == 1 && node->keywords.empty() && node->args[0]->kind == ExprKind::GeneratorExp;
  if (only_generator) return comprehension(node->args[0]->as<ast::Comp>());
  put("(");
  list(node->args, kTest);
  bool first = node->args.empty();
  for (const ast::Keyword* keyword : node->keywords) {
    separator(&first);
    if (keyword->name == Name::kNone) {
      put("**");
    } else {
      put(keyword->name);
      put("=");
    }
    expr(keyword->value, kTest);
  }
  put(")");
}

void Unparser::tuple_value(const TupleObject* tuple) {
  bool first = true;
  put("(");
  for (const Object* item : tuple->items) {
    separator(&first);
    value(item);
  }
  put(tuple->items.size() == 1 ? ",)" : ")");
}

// Infinity has no literal of its own; in a complex number every "inf" is replaced.
void Unparser::value(const Object* value) {
  if (value->type == Type::Tuple) return tuple_value(static_cast<const TupleObject*>(value));
  std::size_t start = out_->size();
  append_repr(value, options_, *out_);
  bool may_be_infinite = value->type == Type::Complex ||
                         (value->type == Type::Float && std::isinf(static_cast<const FloatObject*>(value)->value));
  if (!may_be_infinite) return;
  for (std::size_t at = start; (at = out_->find("inf", at)) != std::string::npos; at += kInfinity.size())
    out_->replace(at, 3, kInfinity);
}

void Unparser::constant(const ast::Constant* node) {
  if (node->value->type == Type::Ellipsis) return put("...");
  if (node->u_prefix) put("u");
  value(node->value);
}

void Unparser::attribute(const ast::Attribute* node) {
  expr(node->value, kAtom);
  // "1.x" would be a float and a name.
  bool is_int = node->value->kind == ExprKind::Constant && node->value->as<ast::Constant>()->value->type == Type::Int;
  put(is_int ? " ." : ".");
  put(node->attr);
}

void Unparser::slice(const ast::Slice* node) {
  if (node->lower != nullptr) expr(node->lower, kTest);
  put(":");
  if (node->upper != nullptr) expr(node->upper, kTest);
  if (node->step == nullptr) return;
  put(":");
  expr(node->step, kTest);
}

void Unparser::yield(const Expr* value, const char* keyword) {
  put(keyword);
  if (value != nullptr) {
    put(" ");
    expr(value, kTest);
  }
  put(")");
}

// ---- f-strings ----

// The pieces are written first and then quoted as one string, because the quotes depend on all of them. Quoting doubles
// the backslashes of the strings inside, so that the text of nested ones may double with each level: CPython's does so
// too, and both end in a MemoryError.
void Unparser::joined_str(const ast::JoinedStr* node) {
  std::string body = aside([&] { fstring_pieces(node); });
  put(node->kind == ExprKind::TemplateStr ? "t" : "f");
  append_str_repr(body, options_.unicode, *out_);
}

void Unparser::fstring_pieces(const ast::JoinedStr* node) {
  for (const Expr* piece : node->values) fstring_piece(piece);
}

void Unparser::fstring_piece(const Expr* piece) {
  if (piece->kind == ExprKind::FormattedValue) return formatted_value(piece->as<ast::FormattedValue>());
  if (piece->kind == ExprKind::Interpolation) return interpolation(piece->as<ast::Interpolation>());
  MKPYC_CHECK(piece->kind == ExprKind::Constant);
  for (char c : static_cast<const StrObject*>(piece->as<ast::Constant>()->value)->text) {
    *out_ += c;
    if (c == '{' || c == '}') *out_ += c;
  }
}

void Unparser::formatted_value(const ast::FormattedValue* node) {
  braces(aside([&] { expr(node->value, above(kTest)); }), node->conversion, node->format_spec);
}

// The expression as it stands in the source.
void Unparser::interpolation(const ast::Interpolation* node) {
  braces(static_cast<const StrObject*>(node->str)->text, node->conversion, node->format_spec);
}

void Unparser::braces(std::string_view value, i32 conversion, const Expr* format_spec) {
  put(value.starts_with('{') ? "{ " : "{");
  put(value);
  if (conversion > 0) {
    put("!");
    *out_ += static_cast<char>(conversion);
  }
  if (format_spec != nullptr) {
    put(":");
    // The pieces of a format are not quoted.
    if (format_spec->kind == ExprKind::JoinedStr)
      fstring_pieces(format_spec->as<ast::JoinedStr>());
    else
      fstring_piece(format_spec);
  }
  put("}");
}

// The level from which on the expression needs parentheses.
Level highest_level(const Expr* node) {
  switch (node->kind) {
    case ExprKind::BoolOp: return node->op == static_cast<u8>(ast::BoolOpKind::And) ? kAnd : kOr;
    case ExprKind::BinOp: return kOperators[node->op].level;
    case ExprKind::UnaryOp: return kUnaryOperators[node->op].level;
    case ExprKind::Lambda:
    case ExprKind::IfExp: return kTest;
    case ExprKind::Compare: return kCompare;
    case ExprKind::Await: return kAwait;
    case ExprKind::NamedExpr: return kTuple;
    case ExprKind::Tuple: return node->as<ast::Sequence>()->elts.empty() ? kAtom : kTuple;
    case ExprKind::Dict:
    case ExprKind::Set:
    case ExprKind::ListComp:
    case ExprKind::SetComp:
    case ExprKind::DictComp:
    case ExprKind::GeneratorExp:
    case ExprKind::Yield:
    case ExprKind::YieldFrom:
    case ExprKind::Call:
    case ExprKind::FormattedValue:
    case ExprKind::Interpolation:
    case ExprKind::JoinedStr:
    case ExprKind::TemplateStr:
    case ExprKind::Constant:
    case ExprKind::Attribute:
    case ExprKind::Subscript:
    case ExprKind::Starred:
    case ExprKind::Name:
    case ExprKind::List:
    case ExprKind::Slice: return kAtom;
  }
  return kAtom;
}

void Unparser::expr(const Expr* node, Level level) {
  bool parentheses = level > highest_level(node);
  if (parentheses) put("(");
  switch (node->kind) {
    case ExprKind::BoolOp: bool_op(node->as<ast::BoolOp>()); break;
    case ExprKind::BinOp: bin_op(node->as<ast::BinOp>()); break;
    case ExprKind::UnaryOp:
      put(kUnaryOperators[node->op].text);
      expr(node->as<ast::UnaryOp>()->operand, kUnaryOperators[node->op].level);
      break;
    case ExprKind::Lambda: lambda(node->as<ast::Lambda>()); break;
    case ExprKind::IfExp: if_exp(node->as<ast::IfExp>()); break;
    case ExprKind::Dict: dict(node->as<ast::Dict>()); break;
    case ExprKind::Set:
      put("{");
      list(node->as<ast::Set>()->elts, kTest);
      put("}");
      break;
    case ExprKind::ListComp:
    case ExprKind::SetComp:
    case ExprKind::DictComp:
    case ExprKind::GeneratorExp: comprehension(node->as<ast::Comp>()); break;
    case ExprKind::Yield: yield(node->as<ast::Yield>()->value, "(yield"); break;
    case ExprKind::YieldFrom: yield(node->as<ast::YieldFrom>()->value, "(yield from"); break;
    case ExprKind::Await:
      put("await ");
      expr(node->as<ast::Await>()->value, kAtom);
      break;
    case ExprKind::Compare: compare(node->as<ast::Compare>()); break;
    case ExprKind::Call: call(node->as<ast::Call>()); break;
    case ExprKind::Constant: constant(node->as<ast::Constant>()); break;
    case ExprKind::JoinedStr:
    case ExprKind::TemplateStr: joined_str(node->as<ast::JoinedStr>()); break;
    case ExprKind::FormattedValue: formatted_value(node->as<ast::FormattedValue>()); break;
    case ExprKind::Attribute: attribute(node->as<ast::Attribute>()); break;
    case ExprKind::Subscript:
      expr(node->as<ast::Subscript>()->value, kAtom);
      put("[");
      expr(node->as<ast::Subscript>()->slice, kTuple);
      put("]");
      break;
    case ExprKind::Starred:
      put("*");
      expr(node->as<ast::Starred>()->value, kExpr);
      break;
    case ExprKind::Name: put(node->as<ast::NameExpr>()->id); break;
    case ExprKind::List:
      put("[");
      list(node->as<ast::Sequence>()->elts, kTest);
      put("]");
      break;
    case ExprKind::Tuple:
      if (node->as<ast::Sequence>()->elts.empty())
        put("()");
      else
        tuple(node->as<ast::Sequence>());
      break;
    case ExprKind::Slice: slice(node->as<ast::Slice>()); break;
    case ExprKind::NamedExpr:
      expr(node->as<ast::NamedExpr>()->target, kAtom);
      put(" := ");
      expr(node->as<ast::NamedExpr>()->value, kAtom);
      break;
    case ExprKind::Interpolation: interpolation(node->as<ast::Interpolation>()); break;
  }
  if (parentheses) put(")");
}

}  // namespace

StrObject* unparse(const Expr& expression, Objects& objects, const Target& target, int int_max_str_digits,
                   std::string& scratch) {
  scratch.clear();
  Unparser unparser(objects, {target.unicode_version(), int_max_str_digits}, scratch);
  unparser.expr(&expression, kTest);
  return objects.str(scratch);
}

}  // namespace mkpyc::codegen
