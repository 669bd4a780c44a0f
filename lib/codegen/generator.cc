// Units and their bodies: entering and leaving a block, its name tables and flags, docstrings, the module itself.
#include "codegen/generator.h"

#include <algorithm>

namespace mkpyc::codegen {

Codegen::Codegen() : generator_(std::make_unique<Generator>()) {}
Codegen::~Codegen() = default;

CodeObject* Codegen::generate(const ast::Module& module, const scope::SymbolTable& symbols, Context& context) {
  return generator_->generate(module, symbols, context);
}

Object* docstring(Seq<ast::Stmt*> body) {
  if (body.empty() || body[0]->kind != ast::StmtKind::Expr) return nullptr;
  const ast::Expr& value = *body[0]->as<ast::ExprStmt>()->value;
  if (value.kind != ast::ExprKind::Constant) return nullptr;
  Object* constant = value.as<ast::Constant>()->value;
  return constant->type == Type::Str ? constant : nullptr;
}

namespace {

// Looks for annotated assignments that are executed in the block itself (CPython: find_ann).
class AnnotationFinder {
 public:
  explicit AnnotationFinder(const Target& target) : in_match_(target.on(Feature::annotations_only_in_match)) {}

  bool any(Seq<ast::Stmt*> stmts) const {
    return std::any_of(stmts.begin(), stmts.end(), [this](const ast::Stmt* stmt) { return has(*stmt); });
  }

 private:
  bool has(const ast::Stmt& stmt) const {
    using Kind = ast::StmtKind;
    switch (stmt.kind) {
      case Kind::AnnAssign: return true;
      case Kind::For:
      case Kind::AsyncFor: return any(stmt.as<ast::For>()->body) || any(stmt.as<ast::For>()->orelse);
      case Kind::While: return any(stmt.as<ast::While>()->body) || any(stmt.as<ast::While>()->orelse);
      case Kind::If: return any(stmt.as<ast::If>()->body) || any(stmt.as<ast::If>()->orelse);
      case Kind::With:
      case Kind::AsyncWith: return any(stmt.as<ast::With>()->body);
      case Kind::Try:
      case Kind::TryStar: return has_in_try(*stmt.as<ast::Try>());
      case Kind::Match: return in_match_ && has_in_match(*stmt.as<ast::Match>());
      case Kind::FunctionDef:
      case Kind::AsyncFunctionDef:
      case Kind::ClassDef:
      case Kind::Return:
      case Kind::Delete:
      case Kind::Assign:
      case Kind::TypeAlias:
      case Kind::AugAssign:
      case Kind::Raise:
      case Kind::Assert:
      case Kind::Import:
      case Kind::ImportFrom:
      case Kind::Global:
      case Kind::Nonlocal:
      case Kind::Expr:
      case Kind::Pass:
      case Kind::Break:
      case Kind::Continue: return false;
    }
    return false;
  }

  bool has_in_try(const ast::Try& stmt) const {
    for (const ast::ExceptHandler* handler : stmt.handlers)
      if (any(handler->body)) return true;
    return any(stmt.body) || any(stmt.finalbody) || any(stmt.orelse);
  }

  bool has_in_match(const ast::Match& stmt) const {
    for (const ast::MatchCase* match_case : stmt.cases)
      if (any(match_case->body)) return true;
    return false;
  }

  bool in_match_;
};

}  // namespace

CodeObject* Generator::generate(const ast::Module& module, const scope::SymbolTable& symbols, Context& context) {
  begin(symbols, context);
  enter_unit(anonymous_name(names::module_), Name::kNone, ScopeType::Module, symbols.top, 1);
  body(module.body);
  CodeObject* code = leave_unit(true).code;
  if (pending_) {
    throw diag::SourceError{.exception = diag::Exception::SystemError,
                            .message = "<built-in function compile> returned a result with an exception set"};
  }
  return code;
}

void Generator::begin(const scope::SymbolTable& symbols, Context& context) {
  context_ = &context;
  symbols_ = &symbols;
  unit_ = nullptr;
  depth_ = 0;
  pending_.reset();
  items_.clear();
  anonymous_.clear();
  std::size_t name_count = context.names.size();
  if (indexed_names_.size() < name_count) {
    indexed_names_.resize(name_count);
    resolved_names_.resize(name_count);
  }
  name_traits_.assign(name_count, 0);
  for (const scope::Symbol& symbol : symbols.top->symbols)
    if ((symbol.flags & scope::DEF_IMPORT) != 0) name_traits_[static_cast<u32>(symbol.name)] = kImported;
}

// ---- entering and leaving a unit ----

// CPython: compiler_enter_scope.
void Generator::enter_unit(StrObject* name, Name plain_name, ScopeType type, scope::Scope* scope, i32 firstlineno) {
  MKPYC_CHECK(scope != nullptr);
  if (depth_ == units_.size()) units_.push_back(std::make_unique<Unit>());
  Unit& unit = *units_[depth_];
  unit.code.clear();
  unit.code.type = type;
  unit.code.name = name;
  unit.code.firstlineno = firstlineno;
  unit.code.flags = code_flags(*scope);
  unit.scope = scope;
  unit.class_name = unit_ == nullptr ? Name::kNone : unit_->class_name;
  unit.block_ended = false;
  unit.frame_count = 0;
  unit.serial = ++last_serial_;
  fill_unit_tables(unit);
  unit.code.qualname = type == ScopeType::Module ? name : qualified_name(plain_name, name);
  unit_ = &unit;
  ++depth_;

  bool module = type == ScopeType::Module;
  set_loc({module ? 0 : firstlineno, firstlineno, 0, 0});
  emit(Op::RESUME, 0);
  if (module) unit_->loc.line = firstlineno;
}

// Parameters in order of declaration; cells and free variables in the order of their text.
void Generator::fill_unit_tables(Unit& unit) {
  CodeUnit& code = unit.code;
  for (Name name : unit.scope->varnames) code.varnames.add(name);
  std::vector<Name> cells, free;
  for (const scope::Symbol& symbol : unit.scope->symbols) {
    if (symbol.scope == scope::SymbolScope::Cell) cells.push_back(symbol.name);
    if (symbol.scope == scope::SymbolScope::Free || (symbol.flags & scope::DEF_FREE_CLASS) != 0)
      free.push_back(symbol.name);
  }
  // CPython: dictbytype. Code points are in the order of their UTF-8 bytes.
  auto by_text = [this](Name a, Name b) { return context_->names.text(a) < context_->names.text(b); };
  std::sort(cells.begin(), cells.end(), by_text);
  std::sort(free.begin(), free.end(), by_text);
  if (unit.scope->needs_class_closure) code.cellvars.add(names::dunder_class);
  for (Name name : cells) code.cellvars.add(name);
  for (Name name : free) code.freevars.add(name);
}

// CPython: compute_code_flags.
u32 Generator::code_flags(const scope::Scope& scope) const {
  u32 flags = symbols_->future.flags;
  if (scope.type != scope::BlockType::Function) return flags;
  flags |= CO_NEWLOCALS | CO_OPTIMIZED;
  if (scope.nested) flags |= CO_NESTED;
  if (scope.generator) flags |= scope.coroutine ? CO_ASYNC_GENERATOR : CO_GENERATOR;
  if (!scope.generator && scope.coroutine) flags |= CO_COROUTINE;
  if (scope.varargs) flags |= CO_VARARGS;
  if (scope.varkeywords) flags |= CO_VARKEYWORDS;
  return flags;
}

// CPython: compiler_set_qualname. The open unit is the parent. A name of its own (`plain_name`) can be declared global
// there, which makes it a top-level name. The result is a new string, or the name object itself at the top level.
StrObject* Generator::qualified_name(Name plain_name, StrObject* name) {
  if (depth_ <= 1) return name;
  if (plain_name != Name::kNone) {
    const scope::Symbol* symbol = unit_->scope->find(mangle(plain_name));
    if (symbol != nullptr && symbol->scope == scope::SymbolScope::GlobalExplicit) return name;
  }
  const StrObject& outer = *unit_->code.qualname;
  std::string_view base = outer.text;
  ScopeType parent = unit_->code.type;
  bool local = parent == ScopeType::Function || parent == ScopeType::AsyncFunction || parent == ScopeType::Lambda;
  std::string_view link = local ? ".<locals>." : ".";
  std::size_t size = base.size() + link.size() + name->text.size();
  char* text = context_->arena.array<char>(size);
  std::copy(link.begin(), link.end(), std::copy(base.begin(), base.end(), text));
  std::copy(name->text.begin(), name->text.end(), text + base.size() + link.size());
  return context_->arena.make<StrObject>(Object{.type = Type::Str, .ascii = outer.ascii && name->ascii},
                                         std::string_view(text, size));
}

// CPython's _Py_STR(anon_lambda) and its like: never interned, and held by the interpreter.
StrObject* Generator::anonymous_name(Name name) {
  for (const AnonymousName& known : anonymous_)
    if (known.name == name) return known.text;
  StrObject* text = context_->arena.make<StrObject>(Object{.type = Type::Str, .pinned = true, .ascii = true},
                                                    context_->names.text(name));
  anonymous_.push_back({name, text});
  return text;
}

// CPython: the start of assemble(), which completes the instructions, and compiler_exit_scope.
Finished Generator::leave_unit(bool add_none) {
  const InstrSequence& code = unit_->code.code;
  bool returned = unit_->block_ended && code.instrs.back().op == Op::RETURN_VALUE;
  if (!returned) {
    unset_loc();
    if (add_none) load_none();
    emit(Op::RETURN_VALUE);
  }
  Unit* finished = unit_;
  CodeObject* code_object = context_->units.finish(finished->code);
  --depth_;
  unit_ = depth_ == 0 ? nullptr : units_[depth_ - 1].get();
  return {code_object, &finished->code};
}

// Makes a function of a finished inner unit, with the cells that it needs from this one.
void Generator::make_closure(const Finished& finished, u32 flags) {
  const std::vector<Name>& free = finished.unit->freevars.names;
  for (Name name : free) {
    // A class body can have a name both as its own and as free for its methods: the cell is what is handed on.
    const scope::Symbol* symbol = unit_->scope->find(name);
    bool cell = (unit_->code.type == ScopeType::Class && name == names::dunder_class) ||
                (symbol != nullptr && symbol->scope == scope::SymbolScope::Cell);
    const NameIndex& table = cell ? unit_->code.cellvars : unit_->code.freevars;
    i32 index = table.find(name);
    if (index < 0) {
      throw diag::SourceError{.exception = diag::Exception::SystemError,
                              .message = "compiler_lookup_arg(name='" + std::string(context_->names.text(name)) +
                                         "') failed in " + std::string(unit_->code.name->text)};
    }
    emit(Op::LOAD_CLOSURE, static_cast<u32>(index) + (cell ? 0 : unit_->code.cellvars.size()));
  }
  if (!free.empty()) {
    flags |= 0x08;
    emit(Op::BUILD_TUPLE, static_cast<u32>(free.size()));
  }
  load_const(finished.code);
  emit(Op::MAKE_FUNCTION, flags);
}

// ---- bodies ----

// The statements of a module or class (CPython: compiler_body).
void Generator::body(Seq<Stmt*> stmts) {
  if (unit_->code.type == ScopeType::Module && !stmts.empty()) set_loc(stmts[0]->loc);
  if (AnnotationFinder(context_->target).any(stmts)) emit(Op::SETUP_ANNOTATIONS);
  u32 first = 0;
  if (context_->optimize < 2 && docstring(stmts) != nullptr) {
    first = 1;
    visit(*stmts[0]->as<ast::ExprStmt>()->value);
    unset_loc();
    store_name(names::dunder_doc);
  }
  for (u32 i = first; i < stmts.size(); ++i) visit_stmt(*stmts[i]);
}

// ---- writing instructions ----

void Generator::use_label(Label label) {
  InstrSequence& code = unit_->code.code;
  code.marks.push_back({static_cast<u32>(code.instrs.size()), label});
  unit_->block_ended = false;
}

// The way of every instruction: no calls and so no registers saved, unless there is a block to begin or no room.
void Generator::put(const ast::Loc& loc, Op op, i32 arg, Label target) {
  InstrSequence& code = unit_->code.code;
  bool full = code.instrs.size() == code.instrs.capacity() || code.locs.size() == code.locs.capacity();
  if (full || unit_->block_ended) [[unlikely]]
    return put_slow(loc, op, arg, target);
  unit_->block_ended = kEndsBlock[static_cast<std::size_t>(op)];
  code.locs.push_back(loc);
  code.instrs.push_back({op, 0, arg, target});
}

[[gnu::noinline]] void Generator::put_slow(const ast::Loc& loc, Op op, i32 arg, Label target) {
  // CPython: compiler_use_new_implicit_block_if_needed; the new block gets its number now, not when the last one ended.
  if (unit_->block_ended) use_label(new_label());
  InstrSequence& code = unit_->code.code;
  code.instrs.push_back({op, 0, arg, target});
  code.locs.push_back(loc);
  unit_->block_ended = kEndsBlock[static_cast<std::size_t>(op)];
}

u32 Generator::add_const(Object* value) {
  CodeUnit& code = unit_->code;
  std::size_t known = code.consts.size();
  u32 at = code.const_positions.add(code.consts, context_->constants.merge(value));
  if (at == known) raise_pending();
  return at;
}

void Generator::emit_call(u32 arg_count) {
  emit(Op::PRECALL, arg_count);
  emit(Op::CALL, arg_count);
}

}  // namespace mkpyc::codegen
