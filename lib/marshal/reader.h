// Marshalled bytes -> objects, for the tools that show and compare .pycs and for tests. Any bytes are safe to read.
#pragma once

#include <string>
#include <string_view>

#include "object/object.h"
#include "target/target.h"

namespace mkpyc::marshal {

/// What read() found. Without an error, `object` is what the bytes hold.
struct Unmarshalled {
  Object* object = nullptr;
  std::string error;       // empty: none
  std::size_t offset = 0;  // where the error is, or where the object ends
};

/// Reads one object from the start of `bytes`. An object that the stream refers back to is one object here.
/// Object::pinned is set on objects that carry FLAG_REF, Object::ref is their number, or -1. Strings are views into
/// `bytes`.
Unmarshalled read(std::string_view bytes, Arena& arena);

/// The target that a .pyc's first four bytes name: its newest known micro; null for an unknown magic number.
const Target* target_of_pyc(std::string_view bytes);

}  // namespace mkpyc::marshal
