#include "object/bigint.h"

#include <gmp.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <new>

namespace mkpyc::bigint {
namespace {

using arith::Binary;

void* checked(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

// GMP by itself ends the program where memory is short.
[[maybe_unused]] const bool kThrows = [] {
  mp_set_memory_functions([](std::size_t size) { return checked(std::malloc(size)); },
                          [](void* old, std::size_t, std::size_t size) { return checked(std::realloc(old, size)); },
                          [](void* memory, std::size_t) { std::free(memory); });
  return true;
}();

static_assert(sizeof(mp_limb_t) == sizeof(u64) && GMP_NAIL_BITS == 0);

constexpr u64 kMostBits = u64{1} << 32;
constexpr int kMantissaBits = std::numeric_limits<double>::digits;
// The exponent of the last bit of the smallest subnormal.
constexpr i64 kLastBit = std::numeric_limits<double>::min_exponent - kMantissaBits;

// An integer object seen as a GMP number, without a copy.
class View {
 public:
  explicit View(const Object* object) {
    if (object->type != Type::Int) {
      set_small(object->type == Type::True ? 1 : 0);
      return;
    }
    const IntObject* integer = static_cast<const IntObject*>(object);
    if (integer->is_small()) {
      set_small(integer->small);
      return;
    }
    mp_size_t count = static_cast<mp_size_t>(integer->limbs.size());
    mpz_roinit_n(number_, reinterpret_cast<const mp_limb_t*>(integer->limbs.begin()),
                 integer->negative ? -count : count);
  }
  View(const View&) = delete;
  View& operator=(const View&) = delete;
  mpz_srcptr get() const { return number_; }

 private:
  void set_small(i64 value) {
    limb_ = value < 0 ? ~static_cast<u64>(value) + 1 : static_cast<u64>(value);
    mpz_roinit_n(number_, &limb_, value < 0 ? -1 : value > 0);
  }
  mp_limb_t limb_;
  mpz_t number_;
};

class Result {
 public:
  Result() { mpz_init(number_); }
  ~Result() { mpz_clear(number_); }
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;
  mpz_ptr get() { return number_; }
  Object* object(Objects& objects) const {
    return objects.integer(reinterpret_cast<const u64*>(mpz_limbs_read(number_)), mpz_size(number_),
                           mpz_sgn(number_) < 0);
  }

 private:
  mpz_t number_;
};

u64 bits(mpz_srcptr n) { return mpz_sgn(n) == 0 ? 0 : mpz_sizeinbase(n, 2); }

bool shift_left(mpz_ptr to, mpz_srcptr a, mpz_srcptr b) {
  if (mpz_sgn(b) < 0) return false;
  if (mpz_sgn(a) == 0) return true;
  if (mpz_cmp_ui(b, kMostBits) > 0) return false;
  mpz_mul_2exp(to, a, mpz_get_ui(b));
  return true;
}

bool shift_right(mpz_ptr to, mpz_srcptr a, mpz_srcptr b) {
  if (mpz_sgn(b) < 0) return false;
  if (mpz_fits_ulong_p(b))
    mpz_fdiv_q_2exp(to, a, mpz_get_ui(b));
  else
    mpz_set_si(to, mpz_sgn(a) < 0 ? -1 : 0);
  return true;
}

bool power(mpz_ptr to, mpz_srcptr a, mpz_srcptr b) {
  if (mpz_sgn(b) == 0 || mpz_cmp_ui(a, 1) == 0) return mpz_set_ui(to, 1), true;
  if (mpz_sgn(a) == 0) return true;
  if (!mpz_fits_ulong_p(b) || mpz_get_ui(b) > kMostBits / bits(a)) return false;
  mpz_pow_ui(to, a, mpz_get_ui(b));
  return true;
}

// The double nearest to (-1)**negative * (n + fraction) * 2**exponent, ties to even; `sticky` says that the fraction,
// which is below 1, is not zero: then n must have at least two bits more than a double. False on overflow.
bool round_to_double(mpz_srcptr n, bool sticky, i64 exponent, bool negative, double* result) {
  i64 drop = std::max(static_cast<i64>(bits(n)) - kMantissaBits, kLastBit - exponent);
  Result kept;
  if (drop > 0) {
    mpz_tdiv_q_2exp(kept.get(), n, static_cast<mp_bitcnt_t>(drop));
    bool half = mpz_tstbit(n, static_cast<mp_bitcnt_t>(drop - 1)) != 0;
    bool rest = sticky || (mpz_sgn(n) != 0 && mpz_scan1(n, 0) < static_cast<mp_bitcnt_t>(drop - 1));
    if (half && (rest || mpz_odd_p(kept.get()))) mpz_add_ui(kept.get(), kept.get(), 1);
    exponent += drop;
  } else {
    mpz_set(kept.get(), n);
  }
  double magnitude = std::ldexp(mpz_get_d(kept.get()), static_cast<int>(exponent));
  *result = negative ? -magnitude : magnitude;
  return !std::isinf(magnitude);
}

}  // namespace

Object* binary(Binary op, const Object* a, const Object* b, Objects& objects) {
  View left(a), right(b);
  mpz_srcptr x = left.get();
  mpz_srcptr y = right.get();
  Result result;
  mpz_ptr r = result.get();
  switch (op) {
    case Binary::Add: mpz_add(r, x, y); break;
    case Binary::Sub: mpz_sub(r, x, y); break;
    case Binary::Mult: mpz_mul(r, x, y); break;
    case Binary::FloorDiv:
      if (mpz_sgn(y) == 0) return nullptr;
      mpz_fdiv_q(r, x, y);
      break;
    case Binary::Mod:
      if (mpz_sgn(y) == 0) return nullptr;
      mpz_fdiv_r(r, x, y);
      break;
    case Binary::Pow:
      if (mpz_sgn(y) < 0 || !power(r, x, y)) return nullptr;
      break;
    case Binary::LShift:
      if (!shift_left(r, x, y)) return nullptr;
      break;
    case Binary::RShift:
      if (!shift_right(r, x, y)) return nullptr;
      break;
    case Binary::BitOr: mpz_ior(r, x, y); break;
    case Binary::BitXor: mpz_xor(r, x, y); break;
    case Binary::BitAnd: mpz_and(r, x, y); break;
    case Binary::Div:
    case Binary::MatMult: return nullptr;
  }
  return result.object(objects);
}

Object* negate(const Object* a, Objects& objects) {
  View view(a);
  Result result;
  mpz_neg(result.get(), view.get());
  return result.object(objects);
}

Object* invert(const Object* a, Objects& objects) {
  View view(a);
  Result result;
  mpz_com(result.get(), view.get());
  return result.object(objects);
}

bool true_divide(const Object* a, const Object* b, double* result) {
  View left(a), right(b);
  if (mpz_sgn(right.get()) == 0) return false;
  bool negative = (mpz_sgn(left.get()) < 0) != (mpz_sgn(right.get()) < 0);
  if (mpz_sgn(left.get()) == 0) {
    *result = mpz_sgn(right.get()) < 0 ? -0.0 : 0.0;
    return true;
  }
  // 2**(difference - 1) < |a / b| < 2**(difference + 1)
  i64 difference = static_cast<i64>(bits(left.get())) - static_cast<i64>(bits(right.get()));
  if (difference > std::numeric_limits<double>::max_exponent) return false;
  if (difference < kLastBit - 2) {
    *result = negative ? -0.0 : 0.0;
    return true;
  }
  // A quotient of at least two bits more than a double's; the remainder only says whether it is exact.
  i64 shift = kMantissaBits + 3 - difference;
  Result numerator, denominator, quotient, remainder;
  mpz_abs(numerator.get(), left.get());
  mpz_abs(denominator.get(), right.get());
  if (shift > 0)
    mpz_mul_2exp(numerator.get(), numerator.get(), static_cast<mp_bitcnt_t>(shift));
  else
    mpz_mul_2exp(denominator.get(), denominator.get(), static_cast<mp_bitcnt_t>(-shift));
  mpz_tdiv_qr(quotient.get(), remainder.get(), numerator.get(), denominator.get());
  return round_to_double(quotient.get(), mpz_sgn(remainder.get()) != 0, -shift, negative, result);
}

bool to_double(const Object* a, double* result) {
  View view(a);
  Result magnitude;
  mpz_abs(magnitude.get(), view.get());
  if (bits(magnitude.get()) > std::numeric_limits<double>::max_exponent) return false;
  return round_to_double(magnitude.get(), false, 0, mpz_sgn(view.get()) < 0, result);
}

bool equal(const Object* a, const Object* b) { return mpz_cmp(View(a).get(), View(b).get()) == 0; }

bool equals_double(const Object* a, double b) { return std::isfinite(b) && mpz_cmp_d(View(a).get(), b) == 0; }

void append_decimal(const Object* a, std::string& out) {
  View view(a);
  std::size_t at = out.size();
  out.resize(at + mpz_sizeinbase(view.get(), 10) + 2);
  mpz_get_str(out.data() + at, 10, view.get());
  out.resize(at + std::char_traits<char>::length(out.data() + at));
}

}  // namespace mkpyc::bigint
