// Calls: of methods, of anything else, with unpacked arguments. The class statement uses the same.
#include <algorithm>

#include "base/likely.h"
#include "codegen/generator.h"
#include "target/features.h"

namespace mkpyc::codegen {

// CPython: compiler_call.
void Generator::call(const ast::Call& expr) {
  if (!expr.keywords.empty()) [[unlikely]]
    check_keywords(expr.keywords);
  if (is_method_call(expr)) return method_call(expr);
  check_caller(*expr.func);
  const ast::Loc& callee = expr.func->loc;
  if (on(Feature::callable_before_null)) {
    Label end = Label::kNone;
    visit(*expr.func);
    if (is_on_generator(expr) && on(Feature::genexp_calls_inlined)) [[unlikely]] {
      end = new_label();
      inline_call(expr, end);
    }
    put(callee, Op::PUSH_NULL, 0);
    call_arguments(expr.loc, 0, expr.args, expr.keywords, expr.op != 0);
    if (end != Label::kNone) use_label(end);
    return;
  }
  set_loc(callee);
  bool loaded = style_.implicit_locations && load_global_callee(*expr.func);
  if (!loaded) put(callee, Op::PUSH_NULL, 0);
  set_loc(expr.loc);
  if (!loaded) visit(*expr.func);
  call_arguments(expr.loc, 0, expr.args, expr.keywords, expr.op != 0);
}

// CPython: the conditions of maybe_optimize_function_call.
bool Generator::is_on_generator(const ast::Call& expr) {
  return expr.args.size() == 1 && expr.args[0]->kind == ast::ExprKind::GeneratorExp &&
         expr.func->kind == ast::ExprKind::Name && expr.keywords.empty();
}

// A global name with the NULL below it, as one instruction: what CPython 3.11's peephole pass makes of the two always,
// and so often that it pays not to make two here. Later graphs are compared with CPython's stage by stage.
bool Generator::load_global_callee(const Expr& callee) {
  if (callee.kind != ast::ExprKind::Name) return false;
  ResolvedName resolved = resolve(callee.as<ast::NameExpr>()->id);
  if (resolved.access != NameAccess::Global) return false;
  put(callee.loc, Op::LOAD_GLOBAL, resolved.arg << 1 | 1);
  return true;
}

// CPython: the conditions of maybe_optimize_method_call.
bool Generator::is_method_call(const ast::Call& expr) const {
  if (expr.func->kind != ast::ExprKind::Attribute) return false;
  if (is_imported(*expr.func->as<ast::Attribute>()->value)) return false;
  u32 keywords = expr.keywords.size();
  return expr.args.size() + keywords + (keywords != 0) < kStackUseGuideline && expr.op == 0;
}

void Generator::method_call(const ast::Call& expr) {
  const auto& method = *expr.func->as<ast::Attribute>();
  if (is_super_attribute(method)) {
    super_attribute(method, true);
  } else {
    visit(*method.value);
    set_loc(method.loc);
    move_to_attribute_name(method);
    emit_load_method(attribute_location(method.loc, method), method.attr);
  }
  visit_all(expr.args);
  if (!expr.keywords.empty()) [[unlikely]]
    keyword_values(attribute_location(method.loc, method), expr.keywords);
  set_loc(expr.loc);
  move_to_attribute_name(method);
  emit_call_with_keywords(attribute_location(expr.loc, method), expr.args.size() + expr.keywords.size(),
                          !expr.keywords.empty());
}

// The bases and keywords of a class, with __build_class__ and its first arguments on the stack.
void Generator::class_arguments(const ast::ClassDef& def, Name injected) {
  if (!def.keywords.empty()) check_keywords(def.keywords);
  bool unpacks = std::any_of(def.bases.begin(), def.bases.end(),
                             [](const Expr* base) { return base->kind == ast::ExprKind::Starred; }) ||
                 std::any_of(def.keywords.begin(), def.keywords.end(),
                             [](const ast::Keyword* keyword) { return keyword->name == Name::kNone; });
  call_arguments(def.loc, 2, def.bases, def.keywords, unpacks, injected);
}

// The arguments of a call, `pushed` of which are on the stack, and the call (CPython: compiler_call_helper).
void Generator::call_arguments(const ast::Loc& loc, u32 pushed, Seq<Expr*> args, Seq<ast::Keyword*> keywords,
                               bool unpacks, Name injected) {
  u32 counted = args.size() + (injected != Name::kNone && on(Feature::generic_base_counts) ? 1 : 0);
  if (counted + keywords.size() * 2 > kStackUseGuideline || unpacks)
    return call_unpacking(loc, pushed, args, keywords, injected);
  visit_all(args);
  if (injected != Name::kNone) {
    load_name(loc, injected);
    ++pushed;
  }
  if (!keywords.empty()) keyword_values(loc, keywords);
  emit_call_with_keywords(loc, pushed + args.size() + keywords.size(), !keywords.empty());
}

void Generator::emit_call_with_keywords(const ast::Loc& loc, u32 arg_count, bool keywords) {
  if (unlikely(keywords) && on(Feature::keywords_on_stack)) return emit(loc, Op::CALL_KW, arg_count);
  emit_call(loc, arg_count);
}

// A call with a tuple of arguments and perhaps a dict.
void Generator::call_unpacking(const ast::Loc& loc, u32 pushed, Seq<Expr*> args, Seq<ast::Keyword*> keywords,
                               Name injected) {
  if (pushed == 0 && args.size() == 1 && args[0]->kind == ast::ExprKind::Starred)
    visit(*args[0]->as<ast::Starred>()->value);
  else
    display(loc, args, pushed, Display::Tuple, injected);
  if (!keywords.empty()) keyword_dict(loc, keywords);
  if (!on(Feature::call_ex_has_keywords)) return emit(loc, Op::CALL_FUNCTION_EX, !keywords.empty());
  if (keywords.empty()) emit(loc, Op::PUSH_NULL);
  emit(loc, Op::CALL_FUNCTION_EX);
}

// ---- keywords ----

// The values, and the names for the call.
void Generator::keyword_values(const ast::Loc& loc, Seq<ast::Keyword*> keywords) {
  for (const ast::Keyword* keyword : keywords) visit(*keyword->value);
  u32 names = add_const(keyword_names(keywords, 0, keywords.size()));
  emit(loc, on(Feature::keywords_on_stack) ? Op::LOAD_CONST : Op::KW_NAMES, names);
}

Object* Generator::keyword_names(Seq<ast::Keyword*> keywords, u32 begin, u32 end) {
  std::size_t mark = items_.size();
  for (u32 i = begin; i < end; ++i) items_.push_back(context_->objects.name(keywords[i]->name));
  Object* tuple = context_->objects.tuple(items_.data() + mark, end - begin);
  items_.resize(mark);
  return tuple;
}

// All keyword arguments as one dict.
void Generator::keyword_dict(const ast::Loc& loc, Seq<ast::Keyword*> keywords) {
  u32 count = keywords.size();
  u32 gathered = 0;
  bool have_dict = false;
  auto build_gathered = [&](u32 end) {
    keyword_dict_part(loc, keywords, end - gathered, end);
    if (have_dict) emit(loc, Op::DICT_MERGE, 1);
    have_dict = true;
    gathered = 0;
  };
  for (u32 i = 0; i < count; ++i) {
    if (keywords[i]->name != Name::kNone) {
      ++gathered;
      continue;
    }
    if (gathered > 0) build_gathered(i);
    if (!have_dict) emit(loc, Op::BUILD_MAP, 0);
    have_dict = true;
    visit(*keywords[i]->value);
    emit(loc, Op::DICT_MERGE, 1);
  }
  if (gathered > 0) build_gathered(count);
}

// The keywords [begin, end) as a new dict (CPython: compiler_subkwargs).
void Generator::keyword_dict_part(const ast::Loc& loc, Seq<ast::Keyword*> keywords, u32 begin, u32 end) {
  u32 count = end - begin;
  bool big = count * 2 > kStackUseGuideline;
  if (count > 1 && !big && !on(Feature::constants_folded_in_flow)) {
    for (u32 i = begin; i < end; ++i) visit(*keywords[i]->value);
    load_const(loc, keyword_names(keywords, begin, end));
    return emit(loc, Op::BUILD_CONST_KEY_MAP, count);
  }
  if (big) emit_noline(Op::BUILD_MAP, 0);
  for (u32 i = begin; i < end; ++i) {
    load_const(loc, context_->objects.name(keywords[i]->name));
    visit(*keywords[i]->value);
    if (big) emit_noline(Op::MAP_ADD, 1);
  }
  if (!big) emit(loc, Op::BUILD_MAP, count);
}

}  // namespace mkpyc::codegen
