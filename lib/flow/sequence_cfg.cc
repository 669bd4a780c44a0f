// From the code generator's sequence to blocks, where the graph is made after code generation: the sequence has labels
// alone, and a block begins at a label and after what jumps or leaves the code (CPython: instr_sequence_to_cfg,
// _PyCfg_FromInstructionSequence, _PyCfgBuilder_Addop).
#include "base/check.h"
#include "flow/passes.h"

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
        label_at_(work.scratch.label_at),
        block_at_(work.numbers) {}

  void run() {
    MKPYC_CHECK(!code_.instrs.empty());
    place_labels();
    std::size_t jumps = mark_starts();
    std::size_t prefix = kPrefix + work_.unit.cellvars.size();
    graph_.clear(prefix + code_.instrs.size() + kExtension * (jumps + 1), 0);
    graph_.allocate(prefix);  // before the entry block's instructions; prefix.cc puts some there
    make_blocks();
    number_blocks();
    resolve_targets();
  }

 private:
  void place_labels() {
    label_at_.assign(code_.label_count, -1);
    for (const codegen::InstrSequence::Mark& mark : code_.marks)
      label_at_[static_cast<std::size_t>(mark.label)] = static_cast<i32>(mark.at);
  }

  // Of the labels at one place the last one counts.
  void number_blocks() {
    for (std::size_t label = 1; label < label_at_.size(); ++label) {
      std::size_t at = static_cast<std::size_t>(label_at_[label]);  // -1: beyond the end
      if (at >= block_at_.size() || block_at_[at] < 0) continue;
      graph_.blocks[static_cast<std::size_t>(block_at_[at])].label = static_cast<i32>(label);
    }
  }

  i32& position_of(u32 label) {
    MKPYC_CHECK(label < label_at_.size());
    i32& at = label_at_[label];
    MKPYC_CHECK(at >= 0 && static_cast<std::size_t>(at) < code_.instrs.size());
    return at;
  }

  // Where labelled blocks begin: at each label, or only at those that an instruction names. Returns the number of
  // instructions that end a block.
  std::size_t mark_starts() {
    block_at_.assign(code_.instrs.size(), kInside);
    if (work_.on(Feature::every_label_begins_block))
      for (const codegen::InstrSequence::Mark& mark : code_.marks) block_at_[mark.at] = kBegins;
    std::size_t jumps = 0;
    for (const codegen::Instr& instr : code_.instrs) {
      jumps += work_.traits.terminates(instr.op);
      if (work_.traits.names_block(instr.op)) block_at_[position_of(static_cast<u32>(instr.target))] = kBegins;
    }
    return jumps;
  }

  void make_blocks() {
    graph_.entry = BlockId{0};
    std::size_t start = 0;
    bool terminated = false;
    begin_block(0);
    for (std::size_t i = 0; i < code_.instrs.size(); ++i) {
      if (i != start && (terminated || block_at_[i] != kInside)) {
        end_block(start, i);
        start = i;
        graph_.blocks.back().next = BlockId{static_cast<u32>(graph_.blocks.size())};
        begin_block(i);
      }
      terminated = work_.traits.terminates(code_.instrs[i].op);
    }
    end_block(start, code_.instrs.size());
  }

  void begin_block(std::size_t at) {
    graph_.blocks.emplace_back();
    if (block_at_[at] == kInside) return;
    block_at_[at] = static_cast<i32>(graph_.blocks.size()) - 1;
  }

  void end_block(std::size_t from, std::size_t to) {
    Block& block = graph_.blocks.back();
    u32 extension = work_.traits.jumps(code_.instrs[to - 1].op) ? kExtension : 0;
    bool has_annotations = false;
    for (std::size_t i = from; i < to; ++i) has_annotations |= code_.instrs[i].op == Op::ANNOTATIONS_PLACEHOLDER;
    std::size_t more = has_annotations ? annotations_.instrs.size() : 0;
    u32 room = static_cast<u32>(to - from + more) + extension;
    block.first = graph_.allocate(room);
    block.room = room;
    Instr* out = &graph_.at(block.first);
    Instr* const begin = out;
    for (std::size_t i = from; i < to; ++i) {
      if (code_.instrs[i].op != Op::ANNOTATIONS_PLACEHOLDER)
        *out++ = read(code_, i, block);
      else
        for (std::size_t j = 0; j < more; ++j) *out++ = read(annotations_, j, block);
    }
    block.count = static_cast<u32>(out - begin);
    for (Instr* const end = begin + room; out != end; ++out) *out = {};
  }

  // Its target is a label still.
  Instr read(const codegen::InstrSequence& code, std::size_t at, Block& block) {
    const codegen::Instr& in = code.instrs[at];
    block.may_have_nops |= in.op == Op::NOP;
    work_.has_next_locations |= code.locs[at].line == codegen::kNextLocation.line;
    return {.op = in.op, .arg = in.arg, .target = static_cast<BlockId>(in.target), .loc = code.locs[at]};
  }

  // From labels to blocks.
  void resolve_targets() {
    bool pushes = false;
    for (Block& block : graph_.blocks) {
      for (Instr& instr : graph_.code(block)) {
        if (!work_.traits.names_block(instr.op)) continue;
        instr.target = BlockId{static_cast<u32>(block_at_[position_of(static_cast<u32>(instr.target))])};
        instr.arg = graph_[instr.target].label;
        if (!work_.traits.pushes_block(instr.op)) continue;
        pushes = true;
        graph_[instr.target].handler = true;
      }
    }
    work_.has_block_pushes = pushes;
  }

  static constexpr i32 kInside = -1;
  static constexpr i32 kBegins = -2;

  Work& work_;
  Graph& graph_;
  const codegen::InstrSequence& code_;
  const codegen::InstrSequence& annotations_;  // for the placeholder (CPython: s_annotations_code); it has no jumps
  std::vector<i32>& label_at_;                 // by label: the instruction after it
  std::vector<i32>& block_at_;                 // by instruction: the labelled block that begins there
};

}  // namespace

void read_sequence(Work& work) {
  SequenceReader(work).run();
  work.graph.consts.assign(work.unit.consts.begin(), work.unit.consts.end());
  work.scratch.positions.clear();
}

}  // namespace mkpyc::flow
