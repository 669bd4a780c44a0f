// What the alternatives of grammar/python.gram do: make nodes, and raise errors. The grammar calls these functions by
// their names. CPython: action_helpers.c.
#pragma once

#include "explain/grammar.h"
#include "explain/peg.h"

namespace mkpyc::explain::actions {

using Body = Node*(Peg&, const Action&, std::span<Node* const>);

/// A node of the kind that the action says, over its parts.
Body make_node;
/// A list from its first element and the list of the others.
Body prepend;

Body strings, string, constant, text, fstring, concatenate, conversion, field, import_from, barry_not_equal,
    less_greater, raise_from_tuple, raise_next, not_equal, or_pattern, real, imaginary, raise, raise_indentation,
    raise_at, raise_range, raise_from, raise_target, legacy_statement, missing_comma, generator_in_call,
    positional_after_keyword, missing_dict_value, compound_statement;

}  // namespace mkpyc::explain::actions
