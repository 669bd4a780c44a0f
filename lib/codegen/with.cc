// with and async with, one context manager at a time.
#include "codegen/generator.h"
#include "target/features.h"

namespace mkpyc::codegen {

// Where what belongs to one context manager is.
ast::Loc Generator::with_location(const ast::With& stmt, u32 pos) const {
  return on(Feature::with_at_expression) ? stmt.items[pos]->context_expr->loc : stmt.loc;
}

// Calls the __enter__ of the context manager on the stack; its __exit__ is left below the result.
void Generator::enter_with(const ast::Loc& loc, bool is_async) {
  if (on(Feature::special_methods)) {
    emit(loc, Op::COPY, 1);
    emit(loc, Op::LOAD_SPECIAL, is_async ? kAexit : kExit);
    emit(loc, Op::SWAP, 2);
    emit(loc, Op::SWAP, 3);
    emit(loc, Op::LOAD_SPECIAL, is_async ? kAenter : kEnter);
    emit_call(loc, 0);
  } else {
    emit(loc, is_async ? Op::BEFORE_ASYNC_WITH : Op::BEFORE_WITH);
  }
  if (is_async) emit_await(loc, 1);
}

// CPython: compiler_with.
void Generator::with(const ast::With& stmt, u32 pos) {
  Label block = new_label();
  Label final = new_label();
  Label exit = new_label();
  Label cleanup = new_label();
  visit(*stmt.items[pos]->context_expr);
  ast::Loc loc = with_location(stmt, pos);
  enter_with(loc, false);
  jump(loc, Op::SETUP_WITH, final);
  use_label(block);
  push_frame(loc, {.kind = FrameKind::With, .block = block, .exit = final, .loc = frame_location(stmt, pos)});
  with_item_body(loc, stmt, pos);
  unset_loc();
  emit(kNoLocation, Op::POP_BLOCK);
  pop_frame(FrameKind::With);

  // The body ended: __exit__(None, None, None).
  set_loc(stmt.loc);
  call_exit_with_nones(loc);
  emit(loc, Op::POP_TOP);
  jump(loc, Op::JUMP, exit);

  // The body raised.
  use_label(final);
  jump(loc, Op::SETUP_CLEANUP, cleanup);
  emit(loc, Op::PUSH_EXC_INFO);
  emit(loc, Op::WITH_EXCEPT_START);
  with_except_finish(cleanup);
  use_label(exit);
}

// Where leaving the statement early shows. 3.12 has the statement for it even where it has the expression for the rest.
ast::Loc Generator::frame_location(const ast::With& stmt, u32 pos) const {
  return on(Feature::with_left_at_expression) ? stmt.items[pos]->context_expr->loc : stmt.loc;
}

// CPython: compiler_async_with.
void Generator::async_with(const ast::With& stmt, u32 pos) {
  if (!on(Feature::scope_checks_names) && unit_->code.type != ScopeType::AsyncFunction)
    error(stmt.loc, "'async with' outside async function");
  Label block = new_label();
  Label final = new_label();
  Label exit = new_label();
  Label cleanup = new_label();
  visit(*stmt.items[pos]->context_expr);
  ast::Loc loc = with_location(stmt, pos);
  enter_with(loc, true);
  jump(loc, Op::SETUP_WITH, final);
  use_label(block);
  push_frame(loc, {.kind = FrameKind::AsyncWith, .block = block, .exit = final, .loc = frame_location(stmt, pos)});
  with_item_body(loc, stmt, pos);
  pop_frame(FrameKind::AsyncWith);
  emit(loc, Op::POP_BLOCK);

  set_loc(stmt.loc);
  call_exit_with_nones(loc);
  emit_await(loc, 2);
  emit(loc, Op::POP_TOP);
  jump(loc, Op::JUMP, exit);

  use_label(final);
  jump(loc, Op::SETUP_CLEANUP, cleanup);
  emit(loc, Op::PUSH_EXC_INFO);
  emit(loc, Op::WITH_EXCEPT_START);
  emit_await(loc, 2);
  with_except_finish(cleanup);
  use_label(exit);
}

// Binds what __enter__ gave, and goes on with the next context manager or the statement's body.
void Generator::with_item_body(const ast::Loc& loc, const ast::With& stmt, u32 pos) {
  if (stmt.items[pos]->optional_vars != nullptr)
    visit(*stmt.items[pos]->optional_vars);
  else
    emit(loc, Op::POP_TOP);
  if (pos + 1 == stmt.items.size())
    visit_stmts(stmt.body);
  else if (stmt.kind == ast::StmtKind::AsyncWith)
    async_with(stmt, pos + 1);
  else
    with(stmt, pos + 1);
}

// After __exit__ was called for an exception: raise it again unless the result is true (CPython:
// compiler_with_except_finish). Up to 3.11 what follows a true result comes last.
void Generator::with_except_finish(Label cleanup) {
  unset_loc();
  Label suppress = new_label();
  jump_on(kNoLocation, true, suppress);
  emit(kNoLocation, Op::RERAISE, 2);
  if (style_.implicit_locations) {
    use_label(cleanup);
    pop_except_and_reraise();
    use_label(suppress);
    return with_suppressed();
  }
  use_label(suppress);
  with_suppressed();
  Label exit = new_label();
  jump_forward(exit);
  use_label(cleanup);
  pop_except_and_reraise();
  use_label(exit);
}

void Generator::with_suppressed() {
  emit(kNoLocation, Op::POP_TOP);
  emit(kNoLocation, Op::POP_BLOCK);
  emit(kNoLocation, Op::POP_EXCEPT);
  emit(kNoLocation, Op::POP_TOP);
  emit(kNoLocation, Op::POP_TOP);
  if (on(Feature::special_methods)) emit(kNoLocation, Op::POP_TOP);
}

}  // namespace mkpyc::codegen
