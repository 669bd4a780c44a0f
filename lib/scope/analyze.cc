// The second pass: what each name of each block means (CPython: symtable.c analyze_block and what it calls).
//
// CPython walks the blocks from the outside in with two sets, the names that enclosing functions bind and those that
// enclosing blocks declare global, and copies both for each block. Names do not influence each other, so two bits a
// name do: a function changes them for its own names and changes them back when its inner blocks are done.
//
// On the way out go the names that inner blocks found free. Each block takes the ones it binds (they become cells) and
// passes on the rest, and gets a symbol for each of those. Their order is that of a hash set in CPython; nothing that
// ends up in a code object depends on it.
#include <algorithm>
#include <bit>

#include "base/check.h"
#include "scope/scratch.h"

namespace mkpyc::scope {
namespace {

// Blocks with more symbols than this get a table for find().
constexpr u32 kMostToScan = 8;

class Analyzer {
 public:
  Analyzer(Context& context, Builder::Scratch& scratch);
  void block(Scope* scope);

 private:
  void own_names(Scope* scope);
  SymbolScope decide(Scope* scope, const Symbol& symbol);
  SymbolScope nonlocal_scope(const Scope* scope, const Symbol& symbol);
  void set_visible(Name name, Visible now);
  void inner_blocks(Scope* scope);
  void resolve_free(Scope* scope, std::size_t inner_start);
  bool is_bound_here(Scope* scope, Name name);
  void add_passed_on(Scope* scope);
  void index(Scope* scope);
  bool first_sight(Name name, u32 number);
  [[noreturn]] void fail(const Scope* scope, Name name, std::string message);
  Visible& visible(Name name) { return scratch_.visible[static_cast<u32>(name)]; }
  std::string quoted(Name name) const { return "'" + std::string(context_.names.text(name)) + "'"; }

  Context& context_;
  Builder::Scratch& scratch_;
  u32 numbers_ = 0;
};

Analyzer::Analyzer(Context& context, Builder::Scratch& scratch) : context_(context), scratch_(scratch) {
  u32 count = context.names.size();
  // Empty, unless an earlier file ended with an error.
  if (scratch_.visible.size() < count || !scratch_.undo.empty()) scratch_.visible.assign(count, Visible{});
  scratch_.undo.clear();
  scratch_.free.clear();
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
  if (at.bound == now.bound && at.global == now.global) return;
  scratch_.undo.push_back({name, at});
  at = now;
}

SymbolScope Analyzer::nonlocal_scope(const Scope* scope, const Symbol& symbol) {
  if (scope->type == BlockType::Module) fail(scope, symbol.name, "nonlocal declaration not allowed at module level");
  if (!visible(symbol.name).bound)
    fail(scope, symbol.name, "no binding for nonlocal " + quoted(symbol.name) + " found");
  return SymbolScope::Free;
}

// CPython: analyze_name.
inline SymbolScope Analyzer::decide(Scope* scope, const Symbol& symbol) {
  if ((symbol.flags & (DEF_GLOBAL | DEF_NONLOCAL)) != 0) [[unlikely]] {
    if ((symbol.flags & DEF_GLOBAL) == 0) return nonlocal_scope(scope, symbol);
    if ((symbol.flags & DEF_NONLOCAL) != 0)
      fail(scope, symbol.name, "name " + quoted(symbol.name) + " is nonlocal and global");
    return SymbolScope::GlobalExplicit;
  }
  if ((symbol.flags & DEF_BOUND) != 0) return SymbolScope::Local;
  Visible outside = visible(symbol.name);
  if (outside.bound) return SymbolScope::Free;
  if (scope->nested && !outside.global) scope->has_free = true;
  return SymbolScope::GlobalImplicit;
}

// Decides the names of a block and makes visible to its inner blocks what they see of it: a class shows its `global`
// to nobody, and of a module only its `global` declarations count.
void Analyzer::own_names(Scope* scope) {
  for (Symbol& symbol : scope->symbols) {
    symbol.scope = decide(scope, symbol);
    if (symbol.scope == SymbolScope::Free) {
      scope->has_free = true;
      scratch_.free.push_back(symbol.name);
    } else if (scope->type == BlockType::Class) {
      continue;
    } else if (symbol.scope == SymbolScope::GlobalExplicit) {
      set_visible(symbol.name, {.bound = false, .global = true});
    } else if (symbol.scope == SymbolScope::Local && scope->type == BlockType::Function) {
      set_visible(symbol.name, {.bound = true, .global = false});
    }
  }
  if (scope->type == BlockType::Class)
    set_visible(names::dunder_class, {.bound = true, .global = visible(names::dunder_class).global});
}

void Analyzer::inner_blocks(Scope* scope) {
  for (Scope* inner : scope->children) {
    block(inner);
    if (inner->has_free || inner->has_child_free) scope->has_child_free = true;
  }
}

// True for the first time that it is asked with this number.
bool Analyzer::first_sight(Name name, u32 number) {
  u32& last = scratch_.stamp[static_cast<u32>(name)];
  if (last == number) return false;
  last = number;
  return true;
}

// True if the free name of an inner block ends here (CPython: analyze_cells, drop_class_free). Else the block passes
// it on (update_symbols).
bool Analyzer::is_bound_here(Scope* scope, Name name) {
  if (scope->type == BlockType::Class && name == names::dunder_class) {
    scope->needs_class_closure = true;
    return true;
  }
  Symbol* symbol = const_cast<Symbol*>(scope->find(name));
  if (symbol == nullptr) {
    if (scope->type == BlockType::Module || visible(name).bound) scratch_.passed_on.push_back(name);
    return false;
  }
  if (scope->type == BlockType::Function && symbol->scope == SymbolScope::Local) {
    symbol->scope = SymbolScope::Cell;
    return true;
  }
  if (scope->type == BlockType::Class && (symbol->flags & (DEF_BOUND | DEF_GLOBAL)) != 0)
    symbol->flags |= DEF_FREE_CLASS;
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

void Analyzer::add_passed_on(Scope* scope) {
  u32 count = scope->symbols.size();
  u32 more = static_cast<u32>(scratch_.passed_on.size());
  Symbol* symbols = context_.arena.array<Symbol>(count + more);
  std::copy(scope->symbols.begin(), scope->symbols.end(), symbols);
  for (u32 i = 0; i < more; ++i) symbols[count + i] = {scratch_.passed_on[i], 0, SymbolScope::Free};
  scope->symbols = {symbols, count + more};
  index(scope);
}

void Analyzer::index(Scope* scope) {
  u32 count = scope->symbols.size();
  if (count <= kMostToScan) return;
  u32 size = std::bit_ceil(count * 2);
  scope->bucket_shift = 32 - static_cast<u32>(std::bit_width(size) - 1);
  scope->buckets = context_.arena.array<u32>(size);
  std::fill_n(scope->buckets, size, 0);
  for (u32 i = 0; i < count; ++i) {
    u32 at = Scope::bucket_of(scope->symbols[i].name, scope->bucket_shift);
    while (scope->buckets[at] != 0) at = (at + 1) & (size - 1);
    scope->buckets[at] = i + 1;
  }
}

void Analyzer::block(Scope* scope) {
  std::size_t undo_start = scratch_.undo.size();
  own_names(scope);
  index(scope);
  std::size_t inner_start = scratch_.free.size();
  inner_blocks(scope);
  for (; scratch_.undo.size() > undo_start; scratch_.undo.pop_back())
    visible(scratch_.undo.back().name) = scratch_.undo.back().before;
  if (scratch_.free.size() > inner_start) resolve_free(scope, inner_start);
}

}  // namespace

void analyze(Scope* top, Context& context, Builder::Scratch& scratch) {
  Analyzer analyzer(context, scratch);
  analyzer.block(top);
}

}  // namespace mkpyc::scope
