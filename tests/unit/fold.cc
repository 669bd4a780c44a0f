// Constant folding against CPython's (fold_cases.h), and what shows only in the tree: places, docstrings, depth.
#include "fold/fold.h"

#include <gtest/gtest.h>

#include "base/poison.h"
#include "fold_cases.h"
#include "front_end.h"
#include "object_text.h"

namespace mkpyc::fold {
namespace {

using ast::Expr;
using ast::ExprKind;
using ast::Stmt;

struct Fold : testing::Test {
  // The first statement of the folded program.
  Stmt* first(std::string_view source) {
    front.reset();
    ast::Module* module = front.parse(source);
    front.fold(*module);
    return module->body[0];
  }
  Expr* value(std::string_view source) { return first(source)->as<ast::Assign>()->value; }
  Expr* statement_value(std::string_view source) { return first(source)->as<ast::ExprStmt>()->value; }
  std::string pieces(const Expr* node);

  FrontEnd front;
};

// The constant that a node has become, or "-".
std::string constant(const Expr* node) {
  return node->kind == ExprKind::Constant ? text_of(node->as<ast::Constant>()->value) : "-";
}

// An f-string as fold_cases.h has it, or "-".
std::string Fold::pieces(const Expr* node) {
  if (node->kind != ExprKind::JoinedStr) return "-";
  std::string text;
  for (const Expr* piece : node->as<ast::JoinedStr>()->values) {
    if (!text.empty()) text += ' ';
    if (piece->kind == ExprKind::Constant) {
      text += constant(piece);
      continue;
    }
    const ast::FormattedValue* formatted = piece->as<ast::FormattedValue>();
    text += front.names.text(formatted->value->as<ast::NameExpr>()->id);
    text += std::string("!") + static_cast<char>(formatted->conversion);
    if (formatted->format_spec == nullptr) continue;
    const Object* spec = formatted->format_spec->as<ast::Constant>()->value;
    text.append(":").append(static_cast<const StrObject*>(spec)->text);
  }
  return text;
}

TEST_F(Fold, Values) {
  for (const Case& test : kValues) EXPECT_EQ(constant(value(test.source)), test.expected) << test.source;
}

TEST_F(Fold, Limits) {
  for (const Case& test : kLimits)
    EXPECT_EQ(value(test.source)->kind == ExprKind::Constant ? "+" : "-", std::string(test.expected)) << test.source;
}

TEST_F(Fold, RightOperandsOfComparisons) {
  for (const Case& test : kComparisons) {
    const ast::Compare* node = statement_value(test.source)->as<ast::Compare>();
    EXPECT_EQ(constant(node->comparators.back()), test.expected) << test.source;
  }
}

TEST_F(Fold, Iterables) {
  for (const Case& test : kLoops) {
    const Stmt* stmt = first(test.source);
    const Expr* iterable = stmt->kind == ast::StmtKind::For
                               ? stmt->as<ast::For>()->iter
                               : stmt->as<ast::ExprStmt>()->value->as<ast::Comp>()->generators[0]->iter;
    EXPECT_EQ(constant(iterable), test.expected) << test.source;
  }
}

TEST_F(Fold, IterablesOfAsyncForStay) {
  const ast::FunctionDef* function = first("async def f():\n  async for x in [1]: pass\n")->as<ast::FunctionDef>();
  EXPECT_EQ(function->body[0]->as<ast::For>()->iter->kind, ExprKind::List);
}

TEST_F(Fold, ListsOfVariablesBecomeTuples) {
  EXPECT_EQ(first("for x in [y, 1]: pass\n")->as<ast::For>()->iter->kind, ExprKind::Tuple);
  EXPECT_EQ(statement_value("x in [y]\n")->as<ast::Compare>()->comparators[0]->kind, ExprKind::Tuple);
  EXPECT_EQ(statement_value("x in [*y]\n")->as<ast::Compare>()->comparators[0]->kind, ExprKind::List);
}

TEST_F(Fold, Formats) {
  for (const Case& test : kFormats) EXPECT_EQ(pieces(value(test.source)), test.expected) << test.source;
}

TEST_F(Fold, TheZFlagWasOneBefore3114) {
  const char* source = "x = '%z5s' % (x,)\n";
  EXPECT_EQ(pieces(value(source)), "-");
  FrontEnd older("3.11.2");
  ast::Module* module = older.parse(source);
  older.fold(*module);
  EXPECT_EQ(module->body[0]->as<ast::Assign>()->value->kind, ExprKind::JoinedStr);
}

TEST_F(Fold, AnUndoubledPercentIsNotTheCachedCharacter) {
  const ast::JoinedStr* joined = value("x = '%%%s' % (x,)\n")->as<ast::JoinedStr>();
  EXPECT_FALSE(joined->values[0]->as<ast::Constant>()->value->pinned);
  joined = value("x = '<%s' % (x,)\n")->as<ast::JoinedStr>();
  EXPECT_TRUE(joined->values[0]->as<ast::Constant>()->value->pinned);
}

TEST_F(Fold, APieceOfAFormatHasThePlaceOfItsValue) {
  const ast::JoinedStr* joined = value("x = 'a%s' % (yy,)\n")->as<ast::JoinedStr>();
  EXPECT_EQ(joined->loc.col, 4);
  EXPECT_EQ(joined->loc.end_col, 17);
  EXPECT_EQ(joined->values[0]->loc.line, -1);
  EXPECT_EQ(joined->values[1]->loc.col, 13);
  EXPECT_EQ(joined->values[1]->loc.end_col, 15);
}

TEST_F(Fold, AConstantHasThePlaceOfWhatItReplaces) {
  const Expr* sum = value("x = (1 +\n  2)\n");
  EXPECT_EQ(sum->loc.line, 1);
  EXPECT_EQ(sum->loc.col, 5);
  EXPECT_EQ(sum->loc.end_line, 2);
  EXPECT_EQ(sum->loc.end_col, 3);
}

TEST_F(Fold, NotBeforeAComparisonInvertsItInItsOwnPlace) {
  const std::pair<const char*, ast::CmpOp> cases[] = {{"not a is b\n", ast::CmpOp::IsNot},
                                                      {"not a is not b\n", ast::CmpOp::Is},
                                                      {"not a in b\n", ast::CmpOp::NotIn},
                                                      {"not a not in b\n", ast::CmpOp::In}};
  for (const auto& [source, op] : cases) {
    const Expr* node = statement_value(source);
    ASSERT_EQ(node->kind, ExprKind::Compare) << source;
    EXPECT_EQ(node->as<ast::Compare>()->ops[0], op) << source;
    EXPECT_EQ(node->loc.col, 4) << source;
  }
  for (const char* source : {"not a == b\n", "not a < b\n", "not a is b is c\n"})
    EXPECT_EQ(statement_value(source)->kind, ExprKind::UnaryOp) << source;
}

TEST_F(Fold, AStringMadeByFoldingIsNoDocstring) {
  EXPECT_EQ(statement_value("'a' 'b'\n")->kind, ExprKind::Constant);
  const Expr* made = statement_value("'a' + 'b'\n");
  ASSERT_EQ(made->kind, ExprKind::JoinedStr);
  EXPECT_EQ(constant(made->as<ast::JoinedStr>()->values[0]), "s6162");
  const ast::FunctionDef* function = first("def f():\n  'a' * 2\n  'a' * 2\n")->as<ast::FunctionDef>();
  EXPECT_EQ(function->body[0]->as<ast::ExprStmt>()->value->kind, ExprKind::JoinedStr);
  EXPECT_EQ(function->body[1]->as<ast::ExprStmt>()->value->kind, ExprKind::Constant);
  EXPECT_EQ(statement_value("1 + 1\n")->kind, ExprKind::Constant);
}

TEST_F(Fold, DebugDependsOnTheLevel) {
  const std::string expected[] = {"T", "F", "F"};
  for (int level = 0; level < 3; ++level) {
    front.reset();
    ast::Module* module = front.parse("x = __debug__\n");
    EXPECT_TRUE(front.fold(*module, level));
    EXPECT_EQ(constant(module->body[0]->as<ast::Assign>()->value), expected[level]);
  }
  front.reset();
  EXPECT_FALSE(front.fold(*front.parse("x = debug\nf.__debug__\n")));
}

TEST_F(Fold, AnnotationsThatStayTextDoNotFold) {
  auto annotation = [this](const std::string& head) {
    front.reset();
    ast::Module* module = front.parse(head + "x: 1 + 2 = 3 + 4\ndef f(a: -1, *, b=-1) -> -1: pass\n");
    front.fold(*module);
    u32 at = module->body.size() - 2;
    const ast::AnnAssign* assign = module->body[at]->as<ast::AnnAssign>();
    const ast::FunctionDef* function = module->body[at + 1]->as<ast::FunctionDef>();
    return constant(assign->annotation) + " " + constant(assign->value) + " " +
           constant(function->args->args[0]->annotation) + " " + constant(function->args->kw_defaults[0]) + " " +
           constant(function->returns);
  };
  EXPECT_EQ(annotation(""), "i3 i7 i-1 i-1 i-1");
  EXPECT_EQ(annotation("from __future__ import annotations\n"), "- i7 - i-1 -");
}

std::size_t occurrences(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string_view::npos; ++at) ++count;
  return count;
}

TEST_F(Fold, EveryExpressionOfEveryStatementIsVisited) {
  const char* source =
      "@d(1+1)\n"
      "def f(a: 1+1, /, b: 1+1 = 1+1, *c: 1+1, d: 1+1 = 1+1, **e: 1+1) -> 1+1:\n"
      "  return 1+1\n"
      "@d(1+1)\n"
      "class C(1+1, m=1+1):\n"
      "  del a[1+1]\n"
      "  a[1+1] = b[1+1] = 1+1\n"
      "  a[1+1] += 1+1\n"
      "  a[1+1]: 1+1 = 1+1\n"
      "for a[1+1] in 1+1: 1+1\n"
      "else: 1+1\n"
      "while 1+1: 1+1\n"
      "else: 1+1\n"
      "if 1+1: 1+1\n"
      "elif 1+1: 1+1\n"
      "with 1+1 as a[1+1]: 1+1\n"
      "raise (1+1) from 1+1\n"
      "try: 1+1\n"
      "except 1+1: 1+1\n"
      "else: 1+1\n"
      "finally: 1+1\n"
      "try: 1+1\n"
      "except* 1+1: 1+1\n"
      "assert 1+1, 1+1\n"
      "match 1+1:\n"
      "  case {1+1j: [1+1j, -1 as x]} | C(1+1j, y=1+1j) if 1+1: 1+1\n"
      "async def f():\n"
      "  async with 1+1 as a[1+1]: await (1+1)\n"
      "  async for a[1+1] in 1+1: yield 1+1\n"
      "  x = (y := 1+1), lambda a=1+1: 1+1, {1+1: 1+1, **(1+1)}, {1+1, z}, [1+1 for a[1+1] in 1+1 if 1+1]\n"
      "  {1+1: 1+1 for a in b}; f(1+1, *(1+1), k=1+1, **(1+1)); f'{1+1:{1+1}}'; a.b[1+1:1+1:1+1]; (1+1 if 1+1 else "
      "1+1)\n"
      "  (1+1).a; (1+1) < (1+1); (1+1) and (1+1); (yield); a = yield 1+1\n"
      "def g(): yield from 1+1\n";
  front.reset();
  ast::Module* module = front.parse(source);
  // The objects 2 and -1 are there; each sum then makes a Constant, and each complex one a ComplexObject, too.
  front.objects.integer(2);
  front.objects.integer(-1);
  char* before = static_cast<char*>(front.arena.allocate(8));
  front.fold(*module);
  std::size_t made = static_cast<std::size_t>(static_cast<char*>(front.arena.allocate(8)) - before - 8 - poison::kGap);
  std::size_t complexes = occurrences(source, "1+1j"), sums = occurrences(source, "1+1") + occurrences(source, "-1");
  EXPECT_EQ(made, sums * (sizeof(ast::Constant) + poison::kGap) + complexes * (sizeof(ComplexObject) + poison::kGap));
  EXPECT_GT(sums, 90u);
}

TEST_F(Fold, DepthIsCountedAsCPythonCounts) {
  auto folds = [this](const std::string& source, int limit) {
    front.reset();
    ast::Module* module = front.parse(source);
    try {
      front.fold(*module, 0, limit);
      return true;
    } catch (const diag::SourceError& error) {
      EXPECT_EQ(describe(error), "RecursionError: maximum recursion depth exceeded during compilation");
      return false;
    }
  };
  // Each program and its depth in nodes: statement, expressions, patterns; not arguments, keywords or handlers.
  const std::pair<const char*, int> cases[] = {{"pass\n", 1},
                                               {"a\n", 2},
                                               {"1\n", 2},
                                               {"a.b.c.d\n", 5},
                                               {"a + b + c\n", 4},
                                               {"f(a=g(b))\n", 4},
                                               {"lambda a=b.c: 0\n", 4},
                                               {"if a: b\nelif c: d\nelif e: f\n", 5},
                                               {"try: pass\nexcept a.b: pass\n", 3},
                                               {"match a:\n  case [[1]]: pass\n", 5},
                                               {"match a:\n  case b.c.d: pass\n", 5},
                                               {"def f(a: b.c): pass\n", 3},
                                               {"class A:\n  def f():\n    return a\n", 4},
                                               {"[a for b in c.d if e]\n", 4},
                                               {"import a.b.c\n", 1}};
  for (const auto& [source, depth] : cases) {
    EXPECT_TRUE(folds(source, depth)) << source;
    EXPECT_FALSE(folds(source, depth - 1)) << source;
  }
}

}  // namespace
}  // namespace mkpyc::fold
