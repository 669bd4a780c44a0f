// Strings as explain/ needs them: what is wrong with some, in the order in which CPython finds it.
#pragma once

#include "parse/literals.h"

namespace mkpyc::parse {

/// The text of a replacement field, with parentheses around it, is no expression; or may be too deep (as in
/// ParseFailure). Nothing more is known here: the piece has to be explained as a program of its own.
struct PieceFailure {
  source::Source source;
  i32 line = 0;                 // its first line is this one of the file
  i32 column = 0;               // and columns on that line begin here
  const char* begin = nullptr;  // where the field begins in the text
  bool deep = false;
};

/// Where the tokens lie, if they are a piece themselves.
struct Relocation {
  bool piece = false;
  i32 first_line = 1;
  i32 first_column = 0;
};

/// What is known of fields by now, each by where it begins.
struct KnownPieces {
  std::vector<const char*> fine;  // not too deep
  const char* bad = nullptr;      // fails: not to be looked into
};

/// Evaluates one string token that is no f-string; true if it is bytes. Throws LiteralError.
bool check_string(const token::TokenBuffer& tokens, u32 token, Context& context);

/// Evaluates one token of text in an f-string. Throws LiteralError.
void check_fstring_text(const token::TokenBuffer& tokens, u32 token, bool raw, u32 line_token, Context& context);

/// Evaluates the string tokens from `first` on. True if they make a JoinedStr. Throws LiteralError, for a reason found
/// in `token`, or PieceFailure.
bool check_strings(const token::TokenBuffer& tokens, u32 first, const Relocation& where, const KnownPieces& known,
                   Context& context, u32& token);

}  // namespace mkpyc::parse
