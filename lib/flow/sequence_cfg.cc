// From the code generator's sequence to blocks, where the graph is made after code generation: the sequence has labels
// alone, and a block begins at a label and after what jumps or leaves the code (CPython: instr_sequence_to_cfg,
// _PyCfg_FromInstructionSequence, _PyCfgBuilder_Addop).
#include <algorithm>

#include "base/check.h"
#include "flow/passes.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

// Instructions that the prefix has beside one MAKE_CELL a cell.
constexpr std::size_t kPrefix = 3;
// Room at the end of a block that ends in a jump: copies of small exits, or what is put around a conditional jump.
constexpr u32 kExtension = 4;

class SequenceReader {
 public:
  explicit SequenceReader(Work& work)
      : work_(work),
        graph_(work.graph),
        code_(work.unit.code),
        annotations_(work.unit.annotations),
        blocks_(work.scratch.label_at),
        named_(work.scratch.places) {}

  void run() {
    MKPYC_CHECK(!code_.instrs.empty());
    std::size_t jumps = find_labels();
    std::size_t prefix = kPrefix + work_.unit.cellvars.size();
    graph_.clear(prefix + code_.instrs.size() + annotations_.instrs.size() + kExtension * (jumps + 1), 0);
    graph_.allocate(prefix);  // before the entry block's instructions; prefix.cc puts some there
    make_blocks();
    resolve_targets();
  }

 private:
  i32& block_of(codegen::Label label) {
    MKPYC_CHECK(static_cast<std::size_t>(label) < blocks_.size());
    return blocks_[static_cast<std::size_t>(label)];
  }

  // Which labels begin a block: all, or only those that an instruction names. Returns the number of instructions that
  // end a block.
  std::size_t find_labels() {
    blocks_.assign(code_.label_count, work_.on(Feature::every_label_begins_block) ? kBegins : kUnnamed);
    std::size_t jumps = 0;
    for (const codegen::Instr& instr : code_.instrs) {
      if (!work_.traits.noted(instr.op)) continue;
      jumps += work_.traits.terminates(instr.op);
      if (work_.traits.names_block(instr.op)) block_of(instr.target) = kBegins;
    }
    return jumps;
  }

  void make_blocks() {
    graph_.entry = BlockId{0};
    named_.clear();
    const std::vector<codegen::InstrSequence::Mark>& marks = code_.marks;
    std::size_t next = 0;  // the first mark behind the block's start whose label begins a block
    mark_ = 0;
    for (std::size_t at = 0; at < code_.instrs.size();) {
      i32 id = static_cast<i32>(graph_.blocks.size());
      graph_.blocks.emplace_back().label = take_labels(at, id);
      next = std::max(next, mark_);
      while (next < marks.size() && block_of(marks[next].label) == kUnnamed) ++next;
      at = fill(graph_.blocks.back(), at, next < marks.size() ? marks[next].at : code_.instrs.size());
      if (at < code_.instrs.size()) graph_.blocks.back().next = BlockId{static_cast<u32>(id + 1)};
    }
  }

  // The labels at the place where block `id` begins: of several, the last one that was made is the block's, if one of
  // them begins a block at all; else -1.
  i32 take_labels(std::size_t at, i32 id) {
    i32 last = -1;
    bool begins = false;
    for (; mark_ < code_.marks.size() && code_.marks[mark_].at <= at; ++mark_) {
      if (code_.marks[mark_].at < at) continue;
      i32& block = block_of(code_.marks[mark_].label);
      last = std::max(last, static_cast<i32>(code_.marks[mark_].label));
      if (block == kUnnamed) continue;
      block = id;
      begins = true;
    }
    return begins ? last : -1;
  }

  // Copies instructions up to `limit` or to one that ends a block; returns where it stopped.
  std::size_t fill(Block& block, std::size_t from, std::size_t limit) {
    MKPYC_CHECK(limit > from && limit <= code_.instrs.size());
    std::size_t most = limit - from + annotations_.instrs.size() + kExtension;
    block.first = graph_.allocate(most);
    Instr* const begin = &graph_.at(block.first);
    Instr* out = begin;
    i32 lowest_line = 0;
    bool ends = false;
    for (; from < limit && !ends; ++from) {
      const codegen::Instr& in = code_.instrs[from];
      *out++ = {.op = in.op, .arg = in.arg, .loc = code_.locs[from]};
      lowest_line = std::min(lowest_line, code_.locs[from].line);
      if (!work_.traits.noted(in.op)) continue;
      if (in.op == Op::ANNOTATIONS_PLACEHOLDER) {
        out = put_annotations(out - 1, lowest_line);
        continue;
      }
      note(block, in, static_cast<std::size_t>(out - 1 - begin));
      ends = work_.traits.terminates(in.op);
    }
    work_.has_next_locations |= lowest_line == codegen::kNextLocation.line;
    block.may_lack_lines = lowest_line < 0;
    block.count = static_cast<u32>(out - begin);
    block.room = block.count + (ends && work_.traits.jumps(out[-1].op) ? kExtension : 0);
    for (Instr* const end = begin + block.room; out != end; ++out) *out = {};
    graph_.give_back(most - block.room);
    return from;
  }

  Instr* put_annotations(Instr* out, i32& lowest_line) {
    for (std::size_t i = 0; i < annotations_.instrs.size(); ++i) {
      const codegen::Instr& in = annotations_.instrs[i];
      *out++ = {.op = in.op, .arg = in.arg, .loc = annotations_.locs[i]};
      lowest_line = std::min(lowest_line, annotations_.locs[i].line);
    }
    return out;
  }

  void note(Block& block, const codegen::Instr& in, std::size_t at) {
    if (work_.traits.names_block(in.op)) {
      named_.push_back(block.first + at);
      graph_.at(static_cast<u32>(block.first + at)).target = static_cast<BlockId>(in.target);  // a label still
      work_.has_block_pushes |= work_.traits.pushes_block(in.op);
    } else if (in.op == Op::NOP) {
      block.may_have_nops = true;
    } else if (!work_.traits.exits(in.op)) {
      work_.may_unbind_locals = true;
    }
  }

  // From labels to blocks.
  void resolve_targets() {
    for (std::size_t at : named_) {
      Instr& instr = graph_.at(static_cast<u32>(at));
      i32 block = block_of(static_cast<codegen::Label>(instr.target));
      MKPYC_CHECK(block >= 0);
      instr.target = BlockId{static_cast<u32>(block)};
      instr.arg = graph_[instr.target].label;
      graph_[instr.target].handler |= work_.traits.pushes_block(instr.op);
    }
  }

  static constexpr i32 kUnnamed = -1;
  static constexpr i32 kBegins = -2;

  Work& work_;
  Graph& graph_;
  const codegen::InstrSequence& code_;
  const codegen::InstrSequence& annotations_;  // for the placeholder (CPython: s_annotations_code); it has no jumps
  std::vector<i32>& blocks_;                   // by label: its block, once that begins
  std::vector<std::size_t>& named_;            // the instructions that name a block
  std::size_t mark_ = 0;                       // the next of the marks
};

}  // namespace

void read_sequence(Work& work) {
  SequenceReader(work).run();
  work.graph.consts.assign(work.unit.consts.begin(), work.unit.consts.end());
  work.scratch.positions.clear();
}

}  // namespace mkpyc::flow
