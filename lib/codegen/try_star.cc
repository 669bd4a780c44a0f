// try with except* (PEP 654). While handlers run, the stack holds the original group, the list of what the handlers
// raised, and the part of the group that no handler has taken yet.
#include "codegen/generator.h"

namespace mkpyc::codegen {

// CPython: compiler_try_star_except.
void Generator::try_star_except(const ast::Try& stmt) {
  Label body = new_label();
  Label except = new_label();
  Label orelse = new_label();
  Label end = new_label();
  Label cleanup = new_label();
  Label reraise = new_label();
  jump(Op::SETUP_FINALLY, except);
  use_label(body);
  push_frame({.kind = FrameKind::TryExcept, .block = body});
  visit_stmts(stmt.body);
  pop_frame(FrameKind::TryExcept);
  emit_noline(Op::POP_BLOCK);
  jump_noline(Op::JUMP, orelse);

  use_label(except);
  unset_loc();
  jump(Op::SETUP_CLEANUP, cleanup);
  emit(Op::PUSH_EXC_INFO);
  push_frame({.kind = FrameKind::ExceptionGroupHandler});
  for (u32 i = 0; i < stmt.handlers.size(); ++i) star_handler(*stmt.handlers[i], i == 0);
  if (!stmt.handlers.empty()) {
    // What no handler took joins what the handlers raised.
    emit(Op::LIST_APPEND, 1);
    jump(Op::JUMP, reraise);
  }
  unset_loc();
  pop_frame(FrameKind::ExceptionGroupHandler);
  reraise_star(reraise, end);
  use_label(cleanup);
  pop_except_and_reraise();
  use_label(orelse);
  visit_stmts(stmt.orelse);
  use_label(end);
}

// One handler, up to the label of the next. Without `except_star_reraise_layout` all its ways out share one label.
void Generator::star_handler(const ast::ExceptHandler& handler, bool first) {
  bool separate = on(Feature::except_star_reraise_layout);
  set_loc(handler.loc);
  Label next = new_label();
  Label next_with_error = separate ? new_label() : next;
  Label match_label = new_label();  // of the case without a match if `separate`, else with one
  if (first) {
    emit(Op::COPY, 1);
    emit(Op::BUILD_LIST, 0);
    emit(Op::SWAP, 2);
  }
  visit(*handler.type);
  emit(Op::CHECK_EG_MATCH);
  emit(Op::COPY, 1);
  if (separate) {
    jump(Op::POP_JUMP_IF_NONE, match_label);
  } else {
    jump(Op::POP_JUMP_IF_NOT_NONE, match_label);
    emit(Op::POP_TOP);
    jump(Op::JUMP, next);
    use_label(match_label);
  }
  star_handler_body(handler, next, next_with_error);
  use_label(next);
  if (!separate) return;
  emit(Op::NOP);  // keeps the location of the body's end
  jump(Op::JUMP, next_with_error);
  use_label(match_label);
  emit(Op::POP_TOP);
  use_label(next_with_error);
}

// The body of a handler; `next`: where it goes on, `next_with_error`: where it goes on when it raised.
void Generator::star_handler_body(const ast::ExceptHandler& handler, Label next, Label next_with_error) {
  bool named = handler.name != Name::kNone;
  Label cleanup_end = new_label();
  Label cleanup_body = new_label();
  if (named)
    handler_name_op(handler.name, ast::ExprContext::Store);
  else
    emit(Op::POP_TOP);
  jump(Op::SETUP_CLEANUP, cleanup_end);
  use_label(cleanup_body);
  push_frame({.kind = FrameKind::HandlerCleanup, .block = cleanup_body, .handler_name = handler.name});
  visit_stmts(handler.body);
  pop_frame(FrameKind::HandlerCleanup);
  unset_loc();
  emit(Op::POP_BLOCK);
  if (named) clear_name(handler.name);
  jump(Op::JUMP, next);

  use_label(cleanup_end);
  unset_loc();
  if (named) clear_name(handler.name);
  emit(Op::LIST_APPEND, 3);
  emit(Op::POP_TOP);
  jump(Op::JUMP, next_with_error);
}

// All handlers are done: raise what is left, if anything.
void Generator::reraise_star(Label start, Label end) {
  Label reraise = new_label();
  use_label(start);
  emit(Op::PREP_RERAISE_STAR);
  emit(Op::COPY, 1);
  jump(Op::POP_JUMP_IF_NOT_NONE, reraise);
  emit(Op::POP_TOP);
  emit(Op::POP_BLOCK);
  emit(Op::POP_EXCEPT);
  jump(Op::JUMP, end);
  use_label(reraise);
  emit(Op::POP_BLOCK);
  emit(Op::SWAP, 2);
  emit(Op::POP_EXCEPT);
  emit(Op::RERAISE, 0);
}

}  // namespace mkpyc::codegen
