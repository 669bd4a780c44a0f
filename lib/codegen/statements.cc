// Statements without a file of their own: the simple ones, `if`, and the dispatch over all kinds.
#include "codegen/generator.h"
#include "target/features.h"

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
    case Kind::Delete: return delete_stmt(*stmt.as<ast::Delete>());
    case Kind::Assign: return assign(*stmt.as<ast::Assign>());
    case Kind::AugAssign: return aug_assign(*stmt.as<ast::AugAssign>());
    case Kind::AnnAssign: return ann_assign(*stmt.as<ast::AnnAssign>());
    case Kind::For:
    case Kind::AsyncFor:
    case Kind::While:
    case Kind::If:
    case Kind::With:
    case Kind::AsyncWith:
    case Kind::Match:
    case Kind::Try:
    case Kind::TryStar: return visit_compound(stmt);
    case Kind::Raise: return raise(*stmt.as<ast::Raise>());
    case Kind::Assert: return assert_stmt(*stmt.as<ast::Assert>());
    case Kind::Import: return import(*stmt.as<ast::Import>());
    case Kind::ImportFrom: return import_from(*stmt.as<ast::ImportFrom>());
    case Kind::Global:
    case Kind::Nonlocal: return;
    case Kind::Expr: return expr_stmt(stmt.loc, *stmt.as<ast::ExprStmt>()->value);
    case Kind::Pass: return emit(stmt.loc, Op::NOP);
    case Kind::Break: return break_stmt(stmt.loc);
    case Kind::Continue: return continue_stmt(stmt.loc);
    case Kind::TypeAlias: return type_alias(*stmt.as<ast::TypeAlias>());
  }
}

[[gnu::noinline]] void Generator::delete_stmt(const ast::Delete& stmt) { visit_all(stmt.targets); }

// Statements whose bodies may not be executed: annotations in them are conditional.
void Generator::visit_compound(const Stmt& stmt) {
  using Kind = ast::StmtKind;
  Unit& unit = *unit_;
  bool outer = unit.in_conditional_block;
  unit.in_conditional_block = true;
  switch (stmt.kind) {
    case Kind::For: for_stmt(*stmt.as<ast::For>()); break;
    case Kind::AsyncFor: async_for(*stmt.as<ast::For>()); break;
    case Kind::While: while_stmt(*stmt.as<ast::While>()); break;
    case Kind::If: if_stmt(*stmt.as<ast::If>()); break;
    case Kind::With: with(*stmt.as<ast::With>(), 0); break;
    case Kind::AsyncWith: async_with(*stmt.as<ast::With>(), 0); break;
    case Kind::Match: match(*stmt.as<ast::Match>()); break;
    case Kind::Try:
    case Kind::TryStar: try_stmt(*stmt.as<ast::Try>()); break;
    case Kind::FunctionDef:
    case Kind::AsyncFunctionDef:
    case Kind::ClassDef:
    case Kind::Return:
    case Kind::Delete:
    case Kind::Assign:
    case Kind::TypeAlias:
    case Kind::AugAssign:
    case Kind::AnnAssign:
    case Kind::Raise:
    case Kind::Assert:
    case Kind::Import:
    case Kind::ImportFrom:
    case Kind::Global:
    case Kind::Nonlocal:
    case Kind::Expr:
    case Kind::Pass:
    case Kind::Break:
    case Kind::Continue: MKPYC_CHECK(!"a compound statement");
  }
  unit.in_conditional_block = outer;
}

void Generator::assign(const ast::Assign& stmt) {
  visit(*stmt.value);
  u32 count = stmt.targets.size();
  for (u32 i = 0; i < count; ++i) {
    if (i + 1 < count) emit(stmt.loc, Op::COPY, 1);
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
    jump_forward(end);
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
  emit(stmt.loc, Op::RAISE_VARARGS, count);
}

// CPython: compiler_assert.
void Generator::assert_stmt(const ast::Assert& stmt) {
  check_assert(stmt);
  if (context_->optimize > 0) return;
  Label end = new_label();
  jump_if(*stmt.test, end, true);
  if (on(Feature::common_constants))
    emit(stmt.loc, Op::LOAD_COMMON_CONSTANT, kAssertionError);
  else
    emit(stmt.loc, Op::LOAD_ASSERTION_ERROR);
  if (stmt.msg != nullptr) {
    visit(*stmt.msg);
    emit_call(stmt.loc, 0);
  }
  emit(on(Feature::assert_raise_at_test) ? stmt.test->loc : stmt.loc, Op::RAISE_VARARGS, 1);
  use_label(end);
}

// CPython: compiler_return.
void Generator::return_stmt(const ast::Return& stmt) {
  const Expr* value = stmt.value;
  ast::Loc loc = stmt.loc;
  bool preserve_tos = value != nullptr && value->kind != ast::ExprKind::Constant;
  if (!in_function()) error(loc, "'return' outside function");
  if (value != nullptr && unit_->scope->coroutine && unit_->scope->generator)
    error(loc, "'return' with value in async generator");
  if (preserve_tos) {
    visit(*value);
  } else if (value != nullptr) {
    // The constant is loaded after the unwinding; its line is shown before.
    loc = value->loc;
    set_loc(loc);
    emit(loc, Op::NOP);
  }
  if (value == nullptr || value->loc.line != stmt.loc.line) {
    loc = stmt.loc;
    set_loc(loc);
    emit(loc, Op::NOP);
  }
  unwind_all(loc, preserve_tos, false);
  if (value == nullptr)
    load_none(loc);
  else if (!preserve_tos)
    load_const(loc, value->as<ast::Constant>()->value);
  put<true>(loc, Op::RETURN_VALUE, 0);
}

// CPython: compiler_break.
void Generator::break_stmt(const ast::Loc& origin) {
  ast::Loc loc = origin;
  emit(loc, Op::NOP);
  const FrameBlock* loop = unwind_all(loc, false, true);
  if (loop == nullptr) {
    set_loc(origin);
    error(origin, "'break' outside loop");
  }
  Label exit = loop->exit;
  unwind(loc, *loop, false);
  jump(loc, Op::JUMP, exit);
}

// CPython: compiler_continue.
void Generator::continue_stmt(const ast::Loc& origin) {
  ast::Loc loc = origin;
  emit(loc, Op::NOP);
  const FrameBlock* loop = unwind_all(loc, false, true);
  if (loop == nullptr) {
    set_loc(origin);
    error(origin, "'continue' not properly in loop");
  }
  jump(loc, Op::JUMP, loop->block);
}

// An expression as a statement (CPython: compiler_visit_stmt_expr).
void Generator::expr_stmt(const ast::Loc& loc, const Expr& value) {
  if (value.kind == ast::ExprKind::Constant) return emit(loc, Op::NOP);
  visit(value);
  unset_loc();
  drop_value();
}

// Most values that are dropped are those of calls, which no pass takes away with the POP_TOP: no fact tells of it.
// Where a mark is between the two, the value may be another's.
void Generator::drop_value() {
  InstrSequence& code = unit_->code.code;
  bool is_of_call = code.marks.back().at != code.instrs.size() && code.instrs.back().op == Op::CALL;
  if (!is_of_call || code.must_stop()) return emit(kNoLocation, Op::POP_TOP);
  code.add_within_block(Op::POP_TOP, 0, kNoLocation, facts_of(Op::POP_TOP) & ~u32{BlockFacts::kPops});
  code.lack_line();
}

}  // namespace mkpyc::codegen
