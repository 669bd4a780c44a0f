// assemble/: the tables of a code object, written and read back.
#include "assemble/assemble.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "assemble/decode.h"
#include "assemble/tables.h"

namespace mkpyc::assemble {
namespace {

using flow::Block;
using flow::BlockId;
using flow::Graph;
using flow::Instr;

std::string hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (char c : bytes) {
    text += digits[static_cast<u8>(c) >> 4];
    text += digits[static_cast<u8>(c) & 15];
  }
  return text;
}

const Target& target() { return *Target::find("3.11.7"); }
const OpTable& ops() { return target().ops(); }

// A graph of one block.
void fill(Graph& graph, const std::vector<Instr>& code) {
  std::vector<Instr> own = code;
  graph.take(own, 1);
  graph.entry = graph.add_block();
  Block& block = graph[graph.entry];
  block.count = graph.size();
}

Instr at(ast::Loc loc, Op op = Op::POP_TOP) { return {.op = op, .loc = loc}; }

std::string locations(const std::vector<Instr>& code, i32 firstlineno, bool columns = true) {
  Graph graph;
  fill(graph, code);
  Scratch scratch;
  return std::string(emit_code(graph, target(), firstlineno, columns, scratch).locations);
}

// CPython: Objects/locations.md.
TEST(Locations, EachFormHasItsBytes) {
  EXPECT_EQ(hex(locations({at({5, 5, 10, 12})}, 5)), "8822");            // short form
  EXPECT_EQ(hex(locations({at({6, 6, 10, 40})}, 5)), "d80a28");          // one line, next line
  EXPECT_EQ(hex(locations({at({5, 5, 10, 40})}, 5)), "d00a28");          // one line, wide
  EXPECT_EQ(hex(locations({at({5, 5, -1, -1})}, 5)), "e800");            // no columns
  EXPECT_EQ(hex(locations({at({4, 4, -1, -1})}, 5)), "e803");            // a line back
  EXPECT_EQ(hex(locations({at({-1, -1, -1, -1})}, 5)), "f8");            // nothing
  EXPECT_EQ(hex(locations({at({5, 7, 2, 3})}, 5)), "f000020304");        // several lines
  EXPECT_EQ(hex(locations({at({105, 105, 2, 3})}, 5)), "f04803000304");  // far away
  EXPECT_EQ(hex(locations({at({5, 5, 200, 201})}, 5)),
            "f000004903"
            "4a03");  // far right
}

TEST(Locations, LongInstructionsHaveTwoEntries) {
  Instr method = at({5, 5, 10, 12}, Op::LOAD_METHOD);  // ten cache entries
  EXPECT_EQ(hex(locations({method}, 5)),
            "8f22"
            "8a22");
  method.arg = 0x12345;
  EXPECT_EQ(hex(locations({method}, 5)),
            "8f22"
            "8c22");
}

TEST(Locations, WithoutColumnsOnlyLinesAreLeft) {
  EXPECT_EQ(hex(locations({at({5, 5, 10, 12}), at({7, 9, 1, 2}), at({-1, -1, -1, -1})}, 5, false)),
            "e800"
            "e804"
            "f8");
}

TEST(Locations, ReadBackWhatWasWritten) {
  std::mt19937 random(1);
  auto below = [&](int limit) { return static_cast<i32>(random() % static_cast<u32>(limit)); };
  for (int round = 0; round < 300; ++round) {
    std::vector<Instr> code;
    std::vector<ast::Loc> expected;
    for (int i = 0; i < 40; ++i) {
      ast::Loc loc{1 + below(round < 150 ? 5 : 5000), 0, below(i % 2 == 0 ? 90 : 3000), 0};
      loc.end_line = loc.line + (below(4) == 0 ? below(300) : 0);
      loc.end_col = below(3) == 0 ? below(3000) : loc.col + below(20);
      if (below(8) == 0) loc.col = loc.end_col = -1, loc.end_line = loc.line;
      if (below(8) == 0) loc = {-1, -1, -1, -1};
      Op op = below(3) == 0 ? Op::LOAD_METHOD : Op::POP_TOP;
      code.push_back(at(loc, op));
      for (i32 unit = flow::instr_size(ops(), code.back()); unit > 0; --unit) expected.push_back(loc);
    }
    std::string table = locations(code, 1);
    DecodedLocations decoded = decode_locations(table, 1);
    EXPECT_TRUE(decoded.complete);
    ASSERT_EQ(decoded.units.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_EQ(decoded.units[i].line, expected[i].line);
      EXPECT_EQ(decoded.units[i].end_line, expected[i].end_line);
      EXPECT_EQ(decoded.units[i].col, expected[i].col);
      EXPECT_EQ(decoded.units[i].end_col, expected[i].end_col);
    }
  }
}

TEST(Bytecode, ExtendedArgumentsAndCaches) {
  Graph graph;
  Scratch scratch;
  auto with_arg = [](Op op, i32 arg) { return Instr{.op = op, .arg = arg}; };
  fill(graph, {with_arg(Op::LOAD_CONST, 0xFF), with_arg(Op::LOAD_CONST, 0x100), with_arg(Op::LOAD_CONST, 0x12345),
               with_arg(Op::LOAD_CONST, 0x1234567), with_arg(Op::BINARY_OP, 3), with_arg(Op::POP_TOP, 99)});
  std::string_view code = emit_code(graph, target(), 1, true, scratch).code;
  EXPECT_EQ(hex(code),
            "64ff"
            "90016400"
            "900190236445"
            "9001902390456467"
            "7a030000"
            "0100");
  DecodedCode decoded = decode_bytecode(code, ops());
  EXPECT_TRUE(decoded.complete);
  ASSERT_EQ(decoded.instrs.size(), 6u);
  EXPECT_EQ(decoded.instrs[3].arg, 0x1234567u);
  EXPECT_EQ(decoded.instrs[3].size, 8u);
  EXPECT_EQ(decoded.instrs[4].op, Op::BINARY_OP);
  EXPECT_TRUE(decoded.instrs[4].clean_caches);
}

TEST(Exceptions, RunsOfInstructionsWithOneHandler) {
  Graph graph;
  Instr plain = at({1, 1, 0, 1}), covered = plain;
  covered.handler = BlockId{1};
  std::vector<Instr> code(100, covered);
  code.insert(code.begin(), 70, plain);
  code.push_back(plain);
  fill(graph, code);
  graph.blocks.emplace_back();
  Block& handler = graph[BlockId{1}];
  graph.has_handlers = true;
  handler.offset = 5000;
  handler.start_depth = 4;
  handler.preserve_lasti = true;
  ByteWriter out;
  std::string_view table = emit_exceptions(graph, ops(), 171, out);
  EXPECT_EQ(hex(table),
            "c106"
            "4124"
            "414e08"
            "05");
  DecodedHandlers decoded = decode_exceptions(table);
  EXPECT_TRUE(decoded.complete);
  EXPECT_EQ(decoded.entries, (std::vector<DecodedHandler>{{140, 340, 10000, 2, true}}));
}

TEST(Decode, AnyBytesAreSafe) {
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) {
    std::string bytes(random() % 50, 0);
    for (char& c : bytes) c = static_cast<char>(random());
    decode_bytecode(bytes, ops());
    decode_locations(bytes, static_cast<i32>(random()));
    decode_exceptions(bytes);
  }
  EXPECT_FALSE(decode_exceptions("\xff").complete);
  EXPECT_FALSE(decode_locations("\xf7", 1).complete);
}

}  // namespace
}  // namespace mkpyc::assemble
