// The order in which CPython's set of free names has them, for the one place where it shows: a comprehension that is
// inlined into a class body saves what is free in its inner blocks in the order of the symbols that update_symbols()
// made while it iterated over such a set. The hashes are those of PYTHONHASHSEED=0. Private to this folder.
#pragma once

#include <vector>

#include "scope/scratch.h"

namespace mkpyc::scope {

/// Brings the names, which are free in the comprehension's inner blocks, into the order of CPython's set. The inner
/// blocks are analysed; those of comprehensions that were inlined stand in visited_children.
void order_as_set(const Scope* comp, std::vector<Name>& names, const NameTable& table);

}  // namespace mkpyc::scope
