// String literals in a program that is being explained: their errors are found in the order of the grammar, and a
// replacement field of an f-string is a program to explain by itself.
#pragma once

#include "explain/peg.h"

namespace mkpyc::explain {

/// The string tokens from `first` on, which the grammar has just matched; true if they make an f-string. Throws Raised.
bool check_strings(Peg& peg, u32 first);

}  // namespace mkpyc::explain
