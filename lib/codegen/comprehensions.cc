// Comprehensions and generator expressions: a function of their own that gets the outermost iterator as its argument.
//
// The loops are opened from the outside in and closed from the inside out, without recursion, because their number is
// not limited by the depth of the tree.
#include "codegen/generator.h"

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
  bool is_generator = expr.kind == ast::ExprKind::GeneratorExp;
  ComprehensionKind kind = kind_of(expr.kind);
  ScopeType outer = unit_->code.type;
  enter_unit(anonymous_name(kind.name), Name::kNone, ScopeType::Comprehension, expr.scope, expr.loc.line);
  set_loc(expr.loc);
  bool awaits = unit_->scope->coroutine && !is_generator;
  if (awaits && outer != ScopeType::AsyncFunction && outer != ScopeType::Comprehension)
    error("asynchronous comprehension outside of an asynchronous function");
  if (!is_generator) emit(kind.build, 0);
  comprehension_loops(expr);
  if (!is_generator) emit(Op::RETURN_VALUE);
  make_closure(leave_unit(true), 0);

  const ast::Comprehension& outermost = *expr.generators[0];
  visit(*outermost.iter);
  emit(outermost.is_async ? Op::GET_AITER : Op::GET_ITER);
  emit_call(0);
  if (awaits) emit_await(0);
}

void Generator::comprehension_loops(const ast::Comp& expr) {
  std::size_t mark = loops_.size();
  u32 depth = 0;  // iterators on the stack
  for (u32 i = 0; i < expr.generators.size(); ++i) loops_.push_back(open_loop(*expr.generators[i], i == 0, depth));
  comprehension_element(expr, depth);
  while (loops_.size() > mark) {
    close_loop(loops_.back());
    loops_.pop_back();
  }
}

Generator::Loop Generator::open_loop(const ast::Comprehension& generator, bool outermost, u32& depth) {
  Loop loop = generator.is_async ? begin_async_loop(generator, outermost) : begin_loop(generator, outermost);
  visit(*generator.target);
  for (const Expr* condition : generator.ifs) jump_if(*condition, loop.if_cleanup, false);
  if (loop.is_loop) ++depth;
  return loop;
}

Generator::Loop Generator::begin_loop(const ast::Comprehension& generator, bool outermost) {
  Loop loop{.is_async = false, .is_loop = true};
  loop.start = new_label();
  loop.if_cleanup = new_label();
  loop.exit = new_label();
  const Expr* single = outermost ? nullptr : single_item(*generator.iter);
  if (outermost) {
    unit_->code.argcount = 1;
    emit(Op::LOAD_FAST, 0);
  } else if (single != nullptr) {
    visit(*single);
    loop.is_loop = false;
  } else {
    visit(*generator.iter);
    emit(Op::GET_ITER);
  }
  if (loop.is_loop) {
    use_label(loop.start);
    jump(Op::FOR_ITER, loop.exit);
  }
  return loop;
}

Generator::Loop Generator::begin_async_loop(const ast::Comprehension& generator, bool outermost) {
  Loop loop{.is_async = true, .is_loop = true};
  loop.start = new_label();
  loop.exit = new_label();
  loop.if_cleanup = new_label();
  if (outermost) {
    unit_->code.argcount = 1;
    emit(Op::LOAD_FAST, 0);
  } else {
    visit(*generator.iter);
    emit(Op::GET_AITER);
  }
  use_label(loop.start);
  push_frame({.kind = FrameKind::AsyncComprehensionGenerator, .block = loop.start});
  jump(Op::SETUP_FINALLY, loop.exit);
  emit(Op::GET_ANEXT);
  load_none();
  emit_yield_from(true);
  emit(Op::POP_BLOCK);
  return loop;
}

// Evaluates the element and hands it on; `depth` iterators are between it and the container.
void Generator::comprehension_element(const ast::Comp& expr, u32 depth) {
  visit(*expr.elt);
  if (expr.kind == ast::ExprKind::GeneratorExp) {
    emit_yield();
    emit(Op::POP_TOP);
  } else if (expr.kind == ast::ExprKind::DictComp) {
    visit(*expr.value);
    emit(Op::MAP_ADD, depth + 1);
  } else {
    emit(expr.kind == ast::ExprKind::ListComp ? Op::LIST_APPEND : Op::SET_ADD, depth + 1);
  }
}

void Generator::close_loop(const Loop& loop) {
  use_label(loop.if_cleanup);
  if (!loop.is_loop) return;
  jump(Op::JUMP, loop.start);
  if (loop.is_async) pop_frame(FrameKind::AsyncComprehensionGenerator);
  use_label(loop.exit);
  if (loop.is_async) emit(Op::END_ASYNC_FOR);
}

}  // namespace mkpyc::codegen
