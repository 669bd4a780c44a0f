// Python's arithmetic on constants, as the constant folder needs it: the operators of int, float, complex, bool, str,
// bytes and tuple with the results CPython computes, to the last bit (CPython: longobject.c, floatobject.c,
// complexobject.c, abstract.c).
//
// Integers of any size go through GMP; nearly all fit 64 bits and never get there. Where CPython raises an exception
// the result is null: the folder then leaves the expression alone. Nothing here limits the size of a result: the
// folder refuses large ones first.
#pragma once

#include "object/object.h"
#include "target/target.h"

namespace mkpyc::arith {

/// In the order of ast::Operator and ast::UnaryOpKind.
enum class Binary : u8 { Add, Sub, Mult, MatMult, Div, Mod, Pow, LShift, RShift, BitOr, BitXor, BitAnd, FloorDiv };
enum class Unary : u8 { Invert, Not, UAdd, USub };

inline bool is_bool(const Object* object) { return object->type == Type::True || object->type == Type::False; }

/// int or bool.
inline bool is_int(const Object* object) { return object->type == Type::Int || is_bool(object); }

/// The value of an int or bool if it fits 64 bits; returns false if it does not.
bool to_i64(const Object* integer, i64* value);

/// The number of bits of an int's or bool's magnitude, 0 for zero (CPython: _PyLong_NumBits).
u64 bit_length(const Object* integer);

bool is_negative(const Object* integer);

/// The length of a str in code points, of bytes, tuple or frozenset in items.
std::size_t length(const Object* sequence);

/// bool(object)
bool truth(const Object* object);

/// How CPython computes with complex numbers, from its older releases to the newest.
enum class ComplexRules : u8 {
  kDividedPower,  // a general power is divided by an exponential,
  kPlain,         // or multiplied by one
  kMixed,         // as C99: a real operand beside a complex one keeps what it is
};
ComplexRules complex_rules(const Target& target);

/// Evaluates operators. It remembers the last concatenation, so that a long sum of strings or tuples takes time and
/// memory in proportion to its result and not to the square of it.
class Evaluator {
 public:
  explicit Evaluator(Objects& objects, ComplexRules complex_rules = ComplexRules::kDividedPower)
      : objects_(objects), complex_rules_(complex_rules) {}

  /// `a op b`, or null if CPython raises. `%` with a str or bytes on the left is not supported (null).
  Object* binary(Binary op, Object* a, Object* b);
  /// `op a`, or null.
  Object* unary(Unary op, Object* a);
  /// `value[index]` for a str, bytes or tuple and an int or a slice, or null.
  Object* subscript(Object* value, Object* index);

 private:
  Object* add_sequences(Object* a, Object* b);
  Object* repeat(Object* sequence, Object* count);
  Object* slice(Object* value, const SliceObject& slice);
  template <class T>
  T* append(const T* left, std::size_t left_count, const T* right, std::size_t right_count);

  Objects& objects_;
  ComplexRules complex_rules_;
  /// The end of the last concatenation's items and how many bytes are free behind it.
  const void* grown_end_ = nullptr;
  std::size_t grown_room_ = 0;
};

}  // namespace mkpyc::arith
