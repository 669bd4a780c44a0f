// The code generator's errors, warnings and name tables against CPython's (codegen_cases.h, written by a real CPython),
// and the shape of the instruction sequences that flow/ relies on.
#include "codegen/codegen.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "codegen/generator.h"
#include "codegen_cases.h"
#include "explain/explain.h"
#include "fold/fold.h"
#include "parse/parse.h"
#include "source/source.h"
#include "token/token.h"

namespace mkpyc::codegen {
namespace {

// Keeps a copy of what matters of each unit, in the order in which they are finished.
class Recorder : public UnitSink {
 public:
  explicit Recorder(Objects& objects) : objects_(objects) {}

  CodeObject* finish(CodeUnit& unit) override {
    units.push_back(unit);
    CodeObject* code = objects_.arena().make<CodeObject>(Object{.type = Type::Code});
    std::string number = std::to_string(units.size());
    code->code = objects_.bytes("code" + number);
    code->consts = code->names = code->localsplusnames = objects_.tuple(nullptr, 0);
    code->localspluskinds = code->linetable = code->exceptiontable = objects_.bytes("");
    code->filename = objects_.str("");
    code->name = unit.name;
    code->qualname = unit.qualname;
    return code;
  }

  std::vector<CodeUnit> units;

 private:
  Objects& objects_;
};

class AllErrors : public diag::WarningFilter {
 public:
  diag::Action action(const diag::Warning&) const override { return diag::Action::kError; }
};

std::string describe(const diag::SourceError& error) {
  std::string text = diag::exception_name(error.exception);
  if (error.located)
    for (int value : {error.line, error.offset, error.end_line, error.end_offset}) text += " " + std::to_string(value);
  return text + ": " + error.message;
}

// One program through the pipeline up to its code units.
class Program {
 public:
  explicit Program(const std::string& source, const char* target = "3.11.7", int optimize = 0,
                   const diag::WarningFilter& filter = kDefaultFilter)
      : sink_(filter) {
    const Target& to = *Target::find(std::string_view(target));
    try {
      compile(source, to, optimize);
    } catch (const diag::SourceError& raised) {
      error = describe(raised);
    }
  }

  const std::vector<CodeUnit>& units() const { return recorder_.units; }
  const NameTable& names() const { return names_; }
  const std::vector<diag::Warning>& warnings() const { return sink_.warnings(); }

  /// The instructions of the last unit (the module) from `from` on: names, labels as "Ln:" and targets as ">Ln".
  std::string code(std::size_t unit) const {
    const InstrSequence& code = units().at(unit).code;
    std::string text;
    std::size_t mark = 0;
    for (std::size_t i = 0; i <= code.instrs.size(); ++i) {
      for (; mark < code.marks.size() && code.marks[mark].at == i; ++mark)
        if (mark != 0) text += "L" + std::to_string(static_cast<u32>(code.marks[mark].label)) + ": ";
      if (i == code.instrs.size()) break;
      text += op_name(code.instrs[i].op);
      if (code.instrs[i].target != Label::kNone) text += ">L" + std::to_string(static_cast<u32>(code.instrs[i].target));
      text += ' ';
    }
    return text;
  }

  std::string error = "ok";

 private:
  void compile(const std::string& text, const Target& target, int optimize) {
    source::Source source = source::decode(text, false, target, arena_);
    token::tokenize(source, target, names_, tokens_);
    parse::Context parse_context{target, arena_, names_, objects_, sink_};
    ast::Module* module = explain::parse(tokens_, parse_context);
    scope::Context scope_context{target, arena_, names_, sink_};
    scope::Future future = scope::read_future(*module, scope_context);
    fold::Context fold_context{target, arena_, names_, objects_, sink_, optimize};
    fold::fold(*module, fold_context);
    scope::SymbolTable symbols = scopes_.build(*module, future, scope_context);
    constants_.reset(target);
    Context context{target, arena_, names_, objects_, constants_, sink_, recorder_, optimize};
    codegen_.generate(*module, symbols, context);
  }

  static const diag::DefaultFilter kDefaultFilter;
  Arena arena_;
  NameTable names_;
  Objects objects_{arena_, names_};
  token::TokenBuffer tokens_;
  ConstantPool constants_{objects_};
  scope::Builder scopes_;
  Codegen codegen_;
  diag::Sink sink_;
  Recorder recorder_{objects_};
};
const diag::DefaultFilter Program::kDefaultFilter;

std::string join(const std::vector<Name>& list, const NameTable& names) {
  std::string text = "  ";
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) text += ' ';
    text += names.text(list[i]);
  }
  return text + "\n";
}

// A unit's tables as make_codegen_cases prints those of a code object.
std::string tables(const CodeUnit& unit, const NameTable& names) {
  char numbers[100];
  std::snprintf(numbers, sizeof numbers, " %d %d %d 0x%x %d\n", unit.posonlyargcount + unit.argcount,
                unit.posonlyargcount, unit.kwonlyargcount, unit.flags, unit.firstlineno);
  // co_cellvars starts with the cells that are arguments.
  std::vector<Name> cells;
  for (Name name : unit.varnames.names)
    if (unit.cellvars.find(name) >= 0) cells.push_back(name);
  for (Name name : unit.cellvars.names)
    if (std::find(cells.begin(), cells.end(), name) == cells.end()) cells.push_back(name);
  return std::string(unit.qualname->text) + " " + std::string(unit.name->text) + numbers +
         join(unit.names.names, names) + join(unit.varnames.names, names) + join(cells, names) +
         join(unit.freevars.names, names);
}

// ---- against CPython ----

TEST(Codegen, ErrorsAreCPythons) {
  for (const Case& c : kErrors) EXPECT_EQ(Program(c.source).error, c.expected) << c.source;
}

TEST(Codegen, ErrorsAreThoseOfTheOldestMicroToo) {
  for (const Case& c : kErrors) EXPECT_EQ(Program(c.source, "3.11.2").error, c.expected) << c.source;
}

TEST(Codegen, WarningsAreCPythons) {
  for (const Case& c : kWarnings) {
    Program program(c.source);
    std::string text;
    for (const diag::Warning& warning : program.warnings())
      text += std::to_string(warning.line) + ": " + warning.message + "\n";
    EXPECT_EQ(text, c.expected) << c.source;
  }
}

TEST(Codegen, WarningsCanBeErrors) {
  AllErrors filter;
  for (const Case& c : kWarningsAsErrors)
    EXPECT_EQ(Program(c.source, "3.11.7", 0, filter).error, c.expected) << c.source;
}

TEST(Codegen, TablesOfNamesAreCPythons) {
  for (const Case& c : kTables) {
    Program program(c.source);
    std::string text;
    for (const CodeUnit& unit : program.units()) text += tables(unit, program.names());
    EXPECT_EQ(text, c.expected) << c.source;
  }
}

// ---- the sequence ----

TEST(Codegen, LabelsAreNumberedInTheOrderOfCPythonsBlocks) {
  // compiler_if makes `end` before the test; the block after the conditional jump is made when it gets an instruction.
  EXPECT_EQ(Program("if a: b\n").code(0),
            "RESUME LOAD_NAME POP_JUMP_IF_FALSE>L1 L2: LOAD_NAME POP_TOP L1: LOAD_CONST RETURN_VALUE ");
  EXPECT_EQ(Program("if a: b\nelse: c\n").code(0),
            "RESUME LOAD_NAME POP_JUMP_IF_FALSE>L2 L3: LOAD_NAME POP_TOP JUMP>L1 L2: LOAD_NAME POP_TOP L1: LOAD_CONST "
            "RETURN_VALUE ");
}

TEST(Codegen, NoReturnIsAddedAfterAReturn) {
  EXPECT_EQ(Program("def f(): return a\n").code(0), "RESUME LOAD_GLOBAL RETURN_VALUE ");
  EXPECT_EQ(Program("def f():\n while 1: return a\n").code(0).substr(0, 10), "RESUME L1:");
  EXPECT_EQ(Program("lambda: a\n").code(0), "RESUME LOAD_GLOBAL RETURN_VALUE ");
  EXPECT_EQ(Program("lambda: (yield)\n").code(0), "RESUME LOAD_CONST YIELD_VALUE RESUME RETURN_VALUE ");
}

TEST(Codegen, LabelsThatAreNeverPlacedAreCounted) {
  Program program("for a in b: pass\n");
  EXPECT_EQ(program.units()[0].code.label_count, 5u);
  // `for x in [y]` inside a comprehension makes a loop's labels and uses one of them.
  Program comprehension("[x for a in b for x in [a]]\n");
  EXPECT_EQ(comprehension.units()[0].code.label_count, 8u);
  EXPECT_EQ(comprehension.units()[0].code.marks.size(), 6u);
}

TEST(Codegen, ModuleStartsAtLineZero) {
  Program program("\n\na\n");
  const InstrSequence& code = program.units()[0].code;
  EXPECT_EQ(code.instrs[0].loc.line, 0);
  EXPECT_EQ(code.instrs[1].loc.line, 3);
}

TEST(Codegen, ConstantsKeepTheirPlaceInTheOrderOfFirstUse) {
  Program program("f(1, 'a', 1, 1.0, True, None, 'a')\n");
  const std::vector<Object*>& consts = program.units()[0].consts.objects;
  ASSERT_EQ(consts.size(), 5u);
  EXPECT_EQ(consts[0]->type, Type::Int);
  EXPECT_EQ(consts[1]->type, Type::Str);
  EXPECT_EQ(consts[2]->type, Type::Float);
  EXPECT_EQ(consts[3]->type, Type::True);
  EXPECT_EQ(consts[4]->type, Type::None);
}

TEST(Codegen, ManyNamesAndConstantsAreFoundAgain) {
  std::string source;
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 500; ++i) source += "n" + std::to_string(i) + " = " + std::to_string(1000 + i) + "\n";
  Program program(source);
  EXPECT_EQ(program.units()[0].names.size(), 500u);
  EXPECT_EQ(program.units()[0].consts.size(), 501u);  // and None
}

TEST(Codegen, DocstringsGoAtLevelTwo) {
  const char* source = "def f():\n  'doc'\n  return g\n";
  EXPECT_EQ(Program(source, "3.11.7", 1).units()[0].consts.objects[0]->type, Type::Str);
  EXPECT_EQ(Program(source, "3.11.7", 2).units()[0].consts.objects[0]->type, Type::None);
  EXPECT_EQ(Program("assert a\n", "3.11.7", 1).code(0), "RESUME LOAD_CONST RETURN_VALUE ");
}

TEST(Codegen, QualifiedNameOfATopLevelNameIsTheNameItself) {
  Program program("class C:\n  class D: pass\n");
  const CodeUnit& inner = program.units()[0];
  const CodeUnit& outer = program.units()[1];
  EXPECT_EQ(outer.name, outer.qualname);
  EXPECT_NE(inner.name, inner.qualname);
  EXPECT_FALSE(inner.qualname->interned);
  EXPECT_EQ(inner.consts.objects[0], inner.qualname);  // __qualname__
}

TEST(Codegen, AnonymousNamesAreOneStaticStringEach) {
  Program program("lambda: a\nlambda: b\n[x for x in y]\n");
  EXPECT_EQ(program.units()[0].name, program.units()[1].name);
  EXPECT_TRUE(program.units()[0].name->pinned);
  EXPECT_FALSE(program.units()[0].name->interned);
  EXPECT_EQ(program.units()[2].name->text, "<listcomp>");
}

// CPython: compiler_try_star_except, whose layout changed within 3.11.
TEST(Codegen, ExceptStarHandlersFollowTheMicro) {
  const char* source = "try: a\nexcept* b: c\n";
  std::string old_layout = Program(source, "3.11.2").code(0);
  std::string new_layout = Program(source, "3.11.7").code(0);
  EXPECT_TRUE(old_layout.find("POP_JUMP_IF_NOT_NONE>L8 L9: POP_TOP JUMP>L7 L8: POP_TOP") != old_layout.npos);
  EXPECT_TRUE(old_layout.find("LIST_APPEND POP_TOP JUMP>L7 L7: LIST_APPEND JUMP>L6") != old_layout.npos);
  EXPECT_TRUE(new_layout.find("POP_JUMP_IF_NONE>L9 L12: POP_TOP SETUP_CLEANUP") != new_layout.npos);
  EXPECT_TRUE(new_layout.find("JUMP>L8 L7: NOP JUMP>L8 L9: POP_TOP L8: LIST_APPEND") != new_layout.npos);
}

// CPython: find_ann, which does not look into match statements in early releases.
TEST(Codegen, AnnotationsInsideMatchFollowTheMicro) {
  const char* source = "match a:\n case 1:\n  b: c = 1\n";
  EXPECT_EQ(Program(source, "3.11.2").code(0).find("SETUP_ANNOTATIONS"), std::string::npos);
  EXPECT_EQ(Program(source, "3.11.7").code(0).find("RESUME SETUP_ANNOTATIONS"), 0u);
  EXPECT_EQ(Program("with a:\n b: c\n", "3.11.2").code(0).find("RESUME SETUP_ANNOTATIONS"), 0u);
}

// CPython: compiler_match_inner.
TEST(Codegen, JumpAfterACaseBodyFollowsTheMicro) {
  const char* source = "match a:\n case 1:\n  b = 1\n case 2: pass\n";
  auto line_of_jump = [](const Program& program) {
    const InstrSequence& code = program.units().at(0).code;
    for (std::size_t i = 0; i < code.instrs.size(); ++i)
      if (code.instrs[i].op == Op::JUMP) return code.instrs[i].loc.line;
    return 0;
  };
  EXPECT_EQ(line_of_jump(Program(source, "3.11.2")), 3);
  EXPECT_EQ(line_of_jump(Program(source, "3.11.7")), -1);
}

// What has no line goes on with the one before, but not with kNextLocation, which flow/ may give a line yet.
TEST(Codegen, LinesGoOnUnlessTheNextOnesAreWaitedFor) {
  Program program("match a:\n case None if c:\n  assert a\n case 1: b()\n", "3.14.10", 2);
  const InstrSequence& code = program.units().at(0).code;
  auto waiting = std::ranges::find(code.instrs, kNextLocation.line, [](const Instr& instr) { return instr.loc.line; });
  ASSERT_LT(waiting - code.instrs.begin() + 1, std::ssize(code.instrs));
  EXPECT_EQ(waiting->op, Op::POP_TOP);
  EXPECT_EQ(waiting[1].op, Op::JUMP);
  EXPECT_EQ(waiting[1].loc.line, kNoLocation.line);
  EXPECT_FALSE(code.lines_go_on);

  Program call("b()\n", "3.14.10");
  const InstrSequence& going_on = call.units().at(0).code;
  auto drop = std::ranges::find(going_on.instrs, Op::POP_TOP, &Instr::op);
  ASSERT_NE(drop, going_on.instrs.end());
  EXPECT_EQ(drop->loc.line, 1);
  EXPECT_TRUE(going_on.lines_go_on);
}

// Another value may come to a POP_TOP with a mark before it than that of the call before the mark.
TEST(Codegen, AFactTellsOfWhatMayDropAnotherValueThanThatOfACall) {
  Program program("x if a else b()\nif c: d()\n", "3.14.10");
  const InstrSequence& code = program.units().at(0).code;
  std::size_t joins = 0;
  for (const InstrSequence::Mark& mark : code.marks) {
    if (mark.at >= code.instrs.size() || code.instrs[mark.at].op != Op::POP_TOP) continue;
    EXPECT_TRUE(mark.facts.has(BlockFacts::kPops));
    ++joins;
  }
  EXPECT_EQ(joins, 1u);
}

// Found by a table once they are many; a search from the last one on says what is right.
TEST(Overrides, TheLastOfANameHidesThoseBefore) {
  Overrides overrides;
  std::vector<Name> model;
  for (u32 round = 0; round < 400; ++round) {
    std::size_t size = round % 7 == 6 ? model.size() * (round % 5) / 5 : model.size();
    model.resize(size);
    overrides.shrink(size);
    for (u32 i = 0; i < 5; ++i) {
      model.push_back(Name{(round * 5 + i) % 31});
      overrides.add(
          {.name = model.back(), .flags = static_cast<u32>(model.size()), .scope = scope::SymbolScope::Local});
    }
    for (u32 name = 0; name < 32; ++name) {
      auto last = std::find(model.rbegin(), model.rend(), Name{name});
      const scope::Symbol* found = overrides.find(Name{name});
      ASSERT_EQ(found != nullptr, last != model.rend());
      if (found == nullptr) continue;
      ASSERT_EQ(found->flags, static_cast<u32>(model.rend() - last));
    }
  }
}

}  // namespace
}  // namespace mkpyc::codegen
