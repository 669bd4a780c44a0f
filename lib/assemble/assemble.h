// Control-flow graph -> code object: bytecode with caches and extended arguments, location table, exception table,
// merged tuples, interned names (CPython: assemble_* and makecode in compile.c, codeobject.c, assemble.c from 3.12).
#pragma once

#include "assemble/tables.h"
#include "codegen/unit.h"
#include "flow/flow.h"
#include "object/constants.h"
#include "target/target.h"

namespace mkpyc::assemble {

struct Context {
  const Target& target;
  Objects& objects;
  ConstantPool& constants;
  StrObject* filename;
  Scratch& scratch;
  bool debug_ranges = true;  // false: PYTHONNODEBUGRANGES, locations without columns
};

CodeObject* assemble(const codegen::CodeUnit& unit, flow::Graph& graph, Context& context);

}  // namespace mkpyc::assemble
