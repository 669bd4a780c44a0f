// Interning, where a code object is made (CPython: codeobject.c intern_string_constants). What is left of it after
// object/constants.h has put interned strings into constants.
#pragma once

#include "assemble/assemble.h"

namespace mkpyc::assemble {

/// Gives a new code object's constants the frozensets that CPython makes anew while it interns their strings.
void intern_constants(TupleObject* consts, Context& context);

}  // namespace mkpyc::assemble
