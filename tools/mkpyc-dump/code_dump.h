// The code generator's result as text: for each unit its tables, then its instructions with labels and locations.
#pragma once

#include <string>

#include "codegen/unit.h"
#include "object/object.h"

namespace mkpyc::dump {

/// Prints each unit where flow/ and assemble/ would make a code object of it: inner ones come first.
class UnitPrinter : public codegen::UnitSink {
 public:
  /// `plain`: dump_sequence() in place of dump_unit().
  UnitPrinter(Objects& objects, std::string& out, bool plain) : objects_(objects), out_(out), plain_(plain) {}
  CodeObject* finish(codegen::CodeUnit& unit) override;

 private:
  CodeObject* stand_in(const codegen::CodeUnit& unit);

  Objects& objects_;
  std::string& out_;
  bool plain_;
};

/// The form in which CPython's _testinternalcapi.compiler_codegen can be printed, too: a line "DEPTH QUALNAME" and one
/// an instruction, "OP ARG LINE END_LINE COL END_COL". The argument of a jump is the position it goes to.
void dump_sequence(const codegen::CodeUnit& unit, std::string& out);

void dump_unit(const codegen::CodeUnit& unit, const NameTable& names, std::string& out);

}  // namespace mkpyc::dump
