// The text of a replacement field, which `{x=}` shows and a t-string keeps.
#pragma once

#include <string_view>

#include "parse/literals.h"

namespace mkpyc::parse {

/// The brace that opens a field, and the token before which its text ends.
struct FieldTokens {
  const token::Token* brace;
  const token::Token* end;
};

/// What stands between the two, without comments, as the target's tokenizer keeps it. `level`: how many format specs
/// the field lies in.
std::string_view field_text(const token::TokenBuffer& tokens, FieldTokens field, int level, Context& context);

}  // namespace mkpyc::parse
