// Code unit -> optimised control-flow graph in its final order, with stack depth and exception handlers known
// (CPython: the passes of compile.c assemble() up to 3.11, flowgraph.c from 3.12). pipeline.cc lists the passes.
#pragma once

#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "ast/ast.h"
#include "codegen/unit.h"
#include "diag/diag.h"
#include "object/constants.h"
#include "target/target.h"

namespace mkpyc::flow {

/// A block's place in Graph::blocks. Blocks are numbered in the order of their creation, which is the order of the
/// code generator's labels, where each is a block, and then that of the copies that passes make (CPython: b_list, which
/// runs the other way).
using BlockId = codegen::Label;

using codegen::Instr;

/// What the end of a block does, as bits, for walks that need not look at its instructions.
struct BlockEnd {
  enum Bit : u8 {
    kJumps = 1,        // ends a block and names another (CPython: is_jump)
    kExits = 2,        // leaves the code: RETURN_VALUE, RAISE_VARARGS, RERAISE
    kAlwaysJumps = 4,  // and never goes on after it
    kTests = 8,        // a real jump on a condition that it pops
  };
};

/// A basic block: CPython's struct basicblock. Its instructions are Graph's `first` to `first + count`, with room for
/// `room`; BlockId is stable, a Block& is not when blocks are made, an Instr& not when a block is extended.
struct alignas(64) Block {
  static constexpr i32 kNoDepth = std::numeric_limits<i32>::min();

  u32 first = 0;
  u32 count = 0;
  u32 room = 0;
  BlockId next = BlockId::kNone;  // in layout order
  i32 predecessors = 0;
  i32 start_depth = kNoDepth;
  i32 offset = 0;         // in code units, for assemble/
  u64 unsafe_locals = 0;  // those of the first 64 that may be unbound where the block begins
  bool no_fallthrough = false;
  bool preserve_lasti = false;
  u8 walk = 0;         // the last one that has come here (Work::begin_walk)
  bool waits = false;  // is in a list of blocks that a walk has to come back to
  bool exits = false;
  bool may_have_nops = false;   // false: remove_nops need not look
  bool may_lack_lines = false;  // false: every instruction has a line
  bool keeps_loads = true;      // false: stack_depth.cc found that no load of a local needs a reference
  u16 facts = 0;                // codegen::BlockFacts of what is or was in it
  // Of its last instruction, or the one before a NOT_TAKEN at the end: BlockEnd, and if it jumps where to. note_end()
  // tells them; up to 3.11 they are known once lines are.
  u8 end = 0;
  // Of graphs that are made after code generation:
  i32 label = -1;        // most often one that a jump names; -1: none (CPython: b_label)
  bool handler = false;  // some block push names it
  bool cold = false;     // only exceptions lead here
  bool warm = false;     // it can be reached without one
  bool borrows = false;  // its loads of locals are written as those that borrow (written())
  BlockId target = BlockId::kNone;

  bool empty() const { return count == 0; }
  bool labeled() const { return label >= 0; }
  bool jumps() const { return (end & BlockEnd::kJumps) != 0; }
  bool always_jumps() const { return (end & BlockEnd::kAlwaysJumps) != 0; }
  bool tests() const { return (end & BlockEnd::kTests) != 0; }
  bool leaves() const { return (end & BlockEnd::kExits) != 0; }
  /// Jumps or leaves the code.
  bool terminated() const { return (end & (BlockEnd::kJumps | BlockEnd::kExits)) != 0; }
  /// What comes after the block is reached from its end (CPython: BB_HAS_FALLTHROUGH, where the graph is made after
  /// code generation).
  bool falls_through() const { return (end & (BlockEnd::kAlwaysJumps | BlockEnd::kExits)) == 0; }
  /// False: no instruction of the block makes one of these facts true.
  bool may_have(u32 facts_wanted) const { return (facts & facts_wanted) != 0; }
};
static_assert(sizeof(Block) == 64, "found by a shift, in one cache line");

/// What stands in the bytecode for an instruction of the block.
inline Op written(const Block& block, Op op) { return block.borrows ? borrowing_load(op) : op; }

/// Blocks and their instructions, which are the code generator's own array, in memory that is used again for the next
/// unit.
class Graph {
 public:
  BlockId entry = BlockId::kNone;
  std::vector<Block> blocks;

  i32 stacksize = 0;
  bool has_handlers = false;  // false: no instruction has one
  std::vector<Object*> consts;
  /// Locals, cells and free variables in the order of their slots (3.11+), with their kinds.
  std::vector<Name> localsplus;
  std::vector<u8> kinds;

  Block& operator[](BlockId id) { return blocks[static_cast<u32>(id)]; }
  const Block& operator[](BlockId id) const { return blocks[static_cast<u32>(id)]; }
  BlockId id_of(const Block& block) const { return BlockId{static_cast<u32>(&block - blocks.data())}; }
  std::span<Instr> code(const Block& block) { return {pool_.data() + block.first, block.count}; }
  std::span<const Instr> code(const Block& block) const { return {pool_.data() + block.first, block.count}; }
  Instr& first(const Block& block) { return pool_[block.first]; }
  const Instr& first(const Block& block) const { return pool_[block.first]; }
  Instr& last(const Block& block) { return pool_[block.first + block.count - 1]; }
  const Instr& last(const Block& block) const { return pool_[block.first + block.count - 1]; }

  /// Walks the blocks in layout order: `for (Block& block : graph.layout())`.
  class Layout;
  Layout layout();

  /// Forgets the last unit and takes the instructions of this one, until give_back(). About `block_count` blocks will
  /// come at once.
  void take(std::vector<Instr>& instrs, std::size_t block_count);
  /// Gives the unit its memory back, in which the next one is written while it is near. There is no graph any more.
  void give_back(codegen::CodeUnit& unit) {
    pool_.swap(unit.code.instrs);
    consts.swap(unit.consts.objects);
  }
  /// A new block, which is not in the layout: blocks may move.
  BlockId add_block();
  /// Gives the block room for `count` instructions before its first.
  void reserve_before(BlockId id, u32 count);
  Instr& at(u32 index) { return pool_[index]; }
  /// Instructions of all blocks, and places that no block has any more.
  u32 size() const { return static_cast<u32>(pool_.size()); }
  /// Copies of the instructions of `from` at the end of `to`, which may move.
  void append(BlockId to, BlockId from);
  /// Room for one more instruction at the end of the block, which may move, and counts it. What is there is what
  /// CPython has there: the last instruction that was at that place of the block, or a cleared one. Passes set all of
  /// it but the handler, so that an old one can stay.
  Instr& append_slot(BlockId to);
  /// Gives the block more room, the new part of it cleared.
  void reserve(BlockId id, u32 room);

 private:
  /// Copies the block's instructions and what is behind them to the end, between so many new ones. Returns where they
  /// are.
  u32 copy_to_end(const Block& block, u32 before, u32 after);

  std::vector<Instr> pool_;
};

class Graph::Layout {
 public:
  struct Iterator {
    Graph* graph;
    BlockId id;
    Block& operator*() const { return (*graph)[id]; }
    Iterator& operator++() {
      id = (*graph)[id].next;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return id != other.id; }
  };
  explicit Layout(Graph& graph) : graph_(graph) {}
  Iterator begin() const { return {&graph_, graph_.entry}; }
  Iterator end() const { return {&graph_, BlockId::kNone}; }

 private:
  Graph& graph_;
};
inline Graph::Layout Graph::layout() { return Layout(*this); }

/// Code units that the instruction takes: extended arguments, itself, inline caches.
inline i32 instr_size(const OpTable& ops, const Instr& instr) {
  const OpInfo& info = ops[instr.op];
  u32 arg = static_cast<u32>(instr.arg);
  if (arg <= 0xFF || !info.has_arg()) [[likely]]
    return info.units;
  return 1 + (arg > 0xFFFF) + (arg > 0xFFFFFF) + info.units;
}

struct Context {
  const Target& target;
  Arena& arena;
  NameTable& names;
  Objects& objects;
  ConstantPool& constants;
};

/// Is shown the graph after each pass, for tools.
class PassObserver {
 public:
  virtual ~PassObserver() = default;
  virtual void after(const char* pass, Graph& graph) = 0;
};

/// Runs the target's passes over the unit, whose instructions they take. The graph is valid until the next call on the
/// same Flow object.
class Flow {
 public:
  Flow();
  ~Flow();
  Graph& run(codegen::CodeUnit& unit, Context& context, PassObserver* observer = nullptr);
  /// The passes that _testinternalcapi.optimize_cfg runs, for tests that compare with it. From 3.12 on.
  Graph& optimize(codegen::CodeUnit& unit, Context& context);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mkpyc::flow
