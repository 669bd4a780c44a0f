// Function definitions and lambdas: decorators, defaults, annotations, the body's unit, the function object.
#include "codegen/generator.h"
#include "codegen/unparse.h"

namespace mkpyc::codegen {
namespace {

// Flags of MAKE_FUNCTION: what lies on the stack below the code object.
enum FunctionFlags : u32 { kDefaults = 0x01, kKeywordDefaults = 0x02, kAnnotations = 0x04 };

// Where a definition starts: its first decorator counts.
i32 first_line(const ast::FunctionDef& def) {
  return def.decorators.empty() ? def.loc.line : def.decorators[0]->loc.line;
}

}  // namespace

// CPython: compiler_function.
void Generator::function(const ast::FunctionDef& def, bool is_async) {
  check_argument_names(*def.args);
  decorators(def.decorators);
  u32 flags = default_arguments(*def.args);
  if (annotations(*def.args, def.returns)) flags |= kAnnotations;

  enter_unit(context_->objects.name(def.name), def.name, is_async ? ScopeType::AsyncFunction : ScopeType::Function,
             def.scope, first_line(def));
  Object* doc = context_->optimize < 2 ? docstring(def.body) : nullptr;
  add_const(doc != nullptr ? doc : context_->objects.none());
  set_argument_counts(*def.args);
  for (u32 i = doc != nullptr ? 1 : 0; i < def.body.size(); ++i) visit_stmt(*def.body[i]);
  Finished finished = leave_unit(true);

  make_closure(finished, flags);
  apply_decorators(def.decorators);
  store_name(def.name);
}

// CPython: compiler_lambda.
void Generator::lambda(const ast::Lambda& lambda) {
  check_argument_names(*lambda.args);
  u32 flags = default_arguments(*lambda.args);
  enter_unit(anonymous_name(names::lambda_scope), Name::kNone, ScopeType::Lambda, lambda.scope, lambda.loc.line);
  add_const(context_->objects.none());  // so that the lambda can have no docstring
  set_argument_counts(*lambda.args);
  visit(*lambda.body);
  bool generator = unit_->scope->generator;
  if (!generator) emit(Op::RETURN_VALUE);
  make_closure(leave_unit(!generator), flags);
}

void Generator::set_argument_counts(const ast::Arguments& args) {
  CodeUnit& code = unit_->code;
  code.argcount = static_cast<i32>(args.args.size());
  code.posonlyargcount = static_cast<i32>(args.posonlyargs.size());
  code.kwonlyargcount = static_cast<i32>(args.kwonlyargs.size());
}

// CPython: compiler_check_debug_args.
void Generator::check_argument_names(const ast::Arguments& args) {
  auto check = [this](const ast::Arg* arg) {
    if (arg != nullptr) check_forbidden(arg->name, ast::ExprContext::Store);
  };
  for (const ast::Arg* arg : args.posonlyargs) check(arg);
  for (const ast::Arg* arg : args.args) check(arg);
  check(args.vararg);
  for (const ast::Arg* arg : args.kwonlyargs) check(arg);
  check(args.kwarg);
}

// ---- decorators ----

void Generator::decorators(Seq<Expr*> decorators) { visit_all(decorators); }

// The calls, innermost first, each at its decorator's location.
void Generator::apply_decorators(Seq<Expr*> decorators) {
  ast::Loc outer = unit_->loc;
  for (u32 i = decorators.size(); i-- > 0;) {
    set_loc(decorators[i]->loc);
    emit_call(0);
  }
  set_loc(outer);
}

// ---- defaults ----

// CPython: compiler_default_arguments. Returns the flags of MAKE_FUNCTION for what was pushed.
u32 Generator::default_arguments(const ast::Arguments& args) {
  u32 flags = 0;
  if (!args.defaults.empty()) {
    visit_all(args.defaults);
    emit(Op::BUILD_TUPLE, args.defaults.size());
    flags |= kDefaults;
  }
  if (keyword_only_defaults(args)) flags |= kKeywordDefaults;
  return flags;
}

// Pushes the dict of the defaults of keyword-only parameters, if there are any (CPython:
// compiler_visit_kwonlydefaults).
bool Generator::keyword_only_defaults(const ast::Arguments& args) {
  std::size_t mark = items_.size();
  for (u32 i = 0; i < args.kwonlyargs.size(); ++i) {
    if (args.kw_defaults[i] == nullptr) continue;
    items_.push_back(mangled_constant(args.kwonlyargs[i]->name));
    visit(*args.kw_defaults[i]);
  }
  std::size_t count = items_.size() - mark;
  if (count == 0) return false;
  Object* keys = context_->objects.tuple(items_.data() + mark, count);
  items_.resize(mark);
  load_const(keys);
  emit(Op::BUILD_CONST_KEY_MAP, static_cast<u32>(count));
  return true;
}

// ---- annotations ----

// Pushes the tuple of names and annotations, if there are any (CPython: compiler_visit_annotations).
bool Generator::annotations(const ast::Arguments& args, const Expr* returns) {
  u32 count = argument_annotations(args.args);
  count += argument_annotations(args.posonlyargs);
  if (args.vararg != nullptr) count += argument_annotation(args.vararg->name, args.vararg->annotation);
  count += argument_annotations(args.kwonlyargs);
  if (args.kwarg != nullptr) count += argument_annotation(args.kwarg->name, args.kwarg->annotation);
  count += argument_annotation(names::return_, returns);
  if (count == 0) return false;
  emit(Op::BUILD_TUPLE, count);
  return true;
}

u32 Generator::argument_annotations(Seq<ast::Arg*> args) {
  u32 count = 0;
  for (const ast::Arg* arg : args) count += argument_annotation(arg->name, arg->annotation);
  return count;
}

// Pushes a name and its annotation; returns how many values that are.
u32 Generator::argument_annotation(Name name, const Expr* annotation) {
  if (annotation == nullptr) return 0;
  load_const(mangled_constant(name));
  if (future_annotations()) {
    annotation_text(*annotation);
  } else if (annotation->kind == ast::ExprKind::Starred) {
    // *args: *Ts
    visit(*annotation->as<ast::Starred>()->value);
    emit(Op::UNPACK_SEQUENCE, 1);
  } else {
    visit(*annotation);
  }
  return 2;
}

// The annotation as text (PEP 563).
void Generator::annotation_text(const Expr& annotation) {
  load_const(unparse(annotation, context_->objects, context_->target, context_->int_max_str_digits, text_));
}

}  // namespace mkpyc::codegen
