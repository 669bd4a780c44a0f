// The stack of constructs around the current statement (loops, try, with), and leaving them by break, continue and
// return.
#include "codegen/generator.h"

namespace mkpyc::codegen {

// CPython: compiler_push_fblock.
void Generator::push_frame(FrameBlock frame) {
  if (unit_->frame_count >= kMaxFrameBlocks) error("too many statically nested blocks");
  unit_->frames[unit_->frame_count++] = frame;
}

void Generator::pop_frame(FrameKind kind) {
  MKPYC_CHECK(unit_->frame_count > 0);
  --unit_->frame_count;
  MKPYC_CHECK(unit_->frames[unit_->frame_count].kind == kind);
}

// Writes what leaving `frame` takes; `preserve_tos`: the value on top of the stack stays there (CPython:
// compiler_unwind_fblock).
void Generator::unwind(const FrameBlock& frame, bool preserve_tos) {
  switch (frame.kind) {
    case FrameKind::WhileLoop:
    case FrameKind::ExceptionHandler:
    case FrameKind::ExceptionGroupHandler:
    case FrameKind::AsyncComprehensionGenerator: return;

    case FrameKind::ForLoop:  // drops the iterator
    case FrameKind::PopValue:
      if (preserve_tos) emit(Op::SWAP, 2);
      emit(Op::POP_TOP);
      return;

    case FrameKind::TryExcept: emit(Op::POP_BLOCK); return;

    case FrameKind::FinallyTry:
      emit(Op::POP_BLOCK);
      if (preserve_tos) push_frame({.kind = FrameKind::PopValue});
      visit_stmts(frame.finally_body);
      if (preserve_tos) pop_frame(FrameKind::PopValue);
      // The finally block seems to run after the statement that leaves.
      unset_loc();
      return;

    case FrameKind::FinallyEnd:
      if (preserve_tos) emit(Op::SWAP, 2);
      emit(Op::POP_TOP);
      if (preserve_tos) emit(Op::SWAP, 2);
      emit(Op::POP_BLOCK);
      emit(Op::POP_EXCEPT);
      return;

    case FrameKind::With:
    case FrameKind::AsyncWith:
      set_loc(frame.statement->loc);
      emit(Op::POP_BLOCK);
      if (preserve_tos) emit(Op::SWAP, 2);
      call_exit_with_nones();
      if (frame.kind == FrameKind::AsyncWith) emit_await(2);
      emit(Op::POP_TOP);
      unset_loc();
      return;

    case FrameKind::HandlerCleanup:
      if (frame.handler_name != Name::kNone) emit(Op::POP_BLOCK);
      if (preserve_tos) emit(Op::SWAP, 2);
      emit(Op::POP_BLOCK);
      emit(Op::POP_EXCEPT);
      if (frame.handler_name != Name::kNone) clear_name(frame.handler_name);
      return;
  }
}

// Leaves all open frames, or with `to_loop` those inside the innermost loop, which is returned. The frames stay open
// for the statements that follow (CPython: compiler_unwind_fblock_stack).
const FrameBlock* Generator::unwind_all(bool preserve_tos, bool to_loop) {
  if (unit_->frame_count == 0) return nullptr;
  FrameBlock& top = unit_->frames[unit_->frame_count - 1];
  if (top.kind == FrameKind::ExceptionGroupHandler)
    error("'break', 'continue' and 'return' cannot appear in an except* block");
  if (to_loop && (top.kind == FrameKind::WhileLoop || top.kind == FrameKind::ForLoop)) return &top;
  // A finally body may push frames of its own where this one was.
  FrameBlock copy = top;
  --unit_->frame_count;
  unwind(copy, preserve_tos);
  const FrameBlock* loop = unwind_all(preserve_tos, to_loop);
  unit_->frames[unit_->frame_count++] = copy;
  return loop;
}

// `__exit__(None, None, None)` of the context manager below.
void Generator::call_exit_with_nones() {
  load_none();
  load_none();
  load_none();
  emit_call(2);
}

// CPython: compiler_pop_except_and_reraise.
void Generator::pop_except_and_reraise() {
  emit(Op::COPY, 3);
  emit(Op::POP_EXCEPT);
  emit(Op::RERAISE, 1);
}

}  // namespace mkpyc::codegen
