// The recursive-descent parser's state and its rules, one member function a rule of CPython's grammar where the rule
// is needed on its own. Private to this folder.
//
// The grammar is a PEG with backtracking; here every choice is made by looking at the next tokens, and the few that
// cannot be (match, parenthesised with items) scan for the end of the construct. What PEG order decides is noted at
// the rule. Assignment targets are parsed as expressions and then checked: the grammar's target rules accept a subset
// of the expressions, with the same extents.
#pragma once

#include "base/likely.h"
#include "parse/literals.h"
#include "parse/parse.h"
#include "parse/scratch.h"

namespace mkpyc::parse {

using token::Kind;

/// A token of the buffer.
using Pos = const token::Token*;

/// Binding strength of binary operators; 0 is "no operator".
enum Level : u8 { kNoLevel, kOr, kAnd, kNot, kCompare, kBitOr, kBitXor, kBitAnd, kShift, kSum, kTerm, kPower };

struct KindFacts {
  u8 level[static_cast<std::size_t>(Kind::kCount)] = {};
  u8 op[static_cast<std::size_t>(Kind::kCount)] = {};  // ast::Operator of a binary operator or augmented assignment
  bool starts_expression[static_cast<std::size_t>(Kind::kCount)] = {};  // FIRST(expression)
  bool starts_primary[static_cast<std::size_t>(Kind::kCount)] = {};     // FIRST(primary)
  bool continues_atom[static_cast<std::size_t>(Kind::kCount)] = {};     // may follow an atom within an expression
  bool continues_primary[static_cast<std::size_t>(Kind::kCount)] = {};  // the same for a primary
  bool augmented[static_cast<std::size_t>(Kind::kCount)] = {};
};
extern const KindFacts kKindFacts;

class Parser {
 public:
  Parser(const token::TokenBuffer& tokens, Context& context, Scratch& scratch, token::Lines* lines = nullptr);

  /// The start rule `file`.
  ast::Module* file();
  /// The start rule `fstring`: one star_expressions; what follows it is not looked at.
  ast::Expr* fstring();

  /// The string tokens from `first` on, for check_strings: the last one looked at is left in `token`.
  ast::Expr* only_strings(u32 first, u32& token);

 private:
  friend class Nested;
  friend class FStringReparse;
  friend class FStringTokens;
  friend class JoinedParts;

  // tokens
  Kind kind() const { return pos_->kind; }
  Kind peek() const { return pos_[1].kind; }  // the current token must not be the last
  bool at(Kind wanted) const { return pos_->kind == wanted; }
  bool accept(Kind wanted) {
    if (pos_->kind != wanted) return false;
    ++pos_;
    return true;
  }
  void expect(Kind wanted) {
    if (pos_->kind != wanted) [[unlikely]]
      fail();
    ++pos_;
  }
  Name expect_name() {
    if (pos_->kind != Kind::Name) [[unlikely]]
      fail();
    return (pos_++)->name;
  }
  /// A soft keyword, which must be spelled as it is: a name that only normalises to it is a plain name.
  bool at_soft(Name keyword, i32 length) const {
    return at(Kind::Name) && pos_->name == keyword && pos_->loc.end_col - pos_->loc.col == length;
  }
  /// A Newline is consumed by these two, and by nothing else: no token before it is there any more afterwards.
  void expect_newline() {
    expect(Kind::Newline);
    if (pos_ == end_of_lines_) [[unlikely]]
      next_lines();
  }
  bool accept_newline() {
    if (!at(Kind::Newline)) return false;
    expect_newline();
    return true;
  }
  void next_lines();
  u32 index(Pos token) const { return static_cast<u32>(token - tokens_.tokens.data()); }
  bool at_underscore() const { return at_soft(names::underscore, 1); }
  bool starts_soft_statement() const {
    return unlikely(peek() == Kind::Name || peek() == Kind::Kw_import_ || peek() == Kind::Kw_from_);
  }
  bool at_walrus() const { return at(Kind::Name) && peek() == Kind::ColonEqual; }
  bool at_comprehension() const { return unlikely(at(Kind::Kw_for_) || at(Kind::Kw_async_)); }
  bool starts_expression() const { return kKindFacts.starts_expression[static_cast<std::size_t>(kind())]; }
  [[noreturn]] void fail();
  /// Raises the tokenizer's warnings about tokens up to this one, if that has not happened yet.
  void raise_warnings(Pos last) {
    if (next_warning_ < tokens_.warnings.size()) [[unlikely]]
      raise_more_warnings(last);
  }
  void raise_more_warnings(Pos last);

  // locations
  static ast::Loc span(Pos first, Pos last) {
    return {first->loc.line, last->loc.end_line, first->loc.col, last->loc.end_col};
  }
  /// From a token to the last one consumed.
  ast::Loc span(Pos first) const { return span(first, pos_ - 1); }
  /// Where a compound statement begins.
  struct Start {
    i32 line, col;
  };
  static Start start_of(Pos first) { return {first->loc.line, first->loc.col}; }
  /// From there to the last token of the last simple statement: the extent of a compound statement.
  ast::Loc block_span(Start first) const { return {first.line, last_of_line_.line, first.col, last_of_line_.col}; }

  // Room first: what a node is made of is read when there is nothing left to call, and so lies in no saved registers.
  // `place` is where it lies, or its first token: then it ends with the last one consumed.
  static const ast::Loc& loc_of(const ast::Loc& place) { return place; }
  ast::Loc loc_of(Pos first) const { return span(first); }
  template <class T, class Place, class... Fields>
  T* expr(ast::ExprKind node_kind, const Place& place, Fields... fields) {
    void* room = arena_.room<T>();
    return new (room) T{ast::Expr{.kind = node_kind, .loc = loc_of(place)}, fields...};
  }
  template <class T, class Place, class... Fields>
  T* stmt(ast::StmtKind node_kind, const Place& place, Fields... fields) {
    void* room = arena_.room<T>();
    return new (room)
        T{ast::Stmt{.kind = node_kind, .may_fold = may_fold_, .inside = 0, .loc = loc_of(place)}, fields...};
  }
  template <class T, class Place, class... Fields>
  T* pattern_node(ast::PatternKind node_kind, const Place& place, Fields... fields) {
    void* room = arena_.room<T>();
    return new (room) T{ast::Pattern{.kind = node_kind, .loc = loc_of(place)}, fields...};
  }
  ast::Expr* constant(Object* value);

  // What fold/ may rewrite is one of these with a constant or a display in the right place. What may become a constant
  // only by folding has been noted itself.
  static bool is_constant(const ast::Expr* node) { return node->kind == ast::ExprKind::Constant; }
  static bool is_display(const ast::Expr* node) {
    return node->kind == ast::ExprKind::List || node->kind == ast::ExprKind::Set;
  }
  void note_fold_binary(const ast::BinOp& node);
  void note_fold(bool possible) { may_fold_ |= possible ? ast::kFoldsConstants : 0; }
  void note_unordered(bool is = true) { may_fold_ |= is ? ast::kNamesUnordered : 0; }
  /// Some releases refuse it where it is bound, and as the name of an attribute or argument.
  void note_debug(Name name, u8 what) { may_fold_ |= unlikely(name == names::dunder_debug) ? what : u8{0}; }
  ast::Expr* tuple(Pos first, Seq<ast::Expr*> elts) {
    note_fold(elts.empty() || is_constant(elts[0]));
    return expr<ast::Sequence>(ast::ExprKind::Tuple, first, elts);
  }
  /// Begins the header of a statement.
  void begin_statement() {
    statement_start_ = pos_;
    names_.next = nullptr;
    last_name_ = &names_;
    may_fold_ = 0;
  }
  /// The names so far. What is read before the next statement begins is not among them.
  ast::NameExpr* take_names() {
    last_name_ = &names_;
    return names_.next;
  }
  /// Ends it. In a long one the depth of the expressions has to be counted.
  void end_header() {
    if (pos_ - statement_start_ > ast::kMostTokensNotToFold) [[unlikely]]
      may_fold_ = ast::kUnknown;
  }
  /// The body of a definition has been read.
  void note_docstring(Seq<ast::Stmt*> body) {
    if (body[0]->kind == ast::StmtKind::Expr && is_constant(body[0]->as<ast::ExprStmt>()->value))
      inside_ |= ast::kInsideDocstring;
  }

  // expressions.cc
  ast::Expr* star_expressions() {
    Pos first = pos_;
    ast::Expr* head = star_expression();
    return at(Kind::Comma) ? tuple_rest(head, first, &Parser::star_expression) : head;
  }
  ast::Expr* star_expression() { return unlikely(at(Kind::Star)) ? starred(kBitOr) : expression(); }
  ast::Expr* star_named_expression();
  ast::Expr* named_expression() { return at_walrus() ? assignment_expression() : expression(); }
  ast::Expr* assignment_expression();
  ast::Expr* expression();
  ast::Expr* expression_rest(ast::Expr* body, Pos first);
  ast::Expr* conditional(ast::Expr* body, Pos first);
  ast::Expr* yield_expr();
  ast::Expr* yield_or_star_expressions() { return at(Kind::Kw_yield_) ? yield_expr() : star_expressions(); }
  ast::Expr* lambda();
  ast::Expr* disjunction() { return binary(kOr); }
  ast::Expr* starred(u8 level);
  ast::Expr* tuple_rest(ast::Expr* head, Pos first, ast::Expr* (Parser::*element)());
  ast::Expr* binary(u8 level);
  ast::Expr* operand(u8 level);
  ast::Expr* prefixed(u8 level);
  ast::Expr* power(ast::Expr* base, Pos first);
  ast::Expr* binary_rest(ast::Expr* left, Pos first, u8 level);
  ast::Expr* bool_op(ast::Expr* left, Pos first, u8 level);
  ast::Expr* comparison(ast::Expr* left, Pos first);
  bool comparison_operator(ast::CmpOp& op);
  ast::Expr* inversion();
  ast::Expr* factor();
  ast::Expr* unary();
  ast::Expr* await_primary();
  ast::Expr* primary();
  ast::Expr* primary_here();  // inlined, where nearly all of them are
  enum class ArgumentOrder : u8 { kPositional, kKeyword, kDoubleStarred };
  ast::Expr* call(ast::Expr* func, Pos first);
  bool arguments(bool generator);  // inlined, for calls
  bool class_arguments();
  bool argument(ArgumentOrder& order);
  ast::Expr* subscript(ast::Expr* value, Pos first);
  ast::Expr* slices();
  ast::Expr* tuple_of_slices(ast::Expr* head, Pos first);
  ast::Expr* slice();

  // atoms.cc
  ast::Expr* atom();
  /// The name at hand.
  ast::Expr* name() {
    Pos token = pos_++;
    note_debug(token->name, ast::kFoldsAlways | ast::kNamesUnordered);
    ast::NameExpr* node = expr<ast::NameExpr>(ast::ExprKind::Name, token->loc, token->name);
    last_name_->next = node;
    return last_name_ = node;
  }
  /// A name follows that is a whole expression.
  bool at_lone_name() const { return at(Kind::Name) && !kKindFacts.continues_atom[static_cast<std::size_t>(peek())]; }
  ast::Expr* number();
  ast::Expr* parenthesis();
  ast::Expr* list();
  ast::Expr* brace();
  ast::Expr* dict(ast::Expr* key, Pos first);
  ast::Expr* unpacked_operand();
  ast::Expr* unpacked_element();
  /// The operand of a star or two, a bitwise_or, could go on as an expression.
  bool continues_operand() const { return kKindFacts.level[static_cast<std::size_t>(kind())] != 0 || at(Kind::Kw_if_); }
  bool unpacks_in_comprehensions() const;
  void dict_item();
  Seq<ast::Expr*> elements(ast::Expr* head);
  ast::Expr* comprehension(ast::ExprKind node_kind, ast::Expr* elt, ast::Expr* value, Pos first, Kind closing);
  Seq<ast::Comprehension*> for_if_clauses();

  // strings.cc
  ast::Expr* strings();
  ast::Expr* joined_strings(Pos first, Pos last);
  ast::Expr* format_strings(Pos first);
  ast::Expr* bytes(Pos first, Pos last);
  [[noreturn]] void mixed(const StringLiteral& literal, Pos token);

  // parameters.cc
  struct ParameterStyle;
  ast::Arguments* parameters(const ParameterStyle& style);
  ast::Arguments* def_parameters();
  ast::Arguments* lambda_parameters();
  ast::Arg* parameter(const ParameterStyle& style, bool may_star);
  void end_parameter(const ParameterStyle& style);
  void star_parameter(const ParameterStyle& style, ast::Arguments& all);

  // targets.cc
  // star_target or del_target, parsed as an expression.
  void make_target(ast::Expr* target, ast::ExprContext ctx) {
    if (target->kind == ast::ExprKind::Name || target->kind == ast::ExprKind::Attribute) [[likely]] {
      target->ctx = ctx;
      return;
    }
    make_other_target(target, ctx);
  }
  void make_other_target(ast::Expr* target, ast::ExprContext ctx);
  void make_single_target(ast::Expr* target);
  void make_annotated_target(ast::Expr* target);
  ast::Expr* star_targets();
  ast::Expr* star_target();
  ast::Expr* del_target();

  // simple_statements.cc
  void simple_stmts();
  ast::Stmt* simple_stmt();
  ast::Stmt* keyword_stmt();
  ast::Stmt* expression_statement();
  ast::Stmt* assign(ast::Expr* first_target, Pos first);
  ast::Stmt* aug_assign(ast::Expr* target, Pos first);
  ast::Stmt* ann_assign(ast::Expr* target, Pos first);
  ast::Stmt* return_stmt();
  ast::Stmt* raise_stmt();
  ast::Stmt* del_stmt();
  ast::Stmt* assert_stmt();
  ast::Stmt* import_name(Pos first, bool lazy);
  ast::Stmt* import_from(Pos first, bool lazy);
  ast::Stmt* soft_keyword_stmt();
  void warn_of_lazy(Pos name_token, i32 level);
  Seq<ast::Alias*> import_from_targets();
  ast::Alias* alias(bool dotted);
  Name dotted_name();
  ast::Stmt* type_alias();
  Seq<ast::TypeParam*> type_params();
  ast::TypeParam* type_param();
  ast::Stmt* scope_stmt(ast::StmtKind node_kind);
  ast::Stmt* plain(ast::StmtKind node_kind);

  // compound_statements.cc
  Seq<ast::Stmt*> statements(Kind end);
  void statement();
  ast::Stmt* compound_stmt();
  ast::Stmt* any_compound_stmt();
  Seq<ast::Stmt*> block();
  Seq<ast::Stmt*> block_body();
  ast::Stmt* async_stmt();
  ast::Stmt* decorated();
  ast::Stmt* function_def(ast::StmtKind node_kind, Start first, Seq<ast::Expr*> decorators);
  ast::Stmt* class_def(Seq<ast::Expr*> decorators);
  ast::Stmt* if_stmt();
  Seq<ast::Stmt*> else_block();
  ast::Stmt* while_stmt();
  ast::Stmt* for_stmt(ast::StmtKind node_kind, Start first);
  ast::Stmt* with_stmt(ast::StmtKind node_kind, Start first);
  bool parenthesized_with_items();
  bool parenthesis_ends_header() const;
  ast::WithItem* with_item();
  ast::Stmt* try_stmt();
  ast::ExceptHandler* except_block(bool star);
  ast::Expr* except_type();

  // patterns.cc
  bool at_match_stmt() const;
  ast::Stmt* match_stmt();
  ast::Expr* subject_expr();
  ast::MatchCase* case_block();
  ast::Pattern* patterns();
  ast::Pattern* pattern();
  ast::Pattern* or_pattern();
  ast::Pattern* closed_pattern();
  ast::Pattern* maybe_star_pattern();
  ast::Pattern* star_pattern();
  Seq<ast::Pattern*> pattern_list(ast::Pattern* head, Kind closing);
  ast::Pattern* parenthesis_pattern();
  ast::Pattern* mapping_pattern();
  ast::Pattern* name_pattern();
  ast::Pattern* class_pattern(ast::Expr* cls, Pos first);
  ast::Pattern* singleton_pattern(Object* value);
  ast::Expr* name_or_attr();
  ast::Expr* mapping_key();
  ast::Expr* literal_number();
  ast::Expr* signed_number(bool& imaginary);
  Name capture_target();

  Pos pos_;
  Pos end_of_lines_ = nullptr;  // where the buffer ends and there are more lines
  struct {
    i32 line = 0, col = 0;
  } last_of_line_;    // where the last simple statement ends
  Pos last_literal_;  // string token that was looked at last
  u32 depth_ = 0;     // at least as many as CPython's nested rule calls
  u32 next_warning_ = 0;
  Pos statement_start_;       // of the innermost statement
  ast::NameExpr names_ = {};  // the next of this one is the first name in the statement's header
  ast::NameExpr* last_name_ = &names_;
  u8 may_fold_ = 0;     // of ast::Inside, what is in its header, up to here
  u8 inside_ = 0;       // ast::Inside of the innermost compound statement, up to here
  bool barry_ = false;  // from __future__ import barry_as_FLUFL

  Arena& arena_;
  const token::TokenBuffer& tokens_;
  token::Lines* const lines_;
  Context& context_;
  Scratch& scratch_;
  PointerStack& stack_;     // expressions, statements, patterns, ...
  PointerStack& keywords_;  // keyword arguments, which are collected beside the positional ones
};

/// Counts nested rule calls of CPython's parser, generously; too deep a program fails with ParseFailure::deep.
class Nested {
 public:
  Nested(Parser& parser, u32 rules) : parser_(parser), rules_(rules) {
    if (unlikely((parser.depth_ += rules) > kMaxRules) && parser.scratch_.limit_depth) too_deep();
  }
  ~Nested() { parser_.depth_ -= rules_; }
  Nested(const Nested&) = delete;
  Nested& operator=(const Nested&) = delete;

  // The longest ways through the grammar, rounded up: from one rule to itself through a bracket, a block, ...
  static constexpr u32 kBracket = 45;
  static constexpr u32 kBlock = 12;
  static constexpr u32 kStatement = 80;  // from `file` to an atom, but for nesting

 private:
  [[noreturn]] void too_deep();
  Parser& parser_;
  u32 rules_;
};

}  // namespace mkpyc::parse
