// try with finally, and try with except. except* is in try_star.cc.
#include "codegen/generator.h"
#include "target/features.h"

namespace mkpyc::codegen {

// CPython: compiler_try, compiler_try_star.
void Generator::try_stmt(const ast::Try& stmt) {
  if (!stmt.finalbody.empty())
    try_finally(stmt);
  else if (stmt.kind == ast::StmtKind::TryStar)
    try_star_except(stmt);
  else
    try_except(stmt);
}

// The finally body is written twice: for the body's end, and for an exception. Leaving the body by return, break or
// continue writes it once more (CPython: compiler_try_finally, compiler_try_star_finally).
void Generator::try_finally(const ast::Try& stmt) {
  Label body = new_label();
  Label end = new_label();
  Label exit = new_label();
  Label cleanup = new_label();
  jump(stmt.loc, Op::SETUP_FINALLY, end);
  use_label(body);
  push_frame(stmt.loc, {.kind = FrameKind::FinallyTry, .block = body, .exit = end, .finally_body = stmt.finalbody});
  if (stmt.handlers.empty())
    visit_stmts(stmt.body);
  else if (stmt.kind == ast::StmtKind::TryStar)
    try_star_except(stmt);
  else
    try_except(stmt);
  emit_noline(Op::POP_BLOCK);
  pop_frame(FrameKind::FinallyTry);
  visit_stmts(stmt.finalbody);
  jump_forward(exit);

  use_label(end);
  unset_loc();
  jump(kNoLocation, Op::SETUP_CLEANUP, cleanup);
  emit(kNoLocation, Op::PUSH_EXC_INFO);
  push_frame(kNoLocation, {.kind = FrameKind::FinallyEnd, .block = end});
  visit_stmts(stmt.finalbody);
  pop_frame(FrameKind::FinallyEnd);
  emit(kNoLocation, Op::RERAISE, 0);
  use_label(cleanup);
  pop_except_and_reraise();
  use_label(exit);
}

// CPython: compiler_try_except.
void Generator::try_except(const ast::Try& stmt) {
  Label body = new_label();
  Label except = new_label();
  Label end = new_label();
  Label cleanup = new_label();
  jump(stmt.loc, Op::SETUP_FINALLY, except);
  use_label(body);
  push_frame(stmt.loc, {.kind = FrameKind::TryExcept, .block = body});
  visit_stmts(stmt.body);
  pop_frame(FrameKind::TryExcept);
  emit_noline(Op::POP_BLOCK);
  visit_stmts(stmt.orelse);
  jump_forward(end);

  use_label(except);
  unset_loc();
  jump(kNoLocation, Op::SETUP_CLEANUP, cleanup);
  emit(kNoLocation, Op::PUSH_EXC_INFO);
  push_frame(stmt.loc, {.kind = FrameKind::ExceptionHandler});
  for (u32 i = 0; i < stmt.handlers.size(); ++i) {
    const ast::ExceptHandler& handler = *stmt.handlers[i];
    set_loc(handler.loc);
    if (handler.type == nullptr && i + 1 < stmt.handlers.size()) error(handler.loc, "default 'except:' must be last");
    except_handler(handler, end);
  }
  unset_loc();
  pop_frame(FrameKind::ExceptionHandler);
  emit(kNoLocation, Op::RERAISE, 0);
  use_label(cleanup);
  pop_except_and_reraise();
  use_label(end);
}

// One handler: the test, the body, and the label of the next handler.
void Generator::except_handler(const ast::ExceptHandler& handler, Label end) {
  Label next = new_label();
  if (handler.type != nullptr) {
    visit(*handler.type);
    emit(handler.loc, Op::CHECK_EXC_MATCH);
    jump(handler.loc, Op::POP_JUMP_IF_FALSE, next);
  }
  if (handler.name != Name::kNone)
    named_handler_body(handler, end);
  else
    unnamed_handler_body(handler, end);
  use_label(next);
}

// `except E as name`: the name is unbound at the end of the body, however that is left.
void Generator::named_handler_body(const ast::ExceptHandler& handler, Label end) {
  Label cleanup_end = new_label();
  Label cleanup_body = new_label();
  handler_name_op(handler.loc, handler.name, ast::ExprContext::Store);
  jump(handler.loc, Op::SETUP_CLEANUP, cleanup_end);
  use_label(cleanup_body);
  push_frame(handler.loc, {.kind = FrameKind::HandlerCleanup, .block = cleanup_body, .handler_name = handler.name});
  visit_stmts(handler.body);
  pop_frame(FrameKind::HandlerCleanup);
  unset_loc();
  emit(kNoLocation, Op::POP_BLOCK);
  emit(kNoLocation, Op::POP_BLOCK);
  emit(kNoLocation, Op::POP_EXCEPT);
  clear_name(kNoLocation, handler.name);
  jump_forward(kNoLocation, end);

  use_label(cleanup_end);
  unset_loc();
  clear_name(kNoLocation, handler.name);
  emit(kNoLocation, Op::RERAISE, 1);
}

void Generator::unnamed_handler_body(const ast::ExceptHandler& handler, Label end) {
  Label cleanup_body = new_label();
  emit(handler.loc, Op::POP_TOP);
  use_label(cleanup_body);
  push_frame(handler.loc, {.kind = FrameKind::HandlerCleanup, .block = cleanup_body});
  visit_stmts(handler.body);
  pop_frame(FrameKind::HandlerCleanup);
  unset_loc();
  emit(kNoLocation, Op::POP_BLOCK);
  emit(kNoLocation, Op::POP_EXCEPT);
  jump_forward(kNoLocation, end);
}

}  // namespace mkpyc::codegen
