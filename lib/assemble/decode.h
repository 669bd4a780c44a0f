// The tables of a code object read back, for the tools and for tests. Safe for any bytes: what cannot be read is left
// out, and `complete` says so.
#pragma once

#include <string_view>
#include <vector>

#include "ast/ast.h"
#include "target/op.h"

namespace mkpyc::assemble {

/// An instruction of the bytecode with the extended arguments before it.
struct DecodedInstr {
  u32 offset;  // in bytes, of the first EXTENDED_ARG
  u32 size;    // in bytes, with extended arguments and inline caches
  Op op;       // Op::kCount: no instruction of this target
  u8 number;   // the byte itself
  u32 arg;
  bool clean_caches;  // its cache entries are zero
};
struct DecodedCode {
  std::vector<DecodedInstr> instrs;
  bool complete = true;
};
DecodedCode decode_bytecode(std::string_view code, const OpTable& ops);

/// The location of each code unit; line -1 is "no line", column -1 "no column".
struct DecodedLocations {
  std::vector<ast::Loc> units;
  bool complete = true;
};
DecodedLocations decode_locations(std::string_view table, i32 firstlineno);

/// An entry of the exception table; offsets in bytes.
struct DecodedHandler {
  u32 start, end, target;
  u32 depth;
  bool lasti;
  friend bool operator==(const DecodedHandler&, const DecodedHandler&) = default;
};
struct DecodedHandlers {
  std::vector<DecodedHandler> entries;
  bool complete = true;
};
DecodedHandlers decode_exceptions(std::string_view table);

}  // namespace mkpyc::assemble
