// The code generator's result as text: for each unit its tables, then its instructions with labels and locations.
#pragma once

#include <string>

#include "codegen/unit.h"
#include "object/object.h"

namespace mkpyc::dump {

/// Prints each unit where flow/ and assemble/ would make a code object of it: inner ones come first.
class UnitPrinter : public codegen::UnitSink {
 public:
  UnitPrinter(Objects& objects, std::string& out) : objects_(objects), out_(out) {}
  CodeObject* finish(codegen::CodeUnit& unit) override;

 private:
  CodeObject* stand_in(const codegen::CodeUnit& unit);

  Objects& objects_;
  std::string& out_;
  u32 count_ = 0;
};

void dump_unit(const codegen::CodeUnit& unit, const NameTable& names, std::string& out);

}  // namespace mkpyc::dump
