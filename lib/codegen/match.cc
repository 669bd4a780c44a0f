// The match statement: its cases, and the way out of a pattern that fails. Patterns are in patterns.cc.
//
// A pattern takes the subject off the stack. What it captures stays on the stack below the values that are still to be
// matched, and is stored when the whole pattern has matched. A failure jumps to the label that pops as many values as
// are there at that point; the labels fall through into each other.
#include <algorithm>

#include "codegen/generator.h"
#include "target/features.h"

namespace mkpyc::codegen {

// CPython: compiler_match_inner.
void Generator::match(const ast::Match& stmt) {
  visit(*stmt.subject);
  Label end = new_label();
  u32 count = stmt.cases.size();
  bool has_default = count > 1 && is_wildcard(*stmt.cases[count - 1]->pattern);
  u32 tested = count - (has_default ? 1 : 0);
  PatternContext pc;
  for (u32 i = 0; i < tested; ++i) {
    const ast::MatchCase& match_case = *stmt.cases[i];
    pc.stores.clear();
    pc.fail_pop.clear();
    pc.on_top = 0;
    pc.allow_irrefutable = match_case.guard != nullptr || i == count - 1;
    this->match_case(match_case, pc, i + 1 < tested, end);
  }
  if (has_default) match_default(*stmt.cases[count - 1], end);
  use_label(end);
}

// One case; `keep_subject`: another one is tested after it.
void Generator::match_case(const ast::MatchCase& match_case, PatternContext& pc, bool keep_subject, Label end) {
  const ast::Loc& loc = match_case.pattern->loc;
  set_loc(loc);
  if (keep_subject) emit(loc, Op::COPY, 1);
  pattern(*match_case.pattern, pc);
  for (Name name : pc.stores) store_name(loc, name);
  if (match_case.guard != nullptr) {
    ensure_fail_pop(pc, 0);
    jump_if(*match_case.guard, pc.fail_pop[0], false);
  }
  if (keep_subject) {
    bool at_next = on(Feature::case_pop_at_next);
    emit(at_next ? kNextLocation : loc, Op::POP_TOP);
    if (at_next) unit_->code.code.note_next_location();
  }
  visit_stmts(match_case.body);
  if (on(Feature::match_case_jump_location)) unset_loc();
  jump(kNoLocation, Op::JUMP, end);
  // The way out of the failed pattern has the pattern's line, not that of the end of the body.
  set_loc(loc);
  emit_and_reset_fail_pop(loc, pc);
}

// A last `case _`. The subject is gone: the case before it has not kept it.
void Generator::match_default(const ast::MatchCase& match_case, Label end) {
  const ast::Loc& loc = match_case.pattern->loc;
  set_loc(loc);
  emit(loc, Op::NOP);
  if (match_case.guard != nullptr) jump_if(*match_case.guard, end, false);
  visit_stmts(match_case.body);
  if (on(Feature::match_case_jump_location)) unset_loc();
}

// ---- failing ----

void Generator::ensure_fail_pop(PatternContext& pc, u32 count) {
  while (pc.fail_pop.size() <= count) pc.fail_pop.push_back(new_label());
}

// CPython: jump_to_fail_pop.
void Generator::jump_to_fail_pop(const ast::Loc& loc, PatternContext& pc, Op op) {
  u32 pops = pc.on_top + static_cast<u32>(pc.stores.size());
  ensure_fail_pop(pc, pops);
  jump(loc, op, pc.fail_pop[pops]);
}

// CPython: emit_and_reset_fail_pop.
void Generator::emit_and_reset_fail_pop(const ast::Loc& loc, PatternContext& pc) {
  while (!pc.fail_pop.empty()) {
    use_label(pc.fail_pop.back());
    pc.fail_pop.pop_back();
    if (!pc.fail_pop.empty()) emit(loc, Op::POP_TOP);
  }
}

// ---- capturing ----

// Moves the top of the stack below the `count` - 1 values under it.
void Generator::rotate(const ast::Loc& loc, u32 count) {
  while (count > 1) emit(loc, Op::SWAP, count--);
}

// Captures the top of the stack as `name`, or drops it (CPython: pattern_helper_store_name).
void Generator::capture(const ast::Loc& loc, Name name, PatternContext& pc) {
  if (name == Name::kNone) return emit(loc, Op::POP_TOP);
  check_forbidden(loc, name, ast::ExprContext::Store);
  if (std::find(pc.stores.begin(), pc.stores.end(), name) != pc.stores.end()) error_duplicate_capture(loc, name);
  rotate(loc, pc.on_top + static_cast<u32>(pc.stores.size()) + 1);
  pc.stores.push_back(name);
}

void Generator::error_duplicate_capture(const ast::Loc& loc, Name name) {
  error(loc, "multiple assignments to name '" + std::string(context_->names.text(name)) + "' in pattern");
}

}  // namespace mkpyc::codegen
