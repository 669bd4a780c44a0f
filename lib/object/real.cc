#include "object/real.h"

#include <cerrno>
#include <cmath>

// CPython's own build contracts nothing on x86-64; neither may we where a fused multiply-add exists.
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

namespace mkpyc::real {
namespace {

using arith::Binary;

// Of two NaNs the left one is the result: a compiler may swap the operands of a sum or a product, and then the sign of
// the result is the other's. In CPython's own builds it is the left one in complexobject.c and the right one in
// floatobject.c (measured on seven, 2026-11; Debian's 3.11.2 has it the other way round).
double sum(double x, double y) { return std::isnan(x) ? x : x + y; }
double product(double x, double y) { return std::isnan(x) ? x : x * y; }

// CPython: float_rem. The remainder has the sign of the divisor, zero included.
double remainder(double a, double b) {
  double mod = std::fmod(a, b);
  if (mod == 0) return std::copysign(0.0, b);
  return (b < 0) != (mod < 0) ? mod + b : mod;
}

// CPython: _float_div_mod.
double floor_divide(double a, double b) {
  double mod = std::fmod(a, b);
  double quotient = (a - mod) / b;
  if (mod != 0 && (b < 0) != (mod < 0)) quotient -= 1.0;
  if (quotient == 0) return std::copysign(0.0, a / b);
  double floored = std::floor(quotient);
  return quotient - floored > 0.5 ? floored + 1.0 : floored;
}

// For a finite x.
bool is_odd_integer(double x) { return std::fmod(std::fabs(x), 2.0) == 1.0; }

// a ** b where one of them is infinite and the other not NaN.
double power_of_infinity(double a, double b) {
  if (std::isinf(b)) {
    double magnitude = std::fabs(a);
    if (magnitude == 1.0) return 1.0;
    return (b > 0.0) == (magnitude > 1.0) ? std::fabs(b) : 0.0;
  }
  bool odd = is_odd_integer(b);
  if (b > 0.0) return odd ? a : std::fabs(a);
  return odd ? std::copysign(0.0, a) : 0.0;
}

// CPython: float_pow, which leaves only the finite cases to the C library.
Object* power(double a, double b, Objects& objects) {
  if (b == 0) return objects.floating(1.0);
  if (std::isnan(a)) return objects.floating(a);
  if (std::isnan(b)) return objects.floating(a == 1.0 ? 1.0 : b);
  if (std::isinf(a) || std::isinf(b)) return objects.floating(power_of_infinity(a, b));
  if (a == 0.0) {
    if (b < 0.0) return nullptr;
    return objects.floating(is_odd_integer(b) ? a : 0.0);
  }
  bool negate = false;
  if (a < 0.0) {
    if (b != std::floor(b))
      return binary(Binary::Pow, Complex{a, 0}, Complex{b, 0}, arith::ComplexRules::kPlain, objects);
    a = -a;
    negate = is_odd_integer(b);
  }
  if (a == 1.0) return objects.floating(negate ? -1.0 : 1.0);
  errno = 0;
  double result = std::pow(a, b);
  bool failed = errno == 0 ? std::isinf(result) : !(errno == ERANGE && result == 0.0);
  if (failed) return nullptr;
  return objects.floating(negate ? -result : result);
}

Complex multiply(Complex a, Complex b) {
  return {product(a.real, b.real) - product(a.imag, b.imag), sum(product(a.real, b.imag), product(a.imag, b.real))};
}

}  // namespace

Complex plain_quotient(Complex a, Complex b) {
  double real_size = b.real < 0 ? -b.real : b.real;
  double imag_size = b.imag < 0 ? -b.imag : b.imag;
  if (real_size >= imag_size) {
    if (real_size == 0.0) {
      errno = EDOM;
      return {0, 0};
    }
    double ratio = b.imag / b.real;
    double denominator = b.real + b.imag * ratio;
    return {(a.real + a.imag * ratio) / denominator, (a.imag - a.real * ratio) / denominator};
  }
  if (imag_size >= real_size) {
    double ratio = b.real / b.imag;
    double denominator = b.real * ratio + b.imag;
    return {(a.real * ratio + a.imag) / denominator, (a.imag * ratio - a.real) / denominator};
  }
  return {std::nan(""), std::nan("")};
}

namespace {

// CPython: _Py_c_pow. Sets errno as the C library does.
Complex general_power(Complex a, Complex b, bool divides) {
  if (b.real == 0 && b.imag == 0) return {1, 0};
  if (a.real == 0 && a.imag == 0) {
    if (b.imag != 0 || b.real < 0) errno = EDOM;
    return {0, 0};
  }
  double size = std::hypot(a.real, a.imag);
  double length = std::pow(size, b.real);
  double angle = std::atan2(a.imag, a.real);
  double phase = product(angle, b.real);
  if (b.imag != 0.0) {
    if (divides)
      length /= std::exp(product(angle, b.imag));
    else
      length = product(length, std::exp(product(-angle, b.imag)));
    phase = sum(phase, product(b.imag, std::log(size)));
  }
  double real = product(length, std::cos(phase));
  return {real, product(length, std::sin(phase))};
}

// CPython: complex_pow.
bool power(Complex a, Complex b, bool divides, Complex* result) {
  errno = 0;
  if (b.imag == 0.0 && b.real == std::floor(b.real) && std::fabs(b.real) <= 100.0)
    *result = integer_power(a, static_cast<long>(b.real), multiply, plain_quotient);
  else
    *result = general_power(a, b, divides);
  if (errno != 0) return errno == ERANGE && !std::isinf(result->real) && !std::isinf(result->imag);
  return !std::isinf(result->real) && !std::isinf(result->imag);
}

bool compute(Binary op, Complex a, Complex b, arith::ComplexRules rules, Complex* result) {
  switch (op) {
    case Binary::Add: *result = {sum(a.real, b.real), sum(a.imag, b.imag)}; return true;
    case Binary::Sub: *result = {a.real - b.real, a.imag - b.imag}; return true;
    case Binary::Mult: *result = multiply(a, b); return true;
    case Binary::Div:
      errno = 0;
      *result = plain_quotient(a, b);
      return errno != EDOM;
    case Binary::Pow: return power(a, b, rules == arith::ComplexRules::kDividedPower, result);
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

Object* binary(Binary op, double a, double b, Objects& objects) {
  switch (op) {
    case Binary::Add: return objects.floating(sum(b, a));
    case Binary::Sub: return objects.floating(a - b);
    case Binary::Mult: return objects.floating(product(b, a));
    case Binary::Div: return b == 0 ? nullptr : objects.floating(a / b);
    case Binary::Mod: return b == 0 ? nullptr : objects.floating(remainder(a, b));
    case Binary::FloorDiv: return b == 0 ? nullptr : objects.floating(floor_divide(a, b));
    case Binary::Pow: return power(a, b, objects);
    case Binary::MatMult:
    case Binary::LShift:
    case Binary::RShift:
    case Binary::BitOr:
    case Binary::BitXor:
    case Binary::BitAnd: break;
  }
  return nullptr;
}

Object* binary(Binary op, Complex a, Complex b, arith::ComplexRules rules, Objects& objects) {
  Complex result;
  if (!compute(op, a, b, rules, &result)) return nullptr;
  return objects.complex(result.real, result.imag);
}

}  // namespace mkpyc::real
