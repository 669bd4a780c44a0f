// Floating-point and complex operators with CPython's results, libm calls and error cases (CPython: floatobject.c,
// complexobject.c; before the mixed complex arithmetic of C99 and with it).
#pragma once

#include "object/arith.h"

namespace mkpyc::real {

/// `a op b`, or null if CPython raises or has no such operator for floats.
Object* binary(arith::Binary op, double a, double b, Objects& objects);

struct Complex {
  double real = 0, imag = 0;
};
Object* binary(arith::Binary op, Complex a, Complex b, arith::ComplexRules rules, Objects& objects);
/// a / b by the larger part of b; sets errno to EDOM for a zero divisor (CPython: _Py_c_quot, but for infinities).
Complex plain_quotient(Complex a, Complex b);

/// base ** exponent, a whole number of at most 100, by the products and quotients of either arithmetic (CPython:
/// c_powi).
template <class Multiply, class Divide>
Complex integer_power(Complex base, long exponent, Multiply multiply, Divide divide) {
  long count = exponent > 0 ? exponent : -exponent;
  Complex result{1, 0};
  for (long bit = 1; bit <= count; bit <<= 1) {
    if ((count & bit) != 0) result = multiply(result, base);
    base = multiply(base, base);
  }
  return exponent > 0 ? result : divide(Complex{1, 0}, result);
}

/// A complex number, or a real one that stays so beside a complex one.
struct Operand : Complex {
  bool is_real = false;
};
/// The same as C99 has it; one operand at least is complex (complex_c99.cc).
Object* mixed_binary(arith::Binary op, Operand a, Operand b, Objects& objects);

}  // namespace mkpyc::real
