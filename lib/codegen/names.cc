// Names: which instruction reaches a name in the open block, and at which index. Both are decided once a name and block
// and then found in tables by name id, whose entries carry the serial number of the block they were made for.
#include <algorithm>

#include "base/check.h"
#include "codegen/generator.h"
#include "object/repr.h"

namespace mkpyc::codegen {
namespace {

constexpr Op kNameOps[4][3] = {
    // Load, Store, Del
    {Op::LOAD_FAST, Op::STORE_FAST, Op::DELETE_FAST},
    {Op::LOAD_GLOBAL, Op::STORE_GLOBAL, Op::DELETE_GLOBAL},
    {Op::LOAD_DEREF, Op::STORE_DEREF, Op::DELETE_DEREF},
    {Op::LOAD_NAME, Op::STORE_NAME, Op::DELETE_NAME},
};

}  // namespace

[[gnu::noinline]] Name Generator::mangle_private(Name name) {
  return scope::mangle(context_->names, unit_->class_name, *unit_->scope, name);
}

[[gnu::noinline]] bool Generator::is_private_slow(Name name) {
  std::size_t id = static_cast<u32>(name);
  if (id >= name_traits_.size()) name_traits_.resize(id + 1);
  bool is = context_->names.text(name).starts_with("__");
  name_traits_[id] |= kKnown | (is ? kPrivate : 0);
  return is;
}

// The mangled name as a constant. A name that mangling changes is a new string in CPython, not the interned one.
Object* Generator::mangled_constant(Name name) {
  Name mangled = mangle(name);
  return mangled == name ? context_->objects.name(name) : context_->objects.str(context_->names.text(mangled));
}

u32 Generator::append_name(NameIndex& index, Name name) {
  u32 at = index.append(name);
  raise_pending();
  return at;
}

// CPython: compiler_add_o, which notices a forgotten exception when it does not find the name.
u32 Generator::add_name(NameIndex& index, Name name) {
  u32 known = index.size();
  u32 at = index.add(name);
  if (at == known) raise_pending();
  return at;
}

// The index in co_names.
u32 Generator::index_of(Name mangled) {
  std::size_t id = static_cast<u32>(mangled);
  if (id < indexed_names_.size() && indexed_names_[id].serial == unit_->serial) return indexed_names_[id].index;
  return index_of_slow(mangled);
}

[[gnu::noinline]] u32 Generator::index_of_slow(Name mangled) {
  std::size_t id = static_cast<u32>(mangled);
  if (id >= indexed_names_.size()) indexed_names_.resize(std::max<std::size_t>(id + 1, context_->names.size()));
  bool fresh = indexed_names_[id].serial < unit_->first_serial;
  u32 index = fresh ? append_name(unit_->code.names, mangled) : add_name(unit_->code.names, mangled);
  indexed_names_[id] = {unit_->serial, index};
  return index;
}

[[gnu::noinline]] const Generator::ResolvedName& Generator::resolve_slow(Name name) {
  CodeUnit& code = unit_->code;
  Name mangled = mangle(name);
  const scope::Symbol* symbol = find_symbol(mangled);
  ResolvedName found{unit_->serial, NameAccess::ByName, 0};
  switch (symbol == nullptr ? scope::SymbolScope::None : symbol->scope) {
    case scope::SymbolScope::Free:
      found.access = NameAccess::Deref;
      found.arg = code.cellvars.size() + add_name(code.freevars, mangled);
      break;
    case scope::SymbolScope::Cell:
      found.access = NameAccess::Deref;
      found.arg = add_name(code.cellvars, mangled);
      break;
    case scope::SymbolScope::Local:
      if (!in_function() && std::count(unit_->fast_hidden.begin(), unit_->fast_hidden.end(), mangled) == 0) break;
      found.access = NameAccess::Fast;
      found.arg =
          is_fresh(name, mangled, *symbol) ? append_name(code.varnames, mangled) : add_name(code.varnames, mangled);
      break;
    case scope::SymbolScope::GlobalImplicit:
      if (in_function()) found.access = NameAccess::Global;
      break;
    case scope::SymbolScope::GlobalExplicit: found.access = NameAccess::Global; break;
    case scope::SymbolScope::None: break;
  }
  if (found.access == NameAccess::Global || found.access == NameAccess::ByName) found.arg = index_of(mangled);
  std::size_t id = static_cast<u32>(name);
  if (id >= resolved_names_.size()) resolved_names_.resize(std::max<std::size_t>(id + 1, context_->names.size()));
  return resolved_names_[id] = found;
}

// What the block's table has for a (mangled) name, or null.
const scope::Symbol* Generator::find_symbol(Name mangled) const {
  for (auto symbol = unit_->overrides.rbegin(); symbol != unit_->overrides.rend(); ++symbol)
    if (symbol->name == mangled) return &*symbol;
  return unit_->scope->find(mangled);
}

// True if the unit has never come upon this name of a local variable.
bool Generator::is_fresh(Name name, Name mangled, const scope::Symbol& symbol) const {
  std::size_t id = static_cast<u32>(name);
  if (name != mangled || (symbol.flags & scope::DEF_PARAM) != 0 || id >= resolved_names_.size()) return false;
  return resolved_names_[id].serial < unit_->first_serial;
}

// Has the name resolved again when it comes up next.
void Generator::forget_name(Name name) {
  std::size_t id = static_cast<u32>(name);
  if (id >= resolved_names_.size()) resolved_names_.resize(id + 1);
  resolved_names_[id].serial = unit_->first_serial;
}

// CPython: compiler_nameop.
void Generator::name_op(const ast::Loc& loc, Name name, ast::ExprContext ctx) {
  check_forbidden(loc, name, ctx);
  const ResolvedName& resolved = resolve(name);
  if (unit_->class_names != ClassNames::None && ctx == ast::ExprContext::Load && load_from_class(loc, name, resolved))
      [[unlikely]]
    return;
  Op op = kNameOps[static_cast<int>(resolved.access)][static_cast<int>(ctx)];
  u32 arg = resolved.arg;
  if (op == Op::LOAD_GLOBAL) arg <<= 1;  // the low bit asks for a NULL to be pushed; flow/ sets it
  if (op == Op::LOAD_DEREF && style_.implicit_locations && unit_->scope->type == scope::BlockType::Class)
    op = Op::LOAD_CLASSDEREF;
  emit(loc, op, arg);
}

// Loads a name that the namespace of a class may hide, from 3.12 on; false: there is nothing special about it.
bool Generator::load_from_class(const ast::Loc& loc, Name name, const ResolvedName& resolved) {
  auto load_classdict = [&] { emit(loc, Op::LOAD_DEREF, closure_index(names::dunder_classdict, false)); };
  if (unit_->class_names == ClassNames::Inlined) {
    if (resolved.access != NameAccess::ByName) return false;
    emit(loc, Op::LOAD_GLOBAL, resolved.arg << 1);
    return true;
  }
  if (resolved.access == NameAccess::Deref) {
    u32 arg = resolved.arg;
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
  emit(loc, Op::LOAD_ATTR, name_index(name) << (style_.attributes_have_bit ? 1 : 0));
}

void Generator::emit_load_method(const ast::Loc& loc, Name name) {
  if (style_.attributes_have_bit)
    emit(loc, Op::LOAD_ATTR, name_index(name) << 1 | 1);
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
  const std::vector<scope::Symbol>& overrides = units_[0]->overrides;
  for (auto symbol = overrides.rbegin(); symbol != overrides.rend(); ++symbol)
    if (symbol->name == name) return &*symbol;
  return symbols_->top->find(name);
}

// True for a name that the module imports: calls of its attributes are not method calls (CPython:
// is_import_originated).
bool Generator::is_imported(const Expr& expr) const {
  if (expr.kind != ast::ExprKind::Name) return false;
  Name name = expr.as<ast::NameExpr>()->id;
  std::size_t id = static_cast<u32>(name);
  if (id >= name_traits_.size() || (name_traits_[id] & kImported) == 0) return false;
  return units_[0]->overrides.empty() || (find_global_symbol(name)->flags & scope::DEF_IMPORT) != 0;
}

}  // namespace mkpyc::codegen
