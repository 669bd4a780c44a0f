// Symbol tables against CPython's (scope_cases.h), and what its _symtable module does not tell.
#include "scope/scope.h"

#include <gtest/gtest.h>

#include <charconv>
#include <map>

#include "front_end.h"
#include "scope_cases.h"
#include "scope_dump.h"

namespace mkpyc::scope {
namespace {

// The text of the table or of the error.
std::string dump(FrontEnd& front, std::string_view source) {
  front.reset();
  try {
    std::string text;
    dump::dump_scopes(front.symbols(*front.parse(source)), front.names, text);
    return text;
  } catch (const diag::SourceError& error) {
    EXPECT_EQ(error.text_from, diag::TextFrom::kFile);
    return describe(error);
  }
}

// Without the flag that something is used, where it is bound (see make_scope_cases).
std::string without_uses(std::string_view table) {
  std::string text;
  while (!table.empty()) {
    std::size_t word = std::min(table.find_first_of(" \n"), table.size());
    std::size_t colon = table.substr(0, word).rfind(':');
    u32 flags = 0;
    bool is_symbol = colon != std::string_view::npos && colon + 1 < word &&
                     std::from_chars(table.data() + colon + 1, table.data() + word, flags).ptr == table.data() + word;
    if (is_symbol && (flags & (DEF_BOUND)) != 0)
      text.append(table.substr(0, colon + 1)).append(std::to_string(flags & ~u32{USE}));
    else
      text += table.substr(0, word);
    text += table.substr(word, 1);
    table.remove_prefix(std::min(word + 1, table.size()));
  }
  return text;
}

// Without the blocks of annotations that use no name, which are left out where there is no annotation at all.
std::string without_empty_annotations(std::string_view table) {
  std::string text;
  while (!table.empty()) {
    std::size_t end = table.find('\n');
    std::string_view line = table.substr(0, end == std::string_view::npos ? table.size() : end + 1);
    table.remove_prefix(line.size());
    std::size_t symbols = line.find("(.format) .format:");
    std::string_view last = symbols == std::string_view::npos ? "" : line.substr(line.rfind(' ', line.size() - 4) + 1);
    bool empty = last.starts_with(".format:") || last.starts_with("__classdict__:");
    if (!empty || line.find(" annotation __annotate__ ") == std::string_view::npos) text += line;
  }
  return text;
}

std::string comparable(std::string_view table) { return without_empty_annotations(without_uses(table)); }

struct ScopeTest : testing::Test {
  SymbolTable build(std::string_view source) {
    front.reset();
    return front.symbols(*front.parse(source));
  }
  Name name(std::string_view text) { return front.names.intern(text); }

  FrontEnd front;
};

TEST_F(ScopeTest, TablesAndErrorsAreThoseOfCPython) {
  int count = 0;
  // Twice: an error must leave nothing behind for the next file.
  std::map<std::string, std::unique_ptr<FrontEnd>> fronts;
  for (int round = 0; round < 2; ++round)
    for (const Case& test : kCases) {
      std::unique_ptr<FrontEnd>& one = fronts[test.target];
      if (one == nullptr) one = std::make_unique<FrontEnd>(test.target);
      EXPECT_EQ(comparable(dump(*one, test.source)), comparable(test.expected)) << test.target << "\n" << test.source;
      ++count;
    }
  EXPECT_GT(count, 600);
}

// Lets the symbol table walk all expressions.
void forget_names(Seq<ast::Stmt*> stmts) {
  for (ast::Stmt* stmt : stmts) {
    stmt->may_fold |= ast::kNamesUnordered;
    switch (stmt->kind) {
      case ast::StmtKind::FunctionDef:
      case ast::StmtKind::AsyncFunctionDef: forget_names(stmt->as<ast::FunctionDef>()->body); break;
      case ast::StmtKind::ClassDef: forget_names(stmt->as<ast::ClassDef>()->body); break;
      case ast::StmtKind::If:
        forget_names(stmt->as<ast::If>()->body);
        forget_names(stmt->as<ast::If>()->orelse);
        break;
      default: break;
    }
  }
}

// All names of which it matters: one that comes too soon, too late or too often moves those after it.
TEST_F(ScopeTest, NamesThatTheParserKnowsAreThoseOfTheWalk) {
  constexpr std::string_view kSources[] = {
      "f(a, b=c, *d)\n",
      "f(a, *b, c=d, **e)\n",
      "x = {a: b, c: d, **e, f: g}\n",
      "x = {'a': b, 'c': d, **e, 'f': g}\n",
      "a if b else c; d\n",
      "assert a, b; raise c from d; del e.f, g[h:i:j]; k += l\n",
      "a = b, *c = [d, (e, f)] = g[h] = i < j not in k is l\n",
      "f'{a:{b}}' 'c' f'{d}', e\n",
      "a = [b for b in c if d], (lambda e=f: g), h\n",
      "def f():\n  return a.b(c)[d] or (e := g)\n",
      "async def f():\n  x = await a(b), c\n  for d in e, f: return\n  y = yield g, h\n",
      "class C:\n  def __f(self, __a):\n    if __a and super().__b(__c): return __d\n    elif __e: f\n",
      "if a:\n  b\nelif c:\n  d\nelse: e\nwhile f: g\nfor h in i: j\n",
      "@a(b)\ndef f(c=d, *e): g\nh\nwith i as j, (k): l\n",
      "a: b = c\ntry: d\nexcept e: f\nx = __debug__, g\n",
  };
  for (const char* target : {"3.11.7", "3.12.1", "3.13.5", "3.14.10", "3.15.2"}) {
    FrontEnd one(target);
    for (std::string_view source : kSources) {
      std::string known = dump(one, source);
      one.reset();
      ast::Module* module = one.parse(source);
      forget_names(module->body);
      std::string walked;
      dump::dump_scopes(one.symbols(*module), one.names, walked);
      EXPECT_EQ(known, walked) << target << "\n" << source;
    }
  }
}

TEST_F(ScopeTest, BlocksSayWhatTheirCodeIs) {
  SymbolTable table = build(
      "def f(*a, **b):\n"
      "  return a\n"
      "async def g(): yield\n"
      "def h():\n"
      "  return\n"
      "async def i(): return [a async for a in b]\n"
      "def j(): return (a async for a in b)\n"
      "class C:\n"
      "  def m(self): super\n"
      "class D: pass\n");
  const Seq<Scope*>& blocks = table.top->children;
  EXPECT_TRUE(blocks[0]->varargs && blocks[0]->varkeywords && blocks[0]->returns_value);
  EXPECT_FALSE(blocks[0]->generator || blocks[0]->coroutine);
  EXPECT_TRUE(blocks[1]->generator && blocks[1]->coroutine);
  EXPECT_FALSE(blocks[2]->returns_value || blocks[2]->varargs || blocks[2]->varkeywords);
  EXPECT_EQ(blocks[3]->children[0]->comprehension, CompKind::List);
  EXPECT_TRUE(blocks[3]->children[0]->coroutine && blocks[3]->coroutine);
  EXPECT_EQ(blocks[4]->children[0]->comprehension, CompKind::Generator);
  EXPECT_TRUE(blocks[4]->children[0]->coroutine && blocks[4]->children[0]->generator);
  EXPECT_FALSE(blocks[4]->coroutine);
  EXPECT_TRUE(blocks[5]->needs_class_closure);
  EXPECT_FALSE(blocks[6]->needs_class_closure);
}

TEST_F(ScopeTest, FreeNamesShowInAllBlocksAround) {
  SymbolTable table = build(
      "def f():\n"
      "  x = 1\n"
      "  def g():\n"
      "    def h(): return x\n"
      "def k(): x\n");
  Scope* f = table.top->children[0];
  Scope* g = f->children[0];
  EXPECT_TRUE(f->has_child_free && g->has_child_free && g->children[0]->has_free);
  EXPECT_FALSE(f->has_free || g->has_free || g->children[0]->has_child_free);
  EXPECT_EQ(f->find(name("x"))->scope, SymbolScope::Cell);
  EXPECT_EQ(g->find(name("x"))->scope, SymbolScope::Free);
  EXPECT_EQ(table.top->children[1]->find(name("x"))->scope, SymbolScope::GlobalImplicit);
  EXPECT_TRUE(table.top->has_child_free);
}

TEST_F(ScopeTest, NodesPointAtTheirScopes) {
  front.reset();
  ast::Module* module = front.parse("def f(): [a for b in c]\nclass C: lambda: d\n");
  SymbolTable table = front.symbols(*module);
  EXPECT_EQ(module->scope, table.top);
  const ast::FunctionDef* f = module->body[0]->as<ast::FunctionDef>();
  EXPECT_EQ(f->scope, table.top->children[0]);
  EXPECT_EQ(f->scope->parent, table.top);
  const ast::Expr* comprehension = f->body[0]->as<ast::ExprStmt>()->value;
  EXPECT_EQ(comprehension->as<ast::Comp>()->scope, f->scope->children[0]);
  const ast::ClassDef* c = module->body[1]->as<ast::ClassDef>();
  EXPECT_EQ(c->scope, table.top->children[1]);
  EXPECT_EQ(c->body[0]->as<ast::ExprStmt>()->value->as<ast::Lambda>()->scope, c->scope->children[0]);
}

TEST_F(ScopeTest, FindSeesEachOfManySymbols) {
  for (int count : {0, 1, 8, 9, 100, 5000}) {
    std::string source;
    for (int i = 0; i < count; ++i) source += "n" + std::to_string(i) + " = 1\n";
    Scope* top = build(source).top;
    ASSERT_EQ(top->symbols.size(), static_cast<u32>(count));
    for (int i = 0; i < count; ++i) EXPECT_EQ(top->find(name("n" + std::to_string(i))), &top->symbols[i]);
    EXPECT_EQ(top->find(name("other")), nullptr);
    EXPECT_EQ(top->find(Name::kNone), nullptr);
  }
}

TEST_F(ScopeTest, AFreeNameThatManyBlocksPassOnIsOneSymbolInEach) {
  // Every block has the name free more than once, itself and in two inner blocks.
  std::string source = "def f():\n x = 1\n";
  std::string indent = " ";
  for (int depth = 0; depth < 40; ++depth) {
    source += indent + "lambda: x\n" + indent + "def g():\n";
    indent += ' ';
    source += indent + (depth % 2 == 0 ? "x\n" : "pass\n");
  }
  Scope* block = build(source).top->children[0];
  EXPECT_EQ(block->symbols.size(), 2u);
  for (int depth = 0; depth < 40; ++depth) {
    block = block->children[1];
    int found = 0;
    for (const Symbol& symbol : block->symbols) found += symbol.name == name("x");
    EXPECT_LE(found, 1);
    if (block->children.size() == 2) {
      EXPECT_EQ(found, 1) << depth;
    }
  }
}

TEST_F(ScopeTest, FutureFlagsAndTheLastFutureLine) {
  auto read = [this](std::string_view source) {
    front.reset();
    Context context{front.target, front.arena, front.names, front.sink};
    Future future = read_future(*front.parse(source), context);
    return std::to_string(future.flags) + " " + std::to_string(future.last_line);
  };
  EXPECT_EQ(read("import __future__\n"), "0 -1");
  EXPECT_EQ(read("'doc'\nfrom __future__ import division\n"), "0 2");
  EXPECT_EQ(read("from __future__ import annotations\n"), std::to_string(CO_FUTURE_ANNOTATIONS) + " 1");
  EXPECT_EQ(read("from __future__ import barry_as_FLUFL, division\n"), std::to_string(CO_FUTURE_BARRY_AS_BDFL) + " 1");
  // Too late is the code generator's business.
  EXPECT_EQ(read("x\nfrom __future__ import annotations\n"), "0 -1");
  EXPECT_EQ(read("'a'\n'b'\nfrom __future__ import annotations\n"), "0 -1");
}

TEST_F(ScopeTest, DepthIsCountedAsCPythonCounts) {
  auto builds = [this](const std::string& source, int limit) {
    front.reset();
    ast::Module* module = front.parse(source);
    try {
      front.symbols(*module, limit);
      return true;
    } catch (const diag::SourceError& error) {
      EXPECT_EQ(describe(error), "RecursionError: maximum recursion depth exceeded during compilation");
      return false;
    }
  };
  const std::pair<const char*, int> cases[] = {{"pass\n", 1},
                                               {"1\n", 2},
                                               {"a.b.c.d\n", 5},
                                               {"f(a=g(b))\n", 4},
                                               {"lambda a=b.c: 0\n", 4},
                                               {"if a: b\nelif c: d\nelif e: f\n", 5},
                                               {"match a:\n  case [[1]]: pass\n", 5},
                                               {"def f(a: b.c): pass\n", 3},
                                               {"from __future__ import annotations\ndef f(a: b.c): pass\n", 3},
                                               {"[a for b in c.d if e]\n", 4},
                                               {"(a := b.c)\n", 4},
                                               {"import a.b.c\n", 1}};
  for (const auto& [source, depth] : cases) {
    EXPECT_TRUE(builds(source, depth)) << source;
    EXPECT_FALSE(builds(source, depth - 1)) << source;
  }
}

TEST(Mangle, IsThatOfPrivateNames) {
  NameTable names;
  auto mangled = [&](const char* class_name, const char* name) {
    return std::string(names.text(mangle(names, names.intern(class_name), names.intern(name))));
  };
  EXPECT_EQ(mangled("C", "__x"), "_C__x");
  EXPECT_EQ(mangled("__C", "__x"), "_C__x");
  EXPECT_EQ(mangled("C_", "__x_"), "_C___x_");
  EXPECT_EQ(mangled("___", "__x"), "__x");
  EXPECT_EQ(mangled("C", "_x"), "_x");
  EXPECT_EQ(mangled("C", "__x__"), "__x__");
  EXPECT_EQ(mangled("C", "__"), "__");
  EXPECT_EQ(mangled("C", "___"), "___");
  EXPECT_EQ(mangled("C", "__a.b"), "__a.b");
  EXPECT_EQ(mangled("\xc3\x9c", "__x"), "_\xc3\x9c__x");
  std::string long_name = "__" + std::string(1000, 'x');
  EXPECT_EQ(mangled("C", long_name.c_str()), "_C" + long_name);
  EXPECT_EQ(mangle(names, Name::kNone, names.intern("__x")), names.intern("__x"));
}

}  // namespace
}  // namespace mkpyc::scope
