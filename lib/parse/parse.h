// Tokens -> syntax tree, for valid programs. The parser keeps no error logic: explain/ runs it, and when it
// fails finds the error that CPython reports.
//
// In: TokenBuffer or Lines. Out: ast::Module. Errors: ParseFailure for all that CPython's parser refuses, bad literals
// included: which error it reports depends on how far it has read by then, and explain/ finds that out.
#pragma once

#include <memory>

#include "ast/ast.h"
#include "diag/diag.h"
#include "object/object.h"
#include "target/target.h"
#include "token/token.h"

namespace mkpyc::parse {

/// Grammar rules that may be active at once in CPython's parser; one more is a MemoryError. CPython: parser.c MAXSTACK.
inline constexpr u32 kMaxRules = 6000;

/// Thrown when the tokens are not a program: nothing more is known here.
struct ParseFailure {
  /// It is not known that the program is wrong: it may nest too deeply for CPython's parser. explain/ counts exactly.
  bool deep = false;
};

/// Working memory of the parser, to be kept from file to file.
struct Scratch;
struct ScratchDeleter {
  void operator()(Scratch* scratch) const;
};
using ScratchPtr = std::unique_ptr<Scratch, ScratchDeleter>;
ScratchPtr make_scratch();

struct Context {
  const Target& target;
  Arena& arena;
  NameTable& names;
  Objects& objects;
  diag::Sink& sink;
  /// Most decimal digits of an integer literal (PYTHONINTMAXSTRDIGITS); 0 is no limit.
  int int_max_str_digits = 4300;
  /// null: made for the call.
  Scratch* scratch = nullptr;
  /// Do not warn of escapes: CPython has done so before.
  bool silent_escapes = false;
};

/// `kAny`: the program is known to nest no deeper than CPython's parser allows.
enum class Depth : u8 { kLimited, kAny };

ast::Module* parse(const token::TokenBuffer& tokens, Context& context, Depth depth = Depth::kLimited);
/// The same, and the tokens are made as they are read. After a failure they have to be made again.
ast::Module* parse(token::Lines& lines, Context& context);

}  // namespace mkpyc::parse
