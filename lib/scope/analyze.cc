// The second pass: what each name of each block means (CPython: symtable.c analyze_block and what it calls).
//
// CPython walks the blocks from the outside in with three sets, the names that enclosing functions bind, those that
// enclosing blocks declare global and those that are type parameters, and copies all for each block. Names do not
// influence each other, so three bits a name do: a block changes them for its own names and changes them back when its
// inner blocks are done.
//
// On the way out go the names that inner blocks found free. Each block takes the ones it binds (they become cells) and
// passes on the rest, and gets a symbol for each of those. Their order is that of a hash set in CPython; nothing that
// ends up in a code object depends on it, but for comprehensions that are inlined into a class body.
#include <algorithm>

#include "base/check.h"
#include "scope/set_order.h"
#include "target/features.h"

namespace mkpyc::scope {
namespace {

class Analyzer {
 public:
  Analyzer(Context& context, Builder::Scratch& scratch);
  /// `class_around` is the class whose names the block sees, or null.
  void block(Scope* scope, const Scope* class_around);

 private:
  void own_names(Scope* scope, const Scope* class_around);
  void show_to_inner(const Scope* scope, const Symbol& symbol);
  void show_class_cells();
  SymbolScope decide(Scope* scope, const Scope* class_around, const Symbol& symbol);
  SymbolScope nonlocal_scope(const Scope* scope, const Symbol& symbol);
  void set_visible(Name name, Visible now);
  void inner_blocks(Scope* scope, const Scope* class_around);
  void use_classdict(Scope* scope);

  bool inlines(const Scope* scope, const Scope* comp) const;
  void inline_comprehension(Scope* scope, Scope* comp, std::size_t free_start);
  void take_over(Scope* scope, const Scope* comp, const Symbol& symbol);
  bool is_dunder_class_of(const Scope* scope, const Symbol& symbol) const;
  void remove_dunder_class(Scope* comp);
  void splice_inlined(Scope* scope);
  void mark_inlined_cells(Scope* scope, std::size_t start);

  void resolve_free(Scope* scope, std::size_t inner_start);
  bool is_bound_here(Scope* scope, Name name);
  bool is_class_cell(Scope* scope, Name name);
  void add_passed_on(Scope* scope);
  bool first_sight(Name name, u32 number);
  void drop(Name name) { scratch_.stamp[static_cast<u32>(name)] = numbers_; }
  [[noreturn]] void fail(const Scope* scope, Name name, std::string message);
  Visible& visible(Name name) { return scratch_.visible[static_cast<u32>(name)]; }
  std::string quoted(Name name) const { return "'" + std::string(context_.names.text(name)) + "'"; }

  Context& context_;
  Builder::Scratch& scratch_;
  const bool inline_comprehensions_;
  const bool lazy_annotations_;
  const bool free_in_set_order_;
  u32 numbers_ = 0;
};

Analyzer::Analyzer(Context& context, Builder::Scratch& scratch)
    : context_(context),
      scratch_(scratch),
      inline_comprehensions_(context.target.on(Feature::inlined_comprehensions)),
      lazy_annotations_(context.target.on(Feature::lazy_annotations)),
      free_in_set_order_(context.target.on(Feature::free_in_set_order)) {
  u32 count = context.names.size();
  // Empty, unless an earlier file ended with an error.
  if (scratch_.visible.size() < count || !scratch_.undo.empty()) scratch_.visible.assign(count, Visible{});
  scratch_.undo.clear();
  scratch_.free.clear();
  scratch_.inlined_cells.clear();
  scratch_.stamp.assign(count, 0);
}

// CPython: error_at_directive.
void Analyzer::fail(const Scope* scope, Name name, std::string message) {
  for (const Directive& directive : scratch_.directives)
    if (directive.scope == scope && directive.name == name) throw error_at(directive.loc, std::move(message));
  MKPYC_CHECK(false && "no directive for a nonlocal name");
}

inline void Analyzer::set_visible(Name name, Visible now) {
  Visible& at = visible(name);
  if (at == now) return;
  scratch_.undo.push_back({name, at});
  at = now;
}

SymbolScope Analyzer::nonlocal_scope(const Scope* scope, const Symbol& symbol) {
  if (scope->type == BlockType::Module) fail(scope, symbol.name, "nonlocal declaration not allowed at module level");
  if (!visible(symbol.name).bound)
    fail(scope, symbol.name, "no binding for nonlocal " + quoted(symbol.name) + " found");
  if (visible(symbol.name).type_param)
    fail(scope, symbol.name, "nonlocal binding not allowed for type parameter " + quoted(symbol.name));
  return SymbolScope::Free;
}

// CPython: analyze_name.
inline SymbolScope Analyzer::decide(Scope* scope, const Scope* class_around, const Symbol& symbol) {
  if ((symbol.flags & (DEF_GLOBAL | DEF_NONLOCAL)) != 0) [[unlikely]] {
    if ((symbol.flags & DEF_GLOBAL) == 0) return nonlocal_scope(scope, symbol);
    if ((symbol.flags & DEF_NONLOCAL) != 0)
      fail(scope, symbol.name, "name " + quoted(symbol.name) + " is nonlocal and global");
    scope->has_explicit_global = true;
    return SymbolScope::GlobalExplicit;
  }
  if ((symbol.flags & DEF_BOUND) != 0) return SymbolScope::Local;
  // What the class has is looked for there and then among the globals, not in functions around the class.
  if (class_around != nullptr) [[unlikely]] {
    const Symbol* of_class = class_around->find(symbol.name);
    u32 flags = of_class == nullptr ? 0 : of_class->flags;
    if ((flags & DEF_GLOBAL) != 0) {
      scope->has_explicit_global = true;
      return SymbolScope::GlobalExplicit;
    }
    if ((flags & DEF_BOUND) != 0 && (flags & DEF_NONLOCAL) == 0) return SymbolScope::GlobalImplicit;
  }
  Visible outside = visible(symbol.name);
  if (outside.bound) return SymbolScope::Free;
  if (scope->nested && !outside.global) scope->has_free = true;
  return SymbolScope::GlobalImplicit;
}

// A class shows its `global` to nobody, not even in what sees the class's names; of a module only its `global`
// declarations count. That a name is no type parameter any more is visible wherever it is bound.
inline void Analyzer::show_to_inner(const Scope* scope, const Symbol& symbol) {
  bool local = symbol.scope == SymbolScope::Local;
  if (scope->type == BlockType::Class) {
    Visible now = visible(symbol.name);
    if (!local || !now.type_param) return;
    now.type_param = false;
    set_visible(symbol.name, now);
  } else if ((symbol.flags & DEF_GLOBAL) != 0) {
    set_visible(symbol.name, {.bound = false, .global = true, .type_param = visible(symbol.name).type_param});
  } else if (local && is_function_like(scope->type)) {
    set_visible(symbol.name, {.bound = true, .type_param = (symbol.flags & DEF_TYPE_PARAM) != 0});
  }
}

// What is special in a class body is visible in its inner blocks.
void Analyzer::show_class_cells() {
  auto show = [this](Name name) {
    Visible now = visible(name);
    now.bound = true;
    set_visible(name, now);
  };
  show(names::dunder_class);
  if (inline_comprehensions_) show(names::dunder_classdict);
  if (lazy_annotations_) show(names::dunder_conditional_annotations);
}

// Decides the names of a block and makes visible to its inner blocks, if there are any, what they see of it.
void Analyzer::own_names(Scope* scope, const Scope* class_around) {
  bool has_inner = !scope->children.empty();
  for (Symbol& symbol : scope->symbols) {
    symbol.scope = decide(scope, class_around, symbol);
    if (symbol.scope == SymbolScope::Free) {
      scope->has_free = true;
      scratch_.free.push_back(symbol.name);
    } else if (has_inner) {
      show_to_inner(scope, symbol);
    }
  }
  if (has_inner && scope->type == BlockType::Class) show_class_cells();
}

void Analyzer::inner_blocks(Scope* scope, const Scope* class_around) {
  bool inlined = false;
  for (Scope* inner : scope->children) {
    std::size_t free_start = scratch_.free.size();
    const Scope* seen = scope->type == BlockType::Class ? scope : class_around;
    block(inner, inner->can_see_class_scope ? seen : nullptr);
    if (inlines(scope, inner)) {
      inline_comprehension(scope, inner, free_start);
      inlined = true;
    }
    if (inner->has_free || inner->has_child_free) scope->has_child_free = true;
  }
  if (inlined) splice_inlined(scope);
}

// What a block would do that uses `__classdict__` and sees the class around it.
void Analyzer::use_classdict(Scope* scope) {
  const Symbol* own = scope->find(names::dunder_classdict);
  u32 flags = own == nullptr ? 0 : own->flags;
  bool from_class = (flags & DEF_GLOBAL) != 0 || ((flags & DEF_BOUND) != 0 && (flags & DEF_NONLOCAL) == 0);
  if (from_class || !visible(names::dunder_classdict).bound) return;
  scratch_.free.push_back(names::dunder_classdict);
  scope->has_child_free = true;
}

// ---- PEP 709 ----

bool Analyzer::inlines(const Scope* scope, const Scope* comp) const {
  return inline_comprehensions_ && comp->comprehension != CompKind::None && !comp->generator &&
         !scope->can_see_class_scope;
}

// The cells that a class body has for its functions are never free in it (see is_class_cell).
bool Analyzer::is_dunder_class_of(const Scope* scope, const Symbol& symbol) const {
  if (symbol.scope != SymbolScope::Free || scope->type != BlockType::Class) return false;
  if (symbol.name == names::dunder_classdict || symbol.name == names::dunder_conditional_annotations)
    return context_.target.on(Feature::class_comprehension_lambda_gets_class);
  if (symbol.name != names::dunder_class) return false;
  bool known = scope->find(names::dunder_class) != nullptr;
  return context_.target.on(known ? Feature::dunder_class_always_global : Feature::dunder_class_in_class_comprehension);
}

bool is_free_in_inner_block(const Scope* comp, Name name) {
  for (const Scope* inner : comp->children) {
    const Symbol* symbol = inner->find(name);
    if (symbol != nullptr && symbol->scope == SymbolScope::Free) return true;
  }
  return false;
}

// A symbol of an inlined comprehension becomes one of the block if that has none of the name. What is free in the
// comprehension and bound by the block is no longer free, unless it is in a block inside of the comprehension.
void Analyzer::take_over(Scope* scope, const Scope* comp, const Symbol& symbol) {
  const Symbol* known = scope->find(symbol.name);
  if (known == nullptr)
    append_symbol(scope, symbol, context_.arena);
  else if (symbol.scope == SymbolScope::Free && (known->flags & DEF_BOUND) != 0 && scope->type != BlockType::Class &&
           !is_free_in_inner_block(comp, symbol.name))
    drop(symbol.name);
}

// CPython: inline_comprehension. The comprehension's free names stand in `free` from free_start on.
void Analyzer::inline_comprehension(Scope* scope, Scope* comp, std::size_t free_start) {
  comp->comp_inlined = true;
  scope->has_explicit_global |= comp->has_explicit_global;
  u32 number = ++numbers_;
  bool without_class = false;
  for (Symbol symbol : comp->symbols) {
    if ((symbol.flags & DEF_PARAM) != 0) continue;
    if (symbol.scope == SymbolScope::Cell || (symbol.flags & DEF_COMP_CELL) != 0)
      scratch_.inlined_cells.push_back(symbol.name);
    if (is_dunder_class_of(scope, symbol)) {
      symbol.scope = SymbolScope::GlobalImplicit;
      bool inner_has_it = context_.target.on(Feature::class_comprehension_lambda_gets_class) &&
                          is_free_in_inner_block(comp, symbol.name);
      if (!inner_has_it) drop(symbol.name);
      without_class = true;
    }
    take_over(scope, comp, symbol);
  }
  std::vector<Name>& free = scratch_.free;
  auto dropped = [&](Name name) { return scratch_.stamp[static_cast<u32>(name)] == number; };
  free.erase(std::remove_if(free.begin() + static_cast<std::ptrdiff_t>(free_start), free.end(), dropped), free.end());
  if (without_class) remove_dunder_class(comp);
}

void Analyzer::remove_dunder_class(Scope* comp) {
  bool all = context_.target.on(Feature::class_comprehension_lambda_gets_class);
  auto is_class = [all](const Symbol& symbol) {
    if (symbol.name == names::dunder_class) return true;
    return all && (symbol.name == names::dunder_classdict || symbol.name == names::dunder_conditional_annotations) &&
           symbol.scope == SymbolScope::Free;
  };
  Symbol* end = std::remove_if(comp->symbols.begin(), comp->symbols.end(), is_class);
  comp->symbols.count = static_cast<u32>(end - comp->symbols.begin());
  index_symbols(comp, context_.arena);
}

// The inner blocks of inlined comprehensions take their place.
void Analyzer::splice_inlined(Scope* scope) {
  std::size_t count = 0;
  for (const Scope* inner : scope->children) count += inner->comp_inlined ? inner->children.size() : 1;
  Seq<Scope*> children{context_.arena.array<Scope*>(count), static_cast<u32>(count)};
  Scope** to = children.begin();
  for (Scope* inner : scope->children) {
    if (inner->comp_inlined)
      to = std::copy(inner->children.begin(), inner->children.end(), to);
    else
      *to++ = inner;
  }
  if (free_in_set_order_) scope->visited_children = scope->children;
  scope->children = children;
}

// The cells of inlined comprehensions, in `inlined_cells` from `start` on.
void Analyzer::mark_inlined_cells(Scope* scope, std::size_t start) {
  for (std::size_t i = start; i < scratch_.inlined_cells.size(); ++i) {
    Symbol* symbol = const_cast<Symbol*>(scope->find(scratch_.inlined_cells[i]));
    MKPYC_CHECK(symbol != nullptr);
    symbol->flags |= DEF_COMP_CELL;
    if (is_function_like(scope->type) && symbol->scope == SymbolScope::Local) symbol->scope = SymbolScope::Cell;
  }
  scratch_.inlined_cells.resize(start);
}

// ---- free names ----

// True for the first time that it is asked with this number.
bool Analyzer::first_sight(Name name, u32 number) {
  u32& last = scratch_.stamp[static_cast<u32>(name)];
  if (last == number) return false;
  last = number;
  return true;
}

// CPython: drop_class_free.
bool Analyzer::is_class_cell(Scope* scope, Name name) {
  if (name == names::dunder_class)
    scope->needs_class_closure = true;
  else if (name == names::dunder_classdict && inline_comprehensions_)
    scope->needs_classdict = true;
  else if (name == names::dunder_conditional_annotations && lazy_annotations_)
    scope->has_conditional_annotations = true;
  else
    return false;
  return true;
}

// True if the free name of an inner block ends here (CPython: analyze_cells, drop_class_free). Else the block passes
// it on (update_symbols).
bool Analyzer::is_bound_here(Scope* scope, Name name) {
  bool is_class = scope->type == BlockType::Class;
  if (is_class && is_class_cell(scope, name)) return true;
  Symbol* symbol = const_cast<Symbol*>(scope->find(name));
  if (symbol == nullptr) {
    if (scope->type == BlockType::Module || visible(name).bound) scratch_.passed_on.push_back(name);
    return false;
  }
  if (is_function_like(scope->type) && symbol->scope == SymbolScope::Local) {
    symbol->scope = SymbolScope::Cell;
    return true;
  }
  // Before there were type scopes, what was free in the class itself had no flag; it needs none.
  bool flagged = inline_comprehensions_ || (symbol->flags & (DEF_BOUND | DEF_GLOBAL)) != 0;
  if ((is_class || scope->can_see_class_scope) && flagged) symbol->flags |= DEF_FREE_CLASS;
  return false;
}

// The names from inner_start on in `free` are those of the inner blocks, a name more than once perhaps.
void Analyzer::resolve_free(Scope* scope, std::size_t inner_start) {
  std::vector<Name>& free = scratch_.free;
  scratch_.passed_on.clear();
  std::size_t kept = inner_start;
  u32 number = ++numbers_;
  for (std::size_t i = inner_start; i < free.size(); ++i) {
    Name name = free[i];
    if (!first_sight(name, number) || is_bound_here(scope, name)) continue;
    free[kept++] = name;
  }
  free.resize(kept);
  if (!scratch_.passed_on.empty()) add_passed_on(scope);
}

// A comprehension that ends up in a class body, perhaps by way of comprehensions around it.
bool ends_in_class(const Scope* scope) {
  for (; scope->comprehension != CompKind::None && scope->comprehension != CompKind::Generator; scope = scope->parent)
    if (scope->parent->type == BlockType::Class) return true;
  return false;
}

void Analyzer::add_passed_on(Scope* scope) {
  if (free_in_set_order_ && scratch_.passed_on.size() > 1 && ends_in_class(scope))
    order_as_set(scope, scratch_.passed_on, context_.names);
  u32 count = scope->symbols.size();
  u32 more = static_cast<u32>(scratch_.passed_on.size());
  Symbol* symbols = context_.arena.array<Symbol>(count + more);
  std::copy(scope->symbols.begin(), scope->symbols.end(), symbols);
  for (u32 i = 0; i < more; ++i) symbols[count + i] = {scratch_.passed_on[i], 0, SymbolScope::Free};
  scope->symbols = {symbols, count + more};
  scope->symbols_capacity = count + more;
  index_symbols(scope, context_.arena);
}

void Analyzer::block(Scope* scope, const Scope* class_around) {
  std::size_t undo_start = scratch_.undo.size();
  own_names(scope, class_around);
  index_symbols(scope, context_.arena);
  std::size_t inner_start = scratch_.free.size();
  std::size_t inlined_start = scratch_.inlined_cells.size();
  if (scope->has_unannotated_function) use_classdict(scope);
  inner_blocks(scope, class_around);
  for (; scratch_.undo.size() > undo_start; scratch_.undo.pop_back())
    visible(scratch_.undo.back().name) = scratch_.undo.back().before;
  if (scratch_.free.size() > inner_start) resolve_free(scope, inner_start);
  if (scratch_.inlined_cells.size() > inlined_start) mark_inlined_cells(scope, inlined_start);
}

}  // namespace

void analyze(Scope* top, Context& context, Builder::Scratch& scratch) {
  Analyzer analyzer(context, scratch);
  analyzer.block(top, nullptr);
}

}  // namespace mkpyc::scope
