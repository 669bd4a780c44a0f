// The code generator's inside: one class whose methods are spread over files by topic. All of them write to the unit
// that is open (`unit_`) through the few functions under "writing instructions".
//
// Locations. CPython up to 3.11 writes each instruction at the unit's current location (u_lineno and its three
// companions), which statements set, expressions set and restore, and some constructs leave changed or unset for
// whatever comes next; the bytes show all of that. Later ones give each instruction a location of its own. So every
// emit() takes the location that the later ones give, and for the earlier it is `unit_->loc` that counts: set_loc() and
// unset_loc() stand at the places of CPython's SET_LOC and UNSET_LOC. `style_.implicit_locations` tells which.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ast/docstring.h"
#include "base/check.h"
#include "base/likely.h"
#include "codegen/codegen.h"
#include "codegen/intrinsics.h"

namespace mkpyc::codegen {

/// CPython: CO_MAXBLOCKS, of the target that has most.
inline constexpr u32 kMaxFrameBlocks = 21;
/// CPython: STACK_USE_GUIDELINE; displays and calls longer than this are built piece by piece.
inline constexpr u32 kStackUseGuideline = 30;

/// CPython: enum fblocktype.
enum class FrameKind : u8 {
  WhileLoop,
  ForLoop,
  AsyncForLoop,
  TryExcept,
  FinallyTry,
  FinallyEnd,
  With,
  AsyncWith,
  HandlerCleanup,
  PopValue,
  ExceptionHandler,
  ExceptionGroupHandler,
  AsyncComprehensionGenerator,
  StopIteration,
};

/// A construct that `break`, `continue` or `return` has to leave in order (CPython: struct fblockinfo).
struct FrameBlock {
  FrameKind kind;
  Label block = Label::kNone;
  Label exit = Label::kNone;
  // What unwinding needs, by kind:
  Seq<ast::Stmt*> finally_body = {};  // FinallyTry
  ast::Loc loc = {};                  // With, AsyncWith
  Name handler_name = Name::kNone;    // HandlerCleanup
};

/// How a name is reached: as a variable with a number of its own, or by its index in co_names. Unknown: the block's
/// tables have not been asked; it counts as a variable, which has no number.
enum class NameAccess : u8 { Unknown, Fast, Cell, Free, Global, ByName };
constexpr bool is_variable(NameAccess access) { return access <= NameAccess::Free; }

/// What of the target the busiest functions ask, asked once a compilation.
struct Style {
  bool implicit_locations = false;
  bool to_bool = false;
  bool small_ints = false;           // LOAD_SMALL_INT is made at once
  bool attributes_have_bit = false;  // LOAD_ATTR's low bit makes it LOAD_METHOD
  bool lines_go_on = false;          // see InstrSequence
  bool implicit_labels = false;      // a block that begins without a label has one nevertheless
  ast::Loc no_line = kNoLocation;    // of artificial instructions
  Op forward_jump = Op::JUMP;
  u32 max_frame_blocks = kMaxFrameBlocks;
};

/// What loading a name takes beside the instruction, in a block that sees the names of a class.
enum class ClassNames : u8 {
  None,
  OwnFree,  // the block is the class body, up to 3.11: only free variables may be hidden, which one instruction knows
  Own,      // the block is the class body
  Around,   // its type parameters, annotations and the like: through __classdict__
  Inlined,  // a comprehension in the class body, which does not see them
};

/// Symbols that hide others of their names, the last one those before it.
class Overrides {
 public:
  bool empty() const { return symbols_.empty(); }
  std::size_t size() const { return symbols_.size(); }
  const scope::Symbol& operator[](std::size_t i) const { return symbols_[i]; }
  /// What a name means now; null if it is not among them.
  const scope::Symbol* find(Name name);
  void add(const scope::Symbol& symbol) { symbols_.push_back(symbol); }
  /// Takes the last ones away.
  void shrink(std::size_t size);

 private:
  static constexpr std::size_t kFew = 12;

  std::vector<scope::Symbol> symbols_;
  // Of the first symbols, once there have been many: which of a name is the last, and which one each of them hides.
  std::unordered_map<Name, i32> last_;
  std::vector<i32> hidden_;
};

/// A block that is being compiled (CPython: struct compiler_unit).
struct Unit {
  CodeUnit code;
  scope::Scope* scope = nullptr;
  Name class_name = Name::kNone;  // for private names (u_private)
  ast::Loc loc;
  /// Number of this unit among all that were ever made: what NameUses are stamped with. A stamp below `first_serial` is
  /// older than the unit, one between is not this unit's any more, and a larger one of a unit inside.
  u32 first_serial = 0;
  u32 serial = 0;
  u32 frame_count = 0;
  FrameBlock frames[kMaxFrameBlocks];
  /// Comprehensions that are being inlined here, and the names that mean something else meanwhile, innermost last.
  u32 inlined_comprehensions = 0;
  Overrides overrides;
  ClassNames class_names = ClassNames::None;
  u32 no_serial = 0;  // where there are class names, all bits: what is or-ed with that is no name's stamp
  /// Names that are fast locals of a block that has none else: of inlined comprehensions that are open.
  std::unordered_set<Name> fast_hidden;
  /// Classes: the attributes that methods assign to (CPython: u_static_attributes).
  std::vector<Name> static_attributes;
  /// Annotated assignments whose annotations are evaluated lazily, and the index of each among those that may not be
  /// executed, or -1 (CPython: u_deferred_annotations, u_conditional_annotation_indices).
  struct DeferredAnnotation {
    const ast::AnnAssign* statement;
    i32 conditional_index;
  };
  std::vector<DeferredAnnotation> deferred_annotations;
  i32 conditional_annotations = 0;
  bool in_conditional_block = false;
};

/// What leave_unit() returns: the code object and the unit it came from, valid until another unit is entered.
struct Finished {
  CodeObject* code;
  const CodeUnit* unit;
};

/// State of the compilation of one `case` (CPython: pattern_context).
struct PatternContext {
  /// Names captured so far, in the order of their values on the stack.
  std::vector<Name> stores;
  /// False: a pattern that always matches is an error here.
  bool allow_irrefutable = false;
  /// fail_pop[n] is where a failure goes that has n values to pop.
  std::vector<Label> fail_pop;
  /// Values on top of the stack that must stay there.
  u32 on_top = 0;
};

/// `_`, the pattern that matches anything and captures nothing (CPython: WILDCARD_CHECK).
inline bool is_wildcard(const ast::Pattern& pattern) {
  return pattern.kind == ast::PatternKind::MatchAs && pattern.as<ast::MatchAs>()->name == Name::kNone;
}

class Generator {
 public:
  CodeObject* generate(const ast::Module& module, const scope::SymbolTable& symbols, Context& context);

 private:
  using Expr = ast::Expr;
  using Stmt = ast::Stmt;

  // ---- generator.cc: units and bodies ----
  void begin(const scope::SymbolTable& symbols, Context& context);
  void enter_unit(StrObject* name, Name plain_name, ScopeType type, scope::Scope* scope, i32 firstlineno);
  void enter_instructions(i32 firstlineno);
  void add_unit();
  Finished leave_unit(bool add_none);
  void end_instructions(bool add_none);
  u32 code_flags(const scope::Scope& scope) const;
  StrObject* qualified_name(ScopeType type, Name plain_name, StrObject* name);
  StrObject* join_qualname(const StrObject* outer, std::string_view link, const StrObject* inner);
  StrObject* anonymous_name(Name name);
  void make_closure(const ast::Loc& loc, const Finished& finished, u32 flags);
  void make_function(const ast::Loc& loc, const Finished& finished, u32 flags);
  void set_function_attributes(const ast::Loc& loc, u32 flags);
  void body(const ast::Loc& loc, Seq<Stmt*> stmts);
  bool setup_annotations(Seq<Stmt*> stmts) const;
  Object* kept_docstring(Seq<Stmt*> stmts);
  bool drops_docstring(Seq<Stmt*> stmts) const;
  bool on(Feature feature) const { return context_->target.on(feature); }
  bool in_function() const { return scope::is_function_like(unit_->scope->type); }
  bool evaluates_annotations() const {
    return unit_->code.type == ScopeType::Module || unit_->code.type == ScopeType::Class;
  }
  bool future_annotations() const { return (symbols_->future.flags & CO_FUTURE_ANNOTATIONS) != 0; }

  // ---- writing instructions ----
  void put_slow(const ast::Loc& loc, Op op, i32 arg);
  void put_naming(const ast::Loc& loc, Op op, Label target);
  void begin_block_after_end();
  u32 facts_of(Op op) const { return op_facts_[static_cast<std::size_t>(op)]; }
  const ast::Loc& at(const ast::Loc& loc) const { return style_.implicit_locations ? unit_->loc : loc; }
  void emit(const ast::Loc& loc, Op op, u32 arg = 0);
  /// The same without a call, for those who do little else. No calls also means no registers saved, unless there is a
  /// block to begin or no room.
  template <bool kMayEndBlock = false>
  void put(const ast::Loc& loc, Op op, u32 arg) {
    const ast::Loc& where = at(loc);
    InstrSequence& code = unit_->code.code;
    if (code.must_stop()) [[unlikely]]
      return put_slow(where, op, static_cast<i32>(arg));
    code.add_within_block(op, static_cast<i32>(arg), where, facts_of(op));
    if (kMayEndBlock) code.stop_if(facts_of(op));
    if (where.line < 0) [[unlikely]]
      code.lack_line();
  }
  /// An artificial instruction, also where the current location is set.
  void emit_noline(Op op, u32 arg = 0) { put_slow(style_.no_line, op, static_cast<i32>(arg)); }
  void jump(const ast::Loc& loc, Op op, Label target) { put_naming(at(loc), op, target); }
  void jump_noline(Op op, Label target) { put_naming(style_.no_line, op, target); }
  /// Forward, past code that cannot run for long, so that nothing need interrupt it.
  void jump_forward(Label target) { put_naming(style_.no_line, style_.forward_jump, target); }
  void jump_forward(const ast::Loc& loc, Label target) { jump(loc, style_.forward_jump, target); }
  void emit_to_bool(const ast::Loc& loc) {
    if (style_.to_bool) put(loc, Op::TO_BOOL, 0);
  }
  void emit_intrinsic(const ast::Loc& loc, Intrinsic1 function, Op before_intrinsics);
  void emit_intrinsic(const ast::Loc& loc, Intrinsic2 function);
  Label new_label() { return static_cast<Label>(unit_->code.code.label_count++); }
  void use_label(Label label);
  void set_loc(const ast::Loc& loc) { unit_->loc = loc; }
  void unset_loc() { unit_->loc = kNoLocation; }
  bool is_known_const(const Object* value) const;
  u32 add_const(Object* value);
  u32 add_new_const(Object* value);
  u32 add_merged_const(Object* merged);
  void load_const(const ast::Loc& loc, Object* value);
  void load_new_const(const ast::Loc& loc, Object* value);
  void load_small_int(const ast::Loc& loc, Object* value);
  void load_none(const ast::Loc& loc) { load_const(loc, context_->objects.none()); }
  void emit_call(const ast::Loc& loc, u32 arg_count) {
    if (style_.implicit_locations) put(loc, Op::PRECALL, arg_count);
    put(loc, Op::CALL, arg_count);
  }
  void emit_binary(const ast::Loc& loc, ast::Operator op, bool inplace);
  void emit_subscript(const ast::Loc& loc);
  void emit_compare(const ast::Loc& loc, ast::CmpOp op);
  void emit_get_iter(const ast::Loc& loc, bool is_async);
  void emit_await(const ast::Loc& loc, u32 awaitable_kind);
  void emit_send_none(const ast::Loc& loc);
  void emit_yield_from(const ast::Loc& loc, bool await);
  void emit_yield(const ast::Loc& loc);

  // ---- names.cc ----
  /// What the open block knows of a (mangled) name.
  struct NameUse {
    u32 serial = 0;  // of the unit that knows it
    NameAccess access = NameAccess::Unknown;
    u32 variable = kNoIndex;  // the argument of its instructions
    u32 index = kNoIndex;     // in co_names
    u32 arg() const { return is_variable(access) ? variable : index; }
  };
  static constexpr u32 kNoIndex = ~u32{0};
  struct ResolvedName {
    NameAccess access = NameAccess::Unknown;
    u32 arg = kNoIndex;
  };
  /// What the last block that had the name knows of it. All names that are asked for have a place: those of the tree
  /// from the beginning, others since they were made.
  NameUse& last_use_of(Name name) { return uses_[static_cast<u32>(name)]; }
  const NameUse& last_use_of(Name name) const { return uses_[static_cast<u32>(name)]; }
  /// Makes places for the names that there are.
  void know_names() {
    for (std::vector<NameUse>& uses : name_uses_)
      if (uses.size() < context_->names.size()) uses.resize(context_->names.size());
    uses_ = name_uses_[uses_level_].data();
  }
  /// From here on names are those of a unit with so many around it.
  void use_names_at(u32 depth) {
    uses_level_ = std::min(depth, kUsesLevels - 1);
    uses_ = name_uses_[uses_level_].data();
  }
  Name part_of_dotted(std::string_view part);
  /// The name as this block's tables have it: private names carry the class (PEP 8; CPython: _Py_Mangle).
  Name mangle(Name name) {
    return likely(unit_->class_name == Name::kNone || is_plain(name)) ? name : mangled_in(*unit_, name);
  }
  Name mangled_in(const Unit& unit, Name name);
  Object* mangled_constant(Name name);
  /// The index in co_names of a name that is mangled on the way (CPython: compiler_addop_name).
  u32 name_index(Name name) { return index_of(mangle(name)); }
  u32 index_of(Name mangled);
  u32 add_name(NameIndex& index, Name name);
  // CPython: compiler_add_o for a name that it does not find, when it notices a forgotten exception.
  u32 append_name(NameIndex& index, Name name) {
    if (pending_) [[unlikely]]
      raise_pending();
    return index.append(name);
  }
  void emit_attribute(const ast::Loc& loc, Op op, Name name) { emit(loc, op, name_index(name)); }
  void emit_load_attribute(const ast::Loc& loc, Name name);
  void emit_load_method(const ast::Loc& loc, Name name);
  void emit_plain_name(const ast::Loc& loc, Op op, Name name) { emit(loc, op, index_of(name)); }
  void name_op(const ast::Loc& loc, Name name, ast::ExprContext ctx);
  void name_op_unseen(const ast::Loc& loc, Name name, ast::ExprContext ctx);
  void name_op_slow(const ast::Loc& loc, Name name, ast::ExprContext ctx);
  void emit_name(const ast::Loc& loc, const ResolvedName& resolved, ast::ExprContext ctx);
  bool load_from_class(const ast::Loc& loc, Name name, const ResolvedName& resolved);
  void load_name(const ast::Loc& loc, Name name) { name_op(loc, name, ast::ExprContext::Load); }
  void store_name(const ast::Loc& loc, Name name) { name_op(loc, name, ast::ExprContext::Store); }
  void delete_name(const ast::Loc& loc, Name name) { name_op(loc, name, ast::ExprContext::Del); }
  void handler_name_op(const ast::Loc& loc, Name name, ast::ExprContext ctx);
  void clear_name(const ast::Loc& loc, Name name);
  void check_forbidden(const ast::Loc& loc, Name name, ast::ExprContext ctx) const {
    if (name == names::dunder_debug) check_debug(loc, ctx);
  }
  void check_debug(const ast::Loc& loc, ast::ExprContext ctx) const;
  const scope::Symbol* find_symbol(Name mangled) const;
  const scope::Symbol* find_global_symbol(Name name) const;
  void forget_name(Name name);
  bool is_cell_here(Name name) const;
  u32 closure_index(Name name, bool cell) const;
  [[noreturn]] void closure_error(const Finished& inner, Name name, bool cell) const;
  // True for a name that the module imports: calls of its attributes are not method calls (CPython:
  // is_import_originated).
  bool is_imported(const Expr& expr) const {
    if (expr.kind != ast::ExprKind::Name) return false;
    std::size_t id = static_cast<u32>(expr.as<ast::NameExpr>()->id);
    return id < is_imported_.size() && is_imported_[id] != 0 && is_imported_here(expr.as<ast::NameExpr>()->id);
  }
  bool is_imported_here(Name name) const;

  // How the open block reaches a name (CPython: the first half of compiler_nameop).
  ResolvedName resolve(Name name) {
    ResolvedName known = known_name(name);
    return known.arg != kNoIndex ? known : resolve_slow(name);
  }
  // The same, if the name has been used, and else no index.
  ResolvedName known_name(Name name) const {
    const NameUse& use = last_use_of(name);
    return likely(use.serial == unit_->serial) ? ResolvedName{use.access, use.arg()} : ResolvedName{};
  }
  ResolvedName number_name(Name name, NameUse& use);
  ResolvedName look_for_name(Name name);
  ResolvedName resolve_first(Name name);
  ResolvedName resolve_slow(Name name);
  void decide(Name mangled, NameUse& use);
  NameUse& use_of(Name mangled);
  u32 lost_index_of(Name mangled) const;
  u32 index_of_slow(Name mangled);
  void fill_unit_tables(Unit& unit);
  void number_cells(Unit& unit);
  void sort_by_text(std::vector<Name>& sorted) const;
  void number_variable(const Unit& unit, Name name, NameAccess access, u32 number) {
    NameUse& use = last_use_of(name);
    if (use.serial == unit.serial && use.access == access) use.variable = number;
  }
  bool is_plain(Name name) const {
    std::size_t id = static_cast<u32>(name);
    return likely(id < symbols_->plain_names.size()) && likely(symbols_->plain_names[id] != 0);
  }

  // ---- checks.cc: errors and warnings ----
  diag::SourceError error_at(const ast::Loc& loc, std::string message) const;
  [[noreturn]] void error(const ast::Loc& loc, std::string message) const { throw error_at(loc, std::move(message)); }
  void raise_pending();
  void warn(const ast::Loc& loc, std::string message);
  void check_compare(const ast::Compare& compare);
  void warn_is_literal(const ast::Loc& loc, ast::CmpOp op, const Expr& literal);
  void check_caller(const Expr& func);
  void check_subscripter(const Expr& value);
  void check_index(const Expr& value, const Expr& index);
  void check_keywords(Seq<ast::Keyword*> keywords);
  bool all_different(Seq<ast::Keyword*> keywords);
  void check_assert(const ast::Assert& stmt);

  // ---- frames.cc ----
  void push_frame(const ast::Loc& loc, FrameBlock frame);
  void pop_frame(FrameKind kind);
  void silence(bool more);
  void unwind(ast::Loc& loc, const FrameBlock& frame, bool preserve_tos);
  void unwind_with(ast::Loc& loc, const FrameBlock& frame, bool preserve_tos);
  const FrameBlock* unwind_all(ast::Loc& loc, bool preserve_tos, bool to_loop);
  void call_exit_with_nones(const ast::Loc& loc);
  void pop_except_and_reraise();
  bool in_exception_handler() const;

  // ---- statements.cc ----
  void visit_stmt(const Stmt& stmt);
  void delete_stmt(const ast::Delete& stmt);
  void visit_compound(const Stmt& stmt);
  void visit_stmts(Seq<Stmt*> stmts) {
    for (const Stmt* stmt : stmts) visit_stmt(*stmt);
  }
  void assign(const ast::Assign& stmt);
  void if_stmt(const ast::If& stmt);
  void raise(const ast::Raise& stmt);
  void assert_stmt(const ast::Assert& stmt);
  void return_stmt(const ast::Return& stmt);
  void break_stmt(const ast::Loc& loc);
  void continue_stmt(const ast::Loc& loc);
  void expr_stmt(const ast::Loc& loc, const Expr& value);
  void drop_value();

  // ---- assignments.cc ----
  void aug_assign(const ast::AugAssign& stmt);
  void load_augmented_subscript(const ast::Subscript& target);
  void ann_assign(const ast::AnnAssign& stmt);
  void store_annotation(const ast::AnnAssign& stmt, Name name);
  void evaluate_and_drop(const Expr& expr);
  void evaluate_annotated_subscript(const Expr& expr);
  void unpack(const ast::Loc& loc, Seq<Expr*> elts);
  void assign_to_each(const ast::Loc& loc, Seq<Expr*> elts);

  // ---- annotations.cc: annotations that are evaluated lazily ----
  void defer_annotation(const ast::AnnAssign& stmt);
  void deferred_annotations(const ast::Loc& loc);
  void enter_annotations(const ast::Loc& loc, scope::Scope& scope, Name name, Name function = Name::kNone);
  void leave_annotations(const ast::Loc& loc);
  void deferred_annotation(const ast::Loc& loc, const Unit::DeferredAnnotation& deferred, bool in_class);

  // ---- functions.cc, classes.cc, type_params.cc ----
  void function(const ast::FunctionDef& def, bool is_async);
  void function_body(const ast::FunctionDef& def, bool is_async, u32 flags, i32 first_line);
  void statements_of_function(Seq<Stmt*> stmts, u32 first);
  void wrap_in_stop_iteration_handler();
  void lambda(const ast::Lambda& lambda);
  void apply_decorators(Seq<Expr*> decorators);
  void check_argument_names(const ast::Arguments& args);
  u32 default_arguments(const ast::Loc& loc, const ast::Arguments& args);
  bool keyword_only_defaults(const ast::Loc& loc, const ast::Arguments& args);
  u32 function_annotations(const ast::FunctionDef& def);
  u32 annotations(const ast::Loc& loc, const ast::Arguments& args, const Expr* returns);
  u32 argument_annotations(const ast::Loc& loc, Seq<ast::Arg*> args);
  u32 argument_annotation(const ast::Loc& loc, Name name, const Expr* annotation);
  void annotation_text(const Expr& annotation);
  void set_argument_counts(const ast::Arguments& args);
  void class_def(const ast::ClassDef& def);
  void enter_class_type_params(const ast::ClassDef& def, i32 line);
  void make_class_function(const ast::ClassDef& def, i32 line);
  void class_body(const ast::ClassDef& def);
  void class_body_end();
  Object* static_attributes();
  void add_static_attribute(const ast::Attribute& target);
  void enter_type_params(Name name, scope::Scope* scope, i32 first_line);
  void leave_type_params(const ast::Loc& loc, u32 arg_count);
  void type_params(Seq<ast::TypeParam*> params);
  void type_param(const ast::TypeParam& param, bool& seen_default);
  void type_param_expression(const ast::TypeParam& param, const Expr& expr, scope::Scope* scope, bool allow_starred);
  void load_format_default(const ast::Loc& loc);
  void type_alias(const ast::TypeAlias& stmt);
  void type_alias_value(const ast::TypeAlias& stmt, Name name);

  // ---- loops.cc, with.cc, try.cc, try_star.cc, imports.cc ----
  void for_stmt(const ast::For& stmt);
  void emit_loop_end();
  void emit_end_async_for(const ast::Loc& loc, Label send);
  Label emit_anext(const ast::Loc& loc, Label except);
  void async_for(const ast::For& stmt);
  void while_stmt(const ast::While& stmt);
  void with(const ast::With& stmt, u32 pos);
  void async_with(const ast::With& stmt, u32 pos);
  ast::Loc with_location(const ast::With& stmt, u32 pos) const;
  ast::Loc frame_location(const ast::With& stmt, u32 pos) const;
  void enter_with(const ast::Loc& loc, bool is_async);
  void with_item_body(const ast::Loc& loc, const ast::With& stmt, u32 pos);
  void with_except_finish(Label cleanup);
  void with_suppressed();
  void try_stmt(const ast::Try& stmt);
  void try_finally(const ast::Try& stmt);
  void try_except(const ast::Try& stmt);
  void except_handler(const ast::ExceptHandler& handler, Label end);
  void named_handler_body(const ast::ExceptHandler& handler, Label end);
  void unnamed_handler_body(const ast::ExceptHandler& handler, Label end);
  void try_star_except(const ast::Try& stmt);
  void star_handler(const ast::ExceptHandler& handler, bool first);
  void begin_star_handlers(const ast::Loc& loc);
  void star_handler_body(const ast::ExceptHandler& handler, Label next, Label next_with_error);
  void reraise_star(Label start, Label end);
  void import(const ast::Import& stmt);
  void import_as(const ast::Loc& loc, Name name, Name asname);
  void import_name(const ast::Loc& loc, Name name, bool is_lazy, bool is_star);
  void import_from(const ast::ImportFrom& stmt);
  void check_future_import(const ast::ImportFrom& stmt);

  // ---- match.cc, patterns.cc ----
  void match(const ast::Match& stmt);
  void match_case(const ast::MatchCase& match_case, PatternContext& pc, bool keep_subject, Label end);
  void match_default(const ast::MatchCase& match_case, Label end);
  void ensure_fail_pop(PatternContext& pc, u32 count);
  void jump_to_fail_pop(const ast::Loc& loc, PatternContext& pc, Op op);
  void emit_and_reset_fail_pop(const ast::Loc& loc, PatternContext& pc);
  void rotate(const ast::Loc& loc, u32 count);
  void capture(const ast::Loc& loc, Name name, PatternContext& pc);
  void pattern(const ast::Pattern& pattern, PatternContext& pc);
  void subpattern(const ast::Pattern& pattern, PatternContext& pc);
  void pattern_value(const ast::MatchValue& pattern, PatternContext& pc);
  void pattern_singleton(const ast::MatchSingleton& pattern, PatternContext& pc);
  void pattern_sequence(const ast::MatchSequence& pattern, PatternContext& pc);
  void sequence_unpack(const ast::Loc& loc, Seq<ast::Pattern*> patterns, PatternContext& pc);
  void sequence_subscript(const ast::Loc& loc, Seq<ast::Pattern*> patterns, u32 star, PatternContext& pc);
  void pattern_mapping(const ast::MatchMapping& pattern, PatternContext& pc);
  void mapping_keys(const ast::Loc& loc, Seq<Expr*> keys);
  void mapping_rest(const ast::Loc& loc, Name rest, u32 size, PatternContext& pc);
  void pattern_class(const ast::MatchClass& pattern, PatternContext& pc);
  void check_class_pattern_attributes(const ast::MatchClass& pattern);
  void pattern_as(const ast::MatchAs& pattern, PatternContext& pc);
  void pattern_or(const ast::MatchSequence& pattern, PatternContext& pc);
  void fail_if_none(const ast::Loc& loc, PatternContext& pc);
  void check_length(const ast::Loc& loc, ast::CmpOp op, u32 size, PatternContext& pc);
  void reorder_captures(const ast::Loc& alternative, const ast::Loc& loc, const std::vector<Name>& control,
                        PatternContext& pc);
  [[noreturn]] void error_duplicate_capture(const ast::Loc& loc, Name name);

  // ---- expressions.cc ----
  // Names, which are half of all, need no look at the other kinds.
  void visit(const Expr& expr) {
    if (style_.implicit_locations) return visit_at_location(expr);
    if (expr.kind == ast::ExprKind::Name) return name_op(expr.loc, expr.as<ast::NameExpr>()->id, expr.ctx);
    visit_kind(expr);
  }
  void visit_at_location(const Expr& expr);
  void visit_kind(const Expr& expr);
  void visit_all(Seq<Expr*> exprs) {
    for (const Expr* expr : exprs) visit(*expr);
  }
  void yield(const ast::Yield& expr);
  void yield_from(const ast::YieldFrom& expr);
  void await(const ast::Await& expr);
  void bin_op(const ast::BinOp& expr);
  void named_expr(const ast::NamedExpr& expr);
  void unary(const ast::UnaryOp& expr);
  void attribute(const ast::Attribute& expr);
  // Where an attribute access spans lines, its location starts at the name (CPython:
  // update_start_location_to_match_attr).
  ast::Loc attribute_location(const ast::Loc& loc, const ast::Attribute& expr) const {
    return likely(loc.line == expr.loc.end_line) ? loc : moved_to_attribute_name(loc, expr);
  }
  ast::Loc moved_to_attribute_name(ast::Loc loc, const ast::Attribute& expr) const;
  void move_to_attribute_name(const ast::Attribute& expr) {
    if (style_.implicit_locations && unit_->loc.line != expr.loc.end_line) [[unlikely]]
      unit_->loc = moved_to_attribute_name(unit_->loc, expr);
  }
  bool is_super_attribute(const ast::Attribute& expr) const {
    return expr.value->kind == ast::ExprKind::Call && is_call_of_super(expr);
  }
  bool is_call_of_super(const ast::Attribute& expr) const;
  void super_attribute(const ast::Attribute& expr, bool method);
  void subscript(const ast::Subscript& expr);
  bool in_two_parts(const Expr& slice) const;
  bool is_constant_slice(const Expr& slice) const;
  void slice_bounds(const ast::Slice& expr);
  void slice(const ast::Slice& expr);
  [[noreturn]] void starred(const Expr& expr);

  // ---- conditions.cc ----
  void jump_on(const ast::Loc& loc, bool condition, Label target);
  void jump_if(const Expr& expr, Label target, bool condition);
  void jump_if_bool_op(const ast::BoolOp& expr, Label target, bool condition);
  void jump_if_conditional(const ast::IfExp& expr, Label target, bool condition);
  void jump_if_chain(const ast::Compare& expr, Label target, bool condition);
  void bool_op(const ast::BoolOp& expr);
  void if_exp(const ast::IfExp& expr);
  void compare(const ast::Compare& expr);
  void compare_links(const ast::Compare& expr, bool keep_value, Label cleanup);

  // ---- displays.cc ----
  enum class Display : u8 { List, Tuple, Set };
  void list_or_tuple(const ast::Sequence& expr);
  void display(const ast::Loc& loc, Seq<Expr*> elts, u32 pushed, Display kind, Name injected = Name::kNone);
  void constant_display(const ast::Loc& loc, Seq<Expr*> elts, u32 pushed, Display kind);
  bool is_constant_display(Seq<Expr*> elts, Name injected) const;
  void dict(const ast::Dict& expr);
  void dict_part(const ast::Dict& expr, u32 begin, u32 end);
  Object* constant_tuple(Seq<Expr*> elts, u32 begin, u32 end);

  // ---- calls.cc ----
  void call(const ast::Call& expr);
  bool load_global_callee(const Expr& callee);
  bool is_method_call(const ast::Call& expr) const;
  static bool is_on_generator(const ast::Call& expr);
  void method_call(const ast::Call& expr);
  void inline_call(const ast::Call& expr, Label end);
  void inline_call_loop(const ast::Loc& loc, Op add, bool early_exit, Label end);
  void class_arguments(const ast::ClassDef& def, Name injected = Name::kNone);
  /// `unpacks`: there is a `*x` or `**x`. `injected`: a name that is loaded after the positional arguments, or kNone.
  void call_arguments(const ast::Loc& loc, u32 pushed, Seq<Expr*> args, Seq<ast::Keyword*> keywords, bool unpacks,
                      Name injected = Name::kNone);
  void call_unpacking(const ast::Loc& loc, u32 pushed, Seq<Expr*> args, Seq<ast::Keyword*> keywords, Name injected);
  void keyword_dict(const ast::Loc& loc, Seq<ast::Keyword*> keywords);
  void keyword_dict_part(const ast::Loc& loc, Seq<ast::Keyword*> keywords, u32 begin, u32 end);
  void keyword_values(const ast::Loc& loc, Seq<ast::Keyword*> keywords);
  void emit_call_with_keywords(const ast::Loc& loc, u32 arg_count, bool keywords);
  Object* keyword_names(Seq<ast::Keyword*> keywords, u32 begin, u32 end);

  // ---- comprehensions.cc, inlined_comprehensions.cc ----
  struct Loop {
    bool is_async;
    bool is_loop;  // false: `for x in [y]`, which is an assignment
    Label start;
    Label if_cleanup;
    Label exit;  // where FOR_ITER goes at the end, or StopAsyncIteration
    Label send;  // of an asynchronous loop
  };
  /// Where the outermost iterable of a comprehension is when its loops begin.
  enum class FirstIterable : u8 { IteratorInLocal, IterableInLocal, IteratorOnStack, IterableOnStack };
  /// What an inlined comprehension has to put back.
  struct InlinedState {
    std::vector<Name> pushed_locals;
    std::vector<Name> fast_hidden;
    std::size_t overrides = 0;
    Label cleanup = Label::kNone;
  };
  void comprehension(const ast::Comp& expr);
  void comprehension_function(const ast::Comp& expr);
  void comprehension_iterable(const ast::Comp& expr);
  void check_awaiting_comprehension(const ast::Comp& expr, ScopeType outer);
  bool loops_get_iterators() const;
  void get_iterator_first(const ast::Comp& expr);
  void load_first_iterable(const ast::Comp& expr, FirstIterable first);
  ast::Loc element_location(const ast::Comp& expr) const;
  void comprehension_body(const ast::Comp& expr, FirstIterable first, bool inlined);
  void comprehension_loops(const ast::Comp& expr, FirstIterable first);
  Loop open_loop(const ast::Comp& expr, u32 index, FirstIterable first, u32& depth);
  Loop begin_loop(const ast::Comp& expr, u32 index, FirstIterable first);
  Loop begin_async_loop(const ast::Comp& expr, u32 index, FirstIterable first);
  ast::Loc loop_location(const ast::Comp& expr, const ast::Comprehension& generator) const;
  void comprehension_element(const ast::Comp& expr, u32 depth);
  void yield_each(const Expr& starred);
  void close_loop(const ast::Comp& expr, const Loop& loop, const ast::Loc& element);
  void inlined_comprehension(const ast::Comp& expr);
  void enter_inlined(const ast::Comp& expr, InlinedState& state);
  void override_symbols(const scope::Scope& scope, bool in_class, InlinedState& state);
  void push_locals(const ast::Loc& loc, const scope::Scope& scope, bool in_class, InlinedState& state);
  void leave_inlined(const ast::Loc& loc, InlinedState& state);
  void restore_locals(const ast::Loc& loc, const InlinedState& state);
  void restore_symbols(const InlinedState& state);

  // ---- fstrings.cc ----
  void joined_str(const ast::JoinedStr& expr);
  void formatted_value(const ast::FormattedValue& expr);
  void template_str(const ast::JoinedStr& expr);
  void interpolation(const ast::Interpolation& expr);

  Context* context_ = nullptr;
  Style style_;
  u32 op_facts_[kOpCount];  // BlockFacts by instruction, with kEnds for those that end a block of the target
  const scope::SymbolTable* symbols_ = nullptr;
  Unit* unit_ = nullptr;
  u32 depth_ = 0;                             // units open
  std::vector<std::unique_ptr<Unit>> units_;  // by nesting depth, reused
  u32 last_serial_ = 0;

  // By name; one counts if its serial is the open unit's. Modules, classes and functions do not forget their names over
  // what is within them; units that are deeper than that share the last level.
  static constexpr u32 kUsesLevels = 4;
  std::vector<NameUse> name_uses_[kUsesLevels];
  u32 uses_level_ = 0;
  NameUse* uses_ = nullptr;        // of the open unit's level
  std::vector<u32> keyword_call_;  // the last call that was seen to have the name as a keyword
  u32 last_keyword_call_ = 0;
  std::vector<u8> is_imported_;  // by name: the module's scope has an import of it

  /// The error that CPython has set and not looked at yet (see handler_name_op).
  std::optional<diag::SourceError> pending_;

  /// How many finally bodies around this one are written a second time, without their warnings.
  i32 silenced_ = 0;

  /// Scratch for tuples of constants under construction, used as a stack.
  std::vector<Object*> items_;
  /// The static strings of code objects without a name: one object each a compilation.
  struct AnonymousName {
    Name name;
    StrObject* text;
  };
  std::vector<AnonymousName> anonymous_;
  std::vector<Loop> loops_;                     // of comprehensions, used as a stack
  std::string text_;                            // scratch
  std::vector<scope::Symbol> inlined_symbols_;  // scratch of override_symbols()
};

}  // namespace mkpyc::codegen
