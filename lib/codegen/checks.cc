// What the code generator refuses or warns about by looking at the shape of an expression: literals that are called,
// indexed or compared by identity, repeated keywords, assertions on tuples.
#include <utility>

#include "codegen/generator.h"
#include "target/features.h"

namespace mkpyc::codegen {
namespace {

const char* constant_type_name(const Object& constant) {
  switch (constant.type) {
    case Type::None: return "NoneType";
    case Type::False:
    case Type::True: return "bool";
    case Type::Ellipsis: return "ellipsis";
    case Type::Int: return "int";
    case Type::Float: return "float";
    case Type::Complex: return "complex";
    case Type::Str: return "str";
    case Type::Bytes: return "bytes";
    case Type::Tuple: return "tuple";
    case Type::FrozenSet: return "frozenset";
    case Type::Slice: return "slice";
    case Type::Code: return "code";
  }
  return "?";
}

// The type that an expression has for certain, or null (CPython: infer_type).
const char* type_name(const ast::Expr& expr) {
  using Kind = ast::ExprKind;
  switch (expr.kind) {
    case Kind::Tuple: return "tuple";
    case Kind::List:
    case Kind::ListComp: return "list";
    case Kind::Dict:
    case Kind::DictComp: return "dict";
    case Kind::Set:
    case Kind::SetComp: return "set";
    case Kind::GeneratorExp: return "generator";
    case Kind::Lambda: return "function";
    case Kind::JoinedStr:
    case Kind::FormattedValue: return "str";
    case Kind::TemplateStr:
    case Kind::Interpolation: return "string.templatelib.Template";
    case Kind::Constant: return constant_type_name(*expr.as<ast::Constant>()->value);
    case Kind::BoolOp:
    case Kind::NamedExpr:
    case Kind::BinOp:
    case Kind::UnaryOp:
    case Kind::IfExp:
    case Kind::Await:
    case Kind::Yield:
    case Kind::YieldFrom:
    case Kind::Compare:
    case Kind::Call:
    case Kind::Attribute:
    case Kind::Subscript:
    case Kind::Starred:
    case Kind::Name:
    case Kind::Slice: return nullptr;
  }
  return nullptr;
}

// A set of kinds in one word.
template <class... Kinds>
constexpr u32 kinds(Kinds... kind) {
  return ((u32{1} << static_cast<u32>(kind)) | ...);
}
bool is_any_of(ast::ExprKind kind, u32 set) { return (set >> static_cast<u32>(kind) & 1) != 0; }

// Whether comparing the identity of an operand makes sense: anything but a literal (CPython: check_is_arg). Tuples of
// constants are still displays where they are folded in flow/.
bool has_identity(const ast::Expr& expr) {
  if (expr.kind == ast::ExprKind::Tuple) {
    for (const ast::Expr* item : expr.as<ast::Sequence>()->elts)
      if (item->kind != ast::ExprKind::Constant) return true;
    return false;
  }
  if (expr.kind != ast::ExprKind::Constant) return true;
  Type type = expr.as<ast::Constant>()->value->type;
  return type == Type::None || type == Type::False || type == Type::True || type == Type::Ellipsis;
}

constexpr const char* kMissedComma = "; perhaps you missed a comma?";

}  // namespace

// ---- raising ----

// CPython: compiler_error. Columns are bytes, as in the tree.
diag::SourceError Generator::error_at(const ast::Loc& loc, std::string message) const {
  const ast::Loc& at = this->at(loc);
  return {.exception = diag::Exception::SyntaxError,
          .message = std::move(message),
          .line = at.line,
          .offset = at.col + 1,
          .end_line = at.end_line,
          .end_offset = at.end_col + 1,
          .located = true,
          .text_from = at.line > 0 ? diag::TextFrom::kFile : diag::TextFrom::kNone};
}

void Generator::raise_pending() {
  if (pending_) throw *std::exchange(pending_, std::nullopt);
}

// CPython: compiler_warn.
void Generator::warn(const ast::Loc& loc, std::string message) {
  if (silenced_ > 0) return;
  if (pending_) {
    throw diag::SourceError{.exception = diag::Exception::SystemError,
                            .message = "<class 'SyntaxWarning'> returned a result with an exception set"};
  }
  if (context_->sink.warn(diag::Category::SyntaxWarning, at(loc).line, message, diag::Origin::Compiler))
    error(loc, std::move(message));
}

// ---- checks ----

// CPython: check_compare.
void Generator::check_compare(const ast::Compare& compare) {
  const Expr* left = compare.left;
  for (u32 i = 0; i < compare.ops.size(); ++i) {
    ast::CmpOp op = compare.ops[i];
    const Expr* right = compare.comparators[i];
    if (op == ast::CmpOp::Is || op == ast::CmpOp::IsNot) {
      bool left_is_literal = !has_identity(*left);
      if (left_is_literal || !has_identity(*right))
        return warn_is_literal(compare.loc, op, left_is_literal ? *left : *right);
    }
    left = right;
  }
}

void Generator::warn_is_literal(const ast::Loc& loc, ast::CmpOp op, const Expr& literal) {
  bool is = op == ast::CmpOp::Is;
  std::string message = is ? "\"is\" with " : "\"is not\" with ";
  if (on(Feature::is_literal_names_type))
    message += "'" + std::string(type_name(literal)) + "'";
  else
    message += "a";
  warn(loc, message + (is ? " literal. Did you mean \"==\"?" : " literal. Did you mean \"!=\"?"));
}

// CPython: check_caller.
void Generator::check_caller(const Expr& func) {
  using Kind = ast::ExprKind;
  if (is_any_of(func.kind, kinds(Kind::Constant, Kind::Tuple, Kind::List, Kind::ListComp, Kind::Dict, Kind::DictComp,
                                 Kind::Set, Kind::SetComp, Kind::GeneratorExp, Kind::JoinedStr, Kind::FormattedValue,
                                 Kind::TemplateStr, Kind::Interpolation)))
    warn(func.loc, "'" + std::string(type_name(func)) + "' object is not callable" + kMissedComma);
}

// CPython: check_subscripter.
void Generator::check_subscripter(const Expr& value) {
  using Kind = ast::ExprKind;
  if (value.kind == Kind::Constant) {
    switch (value.as<ast::Constant>()->value->type) {
      case Type::None:
      case Type::Ellipsis:
      case Type::False:
      case Type::True:
      case Type::Int:
      case Type::Float:
      case Type::Complex:
      case Type::FrozenSet: break;
      case Type::Str:
      case Type::Bytes:
      case Type::Tuple:
      case Type::Slice:
      case Type::Code: return;
    }
  } else if (!is_any_of(value.kind, kinds(Kind::Set, Kind::SetComp, Kind::GeneratorExp, Kind::Lambda, Kind::TemplateStr,
                                          Kind::Interpolation))) {
    return;
  }
  warn(value.loc, "'" + std::string(type_name(value)) + "' object is not subscriptable" + kMissedComma);
}

// CPython: check_index.
void Generator::check_index(const Expr& value, const Expr& index) {
  using Kind = ast::ExprKind;
  const char* index_type = type_name(index);
  if (index_type == nullptr) return;
  if (index.kind == Kind::Constant) {
    Type type = index.as<ast::Constant>()->value->type;
    if (type == Type::Int || type == Type::False || type == Type::True || type == Type::Slice) return;
  }
  if (value.kind == Kind::Constant) {
    Type type = value.as<ast::Constant>()->value->type;
    if (type != Type::Str && type != Type::Bytes && type != Type::Tuple) return;
  } else if (!is_any_of(value.kind,
                        kinds(Kind::Tuple, Kind::List, Kind::ListComp, Kind::JoinedStr, Kind::FormattedValue))) {
    return;
  }
  warn(value.loc,
       std::string(type_name(value)) + " indices must be integers or slices, not " + index_type + kMissedComma);
}

// CPython: validate_keywords. The first keyword that comes again is reported, where it comes again first.
void Generator::check_keywords(Seq<ast::Keyword*> keywords) {
  if (all_different(keywords)) return;
  for (u32 i = 0; i < keywords.size(); ++i) {
    Name name = keywords[i]->name;
    if (name == Name::kNone) continue;
    check_forbidden(keywords[i]->loc, name, ast::ExprContext::Store);
    for (u32 j = i + 1; j < keywords.size(); ++j) {
      if (keywords[j]->name != name) continue;
      set_loc(keywords[j]->loc);
      error(keywords[j]->loc, "keyword argument repeated: " + std::string(context_->names.text(name)));
    }
  }
}

// True if no keyword is repeated or forbidden.
bool Generator::all_different(Seq<ast::Keyword*> keywords) {
  if (keywords.size() == 1) return keywords[0]->name != names::dunder_debug;
  if (keyword_call_.size() < context_->names.size()) keyword_call_.resize(context_->names.size());
  u32 call = ++last_keyword_call_;
  for (const ast::Keyword* keyword : keywords) {
    if (keyword->name == Name::kNone) continue;
    u32& last = keyword_call_[static_cast<u32>(keyword->name)];
    if (last == call || keyword->name == names::dunder_debug) return false;
    last = call;
  }
  return true;
}

void Generator::check_assert(const ast::Assert& stmt) {
  const Expr& test = *stmt.test;
  bool tuple = test.kind == ast::ExprKind::Tuple && !test.as<ast::Sequence>()->elts.empty();
  if (test.kind == ast::ExprKind::Constant) {
    const Object* value = test.as<ast::Constant>()->value;
    tuple = value->type == Type::Tuple && !static_cast<const TupleObject*>(value)->items.empty();
  }
  if (tuple) warn(stmt.loc, "assertion is always true, perhaps remove parentheses?");
}

}  // namespace mkpyc::codegen
