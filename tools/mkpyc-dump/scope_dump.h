// The symbol tables as text, with what CPython's _symtable module tells of them.
//
// A line a block, outer blocks first, indented by depth:
//   TYPE NAME LINE nested|- (PARAMETERS) SYMBOL:FLAGS ... + SYMBOL ...
// The flags are those of _symtable, the scope 12 bits up in all versions (its SCOPE_OFF is 11 or 12), and the symbols
// in the order of its dict. Behind "+" stand, in alphabetical order, the names that only pass through to an inner
// block: CPython has them in the order of a set.
#pragma once

#include <string>

#include "scope/scope.h"

namespace mkpyc::dump {

void dump_scopes(const scope::SymbolTable& table, const NameTable& names, std::string& out);

}  // namespace mkpyc::dump
