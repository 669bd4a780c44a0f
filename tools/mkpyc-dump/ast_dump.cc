#include "ast_dump.h"

#include <charconv>

#include "base/check.h"
#include "target/features.h"

namespace mkpyc::dump {
namespace {

using namespace ast;  // NOLINT: this file prints nothing but the tree

constexpr const char* kContexts[] = {"Load()", "Store()", "Del()"};
constexpr const char* kBoolOps[] = {"And()", "Or()"};
constexpr const char* kOperators[] = {"Add()",    "Sub()",    "Mult()",  "MatMult()", "Div()",    "Mod()",     "Pow()",
                                      "LShift()", "RShift()", "BitOr()", "BitXor()",  "BitAnd()", "FloorDiv()"};
constexpr const char* kUnaryOps[] = {"Invert()", "Not()", "UAdd()", "USub()"};
constexpr const char* kCmpOps[] = {"Eq()",  "NotEq()", "Lt()",    "LtE()", "Gt()",
                                   "GtE()", "Is()",    "IsNot()", "In()",  "NotIn()"};

class Printer {
 public:
  Printer(const NameTable& names, const Target& target, std::string& out)
      : names_(names),
        out_(out),
        type_params_(target.on(Feature::type_params)),
        lazy_(target.on(Feature::lazy_imports)),
        hide_empty_(target.on(Feature::ast_dump_hides_empty)),
        hide_load_(target.on(Feature::ast_dump_hides_load)) {}

  void module(const Module& module) {
    open("Module");
    field("body", module.body);
    field("type_ignores", Seq<Stmt*>{});
    close();
  }

 private:
  // ---- pieces ----
  void open(const char* kind) {
    out_ += kind;
    out_ += '(';
    first_ = true;
  }
  void key(const char* name) {
    if (!first_) out_ += ", ";
    first_ = false;
    out_ += name;
    out_ += '=';
  }
  void number(i64 value) {
    char text[24];
    out_.append(text, std::to_chars(text, text + sizeof text, value).ptr);
  }
  void int_field(const char* name, i64 value) {
    key(name);
    number(value);
  }
  void close(const Loc& loc) {
    int_field("lineno", loc.line);
    int_field("col_offset", loc.col);
    int_field("end_lineno", loc.end_line);
    int_field("end_col_offset", loc.end_col);
    out_ += ')';
    first_ = false;
  }
  void close() {
    out_ += ')';
    first_ = false;
  }
  void word(const char* name, const char* text) {
    key(name);
    out_ += text;
  }
  void id(Name name) {
    StrObject str;
    str.type = Type::Str;
    str.text = names_.text(name);
    dump_constant(&str, out_);
  }

  // ---- fields ----
  void field(const char* name, Name value) {
    if (value == Name::kNone) return;
    key(name);
    id(value);
  }
  template <class T>
  void field(const char* name, const T* value) {
    if (value == nullptr) return;
    key(name);
    print(*value);
  }
  template <class T>
  void field(const char* name, const Seq<T>& values) {
    if (hide_empty_ && values.size() == 0) return;
    key(name);
    out_ += '[';
    for (u32 i = 0; i < values.size(); ++i) {
      if (i != 0) out_ += ", ";
      item(values[i]);
    }
    out_ += ']';
  }
  template <class T>
  void item(const T* value) {
    if (value == nullptr)
      out_ += "None";
    else
      print(*value);
  }
  void item(Name name) { id(name); }
  void item(CmpOp op) { out_ += kCmpOps[static_cast<int>(op)]; }

  // ---- parts ----
  void print(const Arg& arg) {
    open("arg");
    field("arg", arg.name);
    field("annotation", arg.annotation);
    close(arg.loc);
  }
  void print(const Arguments& arguments) {
    open("arguments");
    field("posonlyargs", arguments.posonlyargs);
    field("args", arguments.args);
    field("vararg", arguments.vararg);
    field("kwonlyargs", arguments.kwonlyargs);
    field("kw_defaults", arguments.kw_defaults);
    field("kwarg", arguments.kwarg);
    field("defaults", arguments.defaults);
    close();
  }
  void print(const Keyword& keyword) {
    open("keyword");
    field("arg", keyword.name);
    field("value", keyword.value);
    close(keyword.loc);
  }
  void print(const Alias& alias) {
    open("alias");
    field("name", alias.name);
    field("asname", alias.asname);
    close(alias.loc);
  }
  void print(const WithItem& item) {
    open("withitem");
    field("context_expr", item.context_expr);
    field("optional_vars", item.optional_vars);
    close();
  }
  void print(const Comprehension& comprehension) {
    open("comprehension");
    field("target", comprehension.target);
    field("iter", comprehension.iter);
    field("ifs", comprehension.ifs);
    int_field("is_async", comprehension.is_async);
    close();
  }
  void print(const ExceptHandler& handler) {
    open("ExceptHandler");
    field("type", handler.type);
    field("name", handler.name);
    field("body", handler.body);
    close(handler.loc);
  }
  void print(const MatchCase& match_case) {
    open("match_case");
    field("pattern", match_case.pattern);
    field("guard", match_case.guard);
    field("body", match_case.body);
    close();
  }
  void print(const TypeParam& param) {
    constexpr const char* kinds[] = {"TypeVar", "ParamSpec", "TypeVarTuple"};
    open(kinds[static_cast<int>(param.kind)]);
    field("name", param.name);
    field("bound", param.bound);
    field("default_value", param.default_value);
    close(param.loc);
  }

  // ---- expressions ----
  void print(const Expr& e);
  void print_comp(const char* kind, const Comp& comp) {
    open(kind);
    field(comp.kind == ExprKind::DictComp ? "key" : "elt", comp.elt);
    field("value", comp.value);
    field("generators", comp.generators);
    close(comp.loc);
  }
  void print_sequence(const char* kind, const Sequence& sequence) {
    open(kind);
    field("elts", sequence.elts);
    context(sequence);
  }
  void context(const Expr& e) {
    if (!hide_load_ || e.ctx != ExprContext::Load) word("ctx", kContexts[static_cast<int>(e.ctx)]);
    close(e.loc);
  }
  void print_one(const char* kind, const char* name, const Expr* value, const Loc& loc) {
    open(kind);
    field(name, value);
    close(loc);
  }
  void print(const Constant& constant) {
    open("Constant");
    key("value");
    dump_constant(constant.value, out_);
    if (constant.u_prefix) word("kind", "'u'");
    close(constant.loc);
  }
  void print(const Dict& dict) {
    open("Dict");
    field("keys", dict.keys);
    field("values", dict.values);
    close(dict.loc);
  }
  void print(const Call& call) {
    open("Call");
    field("func", call.func);
    field("args", call.args);
    field("keywords", call.keywords);
    close(call.loc);
  }
  void print(const Compare& compare) {
    open("Compare");
    field("left", compare.left);
    field("ops", compare.ops);
    field("comparators", compare.comparators);
    close(compare.loc);
  }
  void print(const BinOp& binary) {
    open("BinOp");
    field("left", binary.left);
    word("op", kOperators[binary.op]);
    field("right", binary.right);
    close(binary.loc);
  }
  void print(const IfExp& conditional) {
    open("IfExp");
    field("test", conditional.test);
    field("body", conditional.body);
    field("orelse", conditional.orelse);
    close(conditional.loc);
  }
  void print(const FormattedValue& value) {
    open("FormattedValue");
    field("value", value.value);
    int_field("conversion", value.conversion);
    field("format_spec", value.format_spec);
    close(value.loc);
  }

  void print(const Interpolation& value) {
    open("Interpolation");
    field("value", value.value);
    key("str");
    dump_constant(value.str, out_);
    int_field("conversion", value.conversion);
    field("format_spec", value.format_spec);
    close(value.loc);
  }

  // ---- statements ----
  void print(const Stmt& s);
  void print_function(const char* kind, const FunctionDef& function) {
    open(kind);
    field("name", function.name);
    field("args", function.args);
    field("body", function.body);
    field("decorator_list", function.decorators);
    field("returns", function.returns);
    if (type_params_) field("type_params", function.type_params);
    close(function.loc);
  }
  void print(const ClassDef& definition) {
    open("ClassDef");
    field("name", definition.name);
    field("bases", definition.bases);
    field("keywords", definition.keywords);
    field("body", definition.body);
    field("decorator_list", definition.decorators);
    if (type_params_) field("type_params", definition.type_params);
    close(definition.loc);
  }
  void print_for(const char* kind, const For& loop) {
    open(kind);
    field("target", loop.target);
    field("iter", loop.iter);
    field("body", loop.body);
    field("orelse", loop.orelse);
    close(loop.loc);
  }
  void print_with(const char* kind, const With& with) {
    open(kind);
    field("items", with.items);
    field("body", with.body);
    close(with.loc);
  }
  void print_try(const char* kind, const Try& attempt) {
    open(kind);
    field("body", attempt.body);
    field("handlers", attempt.handlers);
    field("orelse", attempt.orelse);
    field("finalbody", attempt.finalbody);
    close(attempt.loc);
  }
  template <class T>
  void print_branch(const char* kind, const T& branch) {
    open(kind);
    field("test", branch.test);
    field("body", branch.body);
    field("orelse", branch.orelse);
    close(branch.loc);
  }
  void print(const AnnAssign& assign) {
    open("AnnAssign");
    field("target", assign.target);
    field("annotation", assign.annotation);
    field("value", assign.value);
    int_field("simple", assign.simple);
    close(assign.loc);
  }
  void print(const ImportFrom& import) {
    open("ImportFrom");
    field("module", import.module);
    field("names", import.names);
    int_field("level", import.level);
    if (lazy_) int_field("is_lazy", import.is_lazy);
    close(import.loc);
  }
  void print_global(const char* kind, const Global& global) {
    open(kind);
    field("names", global.names);
    close(global.loc);
  }

  // ---- patterns ----
  void print(const Pattern& p);
  void print_patterns(const char* kind, const MatchSequence& sequence) {
    open(kind);
    field("patterns", sequence.patterns);
    close(sequence.loc);
  }
  void print(const MatchMapping& mapping) {
    open("MatchMapping");
    field("keys", mapping.keys);
    field("patterns", mapping.patterns);
    field("rest", mapping.rest);
    close(mapping.loc);
  }
  void print(const MatchClass& match) {
    open("MatchClass");
    field("cls", match.cls);
    field("patterns", match.patterns);
    field("kwd_attrs", match.kwd_attrs);
    field("kwd_patterns", match.kwd_patterns);
    close(match.loc);
  }

  const NameTable& names_;
  std::string& out_;
  bool type_params_, lazy_;
  bool hide_empty_, hide_load_;  // as newer ones leave out what is the default
  bool first_ = true;
};

void Printer::print(const Expr& e) {
  switch (e.kind) {
    case ExprKind::BoolOp:
      open("BoolOp");
      word("op", kBoolOps[e.op]);
      field("values", e.as<BoolOp>()->values);
      return close(e.loc);
    case ExprKind::NamedExpr:
      open("NamedExpr");
      field("target", e.as<NamedExpr>()->target);
      field("value", e.as<NamedExpr>()->value);
      return close(e.loc);
    case ExprKind::BinOp: return print(*e.as<BinOp>());
    case ExprKind::UnaryOp:
      open("UnaryOp");
      word("op", kUnaryOps[e.op]);
      field("operand", e.as<UnaryOp>()->operand);
      return close(e.loc);
    case ExprKind::Lambda:
      open("Lambda");
      field("args", e.as<Lambda>()->args);
      field("body", e.as<Lambda>()->body);
      return close(e.loc);
    case ExprKind::IfExp: return print(*e.as<IfExp>());
    case ExprKind::Dict: return print(*e.as<Dict>());
    case ExprKind::Set:
      open("Set");
      field("elts", e.as<Set>()->elts);
      return close(e.loc);
    case ExprKind::ListComp: return print_comp("ListComp", *e.as<Comp>());
    case ExprKind::SetComp: return print_comp("SetComp", *e.as<Comp>());
    case ExprKind::DictComp: return print_comp("DictComp", *e.as<Comp>());
    case ExprKind::GeneratorExp: return print_comp("GeneratorExp", *e.as<Comp>());
    case ExprKind::Await: return print_one("Await", "value", e.as<Await>()->value, e.loc);
    case ExprKind::Yield: return print_one("Yield", "value", e.as<Yield>()->value, e.loc);
    case ExprKind::YieldFrom: return print_one("YieldFrom", "value", e.as<YieldFrom>()->value, e.loc);
    case ExprKind::Compare: return print(*e.as<Compare>());
    case ExprKind::Call: return print(*e.as<Call>());
    case ExprKind::FormattedValue: return print(*e.as<FormattedValue>());
    case ExprKind::JoinedStr:
      open("JoinedStr");
      field("values", e.as<JoinedStr>()->values);
      return close(e.loc);
    case ExprKind::Interpolation: return print(*e.as<Interpolation>());
    case ExprKind::TemplateStr:
      open("TemplateStr");
      field("values", e.as<JoinedStr>()->values);
      return close(e.loc);
    case ExprKind::Constant: return print(*e.as<Constant>());
    case ExprKind::Attribute:
      open("Attribute");
      field("value", e.as<Attribute>()->value);
      field("attr", e.as<Attribute>()->attr);
      return context(e);
    case ExprKind::Subscript:
      open("Subscript");
      field("value", e.as<Subscript>()->value);
      field("slice", e.as<Subscript>()->slice);
      return context(e);
    case ExprKind::Starred:
      open("Starred");
      field("value", e.as<Starred>()->value);
      return context(e);
    case ExprKind::Name:
      open("Name");
      field("id", e.as<NameExpr>()->id);
      return context(e);
    case ExprKind::List: return print_sequence("List", *e.as<Sequence>());
    case ExprKind::Tuple: return print_sequence("Tuple", *e.as<Sequence>());
    case ExprKind::Slice:
      open("Slice");
      field("lower", e.as<Slice>()->lower);
      field("upper", e.as<Slice>()->upper);
      field("step", e.as<Slice>()->step);
      return close(e.loc);
  }
}

void Printer::print(const Stmt& s) {
  switch (s.kind) {
    case StmtKind::FunctionDef: return print_function("FunctionDef", *s.as<FunctionDef>());
    case StmtKind::AsyncFunctionDef: return print_function("AsyncFunctionDef", *s.as<FunctionDef>());
    case StmtKind::ClassDef: return print(*s.as<ClassDef>());
    case StmtKind::Return: return print_one("Return", "value", s.as<Return>()->value, s.loc);
    case StmtKind::Delete:
      open("Delete");
      field("targets", s.as<Delete>()->targets);
      return close(s.loc);
    case StmtKind::Assign:
      open("Assign");
      field("targets", s.as<Assign>()->targets);
      field("value", s.as<Assign>()->value);
      return close(s.loc);
    case StmtKind::TypeAlias:
      open("TypeAlias");
      field("name", s.as<TypeAlias>()->name);
      field("type_params", s.as<TypeAlias>()->type_params);
      field("value", s.as<TypeAlias>()->value);
      return close(s.loc);
    case StmtKind::AugAssign:
      open("AugAssign");
      field("target", s.as<AugAssign>()->target);
      word("op", kOperators[s.op]);
      field("value", s.as<AugAssign>()->value);
      return close(s.loc);
    case StmtKind::AnnAssign: return print(*s.as<AnnAssign>());
    case StmtKind::For: return print_for("For", *s.as<For>());
    case StmtKind::AsyncFor: return print_for("AsyncFor", *s.as<For>());
    case StmtKind::While: return print_branch("While", *s.as<While>());
    case StmtKind::If: return print_branch("If", *s.as<If>());
    case StmtKind::With: return print_with("With", *s.as<With>());
    case StmtKind::AsyncWith: return print_with("AsyncWith", *s.as<With>());
    case StmtKind::Match:
      open("Match");
      field("subject", s.as<Match>()->subject);
      field("cases", s.as<Match>()->cases);
      return close(s.loc);
    case StmtKind::Raise:
      open("Raise");
      field("exc", s.as<Raise>()->exc);
      field("cause", s.as<Raise>()->cause);
      return close(s.loc);
    case StmtKind::Try: return print_try("Try", *s.as<Try>());
    case StmtKind::TryStar: return print_try("TryStar", *s.as<Try>());
    case StmtKind::Assert:
      open("Assert");
      field("test", s.as<Assert>()->test);
      field("msg", s.as<Assert>()->msg);
      return close(s.loc);
    case StmtKind::Import:
      open("Import");
      field("names", s.as<Import>()->names);
      if (lazy_) int_field("is_lazy", s.as<Import>()->is_lazy);
      return close(s.loc);
    case StmtKind::ImportFrom: return print(*s.as<ImportFrom>());
    case StmtKind::Global: return print_global("Global", *s.as<Global>());
    case StmtKind::Nonlocal: return print_global("Nonlocal", *s.as<Global>());
    case StmtKind::Expr: return print_one("Expr", "value", s.as<ExprStmt>()->value, s.loc);
    case StmtKind::Pass: return open("Pass"), close(s.loc);
    case StmtKind::Break: return open("Break"), close(s.loc);
    case StmtKind::Continue: return open("Continue"), close(s.loc);
  }
}

void Printer::print(const Pattern& p) {
  switch (p.kind) {
    case PatternKind::MatchValue: return print_one("MatchValue", "value", p.as<MatchValue>()->value, p.loc);
    case PatternKind::MatchSingleton:
      open("MatchSingleton");
      key("value");
      dump_constant(p.as<MatchSingleton>()->value, out_);
      return close(p.loc);
    case PatternKind::MatchSequence: return print_patterns("MatchSequence", *p.as<MatchSequence>());
    case PatternKind::MatchMapping: return print(*p.as<MatchMapping>());
    case PatternKind::MatchClass: return print(*p.as<MatchClass>());
    case PatternKind::MatchStar:
      open("MatchStar");
      field("name", p.as<MatchStar>()->name);
      return close(p.loc);
    case PatternKind::MatchAs:
      open("MatchAs");
      field("pattern", p.as<MatchAs>()->pattern);
      field("name", p.as<MatchAs>()->name);
      return close(p.loc);
    case PatternKind::MatchOr: return print_patterns("MatchOr", *p.as<MatchSequence>());
  }
}

}  // namespace

void dump_ast(const ast::Module& module, const NameTable& names, const Target& target, std::string& out) {
  Printer(names, target, out).module(module);
}

}  // namespace mkpyc::dump
