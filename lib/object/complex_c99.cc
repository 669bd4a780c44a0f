// Complex arithmetic as C99 has it (CPython from 3.14: complexobject.c). A real operand stays real, so that it does not
// turn signed zeros and infinities into other values; products and quotients that come out as NaN are computed again
// where infinities explain them.
#include <cerrno>
#include <cmath>
#include <utility>

#include "object/real.h"

// CPython's own build contracts nothing on x86-64; neither may we where a fused multiply-add exists.
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

namespace mkpyc::real {
namespace {

using arith::Binary;

bool is_nan(Complex z) { return std::isnan(z.real) && std::isnan(z.imag); }
bool is_infinite(Complex z) { return std::isinf(z.real) || std::isinf(z.imag); }
bool is_finite(Complex z) { return std::isfinite(z.real) && std::isfinite(z.imag); }

// An infinity becomes one, anything else zero, with their signs.
Complex box(Complex z) {
  return {std::copysign(std::isinf(z.real) ? 1.0 : 0.0, z.real), std::copysign(std::isinf(z.imag) ? 1.0 : 0.0, z.imag)};
}
double without_nan(double x) { return std::isnan(x) ? std::copysign(0.0, x) : x; }
Complex without_nan(Complex z) { return {without_nan(z.real), without_nan(z.imag)}; }

// CPython: _Py_c_prod.
Complex multiply(Complex z, Complex w) {
  double ac = z.real * w.real, bd = z.imag * w.imag, ad = z.real * w.imag, bc = z.imag * w.real;
  Complex product{ac - bd, ad + bc};
  if (!is_nan(product)) return product;
  bool again = is_infinite(z) || is_infinite(w);
  if (is_infinite(z)) {
    z = box(z);
    w = without_nan(w);
  }
  if (is_infinite(w)) {
    w = box(w);
    z = without_nan(z);
  }
  if (!again && (is_infinite({ac, bd}) || is_infinite({ad, bc}))) {
    z = without_nan(z);
    w = without_nan(w);
    again = true;
  }
  if (!again) return product;
  return {HUGE_VAL * (z.real * w.real - z.imag * w.imag), HUGE_VAL * (z.real * w.imag + z.imag * w.real)};
}

// CPython: _Py_c_quot.
Complex divide(Complex a, Complex b) {
  Complex quotient = plain_quotient(a, b);
  if (!is_nan(quotient)) return quotient;
  if (is_infinite(a) && is_finite(b)) {
    Complex c = box(a);
    return {HUGE_VAL * (c.real * b.real + c.imag * b.imag), HUGE_VAL * (c.imag * b.real - c.real * b.imag)};
  }
  if (is_infinite(b) && is_finite(a)) {
    Complex c = box(b);
    return {0.0 * (a.real * c.real + a.imag * c.imag), 0.0 * (a.imag * c.real - a.real * c.imag)};
  }
  return quotient;
}

// CPython: _Py_rc_quot.
Complex divide_real(double a, Complex b) {
  double real_size = b.real < 0 ? -b.real : b.real;
  double imag_size = b.imag < 0 ? -b.imag : b.imag;
  Complex quotient{std::nan(""), std::nan("")};
  if (real_size >= imag_size) {
    if (real_size == 0.0) {
      errno = EDOM;
      return {0, 0};
    }
    double ratio = b.imag / b.real;
    double denominator = b.real + b.imag * ratio;
    quotient = {a / denominator, (-a * ratio) / denominator};
  } else if (imag_size >= real_size) {
    double ratio = b.real / b.imag;
    double denominator = b.real * ratio + b.imag;
    quotient = {(a * ratio) / denominator, (-a) / denominator};
  }
  if (!is_nan(quotient) || !std::isfinite(a) || !is_infinite(b)) return quotient;
  Complex c = box(b);
  return {0.0 * (a * c.real), 0.0 * (-a * c.imag)};
}

// CPython: _Py_c_pow. Sets errno.
Complex general_power(Complex a, Complex b) {
  if (b.real == 0 && b.imag == 0) return {1, 0};
  if (a.real == 0 && a.imag == 0) {
    if (b.imag != 0 || b.real < 0) errno = EDOM;
    return {0, 0};
  }
  double size = std::hypot(a.real, a.imag);
  double length = std::pow(size, b.real);
  double angle = std::atan2(a.imag, a.real);
  double phase = angle * b.real;
  if (b.imag != 0.0) {
    length *= std::exp(-angle * b.imag);
    phase += b.imag * std::log(size);
  }
  return {length * std::cos(phase), length * std::sin(phase)};
}

// CPython: complex_pow. errno is ERANGE in the end if and only if a part is infinite (_Py_ADJUST_ERANGE2).
bool power(Complex a, Complex b, Complex* result) {
  errno = 0;
  if (b.imag == 0.0 && b.real == std::floor(b.real) && std::fabs(b.real) <= 100.0)
    *result = integer_power(a, static_cast<long>(b.real), multiply, divide);
  else
    *result = general_power(a, b);
  return errno != EDOM && !is_infinite(*result);
}

bool compute(Binary op, Operand a, Operand b, Complex* result) {
  errno = 0;
  switch (op) {
    case Binary::Add:
      if (a.is_real) std::swap(a, b);
      *result = b.is_real ? Complex{a.real + b.real, a.imag} : Complex{a.real + b.real, a.imag + b.imag};
      return true;
    case Binary::Sub:
      result->real = a.real - b.real;
      result->imag = a.is_real ? -b.imag : b.is_real ? a.imag : a.imag - b.imag;
      return true;
    case Binary::Mult:
      if (a.is_real) std::swap(a, b);
      *result = b.is_real ? Complex{a.real * b.real, a.imag * b.real} : multiply(a, b);
      return true;
    case Binary::Div:
      if (a.is_real) {
        *result = divide_real(a.real, b);
      } else if (b.is_real) {
        if (b.real == 0) return false;
        *result = {a.real / b.real, a.imag / b.real};
      } else {
        *result = divide(a, b);
      }
      return errno != EDOM;
    case Binary::Pow: return power(a, b, result);
    case Binary::MatMult:
    case Binary::Mod:
    case Binary::LShift:
    case Binary::RShift:
    case Binary::BitOr:
    case Binary::BitXor:
    case Binary::BitAnd:
    case Binary::FloorDiv: break;
  }
  return false;
}

}  // namespace

Object* mixed_binary(Binary op, Operand a, Operand b, Objects& objects) {
  Complex result;
  if (!compute(op, a, b, &result)) return nullptr;
  return objects.complex(result.real, result.imag);
}

}  // namespace mkpyc::real
