// Backslash escapes of string and bytes literals. Private to this folder but for tests.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "target/target.h"

namespace mkpyc::parse {

struct Unescaped {
  std::string_view text;           // in the arena
  std::string_view first_invalid;  // what follows the backslash of the first escape that means nothing; empty: none
};

/// The body of a str literal, valid UTF-8. Throws LiteralError.
Unescaped unescape_str(std::string_view body, const Target& target, Arena& arena);

/// The body of a bytes literal, ASCII. Throws LiteralError.
Unescaped unescape_bytes(std::string_view body, Arena& arena);

}  // namespace mkpyc::parse
