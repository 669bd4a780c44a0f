// What the alternatives of grammar/python.gram do: make nodes, and raise errors. CPython: action_helpers.c.
#pragma once

#include "explain/grammar.h"
#include "explain/peg.h"

namespace mkpyc::explain {

/// Sets what an action of this name does.
void bind_action(std::string_view name, Action& action);

/// A list from its first element and the list of the others.
Node* prepend(Peg& peg, const Action& action, std::span<Node* const> items);

}  // namespace mkpyc::explain
