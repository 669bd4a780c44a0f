// with and async with, one context manager at a time.
#include "codegen/generator.h"

namespace mkpyc::codegen {

// CPython: compiler_with.
void Generator::with(const ast::With& stmt, u32 pos) {
  Label block = new_label();
  Label final = new_label();
  Label exit = new_label();
  Label cleanup = new_label();
  visit(*stmt.items[pos]->context_expr);
  emit(Op::BEFORE_WITH);
  jump(Op::SETUP_WITH, final);
  use_label(block);
  push_frame({.kind = FrameKind::With, .block = block, .exit = final, .statement = &stmt});
  with_item_body(stmt, pos);
  unset_loc();
  emit(Op::POP_BLOCK);
  pop_frame(FrameKind::With);

  // The body ended: __exit__(None, None, None).
  set_loc(stmt.loc);
  call_exit_with_nones();
  emit(Op::POP_TOP);
  jump(Op::JUMP, exit);

  // The body raised.
  use_label(final);
  jump(Op::SETUP_CLEANUP, cleanup);
  emit(Op::PUSH_EXC_INFO);
  emit(Op::WITH_EXCEPT_START);
  with_except_finish(cleanup);
  use_label(exit);
}

// CPython: compiler_async_with.
void Generator::async_with(const ast::With& stmt, u32 pos) {
  if (unit_->code.type != ScopeType::AsyncFunction) error("'async with' outside async function");
  Label block = new_label();
  Label final = new_label();
  Label exit = new_label();
  Label cleanup = new_label();
  visit(*stmt.items[pos]->context_expr);
  emit(Op::BEFORE_ASYNC_WITH);
  emit_await(1);
  jump(Op::SETUP_WITH, final);
  use_label(block);
  push_frame({.kind = FrameKind::AsyncWith, .block = block, .exit = final, .statement = &stmt});
  with_item_body(stmt, pos);
  pop_frame(FrameKind::AsyncWith);
  emit(Op::POP_BLOCK);

  set_loc(stmt.loc);
  call_exit_with_nones();
  emit_await(2);
  emit(Op::POP_TOP);
  jump(Op::JUMP, exit);

  use_label(final);
  jump(Op::SETUP_CLEANUP, cleanup);
  emit(Op::PUSH_EXC_INFO);
  emit(Op::WITH_EXCEPT_START);
  emit_await(2);
  with_except_finish(cleanup);
  use_label(exit);
}

// Binds what __enter__ gave, and goes on with the next context manager or the statement's body.
void Generator::with_item_body(const ast::With& stmt, u32 pos) {
  if (stmt.items[pos]->optional_vars != nullptr)
    visit(*stmt.items[pos]->optional_vars);
  else
    emit(Op::POP_TOP);
  if (pos + 1 == stmt.items.size())
    visit_stmts(stmt.body);
  else if (stmt.kind == ast::StmtKind::AsyncWith)
    async_with(stmt, pos + 1);
  else
    with(stmt, pos + 1);
}

// After __exit__ was called for an exception: raise it again unless the result is true (CPython:
// compiler_with_except_finish).
void Generator::with_except_finish(Label cleanup) {
  unset_loc();
  Label exit = new_label();
  jump(Op::POP_JUMP_IF_TRUE, exit);
  emit(Op::RERAISE, 2);
  use_label(cleanup);
  pop_except_and_reraise();
  use_label(exit);
  emit(Op::POP_TOP);
  emit(Op::POP_BLOCK);
  emit(Op::POP_EXCEPT);
  emit(Op::POP_TOP);
  emit(Op::POP_TOP);
}

}  // namespace mkpyc::codegen
