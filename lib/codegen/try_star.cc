// try with except* (PEP 654). While handlers run, the stack holds the original group, the list of what the handlers
// raised, and the part of the group that no handler has taken yet.
#include "codegen/generator.h"
#include "target/features.h"

namespace mkpyc::codegen {

// CPython: compiler_try_star_except.
void Generator::try_star_except(const ast::Try& stmt) {
  Label body = new_label();
  Label except = new_label();
  Label orelse = new_label();
  Label end = new_label();
  Label cleanup = new_label();
  Label reraise = new_label();
  jump(stmt.loc, Op::SETUP_FINALLY, except);
  use_label(body);
  push_frame(stmt.loc, {.kind = FrameKind::TryExcept, .block = body});
  visit_stmts(stmt.body);
  pop_frame(FrameKind::TryExcept);
  emit_noline(Op::POP_BLOCK);
  jump_forward(orelse);

  use_label(except);
  unset_loc();
  jump(kNoLocation, Op::SETUP_CLEANUP, cleanup);
  emit(kNoLocation, Op::PUSH_EXC_INFO);
  push_frame(stmt.loc, {.kind = FrameKind::ExceptionGroupHandler});
  for (u32 i = 0; i < stmt.handlers.size(); ++i) star_handler(*stmt.handlers[i], i == 0);
  if (!stmt.handlers.empty()) {
    // What no handler took joins what the handlers raised.
    emit(kNoLocation, Op::LIST_APPEND, 1);
    jump_forward(kNoLocation, reraise);
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
  if (first) begin_star_handlers(handler.loc);
  visit(*handler.type);
  emit(handler.loc, Op::CHECK_EG_MATCH);
  emit(handler.loc, Op::COPY, 1);
  if (separate) {
    jump(handler.loc, Op::POP_JUMP_IF_NONE, match_label);
  } else {
    jump(handler.loc, Op::POP_JUMP_IF_NOT_NONE, match_label);
    emit(handler.loc, Op::POP_TOP);
    jump(handler.loc, Op::JUMP, next);
    use_label(match_label);
  }
  star_handler_body(handler, next, next_with_error);
  use_label(next);
  if (!separate) return;
  emit(kNoLocation, Op::NOP);  // keeps the location of the body's end
  jump_forward(kNoLocation, next_with_error);
  use_label(match_label);
  emit(handler.loc, Op::POP_TOP);
  use_label(next_with_error);
}

// The list of what handlers raise, and a copy of the group on top of it.
void Generator::begin_star_handlers(const ast::Loc& loc) {
  if (style_.implicit_locations) {
    emit(loc, Op::COPY, 1);
    emit(loc, Op::BUILD_LIST, 0);
    emit(loc, Op::SWAP, 2);
  } else {
    emit(loc, Op::BUILD_LIST, 0);
    emit(loc, Op::COPY, 2);
  }
}

// The body of a handler; `next`: where it goes on, `next_with_error`: where it goes on when it raised.
void Generator::star_handler_body(const ast::ExceptHandler& handler, Label next, Label next_with_error) {
  bool named = handler.name != Name::kNone;
  Label cleanup_end = new_label();
  Label cleanup_body = new_label();
  if (named)
    handler_name_op(handler.loc, handler.name, ast::ExprContext::Store);
  else
    emit(handler.loc, Op::POP_TOP);
  jump(handler.loc, Op::SETUP_CLEANUP, cleanup_end);
  use_label(cleanup_body);
  push_frame(handler.loc, {.kind = FrameKind::HandlerCleanup, .block = cleanup_body, .handler_name = handler.name});
  visit_stmts(handler.body);
  pop_frame(FrameKind::HandlerCleanup);
  unset_loc();
  emit(kNoLocation, Op::POP_BLOCK);
  if (named) clear_name(kNoLocation, handler.name);
  jump_forward(kNoLocation, next);

  use_label(cleanup_end);
  unset_loc();
  if (named) clear_name(kNoLocation, handler.name);
  emit(kNoLocation, Op::LIST_APPEND, 3);
  emit(kNoLocation, Op::POP_TOP);
  jump_forward(kNoLocation, next_with_error);
}

// All handlers are done: raise what is left, if anything.
void Generator::reraise_star(Label start, Label end) {
  Label reraise = new_label();
  use_label(start);
  if (on(Feature::intrinsics))
    emit_intrinsic(kNoLocation, Intrinsic2::PrepReraiseStar);
  else
    emit(kNoLocation, Op::PREP_RERAISE_STAR);
  emit(kNoLocation, Op::COPY, 1);
  jump(kNoLocation, Op::POP_JUMP_IF_NOT_NONE, reraise);
  emit(kNoLocation, Op::POP_TOP);
  emit(kNoLocation, Op::POP_BLOCK);
  emit(kNoLocation, Op::POP_EXCEPT);
  jump_forward(kNoLocation, end);
  use_label(reraise);
  emit(kNoLocation, Op::POP_BLOCK);
  emit(kNoLocation, Op::SWAP, 2);
  emit(kNoLocation, Op::POP_EXCEPT);
  emit(kNoLocation, Op::RERAISE, 0);
}

}  // namespace mkpyc::codegen
