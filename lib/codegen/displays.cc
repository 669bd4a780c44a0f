// Tuple, list, set and dict displays. Long ones are built piece by piece, so that they do not need as much stack; items
// that are all constants come from one constant.
#include <algorithm>

#include "codegen/generator.h"
#include "object/equality.h"
#include "target/features.h"

namespace mkpyc::codegen {
namespace {

bool all_constant(Seq<ast::Expr*> exprs, u32 begin, u32 end) {
  return std::all_of(exprs.items + begin, exprs.items + end,
                     [](const ast::Expr* expr) { return expr != nullptr && expr->kind == ast::ExprKind::Constant; });
}

bool has_starred(Seq<ast::Expr*> exprs) {
  return std::any_of(exprs.begin(), exprs.end(),
                     [](const ast::Expr* expr) { return expr->kind == ast::ExprKind::Starred; });
}

}  // namespace

// CPython: compiler_list, compiler_tuple.
void Generator::list_or_tuple(const ast::Sequence& expr) {
  switch (expr.ctx) {
    case ast::ExprContext::Load:
      return display(expr.loc, expr.elts, 0, expr.kind == ast::ExprKind::Tuple ? Display::Tuple : Display::List);
    case ast::ExprContext::Store: return assign_to_each(expr.loc, expr.elts);
    case ast::ExprContext::Del: return visit_all(expr.elts);
  }
}

namespace {

struct DisplayOps {
  Op build, add, extend;
};
constexpr DisplayOps kListOps{Op::BUILD_LIST, Op::LIST_APPEND, Op::LIST_EXTEND};
constexpr DisplayOps kSetOps{Op::BUILD_SET, Op::SET_ADD, Op::SET_UPDATE};

}  // namespace

// A display whose first `pushed` items are on the stack (CPython: starunpack_helper). A tuple that is not built at once
// is built as a list. `injected`: a name whose value is the last item, or kNone.
void Generator::display(const ast::Loc& loc, Seq<Expr*> elts, u32 pushed, Display kind, Name injected) {
  u32 count = elts.size();
  if (is_constant_display(elts, injected)) return constant_display(loc, elts, pushed, kind);
  const DisplayOps& ops = kind == Display::Set ? kSetOps : kListOps;
  u32 last = injected != Name::kNone ? 1 : 0;
  bool big = count + pushed + last > kStackUseGuideline;
  if (!big && !has_starred(elts)) {
    visit_all(elts);
    if (last != 0) load_name(loc, injected);
    return emit(loc, kind == Display::Tuple ? Op::BUILD_TUPLE : ops.build, count + pushed + last);
  }
  bool built = big;
  if (big) emit(loc, ops.build, pushed);
  for (u32 i = 0; i < count; ++i) {
    if (elts[i]->kind == ast::ExprKind::Starred) {
      if (!built) emit(loc, ops.build, i + pushed);
      built = true;
      visit(*elts[i]->as<ast::Starred>()->value);
      emit(loc, ops.extend, 1);
    } else {
      visit(*elts[i]);
      if (built) emit(loc, ops.add, 1);
    }
  }
  if (last != 0) {
    load_name(loc, injected);
    emit(loc, ops.add, 1);
  }
  if (kind == Display::Tuple) emit_intrinsic(loc, Intrinsic1::ListToTuple, Op::LIST_TO_TUPLE);
}

// Up to 3.13 a display of constants comes from one constant; after that it is flow/ that makes it so.
bool Generator::is_constant_display(Seq<Expr*> elts, Name injected) const {
  return elts.size() > 2 && injected == Name::kNone && all_constant(elts, 0, elts.size()) &&
         !on(Feature::constants_folded_in_flow);
}

void Generator::constant_display(const ast::Loc& loc, Seq<Expr*> elts, u32 pushed, Display kind) {
  if (kind == Display::Tuple && pushed == 0) return load_const(loc, constant_tuple(elts, 0, elts.size()));
  const DisplayOps& ops = kind == Display::Set ? kSetOps : kListOps;
  Object* items = constant_tuple(elts, 0, elts.size());
  if (kind == Display::Set) {
    const auto& tuple = *static_cast<const TupleObject*>(items);
    items = make_frozenset(context_->objects, tuple.items.begin(), tuple.items.size());
  }
  emit(loc, ops.build, pushed);
  load_const(loc, items);
  emit(loc, ops.extend, 1);
  if (kind == Display::Tuple) emit_intrinsic(loc, Intrinsic1::ListToTuple, Op::LIST_TO_TUPLE);
}

// The values of Constant nodes as a tuple.
Object* Generator::constant_tuple(Seq<Expr*> elts, u32 begin, u32 end) {
  std::size_t mark = items_.size();
  for (u32 i = begin; i < end; ++i) items_.push_back(elts[i]->as<ast::Constant>()->value);
  Object* tuple = context_->objects.tuple(items_.data() + mark, end - begin);
  items_.resize(mark);
  return tuple;
}

// ---- dicts ----

// CPython: compiler_dict. Items are gathered up to a `**mapping` or the limit, then built and merged.
void Generator::dict(const ast::Dict& expr) {
  u32 count = expr.values.size();
  u32 gathered = 0;
  bool have_dict = false;
  auto build_gathered = [&](u32 end) {
    dict_part(expr, end - gathered, end);
    if (have_dict) emit(expr.loc, Op::DICT_UPDATE, 1);
    have_dict = true;
    gathered = 0;
  };
  for (u32 i = 0; i < count; ++i) {
    if (expr.keys[i] == nullptr) {
      if (gathered > 0) build_gathered(i);
      if (!have_dict) emit(expr.loc, Op::BUILD_MAP, 0);
      have_dict = true;
      visit(*expr.values[i]);
      emit(expr.loc, Op::DICT_UPDATE, 1);
    } else {
      ++gathered;
      // CPython takes one item more than its limit allows.
      if ((gathered - 1) * 2 > kStackUseGuideline) build_gathered(i + 1);
    }
  }
  if (gathered > 0) build_gathered(count);
  if (!have_dict) emit(expr.loc, Op::BUILD_MAP, 0);
}

// The items [begin, end) as a new dict (CPython: compiler_subdict).
void Generator::dict_part(const ast::Dict& expr, u32 begin, u32 end) {
  u32 count = end - begin;
  bool big = count * 2 > kStackUseGuideline;
  if (count > 1 && !big && !on(Feature::constants_folded_in_flow) && all_constant(expr.keys, begin, end)) {
    for (u32 i = begin; i < end; ++i) visit(*expr.values[i]);
    load_const(expr.loc, constant_tuple(expr.keys, begin, end));
    return emit(expr.loc, Op::BUILD_CONST_KEY_MAP, count);
  }
  if (big) emit(expr.loc, Op::BUILD_MAP, 0);
  for (u32 i = begin; i < end; ++i) {
    visit(*expr.keys[i]);
    visit(*expr.values[i]);
    if (big) emit(expr.loc, Op::MAP_ADD, 1);
  }
  if (!big) emit(expr.loc, Op::BUILD_MAP, count);
}

}  // namespace mkpyc::codegen
