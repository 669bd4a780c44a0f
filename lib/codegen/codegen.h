// Syntax tree and scopes -> code units (CPython: compile.c up to assemble(), codegen.c from 3.14).
//
// In: ast::Module, SymbolTable. Out: the module's code object, through UnitSink. Errors: SourceError with the code
// generator's messages; warnings to the sink.
#pragma once

#include <memory>

#include "ast/ast.h"
#include "codegen/unit.h"
#include "diag/diag.h"
#include "object/constants.h"
#include "object/object.h"
#include "scope/scope.h"
#include "target/target.h"

namespace mkpyc::codegen {

struct Context {
  const Target& target;
  Arena& arena;
  NameTable& names;
  Objects& objects;
  ConstantPool& constants;
  diag::Sink& sink;
  UnitSink& units;
  int optimize = 0;  // 0, 1, 2
  int int_max_str_digits = 4300;
  // True: the instructions are those of CPython's code generator one by one, for tools that compare them; false: what
  // its later passes always make of some is made at once.
  bool stage_by_stage = false;
};

class Generator;

/// Holds the memory that is used again from file to file.
class Codegen {
 public:
  Codegen();
  ~Codegen();
  Codegen(const Codegen&) = delete;
  Codegen& operator=(const Codegen&) = delete;

  /// The code object of a module. The tree does not change but through its scopes' lookup tables.
  CodeObject* generate(const ast::Module& module, const scope::SymbolTable& symbols, Context& context);

 private:
  std::unique_ptr<Generator> generator_;
};

}  // namespace mkpyc::codegen
