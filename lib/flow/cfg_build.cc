// From the code generator's sequence to blocks. CPython before 3.12 has the blocks from the start: the code generator
// makes them, and a block that is made but never used stays in the list of blocks, empty. Passes that walk that list,
// in reverse order of creation, do see the order: so block n is label n here, placed or not.
#include "base/check.h"
#include "flow/passes.h"

namespace mkpyc::flow {
namespace {

// Most instructions that a block gains by extend_blocks (CPython: MAX_COPY_SIZE), and most that the prefix has beside
// one MAKE_CELL a cell.
constexpr std::size_t kExtension = 4;
constexpr std::size_t kPrefix = 3;

// Copies the instructions from `from` to `to` into the block.
void fill_block(Work& work, BlockId id, std::size_t from, std::size_t to) {
  const codegen::InstrSequence& code = work.unit.code;
  std::size_t count = to - from;
  Block& block = work.graph[id];
  if (count == 0) return;
  bool extendable = code.instrs[to - 1].op == Op::JUMP;
  block.room = static_cast<u32>(count + (extendable ? kExtension : 0));
  block.first = work.graph.allocate(block.room);
  block.count = static_cast<u32>(count);
  Instr* out = &work.graph.first(block);
  const OpTraits& traits = work.traits;
  const codegen::Instr* in = &code.instrs[from];
  const ast::Loc* loc = &code.locs[from];
  i32 lines = 0;  // below 0 if one of them is
  OpTraits::Union seen;
  for (const Instr* const end = out + count; out != end; ++in, ++loc, ++out) {
    *out = {.op = in->op, .arg = in->arg, .target = static_cast<BlockId>(in->target), .loc = *loc};
    lines |= loc->line;
    seen.add(traits, in->op);
  }
  work.has_block_pushes |= seen.pushes_block();
  block.may_have_nops = seen.nop();
  block.may_lack_lines = lines < 0;
}

}  // namespace

// CPython up to 3.11: compiler_new_block, compiler_use_next_block.
void build_graph(Work& work) {
  static_assert(static_cast<u32>(codegen::Label::kNone) == static_cast<u32>(BlockId::kNone));
  const codegen::InstrSequence& code = work.unit.code;
  Graph& graph = work.graph;
  std::size_t prefix = kPrefix + work.unit.cellvars.size();
  graph.clear(prefix + code.instrs.size() + kExtension * (code.marks.size() + 1), code.label_count);
  graph.allocate(prefix);  // before the entry block's instructions; prefix.cc puts some there
  graph.consts.assign(work.unit.consts.begin(), work.unit.consts.end());
  graph.entry = BlockId{0};
  BlockId current = graph.entry;
  std::size_t at = 0;
  for (const codegen::InstrSequence::Mark& mark : code.marks) {
    fill_block(work, current, at, mark.at);
    at = mark.at;
    BlockId placed = static_cast<BlockId>(mark.label);
    graph[current].next = placed;
    current = placed;
  }
  fill_block(work, current, at, code.instrs.size());
  MKPYC_CHECK(!graph[current].empty());  // the code generator ends every unit with a return
}

}  // namespace mkpyc::flow
