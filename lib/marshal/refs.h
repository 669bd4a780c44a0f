// Which objects marshal marks as shared. See refs.cc.
#pragma once

#include "object/object.h"
#include "target/target.h"

namespace mkpyc::marshal {

/// Walks what the code object reaches, once an object, and leaves in Object::owners what flagged() reads, in
/// Object::ref -1. `all`: even in objects that are flagged in any case. Throws SourceError when it nests too deeply for
/// marshal.
void count_owners(CodeObject* code, const Target& target, bool all);

/// True if CPython's reference count of the object is more than one while it marshals, or if it ignores the count.
inline bool flagged(const Object* object) { return (object->owners & 3) > 1 || object->pinned || object->interned; }

}  // namespace mkpyc::marshal
