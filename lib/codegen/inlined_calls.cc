// Calls of builtins on a generator expression that are written as a loop: all(x for x in y) and its like.
//
// Whether the name still means the builtin is found out when the code runs: if it does not, the ordinary call is made.
#include "codegen/generator.h"
#include "target/features.h"

namespace mkpyc::codegen {
namespace {

struct InlinedBuiltin {
  Name name;
  CommonConstant constant;
  Op build;         // of the result, or NOP
  Op add;           // an item to the result, or NOP
  bool early_exit;  // for results that are true or false: the truth that ends the loop
};
constexpr InlinedBuiltin kInlined[] = {
    {names::all_, kAll, Op::NOP, Op::NOP, false},
    {names::any_, kAny, Op::NOP, Op::NOP, true},
    {names::tuple_, kTuple, Op::BUILD_LIST, Op::LIST_APPEND, false},
    {names::list_, kList, Op::BUILD_LIST, Op::LIST_APPEND, false},
    {names::set_, kSet, Op::BUILD_SET, Op::SET_ADD, false},
};

const InlinedBuiltin* find_inlined(Name name, bool list_and_set) {
  for (const InlinedBuiltin& builtin : kInlined) {
    if (builtin.name != name) continue;
    bool is_new = builtin.constant == kList || builtin.constant == kSet;
    return is_new && !list_and_set ? nullptr : &builtin;
  }
  return nullptr;
}

}  // namespace

// Writes the loop, if the call, which is_on_generator(), is one of those, and the label where the ordinary call begins.
// The callee is on the stack (CPython: maybe_optimize_function_call).
void Generator::inline_call(const ast::Call& expr, Label end) {
  if (on(Feature::async_genexp_calls_stay) && expr.args[0]->as<ast::Comp>()->scope->coroutine) return;
  Label ordinary = new_label();
  const InlinedBuiltin* builtin = find_inlined(expr.func->as<ast::NameExpr>()->id, on(Feature::list_set_calls_inlined));
  if (builtin != nullptr) {
    const ast::Loc& loc = expr.func->loc;
    emit(loc, Op::COPY, 1);
    emit(loc, Op::LOAD_COMMON_CONSTANT, builtin->constant);
    emit_compare(loc, ast::CmpOp::Is);
    jump(loc, Op::POP_JUMP_IF_FALSE, ordinary);
    emit(loc, Op::POP_TOP);
    if (builtin->build != Op::NOP) emit(loc, builtin->build, 0);
    visit(*expr.args[0]);
    inline_call_loop(loc, builtin->add, builtin->early_exit, end);
    if (builtin->constant == kTuple) emit_intrinsic(loc, Intrinsic1::ListToTuple, Op::LIST_TO_TUPLE);
    if (builtin->add == Op::NOP) load_const(loc, context_->objects.boolean(!builtin->early_exit));
    jump(loc, Op::JUMP, end);
  }
  use_label(ordinary);
}

// Consumes the iterator on the stack: each item goes into the result below it (`add`), or one whose truth is
// `early_exit` ends the call with that.
void Generator::inline_call_loop(const ast::Loc& loc, Op add, bool early_exit, Label end) {
  Label loop = new_label();
  Label cleanup = new_label();
  bool index = on(Feature::virtual_iterators);
  if (index) emit(loc, Op::PUSH_NULL);
  use_label(loop);
  jump(loc, Op::FOR_ITER, cleanup);
  if (add != Op::NOP) {
    emit(loc, add, index ? 3 : 2);
    jump(loc, Op::JUMP, loop);
  } else {
    jump_on(loc, !early_exit, loop);
  }
  emit(kNoLocation, Op::POP_ITER);
  if (add == Op::NOP) load_const(loc, context_->objects.boolean(early_exit));
  jump(loc, Op::JUMP, end);
  use_label(cleanup);
  emit(kNoLocation, Op::END_FOR);
  emit(kNoLocation, Op::POP_ITER);
}

}  // namespace mkpyc::codegen
