// The cache is an open-addressing table of small slots. Each compilation begins with as many, all empty, as the number
// of names that its source has lets expect: emptying them in one go brings them near, while looking into slots left by
// another file waits for far memory each time.
// An object that stands for itself carries the number of the compilation (Object::epoch): merging it again is one
// comparison, which is what most of a file's constants (names, and what the tree repeats by pointer) cost.
#include "object/constants.h"
#include "base/likely.h"
#include "base/secret_hash.h"
#include "target/features.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

namespace mkpyc {
namespace {

constexpr std::size_t kFirstSlots = 512;
constexpr std::size_t kFirstQualified = 64;
constexpr int kHashMark = 1;              // the lowest bit of each short_hash() is set
constexpr std::size_t kSlotsPerName = 4;  // as most files need, at half full

u64 mix(Type type, u64 value) { return secret_mix(static_cast<u64>(type), value); }

template <class T>
T load(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

// Most texts are short enough for two loads that overlap.
u64 hash_text(std::string_view text) {
  const char* at = text.data();
  std::size_t size = text.size();
  if (size > 16) return secret_hash(at, size);
  u64 first = 0, last = 0;
  if (size >= 8) {
    first = load<u64>(at);
    last = load<u64>(at + size - 8);
  } else if (size >= 4) {
    first = load<u32>(at);
    last = load<u32>(at + size - 4);
  } else if (size != 0) {
    first = load<u8>(at);
    last = static_cast<u64>(load<u8>(at + size / 2)) << 8 | load<u8>(at + size - 1);
  }
  return secret_mix(secret_mix(first, size), last);
}

// The hash of a tuple begins with the number of its items and ends with the mix.
u64 add_to_hash(u64 hash, const Object* item) { return std::rotl(hash, 9) + ConstantPool::key_hash(item); }

u64 hash_items(const Object* const* items, std::size_t count) {
  u64 hash = count;
  for (std::size_t i = 0; i < count; ++i) hash = add_to_hash(hash, items[i]);
  return mix(Type::Tuple, hash);
}

// Independent of the order of the items.
u64 hash_set(const TupleObject& set) {
  u64 sum = 0;
  for (const Object* item : set.items) sum += ConstantPool::key_hash(item);
  return mix(Type::FrozenSet, sum);
}

u64 hash_int(const IntObject& value) {
  if (value.is_small()) return mix(Type::Int, static_cast<u64>(value.small));
  return mix(Type::Int, secret_hash(value.limbs.items, value.limbs.size() * sizeof(u64)));
}

// NaN is equal to nothing but itself; else equal values of equal sign, which is the same as equal bits.
bool same_double(double a, double b) { return !std::isnan(a) && std::bit_cast<u64>(a) == std::bit_cast<u64>(b); }

bool same_int(const IntObject& a, const IntObject& b) {
  return a.small == b.small && a.negative == b.negative && std::ranges::equal(a.limbs, b.limbs);
}

bool same_tuple(const Seq<Object*>& a, const Seq<Object*>& b) {
  return a.items == b.items || std::ranges::equal(a, b, ConstantPool::same_key);
}

using Hashed = std::pair<u64, const Object*>;

std::vector<Hashed> by_hash(const Seq<Object*>& items) {
  std::vector<Hashed> sorted;
  sorted.reserve(items.size());
  for (const Object* item : items) sorted.emplace_back(ConstantPool::key_hash(item), item);
  std::ranges::sort(sorted, {}, &Hashed::first);
  return sorted;
}

// Sets are mostly equal in the same order; else their items are matched by hash, so that two large sets of a hostile
// source do not cost the product of their sizes.
bool same_set(const Seq<Object*>& a, const Seq<Object*>& b) {
  if (a.size() != b.size()) return false;
  if (same_tuple(a, b)) return true;
  std::vector<Hashed> left = by_hash(a), right = by_hash(b);
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t j = i;
    while (j < right.size() && right[j].first == left[i].first &&
           !ConstantPool::same_key(left[i].second, right[j].second))
      ++j;
    if (j == right.size() || right[j].first != left[i].first) return false;
    std::swap(right[i], right[j]);
  }
  return true;
}

// CPython: codeobject.c code_richcompare. Neither the qualified name nor the stack size counts.
bool same_code(const CodeObject& a, const CodeObject& b) {
  auto same = ConstantPool::same_key;
  return a.firstlineno == b.firstlineno && a.argcount == b.argcount && a.posonlyargcount == b.posonlyargcount &&
         a.kwonlyargcount == b.kwonlyargcount && a.flags == b.flags && same(a.name, b.name) && same(a.code, b.code) &&
         same(a.consts, b.consts) && same(a.names, b.names) && same(a.localsplusnames, b.localsplusnames) &&
         same(a.linetable, b.linetable) && same(a.exceptiontable, b.exceptiontable);
}

u64 hash_code(const CodeObject& code) {
  u64 hash = mix(Type::Code, static_cast<u64>(code.firstlineno));
  return secret_mix(secret_mix(hash, ConstantPool::key_hash(code.name)), ConstantPool::key_hash(code.linetable));
}

// Of what is equal to nothing but itself.
u64 hash_identity(const Object* object) { return mix(object->type, reinterpret_cast<std::uintptr_t>(object)); }

u64 hash_value(const Object* object) {
  switch (object->type) {
    case Type::None:
    case Type::False:
    case Type::True:
    case Type::Ellipsis: return mix(object->type, 1);
    case Type::Int: return hash_int(*static_cast<const IntObject*>(object));
    case Type::Float: {
      double value = static_cast<const FloatObject*>(object)->value;
      return std::isnan(value) ? hash_identity(object) : mix(Type::Float, std::bit_cast<u64>(value));
    }
    case Type::Complex: {
      const auto* value = static_cast<const ComplexObject*>(object);
      if (std::isnan(value->real) || std::isnan(value->imag)) return hash_identity(object);
      return secret_mix(mix(Type::Complex, std::bit_cast<u64>(value->real)), std::bit_cast<u64>(value->imag));
    }
    case Type::Str: return NameTable::hash(static_cast<const StrObject*>(object)->text);
    case Type::Bytes: return mix(Type::Bytes, hash_text(static_cast<const BytesObject*>(object)->bytes));
    case Type::Tuple: {
      const auto& items = static_cast<const TupleObject*>(object)->items;
      return hash_items(items.items, items.size());
    }
    case Type::FrozenSet: return hash_set(*static_cast<const TupleObject*>(object));
    case Type::Slice: {
      const auto* slice = static_cast<const SliceObject*>(object);
      const Object* fields[] = {slice->start, slice->stop, slice->step};
      return mix(Type::Slice, hash_items(fields, 3));
    }
    case Type::Code: return hash_code(*static_cast<const CodeObject*>(object));
  }
  return 0;
}

// Objects of which CPython has one, whatever is compiled: they stand for themselves. Not so bytes and characters:
// folding `b'x' * 0` or `'ab'[::2]` makes another b'' or 'a'.
bool is_singleton(const Object& object) {
  switch (object.type) {
    case Type::None:
    case Type::False:
    case Type::True:
    case Type::Ellipsis: return true;
    case Type::Int:
    case Type::Tuple: return object.pinned;
    case Type::Bytes:
    case Type::Float:
    case Type::Complex:
    case Type::Str:
    case Type::FrozenSet:
    case Type::Slice:
    case Type::Code: return false;
  }
  return false;
}

}  // namespace

// Values do not change, so that each is hashed once.
u32 ConstantPool::hash_of(const Object* object) { return object->hash = short_hash(hash_value(object)); }

bool ConstantPool::same_key(const Object* a, const Object* b) {
  if (a == b) return true;
  if (a->type != b->type) return false;
  switch (a->type) {
    case Type::None:
    case Type::False:
    case Type::True:
    case Type::Ellipsis: return true;
    case Type::Int: return same_int(*static_cast<const IntObject*>(a), *static_cast<const IntObject*>(b));
    case Type::Float:
      return same_double(static_cast<const FloatObject*>(a)->value, static_cast<const FloatObject*>(b)->value);
    case Type::Complex: {
      const auto *x = static_cast<const ComplexObject*>(a), *y = static_cast<const ComplexObject*>(b);
      return same_double(x->real, y->real) && same_double(x->imag, y->imag);
    }
    case Type::Str: return static_cast<const StrObject*>(a)->text == static_cast<const StrObject*>(b)->text;
    case Type::Bytes: return static_cast<const BytesObject*>(a)->bytes == static_cast<const BytesObject*>(b)->bytes;
    case Type::Tuple:
      return same_tuple(static_cast<const TupleObject*>(a)->items, static_cast<const TupleObject*>(b)->items);
    case Type::FrozenSet:
      return same_set(static_cast<const TupleObject*>(a)->items, static_cast<const TupleObject*>(b)->items);
    case Type::Slice: {
      const auto *x = static_cast<const SliceObject*>(a), *y = static_cast<const SliceObject*>(b);
      return same_key(x->start, y->start) && same_key(x->stop, y->stop) && same_key(x->step, y->step);
    }
    case Type::Code: return same_code(*static_cast<const CodeObject*>(a), *static_cast<const CodeObject*>(b));
  }
  return false;
}

ConstantPool::ConstantPool(Objects& objects) : objects_(objects) { empty(kFirstSlots); }

void ConstantPool::empty(std::size_t slots) {
  slots_.assign(slots, Slot{});
  mask_ = slots - 1;
  if (entries_.size() < slots / 2) entries_.resize(slots / 2);
}

void ConstantPool::reset(const Target& target) {
  star_is_interned_ = target.on(Feature::star_is_interned);
  entry_count_ = 0;
  qualified_.assign(kFirstQualified, nullptr);
  qualified_count_ = 0;
  empty(std::bit_ceil(std::max<std::size_t>(kFirstSlots, objects_.names().size() * kSlotsPerName)));
  if (++epoch_ == 0) {
    literals_.clear();
    epoch_ = 1;
  }
  // Another compilation of the same file keeps its names, and with them what is known of who brought them in.
  if (names_generation_ == objects_.names().generation()) return;
  names_generation_ = objects_.names().generation();
  introduced_.clear();
}

StrObject* ConstantPool::intern_qualified(StrObject* string, bool held) {
  if (string->interned) return string;
  StrObject*& place = *qualified_place(string);
  if (place != nullptr) return place;
  StrObject* interned = place = intern_new_qualified(string, held);
  if (++qualified_count_ * 2 > qualified_.size()) grow_qualified();
  return interned;
}

// A module with the same text that is imported has it from the source.
StrObject* ConstantPool::intern_new_qualified(StrObject* string, bool held) {
  Name name = objects_.names().find_composed(string->text);
  if (name != Name::kNone) return objects_.name(name);
  StrObject* interned = held ? objects_.str_stable(string->text) : string;
  interned->pinned = interned->interned = true;
  return interned;
}

// Where a string equal to this one is, or belongs.
StrObject** ConstantPool::qualified_place(const StrObject* string) {
  for (std::size_t at = key_hash(string) >> kHashMark, mask = qualified_.size() - 1;; ++at) {
    StrObject*& place = qualified_[at & mask];
    if (place == nullptr || place->text == string->text) return &place;
  }
}

void ConstantPool::grow_qualified() {
  std::vector<StrObject*> before(qualified_.size() * 2);
  before.swap(qualified_);
  for (StrObject* string : before)
    if (string != nullptr) *qualified_place(string) = string;
}

template <class Equal>
ConstantPool::Slot& ConstantPool::find(u32 hash, const Equal& equal) {
  Slot* const slots = slots_.data();
  const Slot hash_mask = ~entry_mask();
  for (std::size_t i = hash >> kHashMark, mask = mask_;; ++i) {
    Slot& slot = slots[i & mask];
    if (!is_full(slot) || (((slot ^ hash) & hash_mask) == 0 && equal(object_of(slot)))) return slot;
  }
}

Object* ConstantPool::fill(Slot& slot, u32 hash, Object* object) {
  u32 entry = ++entry_count_;
  slot = slot_of(hash, entry);
  entries_[entry] = object;
  object->epoch = epoch_;
  object->hash = hash;
  if (entry == entry_mask()) [[unlikely]]
    grow();
  return object;
}

[[gnu::noinline]] void ConstantPool::grow() {
  empty(slots_.size() * 2);
  for (u32 entry = 1; entry <= entry_count_; ++entry) {
    u32 hash = entries_[entry]->hash;
    find(hash, [](const Object*) { return false; }) = slot_of(hash, entry);
  }
}

// The interned string of a text is the same object everywhere, so it needs no slot. Constants that look like names are
// interned, and '*' is the character that the interpreter's own `from posix import *` has interned.
[[gnu::always_inline]] inline Object* ConstantPool::merge_string(StrObject* string) {
  bool is_star = star_is_interned_ && string->text == "*";
  if (is_star || (likely(string->ascii) && all_name_chars(string->text))) return merge_interned(string);
  u32 hash = string->hash != 0 ? string->hash : NameTable::hash(string->text);
  Slot& slot = find(hash, [&](const Object* other) {
    return other->type == Type::Str && static_cast<const StrObject*>(other)->text == string->text;
  });
  return is_full(slot) ? object_of(slot) : fill(slot, hash, string);
}

Object* ConstantPool::merge_interned(StrObject* string) {
  if (string->interned) {
    string->epoch = epoch_;
    return string;
  }
  NameTable& names = objects_.names();
  u32 known = names.size();
  Name name = names.intern_stable(string->text);
  u32 id = static_cast<u32>(name);
  if (names.size() != known) {
    introduced_.resize(id + 1);
    introduced_[id] = true;
  }
  Object* interned = objects_.name(name);
  if (interned->epoch != epoch_) {
    if (literals_.size() <= id) literals_.resize(names.size());
    literals_[id] = epoch_;
    interned->epoch = epoch_;
  }
  return interned;
}

bool ConstantPool::literal_came_first(Name name) const {
  return static_cast<u32>(name) < literals_.size() && literals_[static_cast<u32>(name)] == epoch_;
}

bool ConstantPool::introduced_here(Name name) const {
  return static_cast<u32>(name) < introduced_.size() && introduced_[static_cast<u32>(name)];
}

// CPython changes the items of a tuple in place and makes a new frozenset in any case; a copy of both is the same.
Object* ConstantPool::own_copy(const TupleObject* sequence) {
  TupleObject* copy = objects_.arena().make<TupleObject>(*sequence);
  copy->items = Seq<Object*>::copy(objects_.arena(), sequence->items.begin(), sequence->items.size());
  return copy;
}

Object* ConstantPool::merge_new(Object* object) {
  if (object->type == Type::Int) object = objects_.single(static_cast<IntObject*>(object));
  if (object->type == Type::Str) return merge_string(static_cast<StrObject*>(object));
  if (is_singleton(*object)) {
    object->epoch = epoch_;
    return object;
  }
  u32 hash = key_hash(object);
  Slot& slot = find(hash, [&](const Object* other) { return same_key(other, object); });
  if (is_full(slot)) return object_of(slot);
  if (object->type != Type::Tuple && object->type != Type::FrozenSet) return fill(slot, hash, object);
  Object* copy = fill(slot, hash, own_copy(static_cast<TupleObject*>(object)));
  for (Object*& item : static_cast<TupleObject*>(copy)->items) item = merge(item);
  return copy;
}

Object* ConstantPool::merge_one(Object* object) {
  if (object->type != Type::Tuple && object->type != Type::FrozenSet) return merge(object);
  if (object->epoch == epoch_ || is_singleton(*object)) return object;
  u32 hash = key_hash(object);
  Slot& slot = find(hash, [&](const Object* other) { return same_key(other, object); });
  return is_full(slot) ? object_of(slot) : fill(slot, hash, object);
}

ConstantPool::Slot& ConstantPool::find_tuple(Object* const* items, std::size_t count, u32 hash) {
  return find(hash, [=](const Object* other) {
    if (other->type != Type::Tuple) return false;
    const auto& others = static_cast<const TupleObject*>(other)->items;
    return others.size() == count && std::equal(items, items + count, others.begin(), same_key);
  });
}

TupleObject* ConstantPool::merge_one(Object* const* items, std::size_t count) {
  return merge_tuple(items, count, short_hash(hash_items(items, count)));
}

inline TupleObject* ConstantPool::merge_tuple(Object* const* items, std::size_t count, u32 hash) {
  if (count == 0) return objects_.tuple(items, count);
  Slot& slot = find_tuple(items, count, hash);
  Object* object = is_full(slot) ? object_of(slot) : fill(slot, hash, objects_.tuple(items, count));
  return static_cast<TupleObject*>(object);
}

TupleObject* ConstantPool::merge_names(const std::vector<Name>& names) {
  const std::size_t count = names.size();
  // Where they stay if the tuple is new.
  Object** const items = objects_.arena().array<Object*>(count);
  u64 hash = count;
  for (std::size_t i = 0; i < count; ++i) {
    items[i] = objects_.name(names[i]);
    hash = add_to_hash(hash, items[i]);
  }
  return names_tuple({items, static_cast<u32>(count)}, short_hash(mix(Type::Tuple, hash)));
}

// A tuple of equal strings may be there, some of which are not the interned ones.
inline TupleObject* ConstantPool::names_tuple(Seq<Object*> names, u32 hash) {
  auto of_names = [](Object* object) {
    auto* tuple = static_cast<TupleObject*>(object);
    tuple->of_names = true;
    return tuple;
  };
  if (names.empty()) return of_names(objects_.tuple(nullptr, 0));
  Slot& slot = find_tuple(names.items, names.size(), hash);
  if (!is_full(slot))
    return of_names(fill(slot, hash, objects_.arena().make<TupleObject>(Object{.type = Type::Tuple}, names)));
  auto* tuple = static_cast<TupleObject*>(object_of(slot));
  if (tuple->of_names) return tuple;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (!tuple->items[i]->interned) tuple->items[i] = names[i];
  return of_names(tuple);
}

BytesObject* ConstantPool::merge_one(std::string_view bytes) {
  if (bytes.empty() && objects_.bytes(bytes)->epoch == epoch_) return objects_.bytes(bytes);
  u32 hash = short_hash(mix(Type::Bytes, hash_text(bytes)));
  Slot& slot = find(hash, [&](const Object* other) {
    return other->type == Type::Bytes && static_cast<const BytesObject*>(other)->bytes == bytes;
  });
  Object* object = is_full(slot) ? object_of(slot) : fill(slot, hash, objects_.fresh_bytes(bytes));
  return static_cast<BytesObject*>(object);
}

}  // namespace mkpyc
