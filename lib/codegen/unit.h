// What the code generator makes of one block: a sequence of instructions with labels, and the tables they index.
// flow/ makes a control-flow graph of it, assemble/ a code object.
#pragma once

#include <vector>

#include "ast/ast.h"
#include "object/object.h"
#include "target/op.h"

namespace mkpyc::codegen {

/// A place in the sequence that jumps can name. Labels are numbered in the order in which they are created, implicit
/// ones included (see InstrSequence::Mark), because CPython before 3.12 walks its blocks in that order.
enum class Label : u32 { kNone = ~u32{0} };

/// One instruction. 12 bytes; its location is kept beside it.
struct Instr {
  Op op;
  u16 flags = 0;
  i32 arg = 0;
  Label target = Label::kNone;  // jumps and SETUP_* pseudo instructions
};
static_assert(sizeof(Instr) == 12);

/// A location with line -1 is "no line": CPython's NO_LOCATION, or an artificial instruction.
inline constexpr ast::Loc kNoLocation{-1, -1, -1, -1};

/// CPython: NEXT_LOCATION, for an instruction that takes the location of the one after it.
inline constexpr ast::Loc kNextLocation{-2, -2, -2, -2};

/// The same as ADDOP_NOLINE and ADDOP_JUMP_NOLINE of CPython 3.10 and 3.11 write it. The rest of the location shows
/// when a later pass gives such an instruction a line and nothing else (CPython: guarantee_lineno_for_exits).
inline constexpr ast::Loc kNoLine{-1, 0, 0, 0};

struct InstrSequence {
  std::vector<Instr> instrs;
  std::vector<ast::Loc> locs;  // as long as instrs
  /// A block starts before instruction `at` (at == instrs.size(): at the end). Marks are in order of position; two
  /// marks at one position are two blocks, the first of them empty. The entry block has no mark and is label 0.
  /// Implicit marks are the blocks that CPython before 3.12 begins after a jump or a return without a label.
  struct Mark {
    u32 at;
    Label label;
  };
  std::vector<Mark> marks;
  /// Labels handed out, 0 (the entry block) included; some may never be placed.
  u32 label_count = 1;

  void clear() {
    instrs.clear();
    locs.clear();
    marks.clear();
    label_count = 1;
  }
};

enum class ScopeType : u8 { Module, Class, Function, AsyncFunction, Lambda, Comprehension, TypeParams, Annotations };

/// Finds the position of an item in a vector of distinct items: by looking at each while they are few, by open
/// addressing once they are many. Items are compared by value: ids or pointers.
template <class T>
class Positions {
 public:
  void clear() { slots_.clear(); }

  /// The position of `item`, which is added at the end when it is new.
  u32 add(std::vector<T>& items, T item) {
    i32 at = find(items, item);
    if (at >= 0) return static_cast<u32>(at);
    items.push_back(item);
    u32 position = static_cast<u32>(items.size()) - 1;
    if (items.size() * 2 > slots_.size())
      grow(items);
    else
      place(item, position);
    return position;
  }

  /// The position of `item`, or -1.
  i32 find(const std::vector<T>& items, T item) const {
    if (slots_.empty()) {
      for (std::size_t i = 0; i < items.size(); ++i)
        if (items[i] == item) return static_cast<i32>(i);
      return -1;
    }
    for (u32 i = first(item);; i = (i + 1) & mask()) {
      if (slots_[i] == 0) return -1;
      if (items[slots_[i] - 1] == item) return static_cast<i32>(slots_[i]) - 1;
    }
  }

 private:
  static constexpr std::size_t kFew = 12;

  u32 mask() const { return static_cast<u32>(slots_.size()) - 1; }
  u32 first(T item) const {
    u64 bits;
    if constexpr (std::is_pointer_v<T>)
      bits = reinterpret_cast<std::uintptr_t>(item) >> 3;
    else
      bits = static_cast<u64>(item);
    return static_cast<u32>((bits * 0x9E3779B97F4A7C15u) >> 40) & mask();
  }
  void place(T item, u32 position) {
    u32 i = first(item);
    while (slots_[i] != 0) i = (i + 1) & mask();
    slots_[i] = position + 1;
  }
  void grow(const std::vector<T>& items) {
    if (items.size() <= kFew) return;
    std::size_t size = 64;
    while (size < items.size() * 4) size *= 2;
    slots_.assign(size, 0);
    for (std::size_t i = 0; i < items.size(); ++i) place(items[i], static_cast<u32>(i));
  }

  std::vector<u32> slots_;  // position + 1; 0 is free; empty while items are few
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
  /// The index, or -1.
  i32 find(Name name) const { return positions_.find(names, name); }

 private:
  Positions<Name> positions_;
};

/// Everything about one block that outlives its code generation.
struct CodeUnit {
  ScopeType type = ScopeType::Module;
  StrObject* name = nullptr;
  StrObject* qualname = nullptr;
  u32 depth = 0;  // units around it
  i32 firstlineno = 0;
  i32 argcount = 0, posonlyargcount = 0, kwonlyargcount = 0;
  u32 flags = 0;  // co_flags, complete
  InstrSequence code;
  /// Constants in the order of their index, merged already (object/constants.h).
  std::vector<Object*> consts;
  Positions<Object*> const_positions;
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
    const_positions.clear();
    names.clear();
    varnames.clear();
    cellvars.clear();
    freevars.clear();
    hidden.clear();
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
