// What the code generator makes of one block: a sequence of instructions with labels, and the tables they index.
// flow/ makes a control-flow graph of it, assemble/ a code object.
#pragma once

#include <string>
#include <unordered_map>
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

  void clear();
};

enum class ScopeType : u8 { Module, Class, Function, AsyncFunction, Lambda, Comprehension, TypeParams, Annotations };

/// Names in the order of their index, with lookup by name.
struct NameIndex {
  std::vector<Name> names;
  std::unordered_map<u32, u32> at;
  /// The index of the name, added at the end when new.
  u32 add(Name name);
  /// The index, or -1.
  i32 find(Name name) const;
};

/// Everything about one block that outlives its code generation.
struct CodeUnit {
  ScopeType type = ScopeType::Module;
  StrObject* name = nullptr;
  StrObject* qualname = nullptr;
  i32 firstlineno = 0;
  i32 argcount = 0, posonlyargcount = 0, kwonlyargcount = 0;
  u32 flags = 0;  // co_flags, complete
  InstrSequence code;
  /// Constants in the order of their index, merged already (object/constants.h).
  std::vector<Object*> consts;
  NameIndex names;
  NameIndex varnames;
  NameIndex cellvars;
  NameIndex freevars;  // numbered from 0 here; an instruction's argument is cellvars.size() + index
};

/// Finishes a unit into a code object: flow, assembly. lib/compile.cc supplies it; the code generator calls it when it
/// leaves a block, as CPython does, so that inner code objects exist before outer constants do.
class UnitSink {
 public:
  virtual ~UnitSink() = default;
  virtual CodeObject* finish(CodeUnit& unit) = 0;
};

}  // namespace mkpyc::codegen
