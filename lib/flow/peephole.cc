// Peephole rules inside a block, and jumps to jumps, where the graph is made after code generation (CPython:
// flowgraph.c optimize_basic_block, optimize_load_const). Rules leave NOPs, which nops.cc takes away.
#include <bit>
#include <cstring>
#include <utility>

#include "base/append.h"
#include "base/check.h"
#include "base/likely.h"
#include "flow/fold_graph.h"
#include "flow/passes.h"
#include "flow/peephole_rules.h"
#include "object/arith.h"
#include "target/features.h"

namespace mkpyc::flow {
namespace {

Op op_at(std::span<Instr> code, std::size_t i) { return i < code.size() ? code[i].op : Op::CACHE; }

bool is_keeping_test(Op op) { return op == Op::JUMP_IF_FALSE || op == Op::JUMP_IF_TRUE; }

// Which instructions rules may start with. A byte for each (OpTraits::rules) is put down block after block, and eight
// of them are asked at once: a branch for each would be taken at random. What rules do to an instruction after theirs
// lets no rule start with it that could not before, but for those that say so.
class Candidates {
 public:
  explicit Candidates(Work& work) : traits_(work.traits), bytes_(work.scratch.rules) {
    // Each block has some more, which are 0.
    std::size_t most = work.graph.size() + (work.graph.blocks.size() + 1) * 2 * kAtOnce;
    if (bytes_.size() < most) bytes_.resize(most);
    at_ = bytes_.data();
  }

  // Goes on to the next block.
  void leave(std::size_t count) { at_ += count + kAtOnce; }
  // Where the block's bytes begin, and back to there.
  u32 place() const { return static_cast<u32>(at_ - bytes_.data()); }
  static constexpr u32 kNowhere = ~u32{0};
  void go_to(u32 place) { at_ = bytes_.data() + place; }

  void put_down(std::span<const Instr> code) {
    u8* to = at_;
    for (const Instr& instr : code) *to++ = traits_.rules(instr.op);
    std::memset(to, 0, 2 * kAtOnce);
  }
  // Calls `visit` with the index of each of `count` instructions that loads or copies a constant, unless `all`, which
  // another says something of. True if each_start() finds something in the block.
  template <class Visit>
  bool each_load(std::size_t count, bool all, const Visit& visit) const {
    u64 starts = 0;
    for (std::size_t from = 0; from < count; from += kAtOnce) {
      u64 load = read(at_ + from), both = load & read(at_ + from + 1) >> 4;
      starts |= (both & kEach * OpTraits::kPairRules) | (load & kEach * OpTraits::kLoneRule);
      u64 pairs = (both & kEach * OpTraits::kConstPair) * (0x80 / OpTraits::kConstPair);
      each(from, all ? load & kEach * OpTraits::kLoadsConstant : pairs, visit);
    }
    return starts != 0;
  }
  // The same for those that a rule of Peephole may start with.
  template <class Visit>
  void each_start(std::size_t count, const Visit& visit) const {
    for (std::size_t from = 0; from < count; from += kAtOnce) {
      u64 first = read(at_ + from), second = read(at_ + from + 1);
      u64 rules = (first & second >> 4 & kEach * OpTraits::kPairRules) | (first & kEach * OpTraits::kLoneRule);
      each(from, (rules + kEach * 0x7F) & kEach * 0x80, visit);
    }
  }

 private:
  static constexpr std::size_t kAtOnce = sizeof(u64);
  static constexpr u64 kEach = 0x0101010101010101;

  // The first byte is the lowest.
  static u64 read(const u8* at) {
    u64 bytes;
    std::memcpy(&bytes, at, sizeof bytes);
    return std::endian::native == std::endian::little ? bytes : __builtin_bswap64(bytes);
  }
  template <class Visit>
  static void each(std::size_t from, u64 found, const Visit& visit) {
    for (; unlikely(found != 0); found &= found - 1)
      visit(from + static_cast<std::size_t>(std::countr_zero(found)) / 8);
  }

  const OpTraits& traits_;
  std::vector<u8>& bytes_;
  u8* at_;
};

// CPython: basicblock_optimize_load_const.
class ConstantLoads {
 public:
  ConstantLoads(Work& work, ConstantFolder& folder)
      : work_(work),
        folder_(folder),
        small_ints_(work.on(Feature::graph_folds_constants) && !work.unit.loads_small_ints),
        common_(work.on(Feature::common_values)),
        asked_(codegen::BlockFacts::kRule | (small_ints_ || common_ ? u32{codegen::BlockFacts::kReadsConst} : 0)) {}

  // True if neither this nor Peephole has anything to do in the block, but with its jump: a rule asks for an
  // instruction that it does not have, or the last one says something of a constant.
  bool none(const Block& block) const {
    if (block.may_have(asked_)) return false;
    if (block.count < 2) return true;
    const Instr& last = work_.graph.last(block);
    return !work_.traits.follows_const(last.op) || !work_.traits.loads_constant((&last)[-1].op);
  }

  // True if Peephole has something to do in the block.
  bool run(Block& block, const Candidates& candidates) {
    const std::span<Instr> code = work_.graph.code(block);
    LastLoad last;
    Instr* next = nullptr;  // the one after those that `last` is of
    bool starts = candidates.each_load(code.size(), small_ints_ || common_, [&](std::size_t at) {
      Instr* instr = &code[at];
      if (instr != next) last = copied(code, at);
      next = look_at(block, code, *instr, last);
      while (std::exchange(made_load_, false)) next = look_at(block, code, *next, last);
    });
    return starts;
  }

 private:
  // What is known of the constant that the instruction copies, if it does.
  static LastLoad copied(std::span<const Instr> code, std::size_t at) {
    if (code[at].op != Op::COPY) return {};
    while (at > 0 && code[at].op == Op::COPY && code[at].arg == 1) --at;
    if (code[at].op != Op::LOAD_CONST) return {};
    return {code[at].op, code[at].arg};
  }

  // Returns the instruction to go on with.
  Instr* look_at(Block& block, std::span<Instr> code, Instr& instr, LastLoad& last) {
    if (small_ints_ && instr.op == Op::LOAD_CONST) load_small_int(instr);
    last.look_at(instr);
    Instr* next = &instr + 1;
    if (!folder_.loads_const(last.op)) return next;
    if (next != code.data() + code.size() && work_.traits.follows_const(next->op))
      next += look_ahead(block, code, static_cast<std::size_t>(&instr - code.data()), last);
    if (common_ && instr.op == Op::LOAD_CONST) folder_.load_common(instr, folder_.constant(instr));
    return next;
  }

  void load_small_int(Instr& instr) {
    const std::vector<Object*>& consts = work_.graph.consts;
    MKPYC_CHECK(static_cast<std::size_t>(instr.arg) < consts.size());
    const Object* constant = consts[static_cast<std::size_t>(instr.arg)];
    if (constant->type == Type::Int) folder_.load_small_int(instr, constant);
  }

  // Returns how many more instructions are done with.
  [[gnu::noinline]] std::size_t look_ahead(Block& block, std::span<Instr> code, std::size_t at, const LastLoad& last) {
    Op next = code[at + 1].op;
    if (next == Op::RETURN_VALUE) {
      return_const(block, code[at], code[at + 1], last.arg);  // which leaves the code as well
      return 1;
    }
    bool decides = is_test(next) || is_keeping_test(next);
    // Null for a class or function of the interpreter, which is true.
    const Object* constant = folder_.constant(last.op, last.arg);
    bool truth = constant == nullptr || arith::truth(constant);
    if (decides) {
      decide_jump(block, code[at], code[at + 1], truth);
      note_end(work_, block);
      if (block.always_jumps()) work_.jumps.push(work_.graph.id_of(block));
      work_.change_edges();
    } else if (next == Op::IS_OP) {
      if (constant != nullptr && constant->type == Type::None) compare_with_none(block, code, at);
      note_end(work_, block);
    } else {
      make_nop(block, code[at]);
      folder_.load_const(block, code[at + 1], folder_.add_const(work_.context.objects.boolean(truth)));
      made_load_ = true;
    }
    return 0;
  }

  Work& work_;
  ConstantFolder& folder_;
  const bool small_ints_, common_;
  const u32 asked_;         // codegen::BlockFacts
  bool made_load_ = false;  // of what comes next
};

// The rules of one block. `at_` is the instruction looked at; a rule sets it back to look again.
class Peephole {
 public:
  Peephole(Work& work, ConstantFolder& folder)
      : work_(work),
        graph_(work.graph),
        folder_(folder),
        folds_(work.on(Feature::graph_folds_constants)),
        folds_appends_(work.on(Feature::long_literals_fold)),
        is_negated_(work.on(Feature::graph_folds_constants)) {}

  // Without `candidates`, no rule starts in the block but that of its jump.
  void run(BlockId id, const Candidates* candidates) {
    id_ = id;
    load();
    steps_ = 0;
    has_swaps_ = false;
    if (candidates != nullptr) candidates->each_start(code_.size(), [this](std::size_t at) { look_at(at); });
    if (work_.may_thread && block().jumps()) thread();
    if (has_swaps_) shorten_swaps();
  }

 private:
  void look_at(std::size_t at) {
    Instr* instr = &code_[at];
    bool last = at + 1 == code_.size();
    if (instr->op == Op::LOAD_GLOBAL) {
      if (!last && instr[1].op == Op::PUSH_NULL) load_global(instr[0], instr[1]);
    } else if (instr->op == Op::STORE_FAST) {
      if (!last && instr[1].op == Op::STORE_FAST) store_fast(instr[0], instr[1]);
    } else if (work_.traits.in_peephole(instr->op)) {  // no rule has changed it
      at_ = at;
      apply(*instr);
    }
  }

  // A jump that a rule appends is looked at as well.
  [[gnu::noinline]] void thread() {
    for (at_ = code_.size() - 1; at_ < code_.size(); ++at_)
      while (work_.traits.threads(graph_.first(graph_[code_[at_].target]).op) && thread_jump(code_[at_])) {
      }
  }

  Block& block() { return graph_[id_]; }
  void load() { code_ = graph_.code(graph_[id_]); }
  Op next() const { return op_at(code_, at_ + 1); }
  void nop(Instr& instr) { make_nop(block(), instr); }

  [[gnu::noinline]] void apply(Instr& instr) {
    if (tests_truth(instr)) return;
    if (instr.op == Op::BUILD_TUPLE) {
      if (unpack_tuple(block(), code_, at_))
        has_swaps_ |= next() == Op::SWAP;
      else
        folder_.fold_tuple(block(), code_, at_);
    } else if (instr.op == Op::SWAP) {
      has_swaps_ = true;
      if (instr.arg == 1) nop(instr);
    } else if (folds_) {
      fold(instr);
    }
  }

  // Only the last of stores to one name in a row matters.
  void store_fast(Instr& instr, const Instr& next) {
    if (instr.arg != next.arg || instr.loc.line != next.loc.line) return;
    instr.op = Op::POP_TOP;
    instr.arg = 0;
    block().facts |= codegen::BlockFacts::kPops;
  }

  void load_global(Instr& instr, Instr& push_null) {
    if ((instr.arg & 1) != 0) return;
    instr.arg |= 1;
    nop(push_null);
  }

  // Instructions whose result has a truth that is known to be a bool. The second of a pair becomes the first.
  bool tests_truth(Instr& instr) {
    if (instr.op == Op::UNARY_NOT && next() == Op::UNARY_NOT) {
      nop(instr);
      nop(code_[at_ + 1]);
      return true;
    }
    bool is_in = instr.op == Op::CONTAINS_OP || instr.op == Op::IS_OP;
    bool negated = is_in && is_negated_ && next() == Op::UNARY_NOT;
    if (!negated && next() != Op::TO_BOOL) return false;
    i32 arg = instr.arg;
    if (instr.op == Op::COMPARE_OP)
      arg |= 16;  // the result is a bool
    else if (negated)
      arg ^= 1;
    else if (!is_in && instr.op != Op::TO_BOOL && instr.op != Op::UNARY_NOT)
      return false;
    code_[at_ + 1].op = instr.op;
    code_[at_ + 1].arg = arg;
    nop(instr);
    return true;
  }

  void fold(Instr& instr) {
    if (instr.op == Op::BUILD_LIST || instr.op == Op::BUILD_SET) {
      folder_.fold_display(block(), code_, at_, next());
    } else if (instr.op == Op::BINARY_OP) {
      folder_.fold_binary(block(), code_, at_);
    } else if (instr.op == Op::UNARY_NOT || instr.op == Op::UNARY_INVERT || instr.op == Op::UNARY_NEGATIVE) {
      folder_.fold_unary(block(), code_, at_);
    } else if (instr.op == Op::CALL_INTRINSIC_1) {
      intrinsic(instr);
    } else if (folds_appends_ && (instr.op == Op::LIST_APPEND || instr.op == Op::SET_ADD)) {
      bool iterated = next() == Op::GET_ITER || next() == Op::CONTAINS_OP;
      if (instr.arg == 1 && iterated) folder_.fold_appends(block(), code_, at_);
    }
  }

  void intrinsic(Instr& instr) {
    if (instr.arg == kUnaryPositive) return folder_.fold_unary(block(), code_, at_);
    if (instr.arg != kListToTuple) return;
    if (folds_appends_) {
      folder_.fold_appends(block(), code_, at_);
      if (instr.op == Op::CALL_INTRINSIC_1 && next() == Op::GET_ITER) nop(instr);
    } else if (next() == Op::GET_ITER) {
      nop(instr);
    } else {
      folder_.fold_appends(block(), code_, at_);
    }
  }

  [[gnu::noinline]] void shorten_swaps() {
    work_.unsettle_lines(block());  // they go with the instructions
    for (std::size_t i = 0; i < code_.size(); ++i) {
      if (code_[i].op != Op::SWAP) continue;
      block().may_have_nops = true;
      i = swaptimize(code_, i, work_.numbers);
      apply_static_swaps(code_, i, true);
    }
  }

  // A jump to a jump goes to where that one goes. The first one becomes a NOP, for its line, and another jump follows
  // it. True if the jump is to be looked at again.
  [[gnu::noinline]] bool thread_jump(Instr& instr) {
    const Instr& target = graph_.first(graph_[instr.target]);
    if (is_keeping_test(instr.op)) {
      if (target.op == Op::JUMP || target.op == instr.op) {
        step(instr, target, instr.op);
        return false;
      }
      if (!is_keeping_test(target.op) || !more_steps()) return false;
      // The opposite test fails: go on after it.
      redirect(work_, block(), graph_[instr.target].next);
      work_.change_edges();
      return true;
    }
    if (work_.traits.tests(instr.op)) {
      if (target.op == Op::JUMP) step(instr, target, instr.op);
    } else if (instr.op == Op::JUMP || instr.op == Op::JUMP_NO_INTERRUPT) {
      if (target.op == Op::JUMP)
        step(instr, target, Op::JUMP);
      else if (target.op == Op::JUMP_NO_INTERRUPT)
        step(instr, target, instr.op);
    }
    return false;
  }

  // CPython: jump_thread. What is appended has the handler that was left in its place, or the first jump's.
  void step(Instr& instr, const Instr& target, Op op) {
    if (instr.target == target.target || !more_steps()) return;
    Instr next = {.op = op, .target = target.target, .loc = target.loc};
    bool inherits = work_.on(Feature::appended_instrs_have_handlers);
    BlockId handler = instr.handler;
    nop(instr);
    Instr& slot = graph_.append_slot(id_);
    next.handler = inherits ? handler : slot.handler;
    slot = next;
    note_end(work_, block());
    load();
    work_.change_edges();
  }

  // CPython follows a ring of jumps for ever. A chain that ends is shorter than the number of blocks.
  bool more_steps() { return steps_++ <= graph_.blocks.size(); }

  static constexpr i32 kUnaryPositive = 5, kListToTuple = 6;  // CPython: pycore_intrinsics.h

  Work& work_;
  Graph& graph_;
  ConstantFolder& folder_;
  const bool folds_, folds_appends_, is_negated_;
  BlockId id_ = BlockId::kNone;
  std::span<Instr> code_;
  std::size_t at_ = 0;
  std::size_t steps_ = 0;  // from one jump to the next, for the jumps of one block
  bool has_swaps_ = false;
};

}  // namespace

// Constants of all blocks come first. Few blocks have more to do, and are put down on the way: what is done in one
// changes no other.
void optimize_code(Work& work) {
  ConstantFolder folder(work);
  ConstantLoads loads(work, folder);
  Candidates candidates(work);
  std::vector<Scratch::RuleBytes>& starting = work.scratch.starting;
  starting.clear();
  for (BlockId id = work.graph.entry; id != BlockId::kNone; id = work.graph[id].next) {
    Block& block = work.graph[id];
    bool threads = work.may_thread && block.jumps();
    if (loads.none(block)) {
      if (threads) append(starting, {id, Candidates::kNowhere});
      continue;
    }
    candidates.put_down(work.graph.code(block));
    if (loads.run(block, candidates) || threads) append(starting, {id, candidates.place()});
    candidates.leave(block.count);
  }
  if (starting.empty()) return;
  Peephole peephole(work, folder);
  for (const Scratch::RuleBytes& bytes : starting) {
    bool some = bytes.at != Candidates::kNowhere;
    if (some) candidates.go_to(bytes.at);
    peephole.run(bytes.block, some ? &candidates : nullptr);
  }
}

}  // namespace mkpyc::flow
