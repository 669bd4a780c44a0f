// From the code generator's sequence to blocks, where the graph is made after code generation: the sequence has labels
// alone, and a block begins at a label and after what jumps or leaves the code (CPython: instr_sequence_to_cfg,
// _PyCfg_FromInstructionSequence, _PyCfgBuilder_Addop).
#include <algorithm>

#include "base/check.h"
#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

class SequenceReader {
 public:
  explicit SequenceReader(Work& work)
      : work_(work), graph_(work.graph), code_(work.unit.code), blocks_(work.scratch.label_at) {}

  void run() {
    MKPYC_CHECK(!code_.instrs.empty());
    graph_.take(work_.unit.code.instrs, 0);
    find_labels();
    make_blocks();
    resolve_targets();
    if (placeholder_) put_annotations();
  }

 private:
  i32& block_of(codegen::Label label) {
    MKPYC_CHECK(static_cast<std::size_t>(label) < blocks_.size());
    return blocks_[static_cast<std::size_t>(label)];
  }

  // Which labels begin a block: all, or only those that an instruction names.
  void find_labels() {
    bool all = work_.on(Feature::every_label_begins_block);
    blocks_.assign(code_.label_count, all ? kBegins : kUnnamed);
    if (all) return;
    for (u32 at : code_.naming) block_of(graph_.at(at).target) = kBegins;
  }

  // A block begins at the start, after what ends a block, and at labels that begin one.
  void make_blocks() {
    graph_.entry = BlockId{0};
    graph_.blocks.reserve(code_.marks.size() + code_.marks.size() / 2);
    for (std::size_t i = 0; i < code_.marks.size() && code_.marks[i].at < graph_.size();) {
      std::size_t end = i + 1;
      while (end < code_.marks.size() && code_.marks[end].at == code_.marks[i].at) ++end;
      begin_block(i, end);
      i = end;
    }
    end_block(graph_.size());
  }

  // At the place of the marks from `i` to `end`. Of several labels, the last one that was made is the block's, if one
  // of them begins a block at all. Only the last mark has instructions.
  void begin_block(std::size_t i, std::size_t end) {
    i32 id = static_cast<i32>(graph_.blocks.size());
    i32 label = -1;
    bool begins = i == 0, labeled = false;
    for (; i < end; ++i) {
      const codegen::InstrSequence::Mark& mark = code_.marks[i];
      if (mark.label == codegen::Label::kNone || mark.label == kEntry) {
        begins = true;
        continue;
      }
      label = std::max(label, static_cast<i32>(mark.label));
      i32& block = block_of(mark.label);
      if (block == kUnnamed) continue;
      block = id;
      labeled = true;
    }
    const codegen::InstrSequence::Mark& last = code_.marks[end - 1];
    if (begins || labeled) {
      end_block(last.at);
      Block& block = graph_.blocks.emplace_back();
      block.first = last.at;
      block.label = labeled ? label : -1;
    }
    note_facts(work_, graph_.blocks.back(), last.facts);
    placeholder_ |= last.facts.has(codegen::BlockFacts::kPlaceholder);
  }

  void end_block(u32 at) {
    if (graph_.blocks.empty()) return;
    Block& block = graph_.blocks.back();
    block.count = block.room = at - block.first;
    if (at < graph_.size()) block.next = BlockId{static_cast<u32>(graph_.blocks.size())};
  }

  // From labels to blocks.
  void resolve_targets() {
    for (u32 at : code_.naming) {
      Instr& instr = graph_.at(at);
      i32 block = block_of(instr.target);
      MKPYC_CHECK(block >= 0);
      instr.target = BlockId{static_cast<u32>(block)};
      instr.arg = graph_[instr.target].label;
      graph_[instr.target].handler |= work_.traits.pushes_block(instr.op);
    }
  }

  // Puts the annotations where the placeholder is, in the entry block (CPython: s_annotations_code). They have no
  // jumps.
  void put_annotations() {
    const codegen::InstrSequence& annotations = work_.unit.annotations;
    MKPYC_CHECK(annotations.naming.empty());
    u32 added = static_cast<u32>(annotations.instrs.size());
    graph_.reserve_before(graph_.entry, added);
    Block& entry = graph_[graph_.entry];
    std::span<Instr> code = graph_.code(entry);
    auto placeholder = std::ranges::find(code, Op::ANNOTATIONS_PLACEHOLDER, &Instr::op);
    MKPYC_CHECK(placeholder != code.end());
    // What is before it moves to before the annotations.
    u32 before = static_cast<u32>(placeholder - code.begin());
    entry.first = entry.first - added + 1;
    entry.count = entry.room = entry.count + added - 1;
    if (added == 0)
      std::copy_backward(code.begin(), placeholder, placeholder + 1);
    else
      std::copy(code.begin(), placeholder, &graph_.first(entry));
    std::ranges::copy(annotations.instrs, &graph_.first(entry) + before);
    for (const codegen::InstrSequence::Mark& mark : annotations.marks) note_facts(work_, entry, mark.facts);
  }

  static constexpr i32 kUnnamed = -1;
  static constexpr i32 kBegins = -2;
  static constexpr codegen::Label kEntry{0};

  Work& work_;
  Graph& graph_;
  const codegen::InstrSequence& code_;
  std::vector<i32>& blocks_;  // by label: its block, once that begins
  bool placeholder_ = false;
};

}  // namespace

void read_sequence(Work& work) {
  SequenceReader(work).run();
  work.graph.consts.assign(work.unit.consts.begin(), work.unit.consts.end());
}

}  // namespace mkpyc::flow
