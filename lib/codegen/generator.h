// The code generator's inside: one class whose methods are spread over files by topic. All of them write to the unit
// that is open (`unit_`) through the few functions under "writing instructions".
//
// Locations. CPython up to 3.11 writes each instruction at the unit's current location (u_lineno and its three
// companions), which statements set, expressions set and restore, and some constructs leave changed or unset for
// whatever comes next; the bytes show all of that. `unit_->loc` is that location, with set_loc() and unset_loc() at the
// places of CPython's SET_LOC and UNSET_LOC. put() takes an explicit location: later versions give one with each
// instruction.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "codegen/codegen.h"

namespace mkpyc::codegen {

/// CPython: CO_MAXBLOCKS.
inline constexpr u32 kMaxFrameBlocks = 20;
/// CPython: STACK_USE_GUIDELINE; displays and calls longer than this are built piece by piece.
inline constexpr u32 kStackUseGuideline = 30;

/// CPython: enum fblocktype.
enum class FrameKind : u8 {
  WhileLoop,
  ForLoop,
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
};

/// A construct that `break`, `continue` or `return` has to leave in order (CPython: struct fblockinfo).
struct FrameBlock {
  FrameKind kind;
  Label block = Label::kNone;
  Label exit = Label::kNone;
  // What unwinding needs, by kind:
  Seq<ast::Stmt*> finally_body = {};     // FinallyTry
  const ast::Stmt* statement = nullptr;  // With, AsyncWith
  Name handler_name = Name::kNone;       // HandlerCleanup
};

/// How a name is reached.
enum class NameAccess : u8 { Fast, Global, Deref, ByName };

/// A block that is being compiled (CPython: struct compiler_unit).
struct Unit {
  CodeUnit code;
  scope::Scope* scope = nullptr;
  Name class_name = Name::kNone;  // for private names (u_private)
  ast::Loc loc;
  /// The last instruction ended a basic block and no label has been placed since.
  bool block_ended = false;
  /// Number of this unit among all that were ever made: what the name caches are stamped with.
  u32 serial = 0;
  u32 frame_count = 0;
  FrameBlock frames[kMaxFrameBlocks];
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

/// The docstring constant of a body, or null (CPython: _PyAST_GetDocString).
Object* docstring(Seq<ast::Stmt*> body);

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
  Finished leave_unit(bool add_none);
  void fill_unit_tables(Unit& unit);
  u32 code_flags(const scope::Scope& scope) const;
  StrObject* qualified_name(Name plain_name, StrObject* name);
  StrObject* anonymous_name(Name name);
  void make_closure(const Finished& finished, u32 flags);
  void body(Seq<Stmt*> stmts);
  bool on(Feature feature) const { return context_->target.on(feature); }
  bool in_function() const { return unit_->scope->type == scope::BlockType::Function; }
  bool evaluates_annotations() const {
    return unit_->code.type == ScopeType::Module || unit_->code.type == ScopeType::Class;
  }
  bool future_annotations() const { return (symbols_->future.flags & CO_FUTURE_ANNOTATIONS) != 0; }

  // ---- writing instructions ----
  void put(const ast::Loc& loc, Op op, i32 arg, Label target);
  void put_slow(const ast::Loc& loc, Op op, i32 arg, Label target);
  void emit(Op op, u32 arg = 0) { put(unit_->loc, op, static_cast<i32>(arg), Label::kNone); }
  void emit_noline(Op op, u32 arg = 0) { put(kNoLine, op, static_cast<i32>(arg), Label::kNone); }
  void jump(Op op, Label target) { put(unit_->loc, op, 0, target); }
  void jump_noline(Op op, Label target) { put(kNoLine, op, 0, target); }
  Label new_label() { return static_cast<Label>(unit_->code.code.label_count++); }
  void use_label(Label label);
  void set_loc(const ast::Loc& loc) { unit_->loc = loc; }
  void unset_loc() { unit_->loc = kNoLocation; }
  u32 add_const(Object* value);
  void load_const(Object* value) { emit(Op::LOAD_CONST, add_const(value)); }
  void load_none() { load_const(context_->objects.none()); }
  void emit_call(u32 arg_count);
  void emit_binary(ast::Operator op, bool inplace);
  void emit_compare(ast::CmpOp op);
  void emit_await(u32 awaitable_kind);
  void emit_yield_from(bool await);
  void emit_yield();

  // ---- names.cc ----
  Name mangle(Name name);
  Object* mangled_constant(Name name);
  u32 name_index(Name name);
  u32 add_name(NameIndex& index, Name name);
  void emit_attribute(Op op, Name name) { emit(op, name_index(name)); }
  void emit_plain_name(Op op, Name name) { emit(op, add_name(unit_->code.names, name)); }
  void name_op(Name name, ast::ExprContext ctx);
  void load_name(Name name) { name_op(name, ast::ExprContext::Load); }
  void store_name(Name name) { name_op(name, ast::ExprContext::Store); }
  void delete_name(Name name) { name_op(name, ast::ExprContext::Del); }
  void handler_name_op(Name name, ast::ExprContext ctx);
  void clear_name(Name name);
  void check_forbidden(Name name, ast::ExprContext ctx);
  bool is_imported(const Expr& expr) const;

  struct ResolvedName {
    u32 serial = 0;
    NameAccess access = NameAccess::ByName;
    u32 arg = 0;
  };
  const ResolvedName& resolve(Name name);
  const ResolvedName& resolve_slow(Name name);
  u32 name_index_slow(Name name);
  bool is_private(Name name);

  // ---- checks.cc: errors and warnings ----
  diag::SourceError error_here(std::string message) const;
  [[noreturn]] void error(std::string message) const { throw error_here(std::move(message)); }
  void raise_pending();
  void warn(std::string message);
  void check_compare(const ast::Compare& compare);
  void check_caller(const Expr& func);
  void check_subscripter(const Expr& value);
  void check_index(const Expr& value, const Expr& index);
  void check_keywords(Seq<ast::Keyword*> keywords);
  bool all_different(Seq<ast::Keyword*> keywords);
  void check_assert_test(const Expr& test);

  // ---- frames.cc ----
  void push_frame(FrameBlock frame);
  void pop_frame(FrameKind kind);
  void unwind(const FrameBlock& frame, bool preserve_tos);
  const FrameBlock* unwind_all(bool preserve_tos, bool to_loop);
  void call_exit_with_nones();
  void pop_except_and_reraise();

  // ---- statements.cc ----
  void visit_stmt(const Stmt& stmt);
  void visit_stmts(Seq<Stmt*> stmts) {
    for (const Stmt* stmt : stmts) visit_stmt(*stmt);
  }
  void assign(const ast::Assign& stmt);
  void if_stmt(const ast::If& stmt);
  void raise(const ast::Raise& stmt);
  void assert_stmt(const ast::Assert& stmt);
  void return_stmt(const ast::Return& stmt);
  void break_stmt();
  void continue_stmt();
  void expr_stmt(const Expr& value);

  // ---- assignments.cc ----
  void aug_assign(const ast::AugAssign& stmt);
  void ann_assign(const ast::AnnAssign& stmt);
  void store_annotation(const ast::AnnAssign& stmt, Name name);
  void evaluate_and_drop(const Expr& expr);
  void evaluate_annotated_subscript(const Expr& expr);
  void unpack(Seq<Expr*> elts);
  void assign_to_each(Seq<Expr*> elts);

  // ---- functions.cc, classes.cc ----
  void function(const ast::FunctionDef& def, bool is_async);
  void lambda(const ast::Lambda& lambda);
  void decorators(Seq<Expr*> decorators);
  void apply_decorators(Seq<Expr*> decorators);
  void check_argument_names(const ast::Arguments& args);
  u32 default_arguments(const ast::Arguments& args);
  bool keyword_only_defaults(const ast::Arguments& args);
  bool annotations(const ast::Arguments& args, const Expr* returns);
  u32 argument_annotations(Seq<ast::Arg*> args);
  u32 argument_annotation(Name name, const Expr* annotation);
  void annotation_text(const Expr& annotation);
  void set_argument_counts(const ast::Arguments& args);
  void class_def(const ast::ClassDef& def);
  void class_body(const ast::ClassDef& def);

  // ---- loops.cc, with.cc, try.cc, try_star.cc, imports.cc ----
  void for_stmt(const ast::For& stmt);
  void async_for(const ast::For& stmt);
  void while_stmt(const ast::While& stmt);
  void with(const ast::With& stmt, u32 pos);
  void async_with(const ast::With& stmt, u32 pos);
  void with_item_body(const ast::With& stmt, u32 pos);
  void with_except_finish(Label cleanup);
  void try_stmt(const ast::Try& stmt);
  void try_finally(const ast::Try& stmt);
  void try_except(const ast::Try& stmt);
  void except_handler(const ast::ExceptHandler& handler, Label end);
  void named_handler_body(const ast::ExceptHandler& handler, Label end);
  void unnamed_handler_body(const ast::ExceptHandler& handler, Label end);
  void try_star_except(const ast::Try& stmt);
  void star_handler(const ast::ExceptHandler& handler, bool first);
  void star_handler_body(const ast::ExceptHandler& handler, Label next, Label next_with_error);
  void reraise_star(Label start, Label end);
  void import(const ast::Import& stmt);
  void import_as(Name name, Name asname);
  void import_from(const ast::ImportFrom& stmt);

  // ---- match.cc, patterns.cc ----
  void match(const ast::Match& stmt);
  void match_case(const ast::MatchCase& match_case, PatternContext& pc, bool keep_subject, Label end);
  void match_default(const ast::MatchCase& match_case, Label end);
  void ensure_fail_pop(PatternContext& pc, u32 count);
  void jump_to_fail_pop(PatternContext& pc, Op op);
  void emit_and_reset_fail_pop(PatternContext& pc);
  void rotate(u32 count);
  void capture(Name name, PatternContext& pc);
  void pattern(const ast::Pattern& pattern, PatternContext& pc);
  void subpattern(const ast::Pattern& pattern, PatternContext& pc);
  void pattern_value(const ast::MatchValue& pattern, PatternContext& pc);
  void pattern_singleton(const ast::MatchSingleton& pattern, PatternContext& pc);
  void pattern_sequence(const ast::MatchSequence& pattern, PatternContext& pc);
  void sequence_unpack(Seq<ast::Pattern*> patterns, PatternContext& pc);
  void sequence_subscript(Seq<ast::Pattern*> patterns, u32 star, PatternContext& pc);
  void pattern_mapping(const ast::MatchMapping& pattern, PatternContext& pc);
  void mapping_keys(Seq<Expr*> keys);
  void mapping_rest(Name rest, u32 size, PatternContext& pc);
  void pattern_class(const ast::MatchClass& pattern, PatternContext& pc);
  void check_class_pattern_attributes(const ast::MatchClass& pattern);
  void pattern_as(const ast::MatchAs& pattern, PatternContext& pc);
  void pattern_or(const ast::MatchSequence& pattern, PatternContext& pc);
  void fail_if_none(PatternContext& pc);
  void check_length(ast::CmpOp op, u32 size, PatternContext& pc);
  void reorder_captures(const std::vector<Name>& control, PatternContext& pc);
  [[noreturn]] void error_duplicate_capture(Name name);

  // ---- expressions.cc ----
  void visit(const Expr& expr);
  void visit_kind(const Expr& expr);
  void visit_all(Seq<Expr*> exprs) {
    for (const Expr* expr : exprs) visit(*expr);
  }
  void yield(const ast::Yield& expr);
  void yield_from(const ast::YieldFrom& expr);
  void await(const ast::Await& expr);
  void attribute(const ast::Attribute& expr);
  void move_to_attribute_name(const ast::Attribute& expr);
  void subscript(const ast::Subscript& expr);
  void slice(const ast::Slice& expr);
  [[noreturn]] void starred(const Expr& expr);

  // ---- conditions.cc ----
  void jump_if(const Expr& expr, Label target, bool condition);
  void jump_if_bool_op(const ast::BoolOp& expr, Label target, bool condition);
  void jump_if_conditional(const ast::IfExp& expr, Label target, bool condition);
  void jump_if_chain(const ast::Compare& expr, Label target, bool condition);
  void bool_op(const ast::BoolOp& expr);
  void if_exp(const ast::IfExp& expr);
  void compare(const ast::Compare& expr);
  void compare_links(const ast::Compare& expr, Op op, Label cleanup);

  // ---- displays.cc ----
  enum class Display : u8 { List, Tuple, Set };
  void list_or_tuple(const ast::Sequence& expr);
  void display(Seq<Expr*> elts, u32 pushed, Display kind);
  void constant_display(Seq<Expr*> elts, u32 pushed, Display kind);
  void dict(const ast::Dict& expr);
  void dict_part(const ast::Dict& expr, u32 begin, u32 end);
  Object* constant_tuple(Seq<Expr*> elts, u32 begin, u32 end);

  // ---- calls.cc ----
  void call(const ast::Call& expr);
  bool is_method_call(const ast::Call& expr) const;
  void method_call(const ast::Call& expr);
  void call_arguments(u32 pushed, Seq<Expr*> args, Seq<ast::Keyword*> keywords);
  void call_unpacking(u32 pushed, Seq<Expr*> args, Seq<ast::Keyword*> keywords);
  void keyword_dict(Seq<ast::Keyword*> keywords);
  void keyword_dict_part(Seq<ast::Keyword*> keywords, u32 begin, u32 end);
  void keyword_values(Seq<ast::Keyword*> keywords);
  Object* keyword_names(Seq<ast::Keyword*> keywords, u32 begin, u32 end);

  // ---- comprehensions.cc ----
  struct Loop {
    bool is_async;
    bool is_loop;  // false: `for x in [y]`, which is an assignment
    Label start;
    Label if_cleanup;
    Label exit;  // where FOR_ITER goes at the end, or StopAsyncIteration
  };
  void comprehension(const ast::Comp& expr);
  void comprehension_loops(const ast::Comp& expr);
  Loop open_loop(const ast::Comprehension& generator, bool outermost, u32& depth);
  Loop begin_loop(const ast::Comprehension& generator, bool outermost);
  Loop begin_async_loop(const ast::Comprehension& generator, bool outermost);
  void comprehension_element(const ast::Comp& expr, u32 depth);
  void close_loop(const Loop& loop);

  // ---- fstrings.cc ----
  void joined_str(const ast::JoinedStr& expr);
  void formatted_value(const ast::FormattedValue& expr);

  Context* context_ = nullptr;
  const scope::SymbolTable* symbols_ = nullptr;
  Unit* unit_ = nullptr;
  u32 depth_ = 0;                             // units open
  std::vector<std::unique_ptr<Unit>> units_;  // by nesting depth, reused
  u32 last_serial_ = 0;

  // By name id. An entry counts if its serial is the open unit's.
  struct IndexedName {
    u32 serial = 0;
    u32 index = 0;
  };
  std::vector<IndexedName> indexed_names_;
  std::vector<ResolvedName> resolved_names_;
  std::vector<u32> keyword_call_;  // the last call that was seen to have the name as a keyword
  u32 last_keyword_call_ = 0;
  enum NameTraits : u8 {
    kImported = 1,  // the module's scope has an import of the name
    kKnown = 2,     // it is known whether the name is ...
    kPrivate = 4,   // ... one that starts with two underscores
  };
  std::vector<u8> name_traits_;

  /// The error that CPython has set and not looked at yet (see handler_name_op).
  std::optional<diag::SourceError> pending_;

  /// Scratch for tuples of constants under construction, used as a stack.
  std::vector<Object*> items_;
  /// The static strings of code objects without a name: one object each a compilation.
  struct AnonymousName {
    Name name;
    StrObject* text;
  };
  std::vector<AnonymousName> anonymous_;
  std::vector<Loop> loops_;  // of comprehensions, used as a stack
  std::string text_;         // scratch
};

/// Instructions that end a basic block (CPython: is_end_of_basic_block).
inline constexpr Op kBlockEnds[] = {
    Op::JUMP,
    Op::JUMP_NO_INTERRUPT,
    Op::POP_JUMP_IF_FALSE,
    Op::POP_JUMP_IF_TRUE,
    Op::POP_JUMP_IF_NONE,
    Op::POP_JUMP_IF_NOT_NONE,
    Op::JUMP_IF_FALSE_OR_POP,
    Op::JUMP_IF_TRUE_OR_POP,
    Op::FOR_ITER,
    Op::SEND,
    Op::RETURN_VALUE,
    Op::RAISE_VARARGS,
    Op::RERAISE,
};
inline constexpr auto kEndsBlock = [] {
  std::array<bool, kOpCount> table{};
  for (Op op : kBlockEnds) table[static_cast<std::size_t>(op)] = true;
  return table;
}();

}  // namespace mkpyc::codegen
