// Control-flow graph -> code object: bytecode with caches and extended arguments, location table, exception table,
// merged tuples, interned names (CPython: assemble_* and makecode in compile.c, codeobject.c, assemble.c from 3.12).
#pragma once

#include "base/bytes.h"
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
  bool debug_ranges = true;  // false: PYTHONNODEBUGRANGES, locations without columns
  ByteWriter scratch = {};   // memory for tables while they are built
};

CodeObject* assemble(const codegen::CodeUnit& unit, flow::Graph& graph, Context& context);

}  // namespace mkpyc::assemble
