// String literals in a program that is being explained: their errors are found in the order of the grammar, and a
// replacement field of an f-string is a program to explain by itself.
#pragma once

#include "explain/peg.h"

namespace mkpyc::explain {

/// One string token that is no f-string; true if it is bytes. Throws Raised.
bool check_string(Peg& peg, u32 token);

/// One token of text in the f-string that begins at `start`; lines of warnings are counted from `line_token`.
void check_text(Peg& peg, u32 token, u32 start, u32 line_token);

/// The same for the text that a field shows, from the token `brace` up to `end_token`, if it is decoded like the rest.
void check_field_text(Peg& peg, u32 brace, u32 end_token, u32 start, u32 line_token);

/// The same in a format spec, where nobody makes a SyntaxError of what fails to be decoded.
void check_spec_text(Peg& peg, u32 token);

/// That token is UTF-8; raises a plain UnicodeDecodeError.
void check_utf8(Peg& peg, u32 token);

/// The string tokens from `first` on, which the grammar has just matched; true if they make an f-string. Throws Raised.
bool check_strings(Peg& peg, u32 first);

}  // namespace mkpyc::explain
