// Comprehensions that run in the frame around them (PEP 709). The names that they bind are kept apart: what the frame
// has under such a name lies on the stack meanwhile, and the name means what it means in the comprehension.
#include <algorithm>

#include "codegen/generator.h"
#include "target/features.h"

namespace mkpyc::codegen {

const scope::Symbol* Overrides::find(Name name) {
  if (symbols_.size() <= kFew) {
    for (std::size_t i = symbols_.size(); i-- > 0;)
      if (symbols_[i].name == name) return &symbols_[i];
    return nullptr;
  }
  for (std::size_t i = hidden_.size(); i < symbols_.size(); ++i) {
    i32& last = last_.try_emplace(symbols_[i].name, -1).first->second;
    hidden_.push_back(last);
    last = static_cast<i32>(i);
  }
  auto found = last_.find(name);
  return found == last_.end() || found->second < 0 ? nullptr : &symbols_[static_cast<std::size_t>(found->second)];
}

void Overrides::shrink(std::size_t size) {
  while (hidden_.size() > size) {
    last_[symbols_[hidden_.size() - 1].name] = hidden_.back();
    hidden_.pop_back();
  }
  if (hidden_.empty() && !last_.empty()) last_.clear();
  symbols_.resize(size);
}

void Generator::inlined_comprehension(const ast::Comp& expr) {
  comprehension_iterable(expr);
  InlinedState state;
  enter_inlined(expr, state);
  check_awaiting_comprehension(expr, unit_->code.type);
  FirstIterable first = loops_get_iterators() ? FirstIterable::IterableOnStack : FirstIterable::IteratorOnStack;
  comprehension_body(expr, first, true);
  leave_inlined(expr.loc, state);
}

// CPython: push_inlined_comprehension_state.
void Generator::enter_inlined(const ast::Comp& expr, InlinedState& state) {
  bool in_class = unit_->scope->type == scope::BlockType::Class && unit_->inlined_comprehensions == 0;
  ++unit_->inlined_comprehensions;
  if (in_class) unit_->class_names = ClassNames::Inlined;
  push_locals(expr.loc, *expr.scope, in_class, state);
  override_symbols(*expr.scope, in_class, state);
  if (state.pushed_locals.empty()) return;
  // The iterable comes back to the top.
  emit(expr.loc, Op::SWAP, static_cast<u32>(state.pushed_locals.size()) + 1);
  state.cleanup = new_label();
  jump(expr.loc, Op::SETUP_FINALLY, state.cleanup);
}

namespace {

// Names that the comprehension binds; a walrus binds a name of the frame.
bool is_bound(const scope::Symbol& symbol) {
  return (symbol.flags & scope::DEF_LOCAL) != 0 && (symbol.flags & scope::DEF_NONLOCAL) == 0;
}

}  // namespace

// Puts what the frame has under the comprehension's names on the stack; in some classes, under all that it knows.
void Generator::push_locals(const ast::Loc& loc, const scope::Scope& scope, bool in_class, InlinedState& state) {
  bool all = in_class && on(Feature::class_comprehension_keeps_all);
  bool may_share = !in_class || on(Feature::class_comprehension_shares_cell);
  for (const scope::Symbol& symbol : scope.symbols) {
    if (!is_bound(symbol) && !all) continue;
    const scope::Symbol* outer = find_symbol(symbol.name);
    emit(loc, Op::LOAD_FAST_AND_CLEAR, add_name(unit_->code.varnames, mangle(symbol.name)));
    if (symbol.scope == scope::SymbolScope::Cell) {
      bool free_outside = outer != nullptr && outer->scope == scope::SymbolScope::Free;
      emit(loc, Op::MAKE_CELL, closure_index(symbol.name, !(free_outside && may_share)));
    }
    state.pushed_locals.push_back(symbol.name);
  }
}

// Has the names mean what they mean in the comprehension, and those that it binds be fast locals.
void Generator::override_symbols(const scope::Scope& scope, bool in_class, InlinedState& state) {
  bool bound_alone = on(Feature::comprehension_keeps_outer_scopes);
  bool fast = in_function();
  state.overrides = unit_->overrides.size();
  // Found before any of them changes.
  std::vector<scope::Symbol>& added = inlined_symbols_;
  added.clear();
  for (const scope::Symbol& symbol : scope.symbols) {
    bool bound = is_bound(symbol) || in_class;
    const scope::Symbol* outer = find_symbol(symbol.name);
    scope::SymbolScope outside = outer != nullptr ? outer->scope : scope::SymbolScope::None;
    bool cell_of_free = symbol.scope == scope::SymbolScope::Cell && outside == scope::SymbolScope::Free;
    bool changed = symbol.scope != outside && !cell_of_free;
    if (bound_alone ? bound && changed : (changed && symbol.scope != scope::SymbolScope::Free) || in_class)
      added.push_back(symbol);
    if (bound && !fast && unit_->fast_hidden.insert(symbol.name).second) {
      state.fast_hidden.push_back(symbol.name);
      unit_->code.hidden.add(symbol.name);
    }
    forget_name(symbol.name);
  }
  for (const scope::Symbol& symbol : added) unit_->overrides.add(symbol);
}

// CPython: pop_inlined_comprehension_state.
void Generator::leave_inlined(const ast::Loc& loc, InlinedState& state) {
  restore_symbols(state);
  if (state.pushed_locals.empty()) return;
  emit(kNoLocation, Op::POP_BLOCK);
  Label end = new_label();
  jump_forward(end);
  use_label(state.cleanup);
  emit(kNoLocation, Op::SWAP, 2);
  emit(kNoLocation, Op::POP_TOP);
  restore_locals(loc, state);
  emit(kNoLocation, Op::RERAISE, 0);
  use_label(end);
  restore_locals(loc, state);
}

// Takes the frame's values from below the result, or the exception.
void Generator::restore_locals(const ast::Loc& loc, const InlinedState& state) {
  emit(loc, Op::SWAP, static_cast<u32>(state.pushed_locals.size()) + 1);
  for (std::size_t i = state.pushed_locals.size(); i-- > 0;)
    emit(loc, Op::STORE_FAST_MAYBE_NULL, add_name(unit_->code.varnames, mangle(state.pushed_locals[i])));
}

void Generator::restore_symbols(const InlinedState& state) {
  if (--unit_->inlined_comprehensions == 0 && unit_->class_names == ClassNames::Inlined)
    unit_->class_names = ClassNames::Own;
  for (std::size_t i = state.overrides; i < unit_->overrides.size(); ++i) forget_name(unit_->overrides[i].name);
  unit_->overrides.shrink(state.overrides);
  for (Name name : state.fast_hidden) {
    unit_->fast_hidden.erase(name);
    forget_name(name);
  }
}

}  // namespace mkpyc::codegen
