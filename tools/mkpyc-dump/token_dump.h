// Tokens as text, a line each: positions, kind, spelling.
#pragma once

#include <string>

#include "token/token.h"

namespace mkpyc::dump {

void dump_tokens(const token::TokenBuffer& tokens, std::string& out);

}  // namespace mkpyc::dump
