// Units and their bodies: entering and leaving a block, its name tables and flags, docstrings, the module itself.
#include "codegen/generator.h"
#include "base/bytes.h"
#include "base/likely.h"
#include "base/utf8.h"
#include "codegen/docstring.h"
#include "target/features.h"

#include <algorithm>
#include <iterator>

namespace mkpyc::codegen {

Codegen::Codegen() : generator_(std::make_unique<Generator>()) {}
Codegen::~Codegen() = default;

CodeObject* Codegen::generate(const ast::Module& module, const scope::SymbolTable& symbols, Context& context) {
  return generator_->generate(module, symbols, context);
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

// Instructions that end a basic block, of the compilers that mark them (CPython: is_end_of_basic_block,
// IS_TERMINATOR_OPCODE).
constexpr Op kBlockEnds[] = {
    Op::JUMP,
    Op::JUMP_NO_INTERRUPT,
    Op::POP_JUMP_IF_FALSE,
    Op::POP_JUMP_IF_TRUE,
    Op::POP_JUMP_IF_NONE,
    Op::POP_JUMP_IF_NOT_NONE,
    Op::JUMP_IF_FALSE_OR_POP,
    Op::JUMP_IF_TRUE_OR_POP,
    Op::JUMP_IF_FALSE,
    Op::JUMP_IF_TRUE,
    Op::FOR_ITER,
    Op::SEND,
    Op::RETURN_VALUE,
    Op::RAISE_VARARGS,
    Op::RERAISE,
};

void fill_op_facts(const Target& target, u32 (&table)[kOpCount]) {
  std::copy(kOpFacts.begin(), kOpFacts.end(), table);
  for (Op op : kBlockEnds) table[static_cast<std::size_t>(op)] |= BlockFacts::kEnds;
  // There the graph is made of what really jumps.
  if (!target.on(Feature::graph_after_codegen)) return;
  for (std::size_t i = 0; i < kOpCount; ++i)
    if (target.ops().info[i].jump) table[i] |= BlockFacts::kEnds;
}

Style style_of(const Target& target) {
  Style style;
  style.implicit_locations = !target.on(Feature::explicit_locations);
  style.to_bool = target.on(Feature::to_bool);
  style.attributes_have_bit = !style.implicit_locations;
  style.implicit_labels = !target.on(Feature::graph_after_codegen);
  style.no_line = style.implicit_locations ? kNoLine : kNoLocation;
  style.forward_jump = target.on(Feature::forward_jumps_uninterrupted) ? Op::JUMP_NO_INTERRUPT : Op::JUMP;
  style.max_frame_blocks = target.on(Feature::blocks_21) ? 21 : 20;
  return style;
}

}  // namespace

CodeObject* Generator::generate(const ast::Module& module, const scope::SymbolTable& symbols, Context& context) {
  begin(symbols, context);
  enter_unit(anonymous_name(names::module_), Name::kNone, ScopeType::Module, symbols.top, 1);
  ast::Loc start = module.body.empty() ? ast::Loc{1, 1, 0, 0} : module.body[0]->loc;
  if (!module.body.empty()) set_loc(start);
  if (symbols.top->has_conditional_annotations) {
    emit(start, Op::BUILD_SET, 0);
    emit_plain_name(start, Op::STORE_NAME, names::dunder_conditional_annotations);
  }
  body(start, module.body);
  deferred_annotations(start);
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
  style_ = style_of(context.target);
  style_.small_ints = on(Feature::graph_folds_constants) && !context.stage_by_stage;
  style_.lines_go_on = on(Feature::lines_before_optimizing) && !context.stage_by_stage;
  fill_op_facts(context.target, op_facts_);
  pending_.reset();
  silenced_ = 0;
  items_.clear();
  loops_.clear();
  anonymous_.clear();
  know_names();
  is_imported_.assign(context.names.size(), 0);
  for (const scope::Symbol& symbol : symbols.top->symbols)
    if ((symbol.flags & scope::DEF_IMPORT) != 0) is_imported_[static_cast<u32>(symbol.name)] = 1;
}

// ---- entering and leaving a unit ----

// CPython: compiler_enter_scope.
void Generator::enter_unit(StrObject* name, Name plain_name, ScopeType type, scope::Scope* scope, i32 firstlineno) {
  MKPYC_CHECK(scope != nullptr);
  if (depth_ == units_.size()) [[unlikely]]
    add_unit();
  Unit& unit = *units_[depth_];
  use_names_at(depth_);
  unit.code.clear();
  unit.code.type = type;
  unit.code.name = name;
  unit.code.depth = depth_;
  unit.code.firstlineno = firstlineno;
  unit.code.flags = code_flags(*scope);
  unit.code.loads_small_ints = style_.small_ints;
  unit.code.code.lines_go_on = unit.code.annotations.lines_go_on = style_.lines_go_on;
  unit.scope = scope;
  unit.class_name = type == ScopeType::Class ? plain_name : unit_ == nullptr ? Name::kNone : unit_->class_name;
  unit.frame_count = 0;
  unit.first_serial = ++last_serial_;
  unit.serial = ++last_serial_;
  unit.inlined_comprehensions = 0;
  if (!unit.overrides.empty()) unit.overrides.shrink(0);
  if (!unit.fast_hidden.empty()) unit.fast_hidden.clear();
  unit.static_attributes.clear();
  unit.deferred_annotations.clear();
  unit.conditional_annotations = 0;
  unit.in_conditional_block = false;
  unit.class_names = ClassNames::None;
  if (scope->type == scope::BlockType::Class)
    unit.class_names = style_.implicit_locations ? ClassNames::OwnFree : ClassNames::Own;
  else if (scope->can_see_class_scope)
    unit.class_names = ClassNames::Around;
  unit.no_serial = unit.class_names == ClassNames::None ? 0 : ~u32{0};
  fill_unit_tables(unit);
  unit.code.qualname = type == ScopeType::Module ? name : qualified_name(type, plain_name, name);
  unit_ = &unit;
  ++depth_;
  enter_instructions(firstlineno);
}

[[gnu::noinline, gnu::cold]] void Generator::add_unit() { units_.push_back(std::make_unique<Unit>()); }

// What every unit begins with (CPython: codegen_enter_scope).
void Generator::enter_instructions(i32 firstlineno) {
  bool module = unit_->code.type == ScopeType::Module;
  ast::Loc start{module ? 0 : firstlineno, firstlineno, 0, 0};
  set_loc(start);
  if (on(Feature::generator_prefix_in_codegen) && (unit_->scope->generator || unit_->scope->coroutine)) {
    ast::Loc line{firstlineno, firstlineno, -1, -1};
    emit(line, Op::RETURN_GENERATOR);
    emit(line, Op::POP_TOP);
  }
  emit(start, Op::RESUME, kAtStart);
  if (!module) return;
  if (on(Feature::lazy_annotations)) emit(start, Op::ANNOTATIONS_PLACEHOLDER);
  unit_->loc.line = firstlineno;
}

// CPython: compute_code_flags.
u32 Generator::code_flags(const scope::Scope& scope) const {
  u32 flags = symbols_->future.flags;
  if (!scope::is_function_like(scope.type)) return flags;
  flags |= CO_NEWLOCALS | CO_OPTIMIZED;
  if (scope.nested) flags |= CO_NESTED;
  if (scope.generator) flags |= scope.coroutine ? CO_ASYNC_GENERATOR : CO_GENERATOR;
  if (!scope.generator && scope.coroutine) flags |= CO_COROUTINE;
  if (scope.varargs) flags |= CO_VARARGS;
  if (scope.varkeywords) flags |= CO_VARKEYWORDS;
  if (on(Feature::has_docstring_flag)) {
    if (scope.has_docstring) flags |= CO_HAS_DOCSTRING;
    if (scope.method) flags |= CO_METHOD;
  }
  return flags;
}

// CPython: compiler_set_qualname. The open unit is the parent; type parameters and annotations do not count as one. A
// name of its own (`plain_name`) can be declared global there, which makes it a top-level name. The result is a new
// string, or the name object itself at the top level.
StrObject* Generator::qualified_name(ScopeType type, Name plain_name, StrObject* name) {
  bool of_function = type == ScopeType::Annotations && plain_name != Name::kNone;
  auto own_name = [&] { return of_function ? join_qualname(context_->objects.name(plain_name), ".", name) : name; };
  if (depth_ <= 1) return own_name();
  const Unit* parent = units_[depth_ - 1].get();
  ScopeType kind = parent->code.type;
  if (kind == ScopeType::TypeParams || kind == ScopeType::Annotations) {
    if (depth_ == 2) return name;
    parent = units_[depth_ - 2].get();
    kind = parent->code.type;
  }
  bool may_be_global = type == ScopeType::Function || type == ScopeType::AsyncFunction || type == ScopeType::Class;
  if (may_be_global && parent->scope->has_explicit_global) {
    Name mangled = scope::mangle(context_->names, parent->class_name, plain_name);
    const scope::Symbol* symbol = parent->scope->find(mangled);
    if (symbol != nullptr && symbol->scope == scope::SymbolScope::GlobalExplicit) return name;
  }
  bool local = kind == ScopeType::Function || kind == ScopeType::AsyncFunction || kind == ScopeType::Lambda;
  return join_qualname(parent->code.qualname, local ? ".<locals>." : ".", own_name());
}

// A new string.
StrObject* Generator::join_qualname(const StrObject* outer, std::string_view link, const StrObject* inner) {
  std::size_t size = outer->text.size() + link.size() + inner->text.size();
  char* text = context_->arena.array<char>(size);
  copy_text(copy_text(copy_text(text, outer->text), link), inner->text);
  bool ascii = outer->ascii && inner->ascii;
  return context_->arena.make<StrObject>(Object{.type = Type::Str, .ascii = ascii}, std::string_view(text, size));
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

// CPython: optimize_and_assemble, up to 3.11 the start of assemble(), and compiler_exit_scope.
Finished Generator::leave_unit(bool add_none) {
  end_instructions(add_none);
  Unit* finished = unit_;
  CodeObject* code_object = context_->units.finish(finished->code);
  --depth_;
  unit_ = depth_ == 0 ? nullptr : units_[depth_ - 1].get();
  use_names_at(depth_ == 0 ? 0 : depth_ - 1);
  return {code_object, &finished->code};
}

// The return at the end, which up to 3.11 is left out if there is one (CPython: add_return_at_end).
void Generator::end_instructions(bool add_none) {
  const InstrSequence& code = unit_->code.code;
  if (style_.implicit_labels && code.block_ended() && code.instrs.back().op == Op::RETURN_VALUE) return;
  unset_loc();
  if (add_none) load_none(kNoLocation);
  emit(kNoLocation, Op::RETURN_VALUE);
}

// Makes a function of a finished inner unit, with the cells that it needs from this one.
void Generator::make_closure(const ast::Loc& loc, const Finished& finished, u32 flags) {
  const std::vector<Name>& free = finished.unit->freevars.names;
  for (Name name : free) {
    bool cell = is_cell_here(name);
    if ((cell ? unit_->code.cellvars : unit_->code.freevars).find(name) < 0) closure_error(finished, name, cell);
    emit(loc, Op::LOAD_CLOSURE, closure_index(name, cell));
  }
  if (!free.empty()) {
    flags |= kClosure;
    emit(loc, Op::BUILD_TUPLE, static_cast<u32>(free.size()));
  }
  make_function(loc, finished, flags);
}

void Generator::make_function(const ast::Loc& loc, const Finished& finished, u32 flags) {
  load_const(loc, finished.code);
  if (!on(Feature::function_attributes)) return emit(loc, Op::MAKE_FUNCTION, flags);
  emit(loc, Op::MAKE_FUNCTION);
  if (flags != 0) set_function_attributes(loc, flags);
}

[[gnu::noinline]] void Generator::set_function_attributes(const ast::Loc& loc, u32 flags) {
  for (u32 flag : {kClosure, kAnnotations, kAnnotate, kKeywordDefaults, kDefaults})
    if ((flags & flag) != 0) emit(loc, Op::SET_FUNCTION_ATTRIBUTE, flag);
}

// ---- bodies ----

// The statements of a module or class (CPython: compiler_body).
void Generator::body(const ast::Loc& loc, Seq<Stmt*> stmts) {
  if (setup_annotations(stmts)) emit(loc, Op::SETUP_ANNOTATIONS);
  u32 first = 0;
  if (Object* doc = kept_docstring(stmts)) {
    ast::Loc at_doc = stmts[0]->as<ast::ExprStmt>()->value->loc;
    set_loc(at_doc);
    load_const(at_doc, doc);
    unset_loc();
    store_name(kNoLocation, names::dunder_doc);
    first = 1;
  } else if (drops_docstring(stmts)) {
    first = 1;
  }
  for (u32 i = first; i < stmts.size(); ++i) visit_stmt(*stmts[i]);
}

// Whether the block makes its dict of annotations first.
bool Generator::setup_annotations(Seq<Stmt*> stmts) const {
  if (on(Feature::lazy_annotations)) return future_annotations() && unit_->scope->annotations_used;
  return AnnotationFinder(context_->target).any(stmts);
}

// The docstring of a body as it goes into the code object, or null.
Object* Generator::kept_docstring(Seq<Stmt*> stmts) {
  Object* doc = context_->optimize < 2 ? ast::docstring(stmts) : nullptr;
  if (doc == nullptr || !on(Feature::cleaned_docstrings)) return doc;
  return clean_docstring(static_cast<StrObject*>(doc), context_->objects);
}

// Whether there is a docstring that the body is compiled without, where it is not kept.
bool Generator::drops_docstring(Seq<Stmt*> stmts) const {
  return context_->optimize >= 2 && on(Feature::cleaned_docstrings) && ast::docstring(stmts) != nullptr;
}

// ---- writing instructions ----

void Generator::use_label(Label label) {
  InstrSequence& code = unit_->code.code;
  // Whether a block begins at the label is for flow/ to know; one does after the last instruction.
  if (!style_.implicit_labels && code.block_ended()) code.mark(Label::kNone);
  code.mark(label);
}

void Generator::emit(const ast::Loc& loc, Op op, u32 arg) { put<true>(loc, op, arg); }

[[gnu::noinline]] void Generator::put_slow(const ast::Loc& loc, Op op, i32 arg) {
  begin_block_after_end();
  unit_->code.code.add(op, arg, loc, facts_of(op));
}

void Generator::put_naming(const ast::Loc& loc, Op op, Label target) {
  begin_block_after_end();
  unit_->code.code.add_naming(op, target, loc, facts_of(op));
}

// CPython: compiler_use_new_implicit_block_if_needed; the new block gets its number now, not when the last one ended.
inline void Generator::begin_block_after_end() {
  InstrSequence& code = unit_->code.code;
  if (code.block_ended()) code.mark(style_.implicit_labels ? new_label() : Label::kNone);
}

[[gnu::noinline]] void InstrSequence::mark(Label label) {
  close_block();
  stop_.at = end_of_room();
  append(marks, Mark{static_cast<u32>(instrs.size()), label});
}

void InstrSequence::grow() {
  instrs.reserve(instrs.size() * 2 + 1);
  stop_.at = end_of_room();
}

[[gnu::noinline]] void InstrSequence::lack_line() {
  Instr& last = instrs.back();
  bool goes_on = lines_go_on && marks.back().at + 1 < instrs.size() && last.loc.line == kNoLocation.line;
  // One at kNextLocation may get a line yet, which the last one would then have to go on with.
  if (goes_on && (&last)[-1].loc.line == kNextLocation.line) [[unlikely]]
    goes_on = lines_go_on = false;
  if (goes_on) [[likely]]
    last.loc = (&last)[-1].loc;
  if (last.loc.line < 0) open_facts_.facts |= BlockFacts::kLacksLine;
}

// What comes next goes on with other lines: from now on that is left to flow/.
void InstrSequence::insert(u32 position, const Instr& instr) {
  lines_go_on = false;
  MKPYC_CHECK(position <= instrs.size());
  instrs.insert(instrs.begin() + position, instr);
  stop_.at = block_ended() ? end() : end_of_room();
  for (u32& at : naming) at += at >= position;
  if (instr.target != Label::kNone) naming.insert(std::ranges::lower_bound(naming, position), position);
  std::size_t block = 0;
  for (std::size_t i = 1; i < marks.size(); ++i) {
    if (marks[i].at < position)
      block = i;
    else
      ++marks[i].at;
  }
  marks[block].facts.add(codegen::facts_of(instr.op), instr.loc.line);
}

// Most constants have been used before in their block.
bool Generator::is_known_const(const Object* value) const {
  return context_->constants.registered(value) && unit_->code.consts.remembers(value);
}

[[gnu::always_inline]] inline u32 Generator::add_new_const(Object* value) {
  if (context_->constants.registered(value)) return add_merged_const(value);
  Object* merged = context_->constants.merge(value);
  bool known = merged != value && unit_->code.consts.remembers(merged);
  return known ? merged->const_index : add_merged_const(merged);
}

inline u32 Generator::add_merged_const(Object* merged) {
  ConstIndex& consts = unit_->code.consts;
  u32 known = consts.size();
  u32 at = consts.add_forgotten(merged);
  if (unlikely(pending_.has_value()) && at == known) raise_pending();
  return at;
}

u32 Generator::add_const(Object* value) { return is_known_const(value) ? value->const_index : add_new_const(value); }

void Generator::load_const(const ast::Loc& loc, Object* value) {
  if (style_.small_ints && is_small_int(value)) return load_small_int(loc, value);
  if (!is_known_const(value)) return load_new_const(loc, value);
  put(loc, Op::LOAD_CONST, value->const_index);
}

[[gnu::noinline]] void Generator::load_new_const(const ast::Loc& loc, Object* value) {
  put(loc, Op::LOAD_CONST, add_new_const(value));
}

// A small integer is no constant in the end, unless it is the first, which stays.
[[gnu::noinline]] void Generator::load_small_int(const ast::Loc& loc, Object* value) {
  if (unit_->code.consts.size() == 0) add_const(value);
  put(loc, Op::LOAD_SMALL_INT, static_cast<u32>(static_cast<const IntObject*>(value)->small));
}

void Generator::emit_intrinsic(const ast::Loc& loc, Intrinsic1 function, Op before_intrinsics) {
  if (on(Feature::intrinsics))
    emit(loc, Op::CALL_INTRINSIC_1, static_cast<u32>(function));
  else
    emit(loc, before_intrinsics);
}

void Generator::emit_intrinsic(const ast::Loc& loc, Intrinsic2 function) {
  emit(loc, Op::CALL_INTRINSIC_2, static_cast<u32>(function));
}

}  // namespace mkpyc::codegen
