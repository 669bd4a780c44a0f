// What the code generator makes of one block: a sequence of instructions with labels, and the tables they index.
// flow/ makes a control-flow graph of it, assemble/ a code object.
#pragma once

#include <array>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

#include "ast/ast.h"
#include "base/append.h"
#include "object/object.h"
#include "target/op.h"

namespace mkpyc::codegen {

/// A place in the sequence that jumps can name. Labels are numbered in the order in which they are created, implicit
/// ones included (see InstrSequence::Mark), because CPython before 3.12 walks its blocks in that order.
enum class Label : u32 { kNone = ~u32{0} };

/// A location with line -1 is "no line": CPython's NO_LOCATION, or an artificial instruction.
inline constexpr ast::Loc kNoLocation{-1, -1, -1, -1};

/// CPython: NEXT_LOCATION, for an instruction that takes the location of the one after it.
inline constexpr ast::Loc kNextLocation{-2, -2, -2, -2};

/// The same as ADDOP_NOLINE and ADDOP_JUMP_NOLINE of CPython 3.10 and 3.11 write it. The rest of the location shows
/// when a later pass gives such an instruction a line and nothing else (CPython: guarantee_lineno_for_exits).
inline constexpr ast::Loc kNoLine{-1, 0, 0, 0};

/// One instruction: CPython's struct instr. flow/ takes over the code generator's array as it is, so the fields that
/// only the graph uses are here, too.
struct Instr {
  Op op = Op::NOP;
  i32 arg = 0;
  Label target = Label::kNone;   // jumps and SETUP_* pseudo instructions
  Label handler = Label::kNone;  // where an exception raised here goes (i_except)
  ast::Loc loc = kNoLocation;
};
static_assert(sizeof(Instr) == 32, "two in a cache line; every pass reads them all");

/// What the instructions of a block have among them, put down as they come.
struct BlockFacts {
  enum Fact : u32 {
    kNop = 1,
    kPushesBlock = 2,
    kUnbindsLocal = 4,
    kPlaceholder = 8,
    kPeephole = 16,  // something that optimize_block.cc has a rule for, inside the block
    kUsesLocal = 32,
    kPops = 64,         // a POP_TOP, of something else than what a call before it has made
    kPseudo = 128,      // something that pseudo_ops.cc replaces
    kReadsConst = 256,  // or has one of its own
    kNamesCell = 512,
    kYields = 1024,       // or begins a generator, or goes on with one
    kKeepingTest = 2048,  // JUMP_IF_TRUE, JUMP_IF_FALSE
    kCopies = 4096,       // COPY
    kRule = 8192,         // something that a rule of peephole.cc asks for, wherever it is in the block
    // What flow/ wants to know of the sequence only:
    kEnds = 1 << 16,            // the last instruction ended the block
    kAtNextLocation = 1 << 17,  // an instruction has kNextLocation
    kLacksLine = u32{1} << 31,  // one has no line: the sign of its line
  };
  static constexpr u32 kOfInstructions = 0xFFFF;  // those that kOpFacts has
  u32 facts = 0;

  bool has(u32 any_of) const { return (facts & any_of) != 0; }
  /// Adds those of an instruction at a line.
  void add(u32 of_op, i32 line) { facts |= of_op | (static_cast<u32>(line) & kLacksLine); }
};

/// By instruction: the facts that it makes true of its block.
inline constexpr auto kOpFacts = [] {
  std::array<u16, kOpCount> table{};
  auto mark = [&table](std::initializer_list<Op> ops, BlockFacts::Fact fact) {
    for (Op op : ops) table[static_cast<std::size_t>(op)] |= fact;
  };
  mark({Op::NOP}, BlockFacts::kNop);
  mark({Op::SETUP_FINALLY, Op::SETUP_CLEANUP, Op::SETUP_WITH}, BlockFacts::kPushesBlock);
  mark({Op::DELETE_FAST, Op::LOAD_FAST_AND_CLEAR, Op::STORE_FAST_MAYBE_NULL}, BlockFacts::kUnbindsLocal);
  mark({Op::ANNOTATIONS_PLACEHOLDER}, BlockFacts::kPlaceholder);
  mark({Op::LOAD_FAST, Op::STORE_FAST, Op::DELETE_FAST, Op::LOAD_FAST_AND_CLEAR, Op::STORE_FAST_MAYBE_NULL,
        Op::LOAD_CLOSURE},
       BlockFacts::kUsesLocal);
  mark({Op::POP_TOP}, BlockFacts::kPops);
  mark({Op::COPY}, BlockFacts::kCopies);
  mark({Op::SETUP_FINALLY, Op::SETUP_CLEANUP, Op::SETUP_WITH, Op::POP_BLOCK, Op::STORE_FAST_MAYBE_NULL,
        Op::LOAD_CLOSURE},
       BlockFacts::kPseudo);
  mark({Op::BUILD_TUPLE, Op::SWAP, Op::PUSH_NULL, Op::IS_OP}, BlockFacts::kPeephole);
  mark({Op::LOAD_CONST, Op::KW_NAMES, Op::RETURN_CONST, Op::LOAD_SMALL_INT, Op::LOAD_COMMON_CONSTANT},
       BlockFacts::kReadsConst);
  mark({Op::MAKE_CELL, Op::LOAD_CLOSURE, Op::LOAD_DEREF, Op::STORE_DEREF, Op::DELETE_DEREF, Op::LOAD_CLASSDEREF,
        Op::LOAD_FROM_DICT_OR_DEREF},
       BlockFacts::kNamesCell);
  mark({Op::YIELD_VALUE, Op::RESUME, Op::RETURN_GENERATOR}, BlockFacts::kYields);
  mark({Op::JUMP_IF_TRUE, Op::JUMP_IF_FALSE}, BlockFacts::kKeepingTest);
  mark({Op::BUILD_TUPLE, Op::BUILD_LIST, Op::BUILD_SET, Op::LIST_APPEND, Op::SET_ADD, Op::BINARY_OP, Op::UNARY_NOT,
        Op::UNARY_INVERT, Op::UNARY_NEGATIVE, Op::CALL_INTRINSIC_1, Op::SWAP, Op::STORE_FAST, Op::PUSH_NULL,
        Op::TO_BOOL, Op::IS_OP},
       BlockFacts::kRule);
  return table;
}();

constexpr u32 facts_of(Op op) { return kOpFacts[static_cast<std::size_t>(op)]; }

/// Instructions with labels.
struct InstrSequence {
  std::vector<Instr> instrs;
  /// Where a block starts: before instruction `at` (at == instrs.size(): at the end). Marks are in order of position;
  /// two marks at one position are two blocks, the first of them empty. The first mark is the entry's. The facts of the
  /// last one come with close_block().
  /// Marks without a label come after a jump or a return that no label follows; CPython before 3.12 makes a block
  /// there, which has a label, and gives it a number.
  struct Mark {
    u32 at;
    Label label;
    BlockFacts facts = {};  // of the instructions up to the next mark
  };
  std::vector<Mark> marks{{0, Label{0}}};
  /// The instructions that name a label, in order.
  std::vector<u32> naming;
  /// Labels handed out, 0 (the entry block) included; some may never be placed.
  u32 label_count = 1;
  /// True: an instruction without a line gets the location of the one before, unless a mark is between them, as flow/
  /// would give it before it does anything else. So only what comes after a mark lacks one. Becomes false where that
  /// is not so.
  bool lines_go_on = false;

  /// The last instruction ended a basic block and no mark has been placed since.
  bool block_ended() const { return open_facts_.has(BlockFacts::kEnds); }
  /// There is no room for an instruction, or a block to begin before it: one comparison for both.
  bool must_stop() const { return end() >= stop_.at; }
  /// Becomes an instruction where it will stay, its location copied at once.
  struct InPlace {
    Op op;
    i32 arg;
    Label target;
    const ast::Loc& loc;
    operator Instr() const { return {.op = op, .arg = arg, .target = target, .loc = loc}; }
  };
  /// Puts an instruction at the end. `facts`: of the instruction, perhaps with kEnds.
  void add(Op op, i32 arg, const ast::Loc& loc, u32 facts) { add({op, arg, Label::kNone, loc}, facts); }
  /// The same for one that ends no block, unless must_stop(). If it has no line, lack_line() comes next.
  void add_within_block(Op op, i32 arg, const ast::Loc& loc, u32 facts) {
    if (instrs.size() == instrs.capacity()) __builtin_unreachable();
    put({op, arg, Label::kNone, loc}, facts);
  }
  /// The last instruction has no line.
  void lack_line();
  /// After an instruction with these facts.
  void stop_if(u32 facts) {
    if ((facts & BlockFacts::kEnds) != 0) [[unlikely]]
      stop_.at = end();
  }
  /// Puts one that names a label at the end.
  void add_naming(Op op, Label target, const ast::Loc& loc, u32 facts) {
    append(naming, static_cast<u32>(instrs.size()));
    add({op, 0, target, loc}, facts);
  }
  /// The last instruction is at kNextLocation.
  void note_next_location() { open_facts_.facts |= BlockFacts::kAtNextLocation; }
  /// The last instruction ended a basic block.
  void end_block() {
    open_facts_.facts |= BlockFacts::kEnds;
    stop_if(BlockFacts::kEnds);
  }
  /// Begins a block at the end.
  void mark(Label label);
  /// Puts the facts of the last block into its mark: after the last instruction.
  void close_block() {
    marks.back().facts.facts |= open_facts_.facts;
    open_facts_ = {};
  }
  /// Puts an instruction where others are already; marks from there on move (CPython:
  /// _PyInstructionSequence_InsertInstruction).
  void insert(u32 position, const Instr& instr);

  void clear() {
    instrs.clear();
    marks.resize(1);
    marks.front() = {0, Label{0}};
    naming.clear();
    label_count = 1;
    open_facts_ = {};
    stop_.at = end_of_room();
  }

 private:
  void add(const InPlace& instr, u32 facts) {
    if (instrs.size() == instrs.capacity()) [[unlikely]]
      grow();
    put(instr, facts);
    stop_if(facts);
    if (instr.loc.line < 0) [[unlikely]]
      lack_line();
  }
  void put(const InPlace& instr, u32 facts) {
    open_facts_.facts |= facts;
    instrs.emplace_back(instr);
  }
  [[gnu::noinline, gnu::cold]] void grow();
  const Instr* end() const { return std::to_address(instrs.end()); }
  const Instr* end_of_room() const { return instrs.data() + instrs.capacity(); }

  BlockFacts open_facts_;  // of the block that is open
  // The end of the room, or where a block has to begin. A copy has other room: it stops at once.
  struct Stop {
    const Instr* at = nullptr;
    Stop() = default;
    Stop(const Stop&) {}
    Stop(Stop&& from) noexcept : at(std::exchange(from.at, nullptr)) {}
    Stop& operator=(Stop from) noexcept {
      at = from.at;
      return *this;
    }
  } stop_;
};

enum class ScopeType : u8 { Module, Class, Function, AsyncFunction, Lambda, Comprehension, TypeParams, Annotations };

/// Finds the position of an item in a vector of distinct items that only grows: by looking at each while they are few,
/// by open addressing once they are many. What is appended is put into the table when something is looked for. Items
/// are compared by value: ids or pointers.
template <class T>
class Positions {
 public:
  void clear() {
    if (placed_ != 0) [[unlikely]]
      forget();
  }

  /// The position of `item`, which is added at the end when it is new.
  u32 add(std::vector<T>& items, T item) {
    i32 at = find(items, item);
    if (at >= 0) return static_cast<u32>(at);
    items.push_back(item);
    return static_cast<u32>(items.size()) - 1;
  }

  /// The position of `item`, or -1.
  i32 find(const std::vector<T>& items, T item) {
    if (items.size() > kFew) return find_among_many(items, item);
    for (std::size_t i = 0; i < items.size(); ++i)
      if (items[i] == item) return static_cast<i32>(i);
    return -1;
  }

 private:
  static constexpr std::size_t kFew = 12;

  [[gnu::noinline, gnu::cold]] void forget() {
    slots_.clear();
    placed_ = 0;
  }

  [[gnu::noinline]] i32 find_among_many(const std::vector<T>& items, T item) {
    place_new(items);
    for (u32 i = first(item);; i = (i + 1) & mask()) {
      if (slots_[i] == 0) return -1;
      if (items[slots_[i] - 1] == item) return static_cast<i32>(slots_[i]) - 1;
    }
  }

  u32 mask() const { return static_cast<u32>(slots_.size()) - 1; }
  u32 first(T item) const {
    u64 bits;
    if constexpr (std::is_pointer_v<T>)
      bits = reinterpret_cast<std::uintptr_t>(item) >> 3;
    else
      bits = static_cast<u64>(item);
    return static_cast<u32>((bits * 0x9E3779B97F4A7C15u) >> 40) & mask();
  }
  void place_new(const std::vector<T>& items) {
    if (items.size() * 2 > slots_.size()) {
      std::size_t size = 64;
      while (size < items.size() * 4) size *= 2;
      slots_.assign(size, 0);
      placed_ = 0;
    }
    for (; placed_ < items.size(); ++placed_) {
      u32 i = first(items[placed_]);
      while (slots_[i] != 0) i = (i + 1) & mask();
      slots_[i] = static_cast<u32>(placed_) + 1;
    }
  }

  std::vector<u32> slots_;  // position + 1; 0 is free; empty while items are few
  std::size_t placed_ = 0;  // how many items are in it
};

/// Names in the order of their index, with lookup by name.
struct NameIndex {
  std::vector<Name> names;

  u32 size() const { return static_cast<u32>(names.size()); }
  void clear() {
    names.clear();
    positions_.clear();
  }
  /// The index of the name, added at the end when new.
  u32 add(Name name) { return positions_.add(names, name); }
  /// The index of a name that is known to be new.
  u32 append(Name name) {
    mkpyc::append(names, name);
    return size() - 1;
  }
  /// The index, or -1.
  i32 find(Name name) const { return positions_.find(names, name); }

 private:
  mutable Positions<Name> positions_;
};

/// Constants in the order of their index, with lookup by identity.
struct ConstIndex {
  std::vector<Object*> objects;

  u32 size() const { return static_cast<u32>(objects.size()); }
  void clear() {
    objects.clear();
    positions_.clear();
    known_ = {};
  }
  /// An object remembers the last index that it was given.
  bool remembers(const Object* object) const {
    u32 at = object->const_index;
    return at < objects.size() && objects[at] == object;
  }
  /// The index of an object that does not remember it, or is new and added at the end.
  u32 add_forgotten(Object* object) {
    u64 hash = reinterpret_cast<std::uintptr_t>(object) * 0x9E3779B97F4A7C15u;
    u64& known = known_[hash >> 62];
    u64 bit = u64{1} << (hash >> 56 & 63);
    if ((known & bit) != 0) [[unlikely]]
      return add_perhaps_known(object);
    known |= bit;
    append(objects, object);
    return object->const_index = size() - 1;
  }

 private:
  [[gnu::noinline]] u32 add_perhaps_known(Object* object) {
    return object->const_index = positions_.add(objects, object);
  }

  Positions<Object*> positions_;
  std::array<u64, 4> known_{};  // a bit by hash of what is there
};

/// Everything about one block that outlives its code generation.
struct CodeUnit {
  ScopeType type = ScopeType::Module;
  StrObject* name = nullptr;
  StrObject* qualname = nullptr;
  u32 depth = 0;  // units around it
  i32 firstlineno = 0;
  i32 argcount = 0, posonlyargcount = 0, kwonlyargcount = 0;
  u32 flags = 0;                  // co_flags, complete
  bool loads_small_ints = false;  // true: no LOAD_CONST has an integer that LOAD_SMALL_INT could have
  InstrSequence code;
  /// Constants in the order of their index, merged already (object/constants.h).
  ConstIndex consts;
  NameIndex names;
  NameIndex varnames;
  NameIndex cellvars;
  NameIndex freevars;  // numbered from 0 here; an instruction's argument is cellvars.size() + index
  /// Local names that are fast locals of a block that has none else: those of inlined comprehensions (CPython:
  /// u_fasthidden, CO_FAST_HIDDEN).
  NameIndex hidden;
  /// What stands for ANNOTATIONS_PLACEHOLDER, which disappears where this is empty. Its labels are numbered from 1
  /// again.
  InstrSequence annotations;

  /// Empties all tables and keeps their memory.
  void clear() {
    argcount = posonlyargcount = kwonlyargcount = 0;
    code.clear();
    consts.clear();
    names.clear();
    varnames.clear();
    cellvars.clear();
    freevars.clear();
    hidden.clear();
    if (!annotations.instrs.empty()) [[unlikely]]
      annotations.clear();
  }
};

/// Finishes a unit into a code object: flow, assembly. lib/compile.cc supplies it; the code generator calls it when it
/// leaves a block, as CPython does, so that inner code objects exist before outer constants do.
class UnitSink {
 public:
  virtual ~UnitSink() = default;
  virtual CodeObject* finish(CodeUnit& unit) = 0;
};

}  // namespace mkpyc::codegen
