// The walk over the finished graph that writes bytecode and locations: one, because each reads every instruction. In
// most units no jump is far, so the walk does not wait for their arguments: they are filled in once it is known where
// all blocks are. If some jump has an extended argument after all, they are computed apart, and the walk starts again.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "assemble/bytecode_writer.h"
#include "assemble/jumps.h"
#include "assemble/location_writer.h"
#include "assemble/tables.h"
#include "base/append.h"
#include "target/features.h"

namespace mkpyc::assemble {
namespace {

using flow::Block;
using flow::BlockId;
using flow::Graph;
using flow::Instr;

// Where the two tables begin, or end.
struct Places {
  char *code, *locations;
};

// The bytecode and the locations of a block. Up to 3.11 each instruction has an entry, after that a run of instructions
// with one location (CPython: assemble.c assemble_location_info).
template <LocationEntries kEntries>
class Tables {
 public:
  Tables(const Target& target, Places room, i32 firstlineno)
      : ops_{&target.ops(), &target.borrowing_ops()}, code_(room.code), locations_(room.locations, firstlineno) {}

  [[gnu::always_inline]] void put(const Graph& graph, const Block& block) {
    const OpTable& ops = *ops_[block.borrows ? 1 : 0];
    for (const Instr& instr : graph.code(block)) {
      u32 units = static_cast<u32>(code_.put(instr, ops));
      Pair lines = Pair::lines(instr.loc), columns = Pair::columns(instr.loc);
      if constexpr (!kEntries.merged) {
        locations_.put(lines, columns, units);
        continue;
      }
      if (lines != lines_ || columns != columns_) {
        if (units_ != 0) locations_.put(lines_, columns_, units_);
        lines_ = lines;
        columns_ = columns;
        units_ = 0;
      }
      units_ += units;
    }
  }
  const char* end_of_code() const { return code_.end(); }
  Places finish() {
    if (kEntries.merged && units_ != 0) locations_.put(lines_, columns_, units_);
    return {code_.end(), locations_.end()};
  }

 private:
  const OpTable* ops_[2];  // where loads have references of their own, and where they borrow
  BytecodeWriter code_;
  LocationWriter<kEntries> locations_;
  // Of the instructions that have no entry yet.
  Pair lines_{}, columns_{};
  u32 units_ = 0;
};

// Notes the offsets of blocks and, if `jumping` is given, the blocks that jump, whose jumps get no argument.
template <LocationEntries kEntries>
Places put_all(Graph& graph, const Target& target, Places room, i32 firstlineno, std::vector<BlockId>* jumping) {
  Tables<kEntries> tables(target, room, firstlineno);
  for (BlockId id = graph.entry; id != BlockId::kNone; id = graph[id].next) {
    Block& block = graph[id];
    block.offset = static_cast<i32>(static_cast<std::size_t>(tables.end_of_code() - room.code) / 2);
    i32* argument = nullptr;
    i32 before = 0;
    if (jumping != nullptr && block.jumps()) {
      append(*jumping, id);
      argument = &jump_of(graph, block).arg;
      before = std::exchange(*argument, 0);
    }
    tables.put(graph, block);
    if (argument != nullptr) *argument = before;
  }
  return tables.finish();
}

// Fills in the arguments of jumps that were left out. False if one of them may have an extended argument: if not, none
// is above a byte even if all jumps on the way have one, which is so in most units.
bool fill_in_jumps(Graph& graph, const OpTable& ops, char* code, const char* end_of_code,
                   const std::vector<BlockId>& jumping) {
  const i32 code_units = static_cast<i32>((end_of_code - code) / 2);
  i32 farthest = 0;
  for (BlockId id : jumping) {
    const Block& block = graph[id];
    const Instr& jump = jump_of(graph, block);
    i32 end = end_of_jump(graph, block, jump, code_units);
    i32 distance = std::abs(graph[block.target].offset - end);
    farthest = std::max(farthest, distance);
    i32 at = end - ops[jump.op].units;
    code[2 * at + 1] = static_cast<char>(jump_argument(jump, distance, ops));
  }
  return farthest + static_cast<i32>(jumping.size()) <= 0xFF;
}

// Places for the tables of a unit, that for the bytecode zero.
Places make_room(const Graph& graph, Scratch& scratch) {
  static_assert(kMostUnits <= 2 * kUnitsPerEntry, "an instruction has up to two location entries");
  const std::size_t instrs = graph.size(), most = instrs * kMostUnits * 2;
  std::fill_n(scratch.code.data(), scratch.written, '\0');
  if (scratch.code.size() < most) scratch.code.resize(most);
  scratch.written = most;
  scratch.locations.clear();
  return {scratch.code.data(), scratch.locations.room(instrs * 2 * kLongestEntry + kEntrySlack)};
}

// Of units that are as large as this, most have a far jump. A unit of one block has no jump, or a near one.
bool expects_far_jumps(const Graph& graph) {
  constexpr u32 kLarge = 192;
  return graph.size() > kLarge && graph[graph.entry].next != BlockId::kNone;
}

template <LocationEntries kEntries>
Emitted emit(Graph& graph, const Target& target, i32 firstlineno, Scratch& scratch) {
  Places room = make_room(graph, scratch);
  scratch.jumping.clear();
  Places ends{};
  bool done = false;
  if (!expects_far_jumps(graph)) [[likely]] {
    ends = put_all<kEntries>(graph, target, room, firstlineno, &scratch.jumping);
    done = fill_in_jumps(graph, target.ops(), room.code, ends.code, scratch.jumping);
    if (!done) room = make_room(graph, scratch);
  }
  if (!done) [[unlikely]] {
    resolve_jump_offsets(graph, target);
    ends = put_all<kEntries>(graph, target, room, firstlineno, nullptr);
  }
  scratch.written = static_cast<std::size_t>(ends.code - room.code);
  return {{room.code, scratch.written}, {room.locations, static_cast<std::size_t>(ends.locations - room.locations)}};
}

}  // namespace

Emitted emit_code(Graph& graph, const Target& target, i32 firstlineno, bool with_columns, Scratch& scratch) {
  bool merged = target.on(Feature::locations_are_merged);
  auto emit_with = merged ? with_columns ? emit<LocationEntries{true, true}> : emit<LocationEntries{false, true}>
                   : with_columns ? emit<LocationEntries{true, false}>
                                  : emit<LocationEntries{false, false}>;
  return emit_with(graph, target, firstlineno, scratch);
}

}  // namespace mkpyc::assemble
