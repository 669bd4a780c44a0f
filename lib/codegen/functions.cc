// Function definitions and lambdas: decorators, defaults, annotations, the body's unit, the function object.
#include <string>

#include "codegen/generator.h"
#include "codegen/unparse.h"
#include "target/features.h"

namespace mkpyc::codegen {
namespace {

// Where a definition starts: its first decorator counts.
i32 first_line(const ast::FunctionDef& def) {
  return def.decorators.empty() ? def.loc.line : def.decorators[0]->loc.line;
}

}  // namespace

// CPython: compiler_function. A function with type parameters is made by another that has them as its variables; the
// defaults are evaluated outside and are its arguments.
void Generator::function(const ast::FunctionDef& def, bool is_async) {
  if (!on(Feature::scope_checks_names)) check_argument_names(*def.args);
  visit_all(def.decorators);
  i32 line = first_line(def);
  bool generic = !def.type_params.empty();
  if (generic && !on(Feature::callable_before_null)) emit(def.loc, Op::PUSH_NULL);
  u32 flags = default_arguments(def.loc, *def.args);
  u32 passed = generic ? (flags & kDefaults ? 1u : 0u) + (flags & kKeywordDefaults ? 1u : 0u) : 0;
  if (passed == 2) emit(def.loc, Op::SWAP, 2);
  if (generic) {
    enter_type_params(def.name, def.type_params_scope, line);
    type_params(def.type_params);
    for (u32 i = 0; i < passed; ++i) emit(def.loc, Op::LOAD_FAST, i);
  }
  flags |= function_annotations(def);
  function_body(def, is_async, flags, line);
  if (generic) {
    emit(def.loc, Op::SWAP, 2);
    emit_intrinsic(def.loc, Intrinsic2::SetFunctionTypeParams);
    unit_->code.argcount = static_cast<i32>(passed);  // not sooner: `super()` in an annotation has no argument to take
    leave_type_params(def.loc, passed);
  }
  apply_decorators(def.decorators);
  store_name(def.loc, def.name);
}

// The function itself (CPython: compiler_function_body).
void Generator::function_body(const ast::FunctionDef& def, bool is_async, u32 flags, i32 line) {
  enter_unit(context_->objects.name(def.name), def.name, is_async ? ScopeType::AsyncFunction : ScopeType::Function,
             def.scope, line);
  Object* doc = kept_docstring(def.body);
  if (doc != nullptr)
    add_const(doc);
  else if (!on(Feature::has_docstring_flag))
    add_const(context_->objects.none());
  set_argument_counts(*def.args);
  bool skipped = doc != nullptr || drops_docstring(def.body);
  statements_of_function(def.body, skipped ? 1 : 0);
  make_closure(def.loc, leave_unit(true), flags);
}

// The statements, and what a generator or coroutine has around them.
void Generator::statements_of_function(Seq<Stmt*> stmts, u32 first) {
  bool handler = on(Feature::stop_iteration_handler) && (unit_->scope->coroutine || unit_->scope->generator);
  bool frame = handler && on(Feature::generator_has_frame_block);
  Label start = Label::kNone;
  if (on(Feature::generator_has_frame_block)) {
    start = new_label();
    use_label(start);
  }
  if (frame) push_frame(kNoLocation, {.kind = FrameKind::StopIteration, .block = start});
  for (u32 i = first; i < stmts.size(); ++i) visit_stmt(*stmts[i]);
  if (handler) wrap_in_stop_iteration_handler();
  if (frame) pop_frame(FrameKind::StopIteration);
}

// StopIteration and StopAsyncIteration that leave a generator become RuntimeError (CPython:
// wrap_in_stopiteration_handler).
void Generator::wrap_in_stop_iteration_handler() {
  Label handler = new_label();
  u32 begin = 0;
  if (on(Feature::generator_prefix_in_codegen)) {
    const std::vector<Instr>& instrs = unit_->code.code.instrs;
    while (begin < instrs.size() && instrs[begin].op != Op::RETURN_GENERATOR) ++begin;
    begin += 2;  // and the POP_TOP after it
  }
  unit_->code.code.insert(begin, {.op = Op::SETUP_CLEANUP, .target = handler});
  load_none(kNoLocation);
  emit(kNoLocation, Op::RETURN_VALUE);
  use_label(handler);
  emit_intrinsic(kNoLocation, Intrinsic1::StopIterationError, Op::NOP);
  emit(kNoLocation, Op::RERAISE, 1);
}

// CPython: compiler_lambda.
void Generator::lambda(const ast::Lambda& lambda) {
  if (!on(Feature::scope_checks_names)) check_argument_names(*lambda.args);
  u32 flags = default_arguments(lambda.loc, *lambda.args);
  enter_unit(anonymous_name(names::lambda_scope), Name::kNone, ScopeType::Lambda, lambda.scope, lambda.loc.line);
  // So that the lambda can have no docstring.
  if (!on(Feature::has_docstring_flag)) add_const(context_->objects.none());
  set_argument_counts(*lambda.args);
  visit(*lambda.body);
  bool generator = unit_->scope->generator;
  ast::Loc line{lambda.loc.line, lambda.loc.line, 0, 0};
  if (!generator) emit(on(Feature::lambda_return_at_body) ? lambda.body->loc : line, Op::RETURN_VALUE);
  make_closure(lambda.loc, leave_unit(!generator), flags);
}

void Generator::set_argument_counts(const ast::Arguments& args) {
  CodeUnit& code = unit_->code;
  code.argcount = static_cast<i32>(args.args.size());
  code.posonlyargcount = static_cast<i32>(args.posonlyargs.size());
  code.kwonlyargcount = static_cast<i32>(args.kwonlyargs.size());
}

// CPython: compiler_check_debug_args, before the symbol table saw to it.
[[gnu::noinline]] void Generator::check_argument_names(const ast::Arguments& args) {
  auto check = [this](const ast::Arg* arg) {
    if (arg != nullptr) check_forbidden(arg->loc, arg->name, ast::ExprContext::Store);
  };
  for (const ast::Arg* arg : args.posonlyargs) check(arg);
  for (const ast::Arg* arg : args.args) check(arg);
  check(args.vararg);
  for (const ast::Arg* arg : args.kwonlyargs) check(arg);
  check(args.kwarg);
}

// The calls of the decorators, innermost first, each at its decorator's location.
void Generator::apply_decorators(Seq<Expr*> decorators) {
  if (decorators.empty()) return;
  ast::Loc outer = unit_->loc;
  for (u32 i = decorators.size(); i-- > 0;) {
    set_loc(decorators[i]->loc);
    emit_call(decorators[i]->loc, 0);
  }
  set_loc(outer);
}

// ---- defaults ----

// CPython: compiler_default_arguments. Returns the flags of MAKE_FUNCTION for what was pushed.
u32 Generator::default_arguments(const ast::Loc& loc, const ast::Arguments& args) {
  u32 flags = 0;
  if (!args.defaults.empty()) {
    visit_all(args.defaults);
    emit(loc, Op::BUILD_TUPLE, args.defaults.size());
    flags |= kDefaults;
  }
  if (!args.kwonlyargs.empty() && keyword_only_defaults(loc, args)) flags |= kKeywordDefaults;
  return flags;
}

// Pushes the dict of the defaults of keyword-only parameters, if there are any (CPython:
// compiler_visit_kwonlydefaults).
[[gnu::noinline]] bool Generator::keyword_only_defaults(const ast::Loc& loc, const ast::Arguments& args) {
  bool constant_keys = !on(Feature::constants_folded_in_flow);
  std::size_t mark = items_.size();
  u32 count = 0;
  for (u32 i = 0; i < args.kwonlyargs.size(); ++i) {
    if (args.kw_defaults[i] == nullptr) continue;
    ++count;
    Object* name = mangled_constant(args.kwonlyargs[i]->name);
    if (constant_keys)
      items_.push_back(name);
    else
      load_const(loc, name);
    visit(*args.kw_defaults[i]);
  }
  if (count == 0) return false;
  if (!constant_keys) {
    emit(loc, Op::BUILD_MAP, count);
    return true;
  }
  Object* keys = context_->objects.tuple(items_.data() + mark, count);
  items_.resize(mark);
  load_const(loc, keys);
  emit(loc, Op::BUILD_CONST_KEY_MAP, count);
  return true;
}

// ---- annotations ----

// Pushes what holds the annotations, if there are any, and returns its flag: a tuple of names and values, or the
// function that makes a dict of them.
u32 Generator::function_annotations(const ast::FunctionDef& def) {
  if (!on(Feature::lazy_annotations)) {
    u32 count = annotations(def.loc, *def.args, def.returns);
    if (count == 0) return 0;
    emit(def.loc, Op::BUILD_TUPLE, count * 2);
    return kAnnotations;
  }
  if (def.annotations_scope == nullptr || !def.annotations_scope->annotations_used) return 0;
  enter_annotations(def.loc, *def.annotations_scope, def.annotations_scope->name,
                    on(Feature::annotate_names_function) ? def.name : Name::kNone);
  u32 count = annotations(def.loc, *def.args, def.returns);
  emit(def.loc, Op::BUILD_MAP, count);
  leave_annotations(def.loc);
  return kAnnotate;
}

// Pushes the names and values; returns how many of each (CPython: compiler_visit_annotations).
u32 Generator::annotations(const ast::Loc& loc, const ast::Arguments& args, const Expr* returns) {
  bool in_order = on(Feature::positional_annotations_first);
  u32 count = argument_annotations(loc, in_order ? args.posonlyargs : args.args);
  count += argument_annotations(loc, in_order ? args.args : args.posonlyargs);
  if (args.vararg != nullptr) count += argument_annotation(loc, args.vararg->name, args.vararg->annotation);
  count += argument_annotations(loc, args.kwonlyargs);
  if (args.kwarg != nullptr) count += argument_annotation(loc, args.kwarg->name, args.kwarg->annotation);
  return count + argument_annotation(loc, names::return_, returns);
}

u32 Generator::argument_annotations(const ast::Loc& loc, Seq<ast::Arg*> args) {
  u32 count = 0;
  for (const ast::Arg* arg : args) count += argument_annotation(loc, arg->name, arg->annotation);
  return count;
}

// Pushes a name and its annotation, if there is one; returns how many.
u32 Generator::argument_annotation(const ast::Loc& loc, Name name, const Expr* annotation) {
  if (annotation == nullptr) return 0;
  load_const(loc, mangled_constant(name));
  if (future_annotations()) {
    annotation_text(*annotation);
  } else if (annotation->kind == ast::ExprKind::Starred) {
    // *args: *Ts
    visit(*annotation->as<ast::Starred>()->value);
    emit(loc, Op::UNPACK_SEQUENCE, 1);
  } else {
    visit(*annotation);
  }
  return 1;
}

// The annotation as text (PEP 563).
void Generator::annotation_text(const Expr& annotation) {
  load_const(annotation.loc,
             unparse(annotation, context_->objects, context_->target, context_->int_max_str_digits, text_));
}

}  // namespace mkpyc::codegen
