// for, async for and while.
#include "codegen/generator.h"
#include "target/features.h"

namespace mkpyc::codegen {

// CPython: compiler_for.
void Generator::for_stmt(const ast::For& stmt) {
  Label start = new_label();
  Label body = new_label();
  Label cleanup = new_label();
  Label end = new_label();
  push_frame(stmt.loc, {.kind = FrameKind::ForLoop, .block = start, .exit = end});
  visit(*stmt.iter);
  bool at_iterable = on(Feature::loop_at_iterable);
  const ast::Loc& loc = at_iterable ? stmt.iter->loc : stmt.loc;
  emit_get_iter(loc, false);
  use_label(start);
  jump(loc, Op::FOR_ITER, cleanup);
  if (at_iterable) emit(stmt.target->loc, Op::NOP);  // shows the line of the target
  use_label(body);
  visit(*stmt.target);
  visit_stmts(stmt.body);
  unset_loc();
  jump(kNoLocation, Op::JUMP, start);
  use_label(cleanup);
  emit_loop_end();
  pop_frame(FrameKind::ForLoop);
  visit_stmts(stmt.orelse);
  use_label(end);
}

// Where FOR_ITER goes when there is nothing more.
void Generator::emit_loop_end() {
  if (!on(Feature::end_for)) return;
  emit(kNoLocation, Op::END_FOR);
  if (on(Feature::pop_iter))
    emit(kNoLocation, Op::POP_ITER);
  else if (on(Feature::iterator_popped_after_loop))
    emit(kNoLocation, Op::POP_TOP);
}

// Where an asynchronous loop goes when its iterator raises; `send`: where it waits for the next value.
void Generator::emit_end_async_for(const ast::Loc& loc, Label send) {
  if (on(Feature::pop_iter))
    jump(loc, Op::END_ASYNC_FOR, send);
  else
    emit(loc, Op::END_ASYNC_FOR);
}

// The next value of an asynchronous iterator; StopAsyncIteration is handled at `except`. Returns where it waits.
Label Generator::emit_anext(const ast::Loc& loc, Label except) {
  jump(loc, Op::SETUP_FINALLY, except);
  emit(loc, Op::GET_ANEXT);
  emit_send_none(loc);
  Label send = Label::kNone;
  if (on(Feature::pop_iter)) {
    send = new_label();
    use_label(send);
  }
  emit_yield_from(loc, true);
  emit(loc, Op::POP_BLOCK);
  return send;
}

// CPython: compiler_async_for.
void Generator::async_for(const ast::For& stmt) {
  if (!on(Feature::scope_checks_names) && unit_->code.type != ScopeType::AsyncFunction)
    error(stmt.loc, "'async for' outside async function");
  Label start = new_label();
  Label except = new_label();
  Label end = new_label();
  visit(*stmt.iter);
  emit_get_iter(on(Feature::comprehension_loop_at_iterable) ? stmt.iter->loc : stmt.loc, true);
  use_label(start);
  FrameKind kind = FrameKind::AsyncForLoop;
  push_frame(stmt.loc, {.kind = kind, .block = start, .exit = end});
  Label send = emit_anext(stmt.loc, except);
  if (on(Feature::pop_iter)) emit(stmt.loc, Op::NOT_TAKEN);
  visit(*stmt.target);
  visit_stmts(stmt.body);
  unset_loc();
  jump(kNoLocation, Op::JUMP, start);
  pop_frame(kind);
  use_label(except);
  // END_ASYNC_FOR belongs to the `for`, not to the body.
  set_loc(stmt.iter->loc);
  emit_end_async_for(stmt.iter->loc, send);
  visit_stmts(stmt.orelse);
  use_label(end);
}

// CPython: compiler_while. Up to 3.13 the test is written twice: before the loop and at the end of the body.
void Generator::while_stmt(const ast::While& stmt) {
  Label loop = new_label();
  Label body = new_label();
  Label anchor = new_label();
  Label end = new_label();
  use_label(loop);
  push_frame(stmt.loc, {.kind = FrameKind::WhileLoop, .block = loop, .exit = end});
  jump_if(*stmt.test, anchor, false);
  if (on(Feature::while_tests_once)) {
    visit_stmts(stmt.body);
    jump(kNoLocation, Op::JUMP, loop);
  } else {
    use_label(body);
    visit_stmts(stmt.body);
    set_loc(stmt.loc);
    jump_if(*stmt.test, body, true);
  }
  pop_frame(FrameKind::WhileLoop);
  use_label(anchor);
  visit_stmts(stmt.orelse);
  use_label(end);
}

}  // namespace mkpyc::codegen
