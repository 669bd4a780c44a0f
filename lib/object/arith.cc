#include "object/arith.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/utf8.h"
#include "object/bigint.h"
#include "object/real.h"
#include "target/features.h"

namespace mkpyc::arith {
namespace {

constexpr i64 kMin = std::numeric_limits<i64>::min();

bool is_number(const Object* object) {
  return is_int(object) || object->type == Type::Float || object->type == Type::Complex;
}

bool is_sequence(const Object* object) {
  return object->type == Type::Str || object->type == Type::Bytes || object->type == Type::Tuple;
}

// a // b, rounded towards minus infinity.
i64 floor_quotient(i64 a, i64 b) {
  i64 quotient = a / b;
  return quotient * b != a && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

// `a op b` in 64 bits. Returns false if that overflows or if CPython raises: bigint:: tells which.
bool small_integer_op(Binary op, i64 a, i64 b, i64* result) {
  switch (op) {
    case Binary::Add: return !__builtin_add_overflow(a, b, result);
    case Binary::Sub: return !__builtin_sub_overflow(a, b, result);
    case Binary::Mult: return !__builtin_mul_overflow(a, b, result);
    case Binary::FloorDiv:
      if (b == 0 || b == -1) return false;
      *result = floor_quotient(a, b);
      return true;
    case Binary::Mod:
      if (b == 0 || b == -1) return false;
      *result = a - floor_quotient(a, b) * b;
      return true;
    case Binary::LShift:
      if (b < 0 || b > 62) return false;
      *result = static_cast<i64>(static_cast<u64>(a) << b);
      return *result >> b == a;
    case Binary::RShift:
      if (b < 0) return false;
      *result = a >> std::min<i64>(b, 63);
      return true;
    case Binary::BitOr: *result = a | b; return true;
    case Binary::BitXor: *result = a ^ b; return true;
    case Binary::BitAnd: *result = a & b; return true;
    case Binary::Pow:
    case Binary::Div:
    case Binary::MatMult: break;
  }
  return false;
}

bool to_double(const Object* number, double* value) {
  if (number->type == Type::Float) {
    *value = static_cast<const FloatObject*>(number)->value;
    return true;
  }
  i64 small;
  if (!to_i64(number, &small)) return bigint::to_double(number, value);
  *value = static_cast<double>(small);
  return true;
}

bool to_complex(const Object* number, real::Complex* value) {
  if (number->type != Type::Complex) return to_double(number, &value->real);
  const ComplexObject* complex = static_cast<const ComplexObject*>(number);
  *value = {complex->real, complex->imag};
  return true;
}

Object* divide_integers(const Object* a, const Object* b, Objects& objects) {
  // Both are exact as doubles: then one division rounds correctly.
  constexpr i64 kExact = i64{1} << std::numeric_limits<double>::digits;
  i64 x, y;
  if (to_i64(a, &x) && to_i64(b, &y) && x != 0 && y != 0 && std::max(x, y) <= kExact && std::min(x, y) >= -kExact)
    return objects.floating(static_cast<double>(x) / static_cast<double>(y));
  double quotient;
  return bigint::true_divide(a, b, &quotient) ? objects.floating(quotient) : nullptr;
}

// Two bools stay a bool under &, | and ^.
Object* bool_op(Binary op, bool a, bool b, Objects& objects) {
  if (op == Binary::BitOr) return objects.boolean(a || b);
  if (op == Binary::BitAnd) return objects.boolean(a && b);
  return op == Binary::BitXor ? objects.boolean(a != b) : nullptr;
}

Object* reals(Binary op, const Object* a, const Object* b, Objects& objects) {
  double x, y;
  return to_double(a, &x) && to_double(b, &y) ? real::binary(op, x, y, objects) : nullptr;
}

Object* integers(Binary op, const Object* a, const Object* b, Objects& objects) {
  if (op == Binary::Div) return divide_integers(a, b, objects);
  if (op == Binary::Pow && is_negative(b)) return reals(op, a, b, objects);
  if (is_bool(a) && is_bool(b))
    if (Object* result = bool_op(op, a->type == Type::True, b->type == Type::True, objects)) return result;
  i64 x, y, result = 0;
  if (to_i64(a, &x) && to_i64(b, &y) && small_integer_op(op, x, y, &result) && result != kMin)
    return objects.integer(result);
  return bigint::binary(op, a, b, objects);
}

Object* mixed_numbers(Binary op, const Object* a, const Object* b, Objects& objects) {
  real::Operand x, y;
  x.is_real = a->type != Type::Complex;
  y.is_real = b->type != Type::Complex;
  return to_complex(a, &x) && to_complex(b, &y) ? real::mixed_binary(op, x, y, objects) : nullptr;
}

Object* numbers(Binary op, const Object* a, const Object* b, ComplexRules rules, Objects& objects) {
  if (is_int(a) && is_int(b)) return integers(op, a, b, objects);
  if (a->type != Type::Complex && b->type != Type::Complex) return reals(op, a, b, objects);
  if (rules == ComplexRules::kMixed) return mixed_numbers(op, a, b, objects);
  real::Complex x, y;
  return to_complex(a, &x) && to_complex(b, &y) ? real::binary(op, x, y, rules, objects) : nullptr;
}

// Where the code point that starts at text[at] ends.
std::size_t next_code_point(std::string_view text, std::size_t at) {
  do ++at;
  while (at < text.size() && (text[at] & 0xC0) == 0x80);
  return at;
}

Object* code_point_at(const StrObject* str, std::size_t index, Objects& objects) {
  if (str->ascii) return objects.str(str->text.substr(index, 1));
  std::size_t at = 0;
  while (index-- > 0) at = next_code_point(str->text, at);
  return objects.str(str->text.substr(at, next_code_point(str->text, at) - at));
}

StrObject* fresh_str(std::string_view text, bool ascii, Objects& objects) {
  return objects.arena().make<StrObject>(Object{.type = Type::Str, .ascii = ascii}, text);
}

BytesObject* fresh_bytes(std::string_view text, Objects& objects) {
  return objects.arena().make<BytesObject>(Object{.type = Type::Bytes}, text);
}

std::string_view contents(const Object* text) {
  return text->type == Type::Str ? static_cast<const StrObject*>(text)->text
                                 : static_cast<const BytesObject*>(text)->bytes;
}

}  // namespace

ComplexRules complex_rules(const Target& target) {
  if (target.on(Feature::mixed_complex_arithmetic)) return ComplexRules::kMixed;
  return target.on(Feature::complex_power_multiplies) ? ComplexRules::kPlain : ComplexRules::kDividedPower;
}

bool to_i64(const Object* integer, i64* value) {
  if (integer->type != Type::Int) {
    *value = integer->type == Type::True;
    return true;
  }
  const IntObject* number = static_cast<const IntObject*>(integer);
  *value = number->small;
  return number->is_small();
}

u64 bit_length(const Object* integer) {
  i64 small;
  if (to_i64(integer, &small)) {
    u64 magnitude = small < 0 ? ~static_cast<u64>(small) + 1 : static_cast<u64>(small);
    return static_cast<u64>(std::bit_width(magnitude));
  }
  const Seq<u64>& limbs = static_cast<const IntObject*>(integer)->limbs;
  return u64{64} * (limbs.size() - 1) + static_cast<u64>(std::bit_width(limbs.back()));
}

bool is_negative(const Object* integer) {
  i64 small;
  if (to_i64(integer, &small)) return small < 0;
  return static_cast<const IntObject*>(integer)->negative;
}

std::size_t length(const Object* sequence) {
  if (sequence->type == Type::Bytes) return static_cast<const BytesObject*>(sequence)->bytes.size();
  if (sequence->type == Type::Str) {
    const StrObject* str = static_cast<const StrObject*>(sequence);
    if (str->ascii) return str->text.size();
    return count_code_points(str->text);
  }
  MKPYC_CHECK(sequence->type == Type::Tuple || sequence->type == Type::FrozenSet);
  return static_cast<const TupleObject*>(sequence)->items.size();
}

bool truth(const Object* object) {
  switch (object->type) {
    case Type::None:
    case Type::False: return false;
    case Type::Int: return bit_length(object) != 0;
    case Type::Float: return static_cast<const FloatObject*>(object)->value != 0;
    case Type::Complex: {
      const ComplexObject* complex = static_cast<const ComplexObject*>(object);
      return complex->real != 0 || complex->imag != 0;
    }
    case Type::Str: return !static_cast<const StrObject*>(object)->text.empty();
    case Type::Bytes: return !static_cast<const BytesObject*>(object)->bytes.empty();
    case Type::Tuple:
    case Type::FrozenSet: return !static_cast<const TupleObject*>(object)->items.empty();
    case Type::True:
    case Type::Ellipsis:
    case Type::Slice:
    case Type::Code: return true;
  }
  return true;
}

// The two runs of items behind each other. If the left one is the last result it is extended where it lies: the old
// object goes on seeing its part only.
template <class T>
T* Evaluator::append(const T* left, std::size_t left_count, const T* right, std::size_t right_count) {
  std::size_t right_bytes = right_count * sizeof(T);
  if (left + left_count == grown_end_ && right_bytes <= grown_room_) {
    T* end = const_cast<T*>(left) + left_count;
    std::copy_n(right, right_count, end);
    grown_end_ = end + right_count;
    grown_room_ -= right_bytes;
    return const_cast<T*>(left);
  }
  std::size_t count = left_count + right_count;
  std::size_t spare = left + left_count == grown_end_ ? count : 0;
  T* items = objects_.arena().array<T>(count + spare);
  std::copy_n(left, left_count, items);
  std::copy_n(right, right_count, items + left_count);
  grown_end_ = items + count;
  grown_room_ = spare * sizeof(T);
  return items;
}

Object* Evaluator::add_sequences(Object* a, Object* b) {
  if (a->type != b->type) return nullptr;
  // CPython returns the other operand itself.
  if (!truth(a)) return b;
  if (!truth(b)) return a;
  if (a->type == Type::Tuple) {
    Seq<Object*> x = static_cast<TupleObject*>(a)->items;
    Seq<Object*> y = static_cast<TupleObject*>(b)->items;
    TupleObject* sum = objects_.arena().make<TupleObject>(Object{.type = Type::Tuple});
    sum->items = {append<Object*>(x.begin(), x.size(), y.begin(), y.size()), x.size() + y.size()};
    return sum;
  }
  std::string_view x = contents(a), y = contents(b);
  std::string_view sum{append<char>(x.data(), x.size(), y.data(), y.size()), x.size() + y.size()};
  if (a->type == Type::Bytes) return fresh_bytes(sum, objects_);
  return fresh_str(sum, a->ascii && b->ascii, objects_);
}

Object* Evaluator::repeat(Object* sequence, Object* count) {
  i64 times;
  if (!to_i64(count, &times)) return nullptr;
  if (times == 1 || !truth(sequence)) return sequence;
  Arena& arena = objects_.arena();
  if (sequence->type == Type::Tuple) {
    if (times <= 0) return objects_.tuple(nullptr, 0);
    Seq<Object*> items = static_cast<TupleObject*>(sequence)->items;
    TupleObject* result = arena.make<TupleObject>(Object{.type = Type::Tuple});
    result->items.count = static_cast<u32>(items.size() * static_cast<u64>(times));
    result->items.items = arena.array<Object*>(result->items.count);
    for (u32 i = 0; i < result->items.count; ++i) result->items[i] = items[i % items.size()];
    return result;
  }
  bool is_str = sequence->type == Type::Str;
  // CPython makes an empty bytes object here that is not its cached one.
  if (times <= 0) return is_str ? static_cast<Object*>(objects_.str("")) : fresh_bytes({}, objects_);
  std::string_view text = contents(sequence);
  std::size_t size = text.size() * static_cast<std::size_t>(times);
  char* to = arena.array<char>(size);
  for (std::size_t at = 0; at < size; at += text.size()) std::copy(text.begin(), text.end(), to + at);
  if (is_str) return fresh_str({to, size}, sequence->ascii, objects_);
  return fresh_bytes({to, size}, objects_);
}

Object* Evaluator::binary(Binary op, Object* a, Object* b) {
  if (is_number(a) && is_number(b)) return numbers(op, a, b, complex_rules_, objects_);
  if (op == Binary::Add && is_sequence(a) && is_sequence(b)) return add_sequences(a, b);
  if (op == Binary::Mult && is_sequence(a) && is_int(b)) return repeat(a, b);
  if (op == Binary::Mult && is_int(a) && is_sequence(b)) return repeat(b, a);
  return nullptr;
}

Object* Evaluator::unary(Unary op, Object* a) {
  if (op == Unary::Not) return objects_.boolean(!truth(a));
  if (!is_number(a)) return nullptr;
  if (is_int(a)) {
    i64 value;
    bool small = to_i64(a, &value) && value != kMin;
    if (op == Unary::UAdd) return a->type == Type::Int ? a : objects_.integer(value);
    if (op == Unary::USub) return small ? objects_.integer(-value) : bigint::negate(a, objects_);
    return small && value != -(kMin + 1) ? objects_.integer(~value) : bigint::invert(a, objects_);
  }
  if (op == Unary::Invert) return nullptr;
  if (a->type == Type::Float) return op == Unary::UAdd ? a : objects_.floating(-static_cast<FloatObject*>(a)->value);
  ComplexObject* complex = static_cast<ComplexObject*>(a);
  return op == Unary::UAdd ? a : objects_.complex(-complex->real, -complex->imag);
}

namespace {

// CPython: _PyEval_SliceIndex: a bound that is clipped to what a length can be. False: no integer.
bool slice_bound(const Object* object, i64* value) {
  if (!is_int(object)) return false;
  if (to_i64(object, value)) return true;
  *value = is_negative(object) ? std::numeric_limits<i64>::min() : std::numeric_limits<i64>::max();
  return true;
}

// CPython: PySlice_Unpack, PySlice_AdjustIndices. `*first` and every `*step`-th one after it, `*count` in all; false if
// CPython raises.
bool slice_range(const SliceObject& slice, i64 size, i64* first, i64* step, i64* count) {
  constexpr i64 kMost = std::numeric_limits<i64>::max();
  *step = 1;
  if (slice.step->type != Type::None && (!slice_bound(slice.step, step) || *step == 0)) return false;
  if (*step < -kMost) *step = -kMost;
  bool back = *step < 0;
  i64 start = back ? size - 1 : 0, stop = back ? -1 : size;
  auto read = [&](const Object* object, i64* bound) {
    if (object->type == Type::None) return true;
    if (!slice_bound(object, bound)) return false;
    if (*bound < 0) {
      *bound += size;
      if (*bound < 0) *bound = back ? -1 : 0;
    } else if (*bound >= size) {
      *bound = back ? size - 1 : size;
    }
    return true;
  };
  if (!read(slice.start, &start) || !read(slice.stop, &stop)) return false;
  *first = start;
  *count = 0;
  if (back ? stop < start : start < stop)
    *count = back ? (start - stop - 1) / -*step + 1 : (stop - start - 1) / *step + 1;
  return true;
}

// The byte offset of each code point, and the end.
std::vector<std::size_t> code_point_starts(std::string_view text) {
  std::vector<std::size_t> starts;
  for (std::size_t at = 0; at < text.size(); at = next_code_point(text, at)) starts.push_back(at);
  starts.push_back(text.size());
  return starts;
}

}  // namespace

// What is put together item by item is a new object, even if CPython has one of the same value already.
Object* Evaluator::slice(Object* value, const SliceObject& slice) {
  i64 first, step, count;
  if (!slice_range(slice, static_cast<i64>(length(value)), &first, &step, &count)) return nullptr;
  if (value->type == Type::Tuple) {
    std::vector<Object*> items;
    const Seq<Object*>& all = static_cast<TupleObject*>(value)->items;
    for (i64 i = 0; i < count; ++i) items.push_back(all[static_cast<std::size_t>(first + i * step)]);
    return objects_.tuple(items.data(), items.size());
  }
  std::string_view text = contents(value);
  std::string part;
  if (value->type == Type::Bytes) {
    for (i64 i = 0; i < count; ++i) part += text[static_cast<std::size_t>(first + i * step)];
    return step == 1 ? objects_.bytes(part) : objects_.fresh_bytes(part);
  }
  std::vector<std::size_t> starts = code_point_starts(text);
  for (i64 i = 0; i < count; ++i) {
    std::size_t at = static_cast<std::size_t>(first + i * step);
    part += text.substr(starts[at], starts[at + 1] - starts[at]);
  }
  return step == 1 ? objects_.str(part) : objects_.fresh_str(part);
}

Object* Evaluator::subscript(Object* value, Object* index) {
  if (is_sequence(value) && index->type == Type::Slice) return slice(value, *static_cast<SliceObject*>(index));
  i64 at;
  if (!is_sequence(value) || !is_int(index) || !to_i64(index, &at)) return nullptr;
  i64 size = static_cast<i64>(length(value));
  if (at < 0) at += size;
  if (at < 0 || at >= size) return nullptr;
  std::size_t position = static_cast<std::size_t>(at);
  if (value->type == Type::Tuple) return static_cast<TupleObject*>(value)->items[position];
  if (value->type == Type::Str) return code_point_at(static_cast<StrObject*>(value), position, objects_);
  return objects_.integer(static_cast<u8>(static_cast<BytesObject*>(value)->bytes[position]));
}

}  // namespace mkpyc::arith
