// The strings that an interpreter holds interned while it compiles its first file (grammar/held_names): names of its
// builtins, its C code and the modules that compileall imports.
#pragma once

#include <string_view>

#include "target/target.h"

namespace mkpyc {

/// True if a fresh interpreter has an interned string with this text; for a text of one character, another one than the
/// cached character.
bool interpreter_holds(const Target& target, std::string_view text);

}  // namespace mkpyc
