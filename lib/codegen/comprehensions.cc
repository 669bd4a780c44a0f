// Comprehensions and generator expressions: a function of their own that gets the outermost iterator as its argument.
// What is inlined (PEP 709) shares the loops; the rest of that is in inlined_comprehensions.cc.
//
// The loops are opened from the outside in and closed from the inside out, without recursion, because their number is
// not limited by the depth of the tree.
#include "codegen/generator.h"
#include "target/features.h"

namespace mkpyc::codegen {

namespace {

struct ComprehensionKind {
  Name name;
  Op build;
};

ComprehensionKind kind_of(ast::ExprKind kind) {
  if (kind == ast::ExprKind::ListComp) return {names::listcomp, Op::BUILD_LIST};
  if (kind == ast::ExprKind::SetComp) return {names::setcomp, Op::BUILD_SET};
  if (kind == ast::ExprKind::DictComp) return {names::dictcomp, Op::BUILD_MAP};
  return {names::genexpr, Op::NOP};
}

// The element of an iterable that is a list or tuple display with one plain item, or null.
const ast::Expr* single_item(const ast::Expr& iter) {
  if (iter.kind != ast::ExprKind::List && iter.kind != ast::ExprKind::Tuple) return nullptr;
  const auto& elts = iter.as<ast::Sequence>()->elts;
  return elts.size() == 1 && elts[0]->kind != ast::ExprKind::Starred ? elts[0] : nullptr;
}

}  // namespace

// CPython: compiler_comprehension.
void Generator::comprehension(const ast::Comp& expr) {
  if (expr.scope->comp_inlined)
    inlined_comprehension(expr);
  else
    comprehension_function(expr);
}

void Generator::comprehension_function(const ast::Comp& expr) {
  bool is_generator = expr.kind == ast::ExprKind::GeneratorExp;
  ScopeType outer = unit_->code.type;
  enter_unit(anonymous_name(kind_of(expr.kind).name), Name::kNone, ScopeType::Comprehension, expr.scope, expr.loc.line);
  set_loc(expr.loc);
  unit_->code.argcount = 1;
  check_awaiting_comprehension(expr, outer);
  bool awaits = unit_->scope->coroutine && !is_generator;
  FirstIterable first = FirstIterable::IteratorInLocal;
  if (is_generator && on(Feature::genexp_gets_iterator)) {
    get_iterator_first(expr);
    first = FirstIterable::IteratorOnStack;
  } else if (loops_get_iterators()) {
    first = FirstIterable::IterableInLocal;
  }
  comprehension_body(expr, first, false);
  if (!is_generator)
    emit(expr.loc, Op::RETURN_VALUE);
  else if (on(Feature::stop_iteration_handler))
    wrap_in_stop_iteration_handler();
  make_closure(expr.loc, leave_unit(true), 0);

  comprehension_iterable(expr);
  emit_call(expr.loc, 0);
  if (awaits) emit_await(expr.loc, 0);
}

// `outer`: the kind of block that the comprehension is in.
void Generator::check_awaiting_comprehension(const ast::Comp& expr, ScopeType outer) {
  if (!expr.scope->coroutine || expr.kind == ast::ExprKind::GeneratorExp || on(Feature::scope_checks_names)) return;
  if (outer != ScopeType::AsyncFunction && outer != ScopeType::Comprehension)
    error(expr.loc, "asynchronous comprehension outside of an asynchronous function");
}

// Whether each loop gets the iterator of what it finds, be it an iterator already.
bool Generator::loops_get_iterators() const {
  return on(Feature::loop_gets_iterator_again) || on(Feature::genexp_gets_iterator);
}

// The outermost iterable, or its iterator where the loop does not get that.
void Generator::comprehension_iterable(const ast::Comp& expr) {
  const ast::Comprehension& outermost = *expr.generators[0];
  visit(*outermost.iter);
  if (!on(Feature::genexp_gets_iterator)) emit_get_iter(loop_location(expr, outermost), outermost.is_async);
}

// A generator expression gets its first iterator when it is called, not when its first value is asked for.
void Generator::get_iterator_first(const ast::Comp& expr) {
  const ast::Comprehension& outermost = *expr.generators[0];
  const ast::Loc& loc = outermost.iter->loc;
  InstrSequence& code = unit_->code.code;
  code.insert(0, {.op = Op::RESUME, .arg = kAtGeneratorExpression});
  code.insert(1, {.op = Op::LOAD_FAST, .loc = loc});
  code.insert(2, {.op = outermost.is_async ? Op::GET_AITER : Op::GET_ITER, .loc = loc});
}

void Generator::comprehension_body(const ast::Comp& expr, FirstIterable first, bool inlined) {
  if (expr.kind != ast::ExprKind::GeneratorExp) {
    emit(expr.loc, kind_of(expr.kind).build, 0);
    if (inlined) emit(expr.loc, Op::SWAP, 2);
  }
  comprehension_loops(expr, first);
}

void Generator::comprehension_loops(const ast::Comp& expr, FirstIterable first) {
  std::size_t mark = loops_.size();
  u32 depth = 0;  // values on the stack between the container and the element
  for (u32 i = 0; i < expr.generators.size(); ++i) loops_.push_back(open_loop(expr, i, first, depth));
  comprehension_element(expr, depth);
  ast::Loc element = element_location(expr);
  while (loops_.size() > mark) {
    close_loop(expr, loops_.back(), element);
    loops_.pop_back();
    element = expr.elt->loc;
  }
}

Generator::Loop Generator::open_loop(const ast::Comp& expr, u32 index, FirstIterable first, u32& depth) {
  const ast::Comprehension& generator = *expr.generators[index];
  Loop loop = generator.is_async ? begin_async_loop(expr, index, first) : begin_loop(expr, index, first);
  visit(*generator.target);
  for (const Expr* condition : generator.ifs) jump_if(*condition, loop.if_cleanup, false);
  if (loop.is_loop) depth += !loop.is_async && on(Feature::virtual_iterators) ? 2 : 1;
  return loop;
}

// Where the instructions of a loop are.
ast::Loc Generator::loop_location(const ast::Comp& expr, const ast::Comprehension& generator) const {
  return on(Feature::comprehension_loop_at_iterable) ? generator.iter->loc : expr.loc;
}

Generator::Loop Generator::begin_loop(const ast::Comp& expr, u32 index, FirstIterable first) {
  const ast::Comprehension& generator = *expr.generators[index];
  ast::Loc loc = loop_location(expr, generator);
  Loop loop{.is_async = false, .is_loop = true};
  loop.start = new_label();
  loop.if_cleanup = new_label();
  loop.exit = new_label();
  const Expr* single = index == 0 ? nullptr : single_item(*generator.iter);
  if (index == 0) {
    load_first_iterable(expr, first);
  } else if (single != nullptr) {
    visit(*single);
    loop.is_loop = false;
  } else {
    visit(*generator.iter);
    if (!on(Feature::genexp_gets_iterator)) emit_get_iter(loc, false);
  }
  if (!loop.is_loop) return loop;
  bool has_iterator = index == 0 && first != FirstIterable::IterableInLocal && first != FirstIterable::IterableOnStack;
  if (!has_iterator && loops_get_iterators()) emit_get_iter(loc, false);
  use_label(loop.start);
  jump(loc, Op::FOR_ITER, loop.exit);
  return loop;
}

void Generator::load_first_iterable(const ast::Comp& expr, FirstIterable first) {
  if (first == FirstIterable::IteratorInLocal || first == FirstIterable::IterableInLocal)
    emit(expr.loc, Op::LOAD_FAST, 0);
}

Generator::Loop Generator::begin_async_loop(const ast::Comp& expr, u32 index, FirstIterable first) {
  const ast::Comprehension& generator = *expr.generators[index];
  Loop loop{.is_async = true, .is_loop = true};
  loop.start = new_label();
  loop.exit = new_label();
  loop.if_cleanup = new_label();
  bool has_iterator = index == 0 && (first == FirstIterable::IteratorOnStack || !on(Feature::genexp_gets_iterator));
  if (index == 0)
    load_first_iterable(expr, first);
  else
    visit(*generator.iter);
  if (!has_iterator) emit_get_iter(loop_location(expr, generator), true);
  use_label(loop.start);
  push_frame(expr.loc, {.kind = FrameKind::AsyncComprehensionGenerator, .block = loop.start});
  loop.send = emit_anext(expr.loc, loop.exit);
  return loop;
}

// Where the element is; that of a dict is a key and a value.
ast::Loc Generator::element_location(const ast::Comp& expr) const {
  ast::Loc loc = expr.elt->loc;
  if (expr.kind == ast::ExprKind::DictComp && expr.value != nullptr) {
    loc.end_line = expr.value->loc.end_line;
    loc.end_col = expr.value->loc.end_col;
  }
  return loc;
}

// Evaluates the element and hands it on; `depth` values are between it and the container. A starred element (PEP 798)
// is many.
void Generator::comprehension_element(const ast::Comp& expr, u32 depth) {
  const Expr& element = *expr.elt;
  bool starred = element.kind == ast::ExprKind::Starred;
  ast::Loc loc = element_location(expr);
  if (expr.kind == ast::ExprKind::GeneratorExp && starred) return yield_each(element);
  visit(starred ? *element.as<ast::Starred>()->value : element);
  if (expr.kind == ast::ExprKind::GeneratorExp) {
    emit_yield(loc);
    emit(loc, Op::POP_TOP);
  } else if (expr.kind == ast::ExprKind::DictComp) {
    if (expr.value != nullptr) visit(*expr.value);
    emit(loc, expr.value != nullptr ? Op::MAP_ADD : Op::DICT_UPDATE, depth + 1);
  } else if (expr.kind == ast::ExprKind::ListComp) {
    emit(loc, starred ? Op::LIST_EXTEND : Op::LIST_APPEND, depth + 1);
  } else {
    emit(loc, starred ? Op::SET_UPDATE : Op::SET_ADD, depth + 1);
  }
}

// Yields the items of a starred element.
void Generator::yield_each(const Expr& starred) {
  Label start = new_label();
  Label end = new_label();
  visit(*starred.as<ast::Starred>()->value);
  emit_get_iter(starred.loc, false);
  use_label(start);
  jump(starred.loc, Op::FOR_ITER, end);
  emit_yield(starred.loc);
  emit(starred.loc, Op::POP_TOP);
  jump(kNoLocation, Op::JUMP, start);
  use_label(end);
  emit_loop_end();
}

void Generator::close_loop(const ast::Comp& expr, const Loop& loop, const ast::Loc& element) {
  use_label(loop.if_cleanup);
  if (!loop.is_loop) return;
  jump(element, Op::JUMP, loop.start);
  if (loop.is_async) pop_frame(FrameKind::AsyncComprehensionGenerator);
  use_label(loop.exit);
  if (loop.is_async)
    emit_end_async_for(expr.loc, loop.send);
  else
    emit_loop_end();
}

}  // namespace mkpyc::codegen
