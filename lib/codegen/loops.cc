// for, async for and while.
#include "codegen/generator.h"

namespace mkpyc::codegen {

// CPython: compiler_for.
void Generator::for_stmt(const ast::For& stmt) {
  Label start = new_label();
  Label body = new_label();
  Label cleanup = new_label();
  Label end = new_label();
  push_frame({.kind = FrameKind::ForLoop, .block = start, .exit = end});
  visit(*stmt.iter);
  emit(Op::GET_ITER);
  use_label(start);
  jump(Op::FOR_ITER, cleanup);
  use_label(body);
  visit(*stmt.target);
  visit_stmts(stmt.body);
  unset_loc();
  jump(Op::JUMP, start);
  use_label(cleanup);
  pop_frame(FrameKind::ForLoop);
  visit_stmts(stmt.orelse);
  use_label(end);
}

// CPython: compiler_async_for.
void Generator::async_for(const ast::For& stmt) {
  if (unit_->code.type != ScopeType::AsyncFunction) error("'async for' outside async function");
  Label start = new_label();
  Label except = new_label();
  Label end = new_label();
  visit(*stmt.iter);
  emit(Op::GET_AITER);
  use_label(start);
  push_frame({.kind = FrameKind::ForLoop, .block = start, .exit = end});
  // The iterator ends by raising StopAsyncIteration.
  jump(Op::SETUP_FINALLY, except);
  emit(Op::GET_ANEXT);
  load_none();
  emit_yield_from(true);
  emit(Op::POP_BLOCK);
  visit(*stmt.target);
  visit_stmts(stmt.body);
  unset_loc();
  jump(Op::JUMP, start);
  pop_frame(FrameKind::ForLoop);
  use_label(except);
  // END_ASYNC_FOR belongs to the `for`, not to the body.
  set_loc(stmt.iter->loc);
  emit(Op::END_ASYNC_FOR);
  visit_stmts(stmt.orelse);
  use_label(end);
}

// CPython: compiler_while. The test is written twice: before the loop and at the end of the body.
void Generator::while_stmt(const ast::While& stmt) {
  Label loop = new_label();
  Label body = new_label();
  Label anchor = new_label();
  Label end = new_label();
  use_label(loop);
  push_frame({.kind = FrameKind::WhileLoop, .block = loop, .exit = end});
  jump_if(*stmt.test, anchor, false);
  use_label(body);
  visit_stmts(stmt.body);
  set_loc(stmt.loc);
  jump_if(*stmt.test, body, true);
  pop_frame(FrameKind::WhileLoop);
  use_label(anchor);
  visit_stmts(stmt.orelse);
  use_label(end);
}

}  // namespace mkpyc::codegen
