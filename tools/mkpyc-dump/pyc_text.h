// Parts of a .pyc as text, for mkpyc-dump and mkpyc-diff. Everything may come from a hostile file.
#pragma once

#include <string>

#include "assemble/decode.h"
#include "object/object.h"
#include "target/target.h"

namespace mkpyc::dump {

/// repr() of a constant, cut off after about `limit` characters; "<code f>" for a code object.
std::string constant_text(const Object* object, std::size_t limit = 60);

/// "3:4-3:10", "3" without columns, "none".
std::string location_text(const ast::Loc& loc);

/// "LOAD_CONST 1 ('x')", "JUMP_FORWARD 4 (to 20)".
std::string instruction_text(const assemble::DecodedInstr& instr, const CodeObject& code, const Target& target);

/// "OPTIMIZED|NEWLOCALS".
std::string flags_text(u32 flags);

/// "0x20 local".
std::string kind_text(u8 kind);

}  // namespace mkpyc::dump
