// Names: which instruction reaches a name in the open block, and at which index. Both are found in a table by name,
// whose entries carry the serial number of the block they were made for. How the block's own symbols are reached is put
// there when it is entered; indices come with the first use. The blocks around a block have tables of their own, but
// for the deepest: one that shares its table with a block inside has its entries written over, and looks again.
#include <algorithm>

#include "base/check.h"
#include "codegen/generator.h"
#include "object/repr.h"

namespace mkpyc::codegen {
namespace {

constexpr Op kNameOps[6][3] = {
    // Load, Store, Del
    {},
    {Op::LOAD_FAST, Op::STORE_FAST, Op::DELETE_FAST},
    {Op::LOAD_DEREF, Op::STORE_DEREF, Op::DELETE_DEREF},
    {Op::LOAD_DEREF, Op::STORE_DEREF, Op::DELETE_DEREF},
    {Op::LOAD_GLOBAL, Op::STORE_GLOBAL, Op::DELETE_GLOBAL},
    {Op::LOAD_NAME, Op::STORE_NAME, Op::DELETE_NAME},
};

// What a block makes of its symbols, by SymbolScope; the second row: in a function.
constexpr NameAccess kAccess[2][6] = {
    // None, Local, GlobalExplicit, GlobalImplicit, Free, Cell
    {NameAccess::ByName, NameAccess::ByName, NameAccess::Global, NameAccess::ByName, NameAccess::Free,
     NameAccess::Cell},
    {NameAccess::ByName, NameAccess::Fast, NameAccess::Global, NameAccess::Global, NameAccess::Free, NameAccess::Cell},
};
// What a class body has beside its symbols: names that the compiler itself loads and stores.
constexpr Name kNamesOfClasses[] = {names::dunder_name,        names::dunder_module, names::dunder_qualname,
                                    names::dunder_firstlineno, names::dunder_doc,    names::dunder_static_attributes};

const NameAccess* accesses(bool in_function) { return kAccess[in_function ? 1 : 0]; }
NameAccess access_of(scope::SymbolScope symbol, bool in_function) {
  return accesses(in_function)[static_cast<int>(symbol)];
}

}  // namespace

[[gnu::noinline]] Name Generator::mangled_in(const Unit& unit, Name name) {
  Name mangled = scope::mangle(context_->names, unit.class_name, *unit.scope, name);
  know_names();
  return mangled;
}

// A name that the tree has as a part of `a.b` only.
Name Generator::part_of_dotted(std::string_view part) {
  Name name = context_->names.intern_stable(part);
  know_names();
  return name;
}

// The mangled name as a constant. A name that mangling changes is a new string in CPython, not the interned one.
Object* Generator::mangled_constant(Name name) {
  Name mangled = mangle(name);
  return mangled == name ? context_->objects.name(name) : context_->objects.str(context_->names.text(mangled));
}

// The index of the name, which may be new.
u32 Generator::add_name(NameIndex& index, Name name) {
  i32 at = index.find(name);
  return at >= 0 ? static_cast<u32>(at) : append_name(index, name);
}

// The index in co_names.
u32 Generator::index_of(Name mangled) {
  const NameUse& use = last_use_of(mangled);
  return use.serial == unit_->serial && use.index != kNoIndex ? use.index : index_of_slow(mangled);
}

[[gnu::noinline]] u32 Generator::index_of_slow(Name mangled) {
  NameUse& use = use_of(mangled);
  if (use.index == kNoIndex) use.index = append_name(unit_->code.names, mangled);
  return use.index;
}

// What the open block knows of the name. If that is lost, the index is looked for; how the name is reached is for
// decide() to find out.
inline Generator::NameUse& Generator::use_of(Name mangled) {
  NameUse& use = last_use_of(mangled);
  if (use.serial == unit_->serial) return use;
  bool never_seen = use.serial < unit_->first_serial;
  use = {.serial = unit_->serial, .index = never_seen ? kNoIndex : lost_index_of(mangled)};
  return use;
}

[[gnu::noinline]] u32 Generator::lost_index_of(Name mangled) const {
  return static_cast<u32>(unit_->code.names.find(mangled));
}

// A name that is used for the first time.
inline Generator::ResolvedName Generator::number_name(Name name, NameUse& use) {
  if (is_variable(use.access)) return {use.access, use.variable = append_name(unit_->code.varnames, name)};
  return {use.access, use.index = append_name(unit_->code.names, name)};
}

inline Generator::ResolvedName Generator::resolve_first(Name name) {
  NameUse& use = last_use_of(name);
  bool known = use.serial == unit_->serial && use.access != NameAccess::Unknown;
  return known ? number_name(name, use) : look_for_name(name);
}

[[gnu::noinline]] Generator::ResolvedName Generator::resolve_slow(Name name) { return resolve_first(name); }

// For a name that comes up again after another block, or a private one, or none of the block's symbols.
[[gnu::noinline]] Generator::ResolvedName Generator::look_for_name(Name name) {
  Name mangled = mangle(name);
  NameUse& use = use_of(mangled);
  if (use.access == NameAccess::Unknown) decide(mangled, use);
  return use.arg() != kNoIndex ? ResolvedName{use.access, use.arg()} : number_name(mangled, use);
}

// Looks how the name is reached.
[[gnu::noinline]] void Generator::decide(Name mangled, NameUse& use) {
  CodeUnit& code = unit_->code;
  const scope::Symbol* symbol = find_symbol(mangled);
  bool fast = in_function() || unit_->fast_hidden.contains(mangled);
  bool local = symbol != nullptr && symbol->scope == scope::SymbolScope::Local;
  use.access = access_of(symbol == nullptr ? scope::SymbolScope::None : symbol->scope, local ? fast : in_function());
  if (use.access == NameAccess::Free)
    use.variable = code.cellvars.size() + add_name(code.freevars, mangled);
  else if (use.access == NameAccess::Cell)
    use.variable = add_name(code.cellvars, mangled);
  else if (use.access == NameAccess::Fast)
    use.variable = add_name(code.varnames, mangled);
}

// Puts down how the symbols of a block are reached, and numbers its parameters in order of declaration. Local variables
// that are not parameters get their index when they are used.
void Generator::fill_unit_tables(Unit& unit) {
  const scope::Scope& scope = *unit.scope;
  const NameAccess* access = accesses(scope::is_function_like(scope.type));
  constexpr u32 kMayBeBoth = scope::DEF_COMP_CELL | scope::DEF_FREE_CLASS;
  bool mangles = unit.class_name != Name::kNone;
  bool has_cells = scope.needs_class_closure || scope.needs_classdict || scope.has_conditional_annotations;
  u32 serial = unit.serial;
  if (unit.code.type == ScopeType::Class)
    for (Name name : kNamesOfClasses) last_use_of(name) = {.serial = serial, .access = NameAccess::ByName};
  for (const scope::Symbol& symbol : scope.symbols) {
    has_cells |= symbol.scope >= scope::SymbolScope::Free || (symbol.flags & kMayBeBoth) != 0;
    // A name that this block would mangle again, which only type parameters of classes bring about, is not known.
    if (mangles && !is_plain(symbol.name) && mangled_in(unit, symbol.name) != symbol.name) continue;
    last_use_of(symbol.name) = {.serial = serial, .access = access[static_cast<int>(symbol.scope)]};
  }
  for (Name name : scope.varnames) number_variable(unit, name, NameAccess::Fast, unit.code.varnames.append(name));
  if (has_cells) number_cells(unit);
}

// Cells and free variables are in the order of their text.
[[gnu::noinline]] void Generator::number_cells(Unit& unit) {
  const scope::Scope& scope = *unit.scope;
  NameIndex &cells = unit.code.cellvars, &free = unit.code.freevars;
  for (const scope::Symbol& symbol : scope.symbols) {
    if (symbol.scope == scope::SymbolScope::Cell || (symbol.flags & scope::DEF_COMP_CELL) != 0)
      cells.append(symbol.name);
    if (symbol.scope == scope::SymbolScope::Free || (symbol.flags & scope::DEF_FREE_CLASS) != 0)
      free.append(symbol.name);
  }
  if (cells.size() > 1) sort_by_text(cells.names);
  if (free.size() > 1) sort_by_text(free.names);
  if (scope.needs_class_closure) cells.add(names::dunder_class);
  if (scope.needs_classdict) cells.add(names::dunder_classdict);
  if (scope.has_conditional_annotations) cells.add(names::dunder_conditional_annotations);
  u32 number = 0;
  for (Name name : cells.names) number_variable(unit, name, NameAccess::Cell, number++);
  for (Name name : free.names) number_variable(unit, name, NameAccess::Free, number++);
}

// CPython: dictbytype. Code points are in the order of their UTF-8 bytes.
[[gnu::noinline]] void Generator::sort_by_text(std::vector<Name>& sorted) const {
  std::sort(sorted.begin(), sorted.end(),
            [this](Name a, Name b) { return context_->names.text(a) < context_->names.text(b); });
}

// What the block's table has for a (mangled) name, or null.
const scope::Symbol* Generator::find_symbol(Name mangled) const {
  if (!unit_->overrides.empty())
    if (const scope::Symbol* symbol = unit_->overrides.find(mangled)) return symbol;
  return unit_->scope->find(mangled);
}

// The (mangled) name may mean something else from now on.
void Generator::forget_name(Name name) { last_use_of(name).serial = unit_->first_serial; }

// CPython: compiler_nameop. Half of the names have been used before in blocks without a class.
void Generator::name_op(const ast::Loc& loc, Name name, ast::ExprContext ctx) {
  const NameUse& use = last_use_of(name);
  u32 arg = use.arg();
  bool known = use.serial == (unit_->serial | unit_->no_serial) && arg != kNoIndex;
  if (!known || name == names::dunder_debug) return name_op_unseen(loc, name, ctx);
  emit_name(loc, {use.access, arg}, ctx);
}

[[gnu::noinline]] void Generator::name_op_unseen(const ast::Loc& loc, Name name, ast::ExprContext ctx) {
  if (unit_->class_names != ClassNames::None || name == names::dunder_debug) return name_op_slow(loc, name, ctx);
  emit_name(loc, resolve_first(name), ctx);
}

[[gnu::noinline]] void Generator::name_op_slow(const ast::Loc& loc, Name name, ast::ExprContext ctx) {
  check_forbidden(loc, name, ctx);
  ResolvedName resolved = resolve(name);
  bool in_class = unit_->class_names != ClassNames::None && ctx == ast::ExprContext::Load;
  if (in_class && load_from_class(loc, name, resolved)) return;
  emit_name(loc, resolved, ctx);
}

inline void Generator::emit_name(const ast::Loc& loc, const ResolvedName& resolved, ast::ExprContext ctx) {
  Op op = kNameOps[static_cast<int>(resolved.access)][static_cast<int>(ctx)];
  // The low bit asks for a NULL to be pushed; flow/ sets it.
  put(loc, op, op == Op::LOAD_GLOBAL ? resolved.arg << 1 : resolved.arg);
}

// Loads a name that the namespace of a class may hide; false: there is nothing special about it.
bool Generator::load_from_class(const ast::Loc& loc, Name name, const ResolvedName& resolved) {
  auto load_classdict = [&] { emit(loc, Op::LOAD_DEREF, closure_index(names::dunder_classdict, false)); };
  if (unit_->class_names == ClassNames::Inlined) {
    if (resolved.access != NameAccess::ByName) return false;
    emit(loc, Op::LOAD_GLOBAL, resolved.arg << 1);
    return true;
  }
  if (resolved.access == NameAccess::Cell || resolved.access == NameAccess::Free) {
    u32 arg = resolved.arg;
    if (unit_->class_names == ClassNames::OwnFree) {
      emit(loc, Op::LOAD_CLASSDEREF, arg);
      return true;
    }
    if (unit_->class_names == ClassNames::Own)
      emit(loc, Op::LOAD_LOCALS);
    else
      load_classdict();
    emit(loc, Op::LOAD_FROM_DICT_OR_DEREF, arg);
    return true;
  }
  if (unit_->class_names != ClassNames::Around || resolved.access != NameAccess::Global) return false;
  const scope::Symbol* symbol = find_symbol(mangle(name));
  if (symbol == nullptr || symbol->scope != scope::SymbolScope::GlobalImplicit) return false;
  u32 arg = resolved.arg;
  load_classdict();
  emit(loc, Op::LOAD_FROM_DICT_OR_GLOBALS, arg);
  return true;
}

// True if an inner block that needs the name gets it from a cell of this one. A class body can have a name both as its
// own and as free for its methods: the cell is what is handed on (CPython: get_ref_type).
bool Generator::is_cell_here(Name name) const {
  if (unit_->code.type == ScopeType::Class &&
      (name == names::dunder_class || name == names::dunder_classdict || name == names::dunder_conditional_annotations))
    return true;
  const scope::Symbol* symbol = find_symbol(name);
  return symbol != nullptr && symbol->scope == scope::SymbolScope::Cell;
}

// The argument that names a cell or a free variable.
u32 Generator::closure_index(Name name, bool cell) const {
  const NameIndex& table = cell ? unit_->code.cellvars : unit_->code.freevars;
  i32 index = table.find(name);
  MKPYC_CHECK(index >= 0);
  return static_cast<u32>(index) + (cell ? 0 : unit_->code.cellvars.size());
}

// A free variable of an inner unit that this one does not have: some releases lose `__class__` on its way into
// comprehensions.
void Generator::closure_error(const Finished& inner, Name name, bool cell) const {
  auto repr = [this](Name of) {
    std::string text;
    append_str_repr(context_->names.text(of), context_->target.unicode_version(), text);
    return text;
  };
  std::string where(unit_->code.name->text);
  const scope::Symbol* symbol = find_symbol(name);
  if (!cell && symbol == nullptr)  // CPython goes on with the address of the symbol table and what is in it
    throw diag::SourceError{
        .exception = diag::Exception::SystemError,
        .message = "_PyST_GetScope(name=" + repr(name) + ") failed: unknown scope in unit " + where};
  std::string free;
  for (Name each : inner.unit->freevars.names) free += (free.empty() ? "" : ", ") + repr(each);
  if (inner.unit->freevars.names.size() == 1) free += ",";
  int scope = static_cast<int>(cell ? scope::SymbolScope::Cell : symbol->scope);
  throw diag::SourceError{.exception = diag::Exception::SystemError,
                          .message = "compiler_lookup_arg(name=" + repr(name) +
                                     ") with reftype=" + std::to_string(scope) + " failed in " + where +
                                     "; freevars of code " + std::string(inner.unit->name->text) + ": (" + free + ")"};
}

void Generator::emit_load_attribute(const ast::Loc& loc, Name name) {
  put(loc, Op::LOAD_ATTR, name_index(name) << (style_.attributes_have_bit ? 1 : 0));
}

void Generator::emit_load_method(const ast::Loc& loc, Name name) {
  if (style_.attributes_have_bit)
    put(loc, Op::LOAD_ATTR, name_index(name) << 1 | 1);
  else
    emit_attribute(loc, Op::LOAD_METHOD, name);
}

// The name of an except handler. CPython 3.11 goes on when this fails, with the exception set: it comes up when a
// constant or name is met for the first time, or at the very end.
void Generator::handler_name_op(const ast::Loc& loc, Name name, ast::ExprContext ctx) {
  if (!style_.implicit_locations) return name_op(loc, name, ctx);
  try {
    name_op(loc, name, ctx);
  } catch (const diag::SourceError& ignored) {
    pending_ = ignored;
  }
}

// `name = None; del name`: what ends an except block that bound its exception.
void Generator::clear_name(const ast::Loc& loc, Name name) {
  load_none(loc);
  handler_name_op(loc, name, ast::ExprContext::Store);
  handler_name_op(loc, name, ast::ExprContext::Del);
}

// CPython: forbidden_name.
void Generator::check_debug(const ast::Loc& loc, ast::ExprContext ctx) const {
  switch (ctx) {
    case ast::ExprContext::Store: error(loc, "cannot assign to __debug__");
    case ast::ExprContext::Del: error(loc, "cannot delete __debug__");
    case ast::ExprContext::Load: return;
  }
}

// What the module has for a name now: a comprehension that is inlined into it changes that for as long as it lasts.
const scope::Symbol* Generator::find_global_symbol(Name name) const {
  if (const scope::Symbol* symbol = units_[0]->overrides.find(name)) return symbol;
  return symbols_->top->find(name);
}

bool Generator::is_imported_here(Name name) const {
  return units_[0]->overrides.empty() || (find_global_symbol(name)->flags & scope::DEF_IMPORT) != 0;
}

}  // namespace mkpyc::codegen
