// Floating-point and complex operators with CPython's results, libm calls and error cases (CPython: floatobject.c,
// complexobject.c as they are before the mixed complex arithmetic of C99).
#pragma once

#include "object/arith.h"

namespace mkpyc::real {

/// `a op b`, or null if CPython raises or has no such operator for floats.
Object* binary(arith::Binary op, double a, double b, Objects& objects);

struct Complex {
  double real = 0, imag = 0;
};
Object* binary(arith::Binary op, Complex a, Complex b, Objects& objects);

}  // namespace mkpyc::real
