// One compilation's constant cache (CPython: c_const_cache, merge_consts_recursive, merge_const_one,
// _PyCode_ConstantKey): equal constants become one object, the first that was registered. It holds user constants and
// also the tuples of names and of constants, line tables and exception tables, which is why a user's ('a', 'b') and
// co_names ('a', 'b') are one object.
//
// CPython interns the strings of [A-Za-z0-9_]* when it makes the code object, and puts the interned string wherever
// the constant is. The end is the same if that is done when the constant is merged, and then such a constant needs no
// hashing of its text in the cache; the one visible difference is what literal_came_first() is for.
#pragma once

#include <string_view>
#include <vector>

#include "base/likely.h"
#include "object/object.h"
#include "target/target.h"

namespace mkpyc {

class ConstantPool {
 public:
  explicit ConstantPool(Objects& objects);

  /// Forgets everything: one compilation (a file, a target, a level) starts. Costs nothing that depends on the size
  /// of earlier compilations.
  void reset(const Target& target);

  /// The object that stands for `object` in this compilation: the first registered one with the same constant key.
  /// Tuples and frozensets have their items merged too. The argument itself is never changed, because the syntax tree
  /// is shared by several compilations; a registered tuple is the pool's own copy, which assemble/ may change.
  Object* merge(Object* object) { return object->epoch == epoch_ ? object : merge_new(object); }

  /// CPython's merge_const_one: as merge(), but the items of a tuple stay as they are, and the argument is registered
  /// itself when it is new.
  Object* merge_one(Object* object);
  /// The same for a tuple and a bytes object that are made only when they are new.
  TupleObject* merge_one(Object* const* items, std::size_t count);
  BytesObject* merge_one(std::string_view bytes);
  /// The tuple of these names' interned strings. If it was a user's tuple of equal strings until now, its items become
  /// the interned ones (CPython: codeobject.c intern_strings).
  TupleObject* merge_names(const std::vector<Name>& names);

  /// The interned string of a qualified name of parts, which is `string` itself if none was interned before (CPython
  /// from 3.13: codeobject.c init_code). `held`: the interpreter has interned an equal one.
  StrObject* intern_qualified(StrObject* string, bool held = false);

  /// True for an object that stands for itself and its equals in this compilation.
  bool registered(const Object* object) const { return object->epoch == epoch_; }

  /// For a name-like text that was merged. CPython's registered constant is another string than the interned one of its
  /// text if it was a literal, and an equal string was interned before it: a name of the source (introduced_here() is
  /// false then), or one that the interpreter holds.
  bool literal_came_first(Name name) const;
  bool introduced_here(Name name) const;

  /// Key equality: type-aware (1, 1.0 and True differ), signed zeros differ, NaN equals only itself, code objects by
  /// structure (CPython: _PyCode_ConstantKey, code_richcompare).
  static bool same_key(const Object* a, const Object* b);
  static u32 key_hash(const Object* object) { return likely(object->hash != 0) ? object->hash : hash_of(object); }

 private:
  /// In the lowest bits, which of entries_; in those that no entry needs, the bits of its hash that do not lead to the
  /// slot. 0 where there is none.
  using Slot = u32;

  static u32 hash_of(const Object* object);
  Object* merge_new(Object* object);
  Object* merge_string(StrObject* string);
  Object* merge_interned(StrObject* string);
  Object* own_copy(const TupleObject* sequence);
  /// The slot that holds what `equal` accepts, or the empty one where it belongs.
  template <class Equal>
  Slot& find(u32 hash, const Equal& equal);
  TupleObject* merge_tuple(Object* const* items, std::size_t count, u32 hash);
  TupleObject* names_tuple(Seq<Object*> names, u32 hash);
  Slot& find_tuple(Object* const* items, std::size_t count, u32 hash);
  Object* fill(Slot& slot, u32 hash, Object* object);
  /// The bits of an entry; the one with all of them makes the table grow.
  u32 entry_mask() const { return static_cast<u32>(mask_ / 2); }
  Slot slot_of(u32 hash, u32 entry) const { return (hash & ~entry_mask()) | entry; }
  bool is_full(const Slot& slot) const { return slot != 0; }
  Object* object_of(const Slot& slot) const { return entries_[slot & entry_mask()]; }
  void empty(std::size_t slots);
  void grow();
  StrObject* intern_new_qualified(StrObject* string, bool held);
  StrObject** qualified_place(const StrObject* string);
  void grow_qualified();

  Objects& objects_;
  bool star_is_interned_ = false;
  std::vector<Slot> slots_;       // open addressing
  std::vector<Object*> entries_;  // what was registered, in this order, from place 1; larger than that
  u32 entry_count_ = 0;
  std::size_t mask_ = 0;  // one less than there are slots
  u32 epoch_ = 1;
  std::vector<u32> literals_;          // by name: the compilation in which a literal came first
  std::vector<bool> introduced_;       // by name
  std::vector<StrObject*> qualified_;  // open addressing: the qualified names that are interned
  std::size_t qualified_count_ = 0;
  u32 names_generation_ = 0;
};

}  // namespace mkpyc
