// Python's == of constants: what decides which items of a set display are one item (1, 1.0 and True are).
// Not to be confused with the constant pool's keys, which tell types apart (object/constants.h).
#pragma once

#include "object/object.h"

namespace mkpyc {

/// `a is b or a == b`
bool python_equal(const Object* a, const Object* b);

/// Equal objects have equal hashes, which are not CPython's.
u64 equality_hash(const Object* object);

/// A frozenset of the items: of equal ones the first stays, in the order in which they were added.
TupleObject* make_frozenset(Objects& objects, const Object* const* items, std::size_t count);

}  // namespace mkpyc
