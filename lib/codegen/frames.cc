// The stack of constructs around the current statement (loops, try, with), and leaving them by break, continue and
// return.
#include "codegen/generator.h"
#include "target/features.h"

namespace mkpyc::codegen {

// CPython: compiler_push_fblock.
void Generator::push_frame(const ast::Loc& loc, FrameBlock frame) {
  if (unit_->frame_count >= style_.max_frame_blocks) error(loc, "too many statically nested blocks");
  unit_->frames[unit_->frame_count++] = frame;
  if (frame.kind == FrameKind::FinallyEnd) silence(true);
}

void Generator::pop_frame(FrameKind kind) {
  MKPYC_CHECK(unit_->frame_count > 0);
  --unit_->frame_count;
  MKPYC_CHECK(unit_->frames[unit_->frame_count].kind == kind);
  if (kind == FrameKind::FinallyEnd) silence(false);
}

// The copy of a finally body for exceptions gives no warnings again.
void Generator::silence(bool more) {
  if (on(Feature::finally_warns_once)) silenced_ += more ? 1 : -1;
}

// Writes what leaving `frame` takes; `preserve_tos`: the value on top of the stack stays there. `loc` is where the
// statement that leaves is, and becomes no location when what follows should seem to run later (CPython:
// compiler_unwind_fblock).
void Generator::unwind(ast::Loc& loc, const FrameBlock& frame, bool preserve_tos) {
  switch (frame.kind) {
    case FrameKind::WhileLoop:
    case FrameKind::ExceptionHandler:
    case FrameKind::ExceptionGroupHandler:
    case FrameKind::AsyncComprehensionGenerator:
    case FrameKind::StopIteration: return;

    case FrameKind::ForLoop: {  // drops the iterator, and its index
      bool index = on(Feature::virtual_iterators);
      if (preserve_tos) emit(loc, Op::SWAP, index ? 3 : 2);
      emit(loc, Op::POP_TOP);
      if (index) emit(loc, Op::POP_TOP);
      return;
    }

    case FrameKind::AsyncForLoop:  // drops the iterator
    case FrameKind::PopValue:
      if (preserve_tos) emit(loc, Op::SWAP, 2);
      emit(loc, Op::POP_TOP);
      return;

    case FrameKind::TryExcept: emit(loc, Op::POP_BLOCK); return;

    case FrameKind::FinallyTry:
      emit(loc, Op::POP_BLOCK);
      if (preserve_tos) push_frame(loc, {.kind = FrameKind::PopValue});
      visit_stmts(frame.finally_body);
      if (preserve_tos) pop_frame(FrameKind::PopValue);
      // The finally block seems to run after the statement that leaves.
      loc = kNoLocation;
      unset_loc();
      return;

    case FrameKind::FinallyEnd:
      if (preserve_tos) emit(loc, Op::SWAP, 2);
      emit(loc, Op::POP_TOP);
      if (preserve_tos) emit(loc, Op::SWAP, 2);
      emit(loc, Op::POP_BLOCK);
      emit(loc, Op::POP_EXCEPT);
      return;

    case FrameKind::With:
    case FrameKind::AsyncWith: return unwind_with(loc, frame, preserve_tos);

    case FrameKind::HandlerCleanup:
      if (frame.handler_name != Name::kNone) emit(loc, Op::POP_BLOCK);
      if (preserve_tos) emit(loc, Op::SWAP, 2);
      emit(loc, Op::POP_BLOCK);
      emit(loc, Op::POP_EXCEPT);
      if (frame.handler_name != Name::kNone) clear_name(loc, frame.handler_name);
      return;
  }
}

void Generator::unwind_with(ast::Loc& loc, const FrameBlock& frame, bool preserve_tos) {
  loc = frame.loc;
  set_loc(loc);
  emit(loc, Op::POP_BLOCK);
  if (preserve_tos) {
    if (on(Feature::special_methods)) emit(loc, Op::SWAP, 3);
    emit(loc, Op::SWAP, 2);
  }
  call_exit_with_nones(loc);
  if (frame.kind == FrameKind::AsyncWith) emit_await(loc, 2);
  emit(loc, Op::POP_TOP);
  loc = kNoLocation;
  unset_loc();
}

// Leaves all open frames, or with `to_loop` those inside the innermost loop, which is returned. The frames stay open
// for the statements that follow (CPython: compiler_unwind_fblock_stack).
const FrameBlock* Generator::unwind_all(ast::Loc& loc, bool preserve_tos, bool to_loop) {
  if (unit_->frame_count == 0) return nullptr;
  FrameBlock& top = unit_->frames[unit_->frame_count - 1];
  if (top.kind == FrameKind::ExceptionGroupHandler)
    error(loc, "'break', 'continue' and 'return' cannot appear in an except* block");
  bool is_loop =
      top.kind == FrameKind::WhileLoop || top.kind == FrameKind::ForLoop || top.kind == FrameKind::AsyncForLoop;
  if (to_loop && is_loop) return &top;
  // A finally body may push frames of its own where this one was.
  FrameBlock copy = top;
  --unit_->frame_count;
  bool heard = top.kind == FrameKind::FinallyEnd && on(Feature::leaving_finally_warns);
  if (heard) silence(false);
  unwind(loc, copy, preserve_tos);
  const FrameBlock* loop = unwind_all(loc, preserve_tos, to_loop);
  if (heard) silence(true);
  unit_->frames[unit_->frame_count++] = copy;
  return loop;
}

// True inside a try statement, any part of it but `else`.
bool Generator::in_exception_handler() const {
  for (u32 i = 0; i < unit_->frame_count; ++i) {
    switch (unit_->frames[i].kind) {
      case FrameKind::TryExcept:
      case FrameKind::FinallyTry:
      case FrameKind::FinallyEnd:
      case FrameKind::ExceptionHandler:
      case FrameKind::ExceptionGroupHandler:
      case FrameKind::HandlerCleanup: return true;
      case FrameKind::WhileLoop:
      case FrameKind::ForLoop:
      case FrameKind::AsyncForLoop:
      case FrameKind::With:
      case FrameKind::AsyncWith:
      case FrameKind::PopValue:
      case FrameKind::AsyncComprehensionGenerator:
      case FrameKind::StopIteration: break;
    }
  }
  return false;
}

// `__exit__(None, None, None)` of the context manager below.
void Generator::call_exit_with_nones(const ast::Loc& loc) {
  load_none(loc);
  load_none(loc);
  load_none(loc);
  emit_call(loc, on(Feature::special_methods) ? 3 : 2);
}

// CPython: compiler_pop_except_and_reraise.
void Generator::pop_except_and_reraise() {
  emit(kNoLocation, Op::COPY, 3);
  emit(kNoLocation, Op::POP_EXCEPT);
  emit(kNoLocation, Op::RERAISE, 1);
}

}  // namespace mkpyc::codegen
