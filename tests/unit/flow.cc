// flow/: the passes on small graphs made by hand. What the passes do to real programs is compared with CPython in
// tests/golden/cases/flow.txt.
#include "flow/flow.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "assemble/decode.h"
#include "assemble/jumps.h"
#include "assemble/tables.h"
#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

using codegen::Label;

// A unit written down as instructions and labels.
class Builder {
 public:
  Builder(codegen::CodeUnit& unit, const Target& target)
      : unit_(unit), traits_(target), marks_ends_(target.on(Feature::graph_after_codegen)) {
    unit.firstlineno = 1;
  }

  Label label() { return Label{unit_.code.label_count++}; }
  Builder& place(Label label) {
    mark_end();
    unit_.code.mark(label);
    return *this;
  }
  Builder& add(Op op, i32 arg = 0, i32 line = 1) { return emit(op, arg, Label::kNone, line); }
  Builder& jump(Op op, Label target, i32 line = 1) { return emit(op, 0, target, line); }
  // Ends a block, as the code generator does after a jump or an exit.
  Builder& next_block() { return place(label()); }

 private:
  Builder& emit(Op op, i32 arg, Label target, i32 line) {
    mark_end();
    ast::Loc loc = line < 0 ? codegen::kNoLocation : ast::Loc{line, line, 0, 1};
    if (target == Label::kNone)
      unit_.code.add(op, arg, loc, codegen::facts_of(op));
    else
      unit_.code.add_naming(op, target, loc, codegen::facts_of(op));
    if (marks_ends_ && traits_.terminates(op)) unit_.code.end_block();
    return *this;
  }
  void mark_end() {
    if (unit_.code.block_ended()) unit_.code.mark(Label::kNone);
  }

  codegen::CodeUnit& unit_;
  OpTraits traits_;
  bool marks_ends_;
};

// After each pass, what blocks say of their ends is what their last instructions say, and only exceptions lead to
// handlers.
struct EndChecker : PassObserver {
  EndChecker(const Target& target) : traits(target), known(target.on(Feature::graph_after_codegen)) {}

  void after(const char* pass, Graph& graph) override {
    known |= std::string_view(pass) == "note_ends";
    if (!known) return;
    for (const Block& block : graph.layout()) {
      const Instr* last = block.empty() ? nullptr : &graph.last(block);
      if (block.count > 1 && last->op == Op::NOT_TAKEN) --last;
      // A test with a direction is none.
      u8 end = last != nullptr ? traits.end(last->op) : 0;
      EXPECT_EQ(block.end & ~BlockEnd::kTests, end & ~BlockEnd::kTests) << "after " << pass;
      if (block.jumps()) {
        EXPECT_EQ(block.target, last->target) << "after " << pass;
        EXPECT_FALSE(graph[block.target].handler) << "after " << pass;
      }
      bool goes_on = block.predecessors != 0 && block.falls_through() && block.next != BlockId::kNone;
      EXPECT_FALSE(goes_on && graph[block.next].handler) << "after " << pass;
    }
  }

  OpTraits traits;
  bool known;  // up to 3.11 they are told late
};

class FlowTest : public testing::Test {
 protected:
  explicit FlowTest(const char* version = "3.11.7") : target_(*Target::find(version)) {
    constants_.reset(target_);
    unit_.consts.objects = {objects_.none(), objects_.boolean(true), objects_.integer(i64{7})};
  }
  // The passes take the unit's instructions: they get those of a copy. Jumps get the arguments that assemble/ tells.
  Graph& run() {
    codegen::CodeUnit checked = unit_, unit = unit_;
    EndChecker checker(target_);
    flow_.run(checked, context_, &checker);
    Graph& graph = flow_.run(unit, context_);
    assemble::resolve_jump_offsets(graph, target_);
    return graph;
  }
  Graph& optimize() {
    codegen::CodeUnit unit = unit_;
    return flow_.optimize(unit, context_);
  }
  void locals(std::initializer_list<const char*> names, i32 parameters) {
    for (const char* name : names) unit_.varnames.add(names_.intern(name));
    unit_.argcount = parameters;
  }
  // "LOAD_CONST 0, RETURN_VALUE 0" and so on, blocks between bars.
  std::string code(Graph& graph) {
    std::string text;
    for (Block& block : graph.layout()) {
      if (!text.empty()) text += " | ";
      std::string part;
      for (const Instr& instr : graph.code(block))
        part += (part.empty() ? "" : ", ") + std::string(op_name(written(block, instr.op))) + " " +
                std::to_string(instr.arg);
      text += part;
    }
    return text;
  }

  const Target& target_;
  Arena arena_;
  NameTable names_;
  Objects objects_{arena_, names_};
  ConstantPool constants_{objects_};
  Context context_{target_, arena_, names_, objects_, constants_};
  codegen::CodeUnit unit_;
  Builder build_{unit_, target_};
  Flow flow_;
};

TEST_F(FlowTest, JumpsGetDistancesAndDirections) {
  Label loop = build_.label(), end = build_.label();
  build_.add(Op::RESUME).place(loop).add(Op::LOAD_NAME).jump(Op::POP_JUMP_IF_FALSE, end).next_block();
  build_.add(Op::LOAD_NAME, 1).add(Op::POP_TOP).jump(Op::JUMP, loop).place(end);
  build_.add(Op::LOAD_CONST).add(Op::RETURN_VALUE);
  EXPECT_EQ(code(run()),
            "RESUME 0 | LOAD_NAME 0, POP_JUMP_FORWARD_IF_FALSE 3 | LOAD_NAME 1, POP_TOP 0, JUMP_BACKWARD 5 | "
            "LOAD_CONST 0, RETURN_VALUE 0");
}

TEST_F(FlowTest, AnObserverSeesTheGraphAfterEachPass) {
  struct Recorder : PassObserver {
    std::vector<std::string> passes;
    std::vector<std::size_t> instrs;
    void after(const char* pass, Graph& graph) override {
      passes.push_back(pass);
      std::size_t count = 0;
      for (const Block& block : graph.layout()) count += block.count;
      instrs.push_back(count);
    }
  } recorder;
  build_.add(Op::NOP).add(Op::LOAD_CONST).add(Op::RETURN_VALUE);
  codegen::CodeUnit unit = unit_;
  flow_.run(unit, context_, &recorder);
  EXPECT_EQ(recorder.passes.front(), "build_graph");
  EXPECT_EQ(recorder.passes.back(), "direct_jumps");
  EXPECT_EQ(recorder.instrs.front(), 3u);
  EXPECT_EQ(recorder.instrs.back(), 2u);
}

TEST_F(FlowTest, FarJumpsGrowUntilNothingChanges) {
  for (i32 body = 120; body < 140; ++body) {
    unit_.code.clear();
    Label loop = build_.label(), end = build_.label();
    build_.place(loop).add(Op::LOAD_NAME).jump(Op::POP_JUMP_IF_FALSE, end).next_block();
    for (i32 i = 0; i < body; ++i) build_.add(Op::LOAD_NAME, 1).add(Op::POP_TOP);
    build_.jump(Op::JUMP, loop).place(end).add(Op::LOAD_CONST).add(Op::RETURN_VALUE);
    Graph& graph = run();
    assemble::Scratch scratch;
    std::string_view bytes = assemble::emit_code(graph, target_, 1, true, scratch).code;
    assemble::DecodedCode decoded = assemble::decode_bytecode(bytes, target_.ops());
    // Every jump lands where its target's block starts.
    std::size_t at = 0;
    for (const Block& block : graph.layout()) {
      for (const Instr& instr : graph.code(block)) {
        ASSERT_LT(at, decoded.instrs.size());
        const assemble::DecodedInstr& found = decoded.instrs[at++];
        ASSERT_EQ(found.op, instr.op);
        if (instr.target == BlockId::kNone) continue;
        i32 after = static_cast<i32>(found.offset + found.size) / 2, target = graph[instr.target].offset;
        EXPECT_EQ(static_cast<i32>(found.arg), std::abs(target - after));
      }
    }
    EXPECT_EQ(at, decoded.instrs.size());
  }
}

TEST_F(FlowTest, UnreachableBlocksGoAndTheirConstantsStayBelowTheLast) {
  build_.add(Op::LOAD_CONST, 2).add(Op::RETURN_VALUE).next_block();
  build_.add(Op::LOAD_CONST, 0, -1).add(Op::RETURN_VALUE, 0, -1);
  Graph& graph = run();
  EXPECT_EQ(code(graph), "LOAD_CONST 2, RETURN_VALUE 0");
  EXPECT_EQ(graph.consts.size(), 3u);
  EXPECT_EQ(graph.stacksize, 1);
}

TEST_F(FlowTest, AConstantDecidesAJump) {
  Label otherwise = build_.label();
  build_.add(Op::LOAD_CONST, 1).jump(Op::POP_JUMP_IF_FALSE, otherwise).next_block();
  build_.add(Op::LOAD_CONST, 2).add(Op::RETURN_VALUE).place(otherwise);
  build_.add(Op::LOAD_CONST, 0, 2).add(Op::RETURN_VALUE, 0, 2);
  Graph& graph = run();
  EXPECT_EQ(code(graph), "LOAD_CONST 2, RETURN_VALUE 0");
}

TEST_F(FlowTest, ARingOfJumpsEnds) {
  Label a = build_.label(), b = build_.label(), c = build_.label();
  build_.jump(Op::JUMP, a).place(a).jump(Op::JUMP, b).place(b).jump(Op::JUMP, c).place(c).jump(Op::JUMP, b);
  build_.next_block().add(Op::LOAD_CONST).add(Op::RETURN_VALUE);
  run();
}

TEST_F(FlowTest, HandlersCoverWhatIsBetweenSetupAndPopBlock) {
  Label handler = build_.label();
  build_.jump(Op::SETUP_FINALLY, handler, -1).add(Op::LOAD_NAME).add(Op::POP_TOP).add(Op::POP_BLOCK, 0, -1);
  build_.add(Op::LOAD_CONST).add(Op::RETURN_VALUE).place(handler);
  build_.add(Op::PUSH_EXC_INFO, 0, -1).add(Op::RERAISE, 0, -1);
  Graph& graph = run();
  std::vector<bool> covered;
  for (const Instr& instr : graph.code(graph[graph.entry])) covered.push_back(instr.handler != BlockId::kNone);
  EXPECT_EQ(covered, (std::vector<bool>{true, true, false, false}));
  EXPECT_EQ(graph.stacksize, 2);
}

TEST_F(FlowTest, CellsOfParametersKeepTheirSlot) {
  for (const char* name : {"a", "b"}) unit_.varnames.add(names_.intern(name));
  for (const char* name : {"b", "c"}) unit_.cellvars.add(names_.intern(name));
  unit_.freevars.add(names_.intern("d"));
  build_.add(Op::RESUME).add(Op::LOAD_DEREF, 0).add(Op::LOAD_DEREF, 1).add(Op::LOAD_DEREF, 2).add(Op::RETURN_VALUE);
  Graph& graph = run();
  EXPECT_EQ(code(graph),
            "COPY_FREE_VARS 1, MAKE_CELL 1, MAKE_CELL 2, RESUME 0, LOAD_DEREF 1, LOAD_DEREF 2, LOAD_DEREF 3, "
            "RETURN_VALUE 0");
  EXPECT_EQ(graph.kinds, (std::vector<u8>{0x20, 0x60, 0x40, 0x80}));
}

TEST_F(FlowTest, MemoryIsUsedAgain) {
  build_.add(Op::LOAD_CONST, 2).add(Op::RETURN_VALUE);
  std::string first = code(run());
  EXPECT_EQ(code(run()), first);
}

// ---- swaps ----

std::vector<int> run_swaps(std::span<const Instr> code, std::vector<int> stack) {
  for (const Instr& instr : code)
    if (instr.op == Op::SWAP) std::swap(stack[0], stack[static_cast<std::size_t>(instr.arg) - 1]);
  return stack;
}

// All runs of up to five SWAPs of depths 2 to 4 with NOPs between.
TEST(Swaps, ARunOfSwapsKeepsItsEffectAndGetsNoLonger) {
  std::vector<i32> scratch;
  int seen = 0;
  for (int length = 1; length <= 5; ++length) {
    int count = 1;
    for (int i = 0; i < length; ++i) count *= 4;
    for (int number = 0; number < count; ++number) {
      std::vector<Instr> code;
      for (int i = 0, rest = number; i < length; ++i, rest /= 4) {
        bool nop = rest % 4 == 0;
        code.push_back({.op = nop ? Op::NOP : Op::SWAP, .arg = nop ? 0 : rest % 4 + 1});
      }
      if (code[0].op == Op::NOP) continue;
      std::vector<int> stack(5);
      std::iota(stack.begin(), stack.end(), 0);
      auto swaps = [&] { return std::ranges::count(code, Op::SWAP, &Instr::op); };
      auto before = swaps();
      std::vector<int> expected = run_swaps(code, stack);
      std::size_t last = swaptimize(code, 0, scratch);
      EXPECT_EQ(run_swaps(code, stack), expected);
      EXPECT_LE(swaps(), before);
      EXPECT_EQ(last, before == 1 ? 0 : code.size() - 1);
      ++seen;
    }
  }
  EXPECT_GT(seen, 1000);
}

// Where the graph is made after code generation. The answers are those of _testinternalcapi.optimize_cfg, or of
// opcode lists of compiled programs, of the CPythons named.
struct Flow312 : FlowTest {
  Flow312() : FlowTest("3.12.7") {}
};
struct Flow313 : FlowTest {
  Flow313() : FlowTest("3.13.5") {}
};
struct Flow314 : FlowTest {
  Flow314() : FlowTest("3.14.10") {}
};
struct Flow315 : FlowTest {
  Flow315() : FlowTest("3.15.2") {}
};

TEST_F(Flow312, ReturnsAConstantAndDropsUnusedOnes) {
  build_.add(Op::RESUME).add(Op::LOAD_CONST, 2).add(Op::RETURN_VALUE);
  Graph& graph = run();
  EXPECT_EQ(code(graph), "RESUME 0, RETURN_CONST 1");
  EXPECT_EQ(graph.consts.size(), 2u);  // the first stays
  EXPECT_EQ(graph.stacksize, 0);
}

TEST_F(Flow312, LoadsOfUnboundLocalsAreChecked) {
  locals({"a", "b"}, 1);
  Label otherwise = build_.label();
  build_.add(Op::LOAD_FAST).jump(Op::POP_JUMP_IF_FALSE, otherwise).add(Op::LOAD_CONST, 1).add(Op::STORE_FAST, 1);
  build_.place(otherwise).add(Op::LOAD_FAST, 1, 2).add(Op::POP_TOP, 0, 2).add(Op::LOAD_FAST, 1, 2);
  build_.add(Op::RETURN_VALUE, 0, 2);
  EXPECT_EQ(
      code(optimize()),
      "LOAD_FAST 0, POP_JUMP_IF_FALSE 1 | LOAD_CONST 1, STORE_FAST 1 | LOAD_FAST_CHECK 1, POP_TOP 0, LOAD_FAST 1, "
      "RETURN_VALUE 0");
}

TEST_F(Flow312, ABackwardTestJumpsOverAJumpBack) {
  Label loop = build_.label();
  build_.add(Op::RESUME).place(loop).add(Op::LOAD_NAME).jump(Op::POP_JUMP_IF_TRUE, loop);
  build_.add(Op::LOAD_NAME, 1, 2).add(Op::RETURN_VALUE, 0, 2);
  EXPECT_EQ(code(run()), "RESUME 0 | LOAD_NAME 0, POP_JUMP_IF_FALSE 1 | JUMP_BACKWARD 3 | LOAD_NAME 1, RETURN_VALUE 0");
}

// Four jumps forward over one that jumps back over them, all near the distance at which a jump gets longer: the sizes
// after each round bring forth those of a round before. CPython does not end on such a graph.
TEST_F(Flow312, JumpsWhoseSizesNeverSettleAreRefused) {
  constexpr i32 kEnd = 430;
  struct Jump {
    i32 at, to;
    i32 label;  // its size is first taken from it
  };
  constexpr Jump kJumps[] = {{25, 279, 0}, {86, 341, 1}, {103, 358, 2}, {109, 365, 3}, {264, 12, 300}};
  // What is there: a jump ends at its place. A test before it has the value that it takes before it, and one that goes
  // back becomes a test over a jump.
  enum class What { kOther, kValue, kNothing, kJump };
  auto what = [&](i32 at, Label& label, std::span<const Label> labels) {
    for (const Jump& jump : kJumps) {
      bool back = jump.to < jump.at;
      label = labels[static_cast<std::size_t>(jump.label)];
      if (at == jump.at) return What::kJump;
      if (back && at == jump.at - 1) return What::kNothing;
      if (at == jump.at - (back ? 2 : 1)) return What::kValue;
    }
    return What::kOther;
  };
  std::vector<Label> labels;
  for (i32 i = 0; i < 302; ++i) labels.push_back(build_.label());
  build_.add(Op::LOAD_NAME).next_block();
  for (i32 at = 0; at < kEnd; ++at) {
    for (const Jump& jump : kJumps)
      if (jump.to == at) build_.place(labels[static_cast<std::size_t>(jump.label)]);
    Label target;
    switch (what(at, target, labels)) {
      case What::kOther: build_.add(Op::UNARY_NEGATIVE); break;
      case What::kValue: build_.add(Op::LOAD_NAME); break;
      case What::kNothing: break;
      case What::kJump: build_.jump(Op::POP_JUMP_IF_FALSE, target).next_block(); break;
    }
  }
  build_.add(Op::RETURN_VALUE);
  try {
    run();
    FAIL() << "all sizes settled";
  } catch (const diag::SourceError& error) {
    EXPECT_EQ(error.exception, diag::Exception::SystemError);
    EXPECT_EQ(error.message, "the sizes of jumps never settle");
  }
}

TEST_F(Flow312, HandlersGoToTheEnd) {
  Label handler = build_.label(), end = build_.label();
  build_.jump(Op::SETUP_FINALLY, handler).add(Op::LOAD_NAME).add(Op::POP_TOP).add(Op::POP_BLOCK);
  build_.jump(Op::JUMP, end).place(handler).add(Op::PUSH_EXC_INFO, 0, 2).add(Op::POP_TOP, 0, 2);
  build_.add(Op::POP_EXCEPT, 0, 2).place(end).add(Op::LOAD_NAME, 1, 3).add(Op::POP_TOP, 0, 3);
  build_.add(Op::LOAD_NAME, 2, 3).add(Op::POP_TOP, 0, 3).add(Op::LOAD_NAME, 3, 3).add(Op::RETURN_VALUE, 0, 3);
  EXPECT_EQ(code(run()),
            "LOAD_NAME 0, POP_TOP 0 | LOAD_NAME 1, POP_TOP 0, LOAD_NAME 2, POP_TOP 0, LOAD_NAME 3, RETURN_VALUE 0 "
            "| PUSH_EXC_INFO 0, POP_TOP 0, POP_EXCEPT 0 | JUMP_BACKWARD 10");
}

// Blocks without a fact are not looked at: each rule of peephole.cc has an instruction that makes it true.
TEST(OpTraits, RulesHaveAFact) {
  for (const char* version : {"3.13.0", "3.13.18", "3.14.2", "3.14.10", "3.15.2"}) {
    const Target& target = *Target::find(version);
    OpTraits traits(target);
    for (std::size_t i = 0; i < kOpCount; ++i) {
      Op op = static_cast<Op>(i);
      bool ends = traits.end(op) != 0;
      bool starts = (traits.rules(op) & OpTraits::kLoneRule) != 0;
      bool is_second = (traits.rules(op) >> 4 & OpTraits::kPairRules) != 0;
      if (starts || is_second || (traits.follows_const(op) && !ends)) {
        EXPECT_NE(codegen::facts_of(op) & codegen::BlockFacts::kRule, 0u) << version << " " << op_name(op);
      }
    }
  }
}

TEST_F(Flow313, LoadsAndStoresArePaired) {
  locals({"a", "b", "c"}, 2);
  build_.add(Op::LOAD_FAST, 0).add(Op::LOAD_FAST, 1).add(Op::BINARY_OP, 0).add(Op::STORE_FAST, 2);
  build_.add(Op::LOAD_FAST, 2).add(Op::RETURN_VALUE);
  EXPECT_EQ(code(run()), "LOAD_FAST_LOAD_FAST 1, BINARY_OP 0, STORE_FAST_LOAD_FAST 34, RETURN_VALUE 0");
}

TEST_F(Flow313, LoadsOnTwoLinesAreNotPaired) {
  locals({"a", "b"}, 2);
  build_.add(Op::LOAD_FAST, 0).add(Op::LOAD_FAST, 1, 2).add(Op::BINARY_OP, 0).add(Op::RETURN_VALUE);
  EXPECT_EQ(code(run()), "LOAD_FAST 0, LOAD_FAST 1, BINARY_OP 0, RETURN_VALUE 0");
}

TEST_F(Flow314, ConstantsAreFolded) {
  build_.add(Op::LOAD_CONST, 2).add(Op::LOAD_CONST, 2).add(Op::BINARY_OP, 0).add(Op::LOAD_CONST, 2);
  build_.add(Op::UNARY_NEGATIVE).add(Op::BUILD_TUPLE, 2).add(Op::RETURN_VALUE);
  Graph& graph = run();
  EXPECT_EQ(code(graph), "LOAD_CONST 1, RETURN_VALUE 0");
  ASSERT_EQ(graph.consts.size(), 2u);
  const auto& tuple = static_cast<const TupleObject*>(graph.consts[1])->items;
  ASSERT_EQ(tuple.size(), 2u);
  EXPECT_EQ(static_cast<const IntObject*>(tuple[0])->small, 14);
  EXPECT_EQ(static_cast<const IntObject*>(tuple[1])->small, -7);
}

TEST_F(Flow314, TestsHaveMarksAndLoadsAreBorrowed) {
  locals({"a"}, 1);
  Label otherwise = build_.label();
  build_.add(Op::LOAD_FAST).add(Op::TO_BOOL).jump(Op::POP_JUMP_IF_FALSE, otherwise);
  build_.add(Op::LOAD_CONST, 2).add(Op::RETURN_VALUE).place(otherwise).add(Op::LOAD_FAST, 0, 2);
  build_.add(Op::RETURN_VALUE, 0, 2);
  EXPECT_EQ(code(run()),
            "LOAD_FAST_BORROW 0, TO_BOOL 0, POP_JUMP_IF_FALSE 3, NOT_TAKEN 0 | LOAD_SMALL_INT 7, RETURN_VALUE 0 | "
            "LOAD_FAST_BORROW 0, RETURN_VALUE 0");
}

TEST_F(Flow314, AStoredLoadIsNotBorrowed) {
  locals({"a", "b"}, 1);
  build_.add(Op::LOAD_FAST).add(Op::STORE_FAST, 1).add(Op::LOAD_FAST, 0, 2).add(Op::LOAD_CONST, 2, 2);
  build_.add(Op::STORE_FAST, 0, 2).add(Op::RETURN_VALUE, 0, 2);
  EXPECT_EQ(code(run()), "LOAD_FAST 0, STORE_FAST 1, LOAD_FAST 0, LOAD_SMALL_INT 7, STORE_FAST 0, RETURN_VALUE 0");
}

TEST_F(Flow315, CommonConstantsHaveAnInstruction) {
  build_.add(Op::LOAD_CONST, 0).add(Op::LOAD_CONST, 1).add(Op::LOAD_CONST, 2).add(Op::BUILD_LIST, 3);
  build_.add(Op::RETURN_VALUE);
  EXPECT_EQ(code(run()), "BUILD_LIST 0, LOAD_CONST 1, LIST_EXTEND 1, RETURN_VALUE 0");
  unit_.code.clear();
  build_.add(Op::LOAD_CONST, 0).add(Op::LOAD_CONST, 1).add(Op::COMPARE_OP, 0).add(Op::RETURN_VALUE);
  EXPECT_EQ(code(run()), "LOAD_COMMON_CONSTANT 7, LOAD_COMMON_CONSTANT 9, COMPARE_OP 0, RETURN_VALUE 0");
}

TEST(Swaps, StoresChangePlacesUnlessTheirOrderMatters) {
  auto loc = ast::Loc{1, 1, 0, 1};
  auto store = [&](i32 local) { return Instr{.op = Op::STORE_FAST, .arg = local, .loc = loc}; };
  auto swapped = [&](std::vector<Instr> code, bool safe) {
    apply_static_swaps(code, 0, safe);
    return code[0].op == Op::NOP;
  };
  Instr swap2{.op = Op::SWAP, .arg = 2, .loc = loc}, swap3 = swap2;
  swap3.arg = 3;
  EXPECT_TRUE(swapped({swap2, store(0), store(1)}, true));
  EXPECT_FALSE(swapped({swap2, store(0), store(0)}, true));
  EXPECT_TRUE(swapped({swap2, store(0), store(0)}, false));
  EXPECT_TRUE(swapped({swap3, store(0), store(1), store(2)}, true));
  EXPECT_FALSE(swapped({swap3, store(0), store(2), store(2)}, true));
  EXPECT_FALSE(swapped({swap3, store(0), store(0), store(2)}, true));
  Instr elsewhere = store(1);
  elsewhere.loc.line = 2;
  EXPECT_FALSE(swapped({swap2, store(0), elsewhere}, true));
}

}  // namespace
}  // namespace mkpyc::flow
