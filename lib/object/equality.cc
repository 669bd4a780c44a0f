#include "object/equality.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "base/secret_hash.h"
#include "object/arith.h"
#include "object/bigint.h"

namespace mkpyc {
namespace {

u64 scattered(u64 value) { return secret_mix(value, 0); }

u64 hash_double(double value, const void* identity) {
  if (std::isnan(value)) return scattered(reinterpret_cast<std::uintptr_t>(identity));
  return scattered(std::bit_cast<u64>(value + 0.0));  // -0.0 is 0.0
}

// The hash of the double that has its value, if there is one. CPython's own is its value modulo 2**61 - 1, which a
// source can make the same for as many as it likes.
u64 hash_integer(const Object* object) {
  constexpr i64 kExact = i64{1} << std::numeric_limits<double>::digits;
  i64 small = 0;
  bool is_small = arith::to_i64(object, &small);
  if (is_small && small <= kExact && small >= -kExact) return hash_double(static_cast<double>(small), object);
  double nearest;
  if (bigint::to_double(object, &nearest) && bigint::equals_double(object, nearest))
    return hash_double(nearest, object);
  if (is_small) return scattered(static_cast<u64>(small));
  const auto& limbs = static_cast<const IntObject*>(object)->limbs;
  return secret_hash(limbs.items, limbs.size() * sizeof(u64));
}

u64 hash_items(const TupleObject* tuple) {
  u64 hash = tuple->items.size() + 1;
  for (const Object* item : tuple->items)
    hash = tuple->type == Type::Tuple ? scattered(hash) + equality_hash(item)
                                      : hash + equality_hash(item);  // in any order
  return hash;
}

u64 hash_text(std::string_view text) { return secret_hash(text.data(), text.size()); }

double float_value(const Object* object) { return static_cast<const FloatObject*>(object)->value; }

bool numbers_equal(const Object* a, const Object* b) {
  if (arith::is_int(a)) std::swap(a, b);
  if (a->type == Type::Complex || b->type == Type::Complex) {
    if (a->type != Type::Complex) std::swap(a, b);
    const ComplexObject* x = static_cast<const ComplexObject*>(a);
    if (b->type == Type::Complex) {
      const ComplexObject* y = static_cast<const ComplexObject*>(b);
      return x->real == y->real && x->imag == y->imag;
    }
    if (x->imag != 0) return false;
    return arith::is_int(b) ? bigint::equals_double(b, x->real) : x->real == float_value(b);
  }
  if (arith::is_int(a)) return bigint::equal(a, b);
  return arith::is_int(b) ? bigint::equals_double(b, float_value(a)) : float_value(a) == float_value(b);
}

bool is_number(const Object* object) {
  return arith::is_int(object) || object->type == Type::Float || object->type == Type::Complex;
}

bool items_equal(const TupleObject* a, const TupleObject* b) {
  if (a->items.size() != b->items.size()) return false;
  if (a->type == Type::Tuple) return std::equal(a->items.begin(), a->items.end(), b->items.begin(), python_equal);
  return std::all_of(a->items.begin(), a->items.end(), [b](const Object* item) {
    return std::any_of(b->items.begin(), b->items.end(),
                       [item](const Object* other) { return python_equal(item, other); });
  });
}

}  // namespace

bool python_equal(const Object* a, const Object* b) {
  if (a == b) return true;
  if (is_number(a) && is_number(b)) return numbers_equal(a, b);
  if (a->type != b->type) return false;
  switch (a->type) {
    case Type::Str: return static_cast<const StrObject*>(a)->text == static_cast<const StrObject*>(b)->text;
    case Type::Bytes: return static_cast<const BytesObject*>(a)->bytes == static_cast<const BytesObject*>(b)->bytes;
    case Type::Tuple:
    case Type::FrozenSet: return items_equal(static_cast<const TupleObject*>(a), static_cast<const TupleObject*>(b));
    case Type::None:
    case Type::Ellipsis: return true;
    case Type::False:
    case Type::True:
    case Type::Int:
    case Type::Float:
    case Type::Complex:
    case Type::Slice:
    case Type::Code: break;
  }
  return false;
}

u64 equality_hash(const Object* object) {
  switch (object->type) {
    case Type::False:
    case Type::True:
    case Type::Int: return hash_integer(object);
    case Type::Float: return hash_double(float_value(object), object);
    case Type::Complex: {
      const ComplexObject* complex = static_cast<const ComplexObject*>(object);
      u64 real = hash_double(complex->real, object);
      return complex->imag == 0 ? real : scattered(real + hash_double(complex->imag, object));
    }
    case Type::Str: return hash_text(static_cast<const StrObject*>(object)->text);
    case Type::Bytes: return hash_text(static_cast<const BytesObject*>(object)->bytes);
    case Type::Tuple:
    case Type::FrozenSet: return hash_items(static_cast<const TupleObject*>(object));
    case Type::None:
    case Type::Ellipsis:
    case Type::Slice:
    case Type::Code: break;
  }
  return static_cast<u64>(object->type);
}

TupleObject* make_frozenset(Objects& objects, const Object* const* items, std::size_t count) {
  Arena& arena = objects.arena();
  const Object** kept = arena.array<const Object*>(count);
  u64* hashes = arena.array<u64>(count);
  std::size_t slots = std::bit_ceil(count * 2 + 1);
  u32* table = arena.array<u32>(slots);  // an index into `kept` plus one
  std::fill_n(table, slots, 0);
  std::size_t size = 0;
  for (std::size_t i = 0; i < count; ++i) {
    u64 hash = equality_hash(items[i]);
    std::size_t at = hash & (slots - 1);
    while (table[at] != 0 && !(hashes[table[at] - 1] == hash && python_equal(kept[table[at] - 1], items[i])))
      at = (at + 1) & (slots - 1);
    if (table[at] != 0) continue;
    kept[size] = items[i];
    hashes[size] = hash;
    table[at] = static_cast<u32>(++size);
  }
  return objects.frozenset(kept, size);
}

}  // namespace mkpyc
