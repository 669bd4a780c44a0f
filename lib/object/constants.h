// One compilation's constant cache (CPython: c_const_cache, merge_consts_recursive, _PyCode_ConstantKey): equal
// constants become one object, the first that was registered. It holds user constants and also the tuples of names,
// of constants, line tables and bytecode, which is why a user's ('a', 'b') and co_names ('a', 'b') are one object.
#pragma once

#include <vector>

#include "object/object.h"

namespace mkpyc {

class ConstantPool {
 public:
  explicit ConstantPool(Objects& objects) : objects_(objects) {}

  /// Forgets everything: one compilation (a file, a target, a level) starts.
  void reset();

  /// The object that stands for `object` in this compilation: the first registered one with the same constant key.
  /// Tuples and frozensets have their items merged too; the argument itself is never changed (a copy is made when an
  /// item has to be replaced), because the syntax tree is shared by several compilations.
  Object* merge(Object* object);

  /// CPython's merge_const_one: as merge(), but the items of a tuple stay as they are.
  Object* merge_one(Object* object);

  /// Key equality: type-aware (1, 1.0 and True differ), signed zeros differ, NaN equals only itself, code objects by
  /// structure (CPython: _PyCode_ConstantKey).
  static bool same_key(const Object* a, const Object* b);
  static u64 key_hash(const Object* object);

 private:
  Objects& objects_;
  struct Slot {
    u64 hash;
    Object* key;     // what was asked for
    Object* object;  // what it became
  };
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace mkpyc
