// Code unit -> optimised control-flow graph, laid out in order, with stack depth and exception handlers known
// (CPython: the passes of compile.c assemble() up to 3.11, flowgraph.c from 3.12). pipeline.cc lists the passes.
#pragma once

#include <vector>

#include "ast/ast.h"
#include "codegen/unit.h"
#include "diag/diag.h"
#include "object/constants.h"
#include "target/target.h"

namespace mkpyc::flow {

struct Block;

/// An instruction in the graph: CPython's struct instr.
struct Instr {
  Op op;
  i32 arg;
  Block* target = nullptr;   // jumps
  Block* handler = nullptr;  // where an exception raised here goes (i_except)
  ast::Loc loc;
};

/// A basic block. `next` is layout order.
struct Block {
  std::vector<Instr> instrs;
  Block* next = nullptr;
  i32 predecessors = 0;
  i32 start_depth = -1;
  i32 offset = 0;  // in code units, once laid out
  bool no_fallthrough = false;
  bool preserve_lasti = false;
  bool visited = false;
  bool exits = false;
};

/// The result, ready to be written out.
struct Graph {
  Block* entry = nullptr;
  i32 stacksize = 0;
  i32 firstlineno = 0;
  std::vector<Object*> consts;
  /// Locals, cells and free variables in the order of their slots (3.11+), with their kinds.
  std::vector<Name> localsplus;
  std::vector<u8> kinds;
};

struct Context {
  const Target& target;
  Arena& arena;
  NameTable& names;
  Objects& objects;
  ConstantPool& constants;
};

/// Runs the target's passes over the unit. The graph is valid until the next call on the same Flow object, whose
/// blocks are reused.
class Flow {
 public:
  Graph& run(codegen::CodeUnit& unit, Context& context);
  Flow();
  ~Flow();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mkpyc::flow
