// Statements without a file of their own: the simple ones, `if`, and the dispatch over all kinds.
#include "codegen/generator.h"

namespace mkpyc::codegen {

// CPython: compiler_visit_stmt.
void Generator::visit_stmt(const Stmt& stmt) {
  using Kind = ast::StmtKind;
  set_loc(stmt.loc);
  switch (stmt.kind) {
    case Kind::FunctionDef: return function(*stmt.as<ast::FunctionDef>(), false);
    case Kind::AsyncFunctionDef: return function(*stmt.as<ast::FunctionDef>(), true);
    case Kind::ClassDef: return class_def(*stmt.as<ast::ClassDef>());
    case Kind::Return: return return_stmt(*stmt.as<ast::Return>());
    case Kind::Delete: return visit_all(stmt.as<ast::Delete>()->targets);
    case Kind::Assign: return assign(*stmt.as<ast::Assign>());
    case Kind::AugAssign: return aug_assign(*stmt.as<ast::AugAssign>());
    case Kind::AnnAssign: return ann_assign(*stmt.as<ast::AnnAssign>());
    case Kind::For: return for_stmt(*stmt.as<ast::For>());
    case Kind::AsyncFor: return async_for(*stmt.as<ast::For>());
    case Kind::While: return while_stmt(*stmt.as<ast::While>());
    case Kind::If: return if_stmt(*stmt.as<ast::If>());
    case Kind::With: return with(*stmt.as<ast::With>(), 0);
    case Kind::AsyncWith: return async_with(*stmt.as<ast::With>(), 0);
    case Kind::Match: return match(*stmt.as<ast::Match>());
    case Kind::Raise: return raise(*stmt.as<ast::Raise>());
    case Kind::Try:
    case Kind::TryStar: return try_stmt(*stmt.as<ast::Try>());
    case Kind::Assert: return assert_stmt(*stmt.as<ast::Assert>());
    case Kind::Import: return import(*stmt.as<ast::Import>());
    case Kind::ImportFrom: return import_from(*stmt.as<ast::ImportFrom>());
    case Kind::Global:
    case Kind::Nonlocal: return;
    case Kind::Expr: return expr_stmt(*stmt.as<ast::ExprStmt>()->value);
    case Kind::Pass: return emit(Op::NOP);
    case Kind::Break: return break_stmt();
    case Kind::Continue: return continue_stmt();
    case Kind::TypeAlias: MKPYC_CHECK(!"type alias for a target without it");
  }
}

void Generator::assign(const ast::Assign& stmt) {
  visit(*stmt.value);
  u32 count = stmt.targets.size();
  for (u32 i = 0; i < count; ++i) {
    if (i + 1 < count) emit(Op::COPY, 1);
    visit(*stmt.targets[i]);
  }
}

// CPython: compiler_if.
void Generator::if_stmt(const ast::If& stmt) {
  Label end = new_label();
  Label next = stmt.orelse.empty() ? end : new_label();
  jump_if(*stmt.test, next, false);
  visit_stmts(stmt.body);
  if (!stmt.orelse.empty()) {
    jump_noline(Op::JUMP, end);
    use_label(next);
    visit_stmts(stmt.orelse);
  }
  use_label(end);
}

void Generator::raise(const ast::Raise& stmt) {
  u32 count = 0;
  if (stmt.exc != nullptr) {
    visit(*stmt.exc);
    ++count;
    if (stmt.cause != nullptr) {
      visit(*stmt.cause);
      ++count;
    }
  }
  emit(Op::RAISE_VARARGS, count);
}

// CPython: compiler_assert.
void Generator::assert_stmt(const ast::Assert& stmt) {
  check_assert_test(*stmt.test);
  if (context_->optimize > 0) return;
  Label end = new_label();
  jump_if(*stmt.test, end, true);
  emit(Op::LOAD_ASSERTION_ERROR);
  if (stmt.msg != nullptr) {
    visit(*stmt.msg);
    emit_call(0);
  }
  emit(Op::RAISE_VARARGS, 1);
  use_label(end);
}

// CPython: compiler_return.
void Generator::return_stmt(const ast::Return& stmt) {
  const Expr* value = stmt.value;
  bool preserve_tos = value != nullptr && value->kind != ast::ExprKind::Constant;
  if (!in_function()) error("'return' outside function");
  if (value != nullptr && unit_->scope->coroutine && unit_->scope->generator)
    error("'return' with value in async generator");
  if (preserve_tos) {
    visit(*value);
  } else if (value != nullptr) {
    // The constant is loaded after the unwinding; its line is shown before.
    set_loc(value->loc);
    emit(Op::NOP);
  }
  if (value == nullptr || value->loc.line != stmt.loc.line) {
    set_loc(stmt.loc);
    emit(Op::NOP);
  }
  unwind_all(preserve_tos, false);
  if (value == nullptr)
    load_none();
  else if (!preserve_tos)
    load_const(value->as<ast::Constant>()->value);
  emit(Op::RETURN_VALUE);
}

// CPython: compiler_break.
void Generator::break_stmt() {
  ast::Loc here = unit_->loc;
  emit(Op::NOP);
  const FrameBlock* loop = unwind_all(false, true);
  if (loop == nullptr) {
    set_loc(here);
    error("'break' outside loop");
  }
  Label exit = loop->exit;
  unwind(*loop, false);
  jump(Op::JUMP, exit);
}

// CPython: compiler_continue.
void Generator::continue_stmt() {
  ast::Loc here = unit_->loc;
  emit(Op::NOP);
  const FrameBlock* loop = unwind_all(false, true);
  if (loop == nullptr) {
    set_loc(here);
    error("'continue' not properly in loop");
  }
  jump(Op::JUMP, loop->block);
}

// An expression as a statement (CPython: compiler_visit_stmt_expr).
void Generator::expr_stmt(const Expr& value) {
  if (value.kind == ast::ExprKind::Constant) return emit(Op::NOP);
  visit(value);
  unset_loc();
  emit(Op::POP_TOP);
}

}  // namespace mkpyc::codegen
