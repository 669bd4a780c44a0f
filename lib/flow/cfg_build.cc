// From the code generator's sequence to blocks. CPython before 3.12 has the blocks from the start: the code generator
// makes them, and a block that is made but never used stays in the list of blocks, empty. Passes that walk that list,
// in reverse order of creation, do see the order: so block n is label n here, placed or not.
#include "base/check.h"
#include "flow/passes.h"

namespace mkpyc::flow {

// CPython up to 3.11: compiler_new_block, compiler_use_next_block.
void build_graph(Work& work) {
  const codegen::InstrSequence& code = work.unit.code;
  Graph& graph = work.graph;
  graph.take(work.unit.code.instrs, code.label_count);
  static constexpr Block kNew;
  graph.blocks.assign(code.label_count, kNew);
  graph.consts.swap(work.unit.consts.objects);
  work.scratch.positions.clear();
  graph.entry = BlockId{0};
  work.names_blocks = !code.naming.empty();
  const std::vector<codegen::InstrSequence::Mark>& marks = code.marks;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    Block& block = graph[marks[i].label];
    bool last = i + 1 == marks.size();
    block.first = marks[i].at;
    block.count = block.room = (last ? graph.size() : marks[i + 1].at) - block.first;
    block.next = last ? BlockId::kNone : marks[i + 1].label;
    note_facts(work, block, marks[i].facts);
  }
  MKPYC_CHECK(!graph[marks.back().label].empty());  // the code generator ends every unit with a return
}

}  // namespace mkpyc::flow
