#include "fold/operators.h"

namespace mkpyc::fold {
namespace {

constexpr u64 kMaxIntBits = 128;
constexpr i64 kMaxCollectionSize = 256;
constexpr i64 kMaxStrSize = 4096;
constexpr i64 kMaxTotalItems = 1024;

bool is_text(const Object* object) { return object->type == Type::Str || object->type == Type::Bytes; }
bool is_collection(const Object* object) { return object->type == Type::Tuple || object->type == Type::FrozenSet; }

// The limit less the number of items, those of inner collections included; negative when there are more.
i64 items_left(const Object* object, i64 limit) {
  if (!is_collection(object)) return limit;
  const Seq<Object*>& items = static_cast<const TupleObject*>(object)->items;
  limit -= static_cast<i64>(items.size());
  for (std::size_t i = 0; limit >= 0 && i < items.size(); ++i) limit = items_left(items[i], limit);
  return limit;
}

bool may_repeat(const Object* sequence, const Object* count) {
  i64 size = static_cast<i64>(arith::length(sequence));
  if (size == 0) return true;
  i64 times;
  if (!arith::to_i64(count, &times) || times < 0) return false;
  if (is_text(sequence)) return times <= kMaxStrSize / size;
  return times <= kMaxCollectionSize / size && (times == 0 || items_left(sequence, kMaxTotalItems / times) >= 0);
}

bool may_multiply(const Object* left, const Object* right) {
  bool left_int = arith::is_int(left), right_int = arith::is_int(right);
  if (left_int && right_int) {
    u64 left_bits = arith::bit_length(left), right_bits = arith::bit_length(right);
    return left_bits == 0 || right_bits == 0 || left_bits + right_bits <= kMaxIntBits;
  }
  if (left_int && (is_text(right) || is_collection(right))) return may_repeat(right, left);
  if (right_int && (is_text(left) || is_collection(left))) return may_repeat(left, right);
  return true;
}

// A positive value that fits size_t, as PyLong_AsSize_t takes it.
bool to_size(const Object* integer, u64* value) {
  if (arith::is_negative(integer) || arith::bit_length(integer) > 64) return false;
  i64 small;
  *value = arith::to_i64(integer, &small) ? static_cast<u64>(small) : static_cast<const IntObject*>(integer)->limbs[0];
  return true;
}

bool may_raise(const Object* base, const Object* exponent) {
  if (!arith::is_int(base) || !arith::is_int(exponent)) return true;
  u64 base_bits = arith::bit_length(base);
  if (base_bits == 0 || arith::bit_length(exponent) == 0 || arith::is_negative(exponent)) return true;
  u64 times;
  return to_size(exponent, &times) && base_bits <= kMaxIntBits / times;
}

bool may_shift(const Object* value, const Object* count) {
  if (!arith::is_int(value) || !arith::is_int(count)) return true;
  u64 bits = arith::bit_length(value);
  if (bits == 0 || arith::bit_length(count) == 0) return true;
  u64 shift;
  return to_size(count, &shift) && shift <= kMaxIntBits && bits <= kMaxIntBits - shift;
}

}  // namespace

Object* fold_binary(arith::Binary op, Object* left, Object* right, arith::Evaluator& evaluator) {
  using arith::Binary;
  bool allowed = true;
  switch (op) {
    case Binary::Mult: allowed = may_multiply(left, right); break;
    case Binary::Pow: allowed = may_raise(left, right); break;
    case Binary::LShift: allowed = may_shift(left, right); break;
    case Binary::Mod: allowed = !is_text(left); break;
    case Binary::MatMult: allowed = false; break;
    case Binary::Add:
    case Binary::Sub:
    case Binary::Div:
    case Binary::FloorDiv:
    case Binary::RShift:
    case Binary::BitOr:
    case Binary::BitXor:
    case Binary::BitAnd: break;
  }
  return allowed ? evaluator.binary(op, left, right) : nullptr;
}

}  // namespace mkpyc::fold
