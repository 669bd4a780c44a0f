// Integers of any size for the folder and for repr(): GMP behind Python's rules. Only integers that do not fit 64 bits,
// or operations that overflow them, come here.
#pragma once

#include <string>

#include "object/arith.h"

namespace mkpyc::bigint {

/// `a op b` for ints and bools, all operators but Div and MatMult and but Pow with a negative exponent; null if CPython
/// raises (division by zero, negative shift count) or if a left shift or power has more than 2**32 bits.
Object* binary(arith::Binary op, const Object* a, const Object* b, Objects& objects);

Object* negate(const Object* a, Objects& objects);
Object* invert(const Object* a, Objects& objects);

/// a / b, correctly rounded; false if CPython raises (CPython: long_true_divide).
bool true_divide(const Object* a, const Object* b, double* result);

/// float(a), rounded to even; false on overflow (CPython: PyLong_AsDouble).
bool to_double(const Object* a, double* result);

bool equal(const Object* a, const Object* b);
bool equals_double(const Object* a, double b);

/// Appends the decimal digits with sign.
void append_decimal(const Object* a, std::string& out);

}  // namespace mkpyc::bigint
