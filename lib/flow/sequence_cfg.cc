// From the code generator's sequence to blocks, where the graph is made after code generation: the sequence has labels
// alone, and a block begins at a label and after what jumps or leaves the code (CPython: instr_sequence_to_cfg,
// _PyCfg_FromInstructionSequence, _PyCfgBuilder_Addop).
#include <algorithm>

#include "base/check.h"
#include "base/likely.h"
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
    graph_.take(work_.unit.code.instrs, code_.marks.size());
    graph_.entry = BlockId{0};
    work_.jumps.clear();
    if (code_.naming.empty() && !work_.on(Feature::every_label_begins_block))
      make_one_block();
    else
      make_all_blocks();
    work_.lines_at_front = code_.lines_go_on;
    if (work_.may_have(codegen::BlockFacts::kPlaceholder)) put_annotations();
  }

 private:
  i32& block_of(codegen::Label label) {
    MKPYC_CHECK(static_cast<std::size_t>(label) < blocks_.size());
    return blocks_[static_cast<std::size_t>(label)];
  }

  // Where nothing names a label, as in many units, nothing reaches what is behind the first return: the blocks there
  // are not made.
  void make_one_block() {
    Block& block = graph_.blocks.emplace_back();
    block.count = graph_.size();
    for (const codegen::InstrSequence::Mark& mark : code_.marks) {
      if (mark.label == codegen::Label::kNone) {
        block.count = mark.at;
        break;
      }
      note_facts(work_, block, mark.at == 0 ? mark.facts : going_on(&mark));
    }
    block.room = block.count;
    block.end = work_.traits.end(graph_.last(block).op);
  }

  // The facts of a mark that begins no block. Instructions without a line have been left to what is before it.
  codegen::BlockFacts going_on(const codegen::InstrSequence::Mark* mark) {
    codegen::BlockFacts facts = mark->facts;
    if (!code_.lines_go_on || !facts.has(codegen::BlockFacts::kLacksLine)) return facts;
    facts.facts &= ~codegen::BlockFacts::kLacksLine;
    u32 end = mark != &code_.marks.back() ? mark[1].at : graph_.size();
    if (mark->at != end) go_on_with_lines(&graph_.at(mark->at), &graph_.at(end - 1) + 1);
    return facts;
  }

  [[gnu::noinline]] void make_all_blocks() {
    find_labels();
    make_blocks();
    resolve_targets();
    list_jumps();
  }

  // Which labels begin a block: all, or only those that an instruction names.
  void find_labels() {
    bool all = work_.on(Feature::every_label_begins_block);
    blocks_.assign(code_.label_count, all ? kBegins : kUnnamed);
    if (all) return;
    for (u32 at : code_.naming) block_of(graph_.at(at).target) = kBegins;
  }

  // A block begins at the start, after what ends a block, and at labels that begin one. Of several labels at a place,
  // the last one that was made is the block's, if one of them begins a block at all; only the last mark of a place has
  // instructions.
  void make_blocks() {
    const u32 size = graph_.size();
    const std::span<i32> blocks = blocks_;
    Block* block = nullptr;     // the last one
    codegen::BlockFacts facts;  // of its instructions
    u32 count = 0;
    i32 label = -1;
    bool begins = true, labeled = false;
    work_.may_thread = false;
    for (const codegen::InstrSequence::Mark *mark = code_.marks.data(), *end = mark + code_.marks.size();
         mark != end && mark->at < size; ++mark) {
      if (mark->label == codegen::Label::kNone || mark->label == kEntry) {
        begins = true;
      } else {
        label = std::max(label, static_cast<i32>(mark->label));
        MKPYC_CHECK(static_cast<std::size_t>(mark->label) < blocks.size());
        i32& begun = blocks[static_cast<std::size_t>(mark->label)];
        if (begun != kUnnamed) {
          begun = static_cast<i32>(count);
          labeled = true;
        }
      }
      if (likely(mark + 1 != end) && unlikely(mark[1].at == mark->at)) continue;
      if (begins || labeled) {
        if (block != nullptr) end_block(*block, mark->at, facts);
        block = &graph_.blocks.emplace_back();
        block->first = mark->at;
        block->label = labeled ? label : -1;
        block->next = BlockId{++count};
        facts = mark->facts;
      } else {
        facts.facts |= going_on(mark).facts;
      }
      begins = labeled = false;
      label = -1;
    }
    MKPYC_CHECK(block != nullptr);
    end_block(*block, size, facts);
    block->next = BlockId::kNone;
  }

  // The block ends before this instruction.
  void end_block(Block& block, u32 at, const codegen::BlockFacts& facts) {
    block.count = block.room = at - block.first;
    block.end = work_.traits.end(graph_.last(block).op);
    note_facts(work_, block, facts);
    work_.may_thread |= work_.traits.threads(graph_.first(block).op);
  }

  // From labels to blocks.
  void resolve_targets() {
    work_.names_blocks = !code_.naming.empty();
    Block *source = graph_.blocks.data(), *last = source + graph_.blocks.size() - 1;
    for (u32 at : code_.naming) {
      Instr& instr = graph_.at(at);
      i32 target = block_of(instr.target);
      MKPYC_CHECK(target >= 0);
      instr.target = BlockId{static_cast<u32>(target)};
      Block& block = graph_[instr.target];
      instr.arg = block.label;
      block.handler |= work_.traits.pushes_block(instr.op);
      // They are in order.
      while (source != last && source[1].first <= at) ++source;
      MKPYC_CHECK(source->first <= at);
      source->target = instr.target;
    }
  }

  // Without a branch, which nothing would predict.
  void list_jumps() {
    std::span<BlockId> jumps = work_.jumps.room(graph_.blocks.size());
    std::size_t count = 0;
    for (u32 id = 0; id < jumps.size(); ++id) {
      jumps[count] = BlockId{id};
      count += graph_.blocks[id].always_jumps();
    }
    work_.jumps.fill(count);
  }

  // Puts the annotations where the placeholder is, in the entry block (CPython: s_annotations_code). They have no
  // jumps.
  [[gnu::noinline, gnu::cold]] void put_annotations() {
    codegen::InstrSequence& annotations = work_.unit.annotations;
    annotations.close_block();
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
    note_end(work_, entry);
    work_.lines_at_front = false;
  }

  static constexpr i32 kUnnamed = -1;
  static constexpr i32 kBegins = -2;
  static constexpr codegen::Label kEntry{0};

  Work& work_;
  Graph& graph_;
  const codegen::InstrSequence& code_;
  std::vector<i32>& blocks_;  // by label: its block, once that begins
};

}  // namespace

void read_sequence(Work& work) {
  SequenceReader(work).run();
  work.graph.consts.swap(work.unit.consts.objects);
  work.scratch.positions.clear();
}

}  // namespace mkpyc::flow
