// Number literals. CPython: pegen.c parsenumber, longobject.c PyLong_FromString.
#include <gmp.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "base/check.h"
#include "parse/literals.h"
#include "source/program_line.h"

namespace mkpyc::parse {
namespace {

// Decimal integers of up to this many digits are never refused (CPython: _PY_LONG_MAX_STR_DIGITS_THRESHOLD).
constexpr std::size_t kAlwaysAllowedDigits = 640;

int digit_value(char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; }

// Digits of base 2, 8 or 16, most significant first, any number of them.
Object* power_of_two_integer(std::string_view digits, unsigned bits, Objects& objects) {
  if (digits.size() * bits <= 64) {
    u64 value = 0;
    for (char digit : digits) value = value << bits | static_cast<u64>(digit_value(digit));
    return objects.integer(&value, 1, false);
  }
  std::vector<u64> limbs(digits.size() * bits / 64 + 1);
  std::size_t position = 0;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, position += bits) {
    u64 value = static_cast<u64>(digit_value(*digit));
    std::size_t limb = position / 64, shift = position % 64;
    limbs[limb] |= value << shift;
    if (shift + bits > 64 && value >> (64 - shift) != 0) limbs[limb + 1] |= value >> (64 - shift);
  }
  return objects.integer(limbs.data(), limbs.size(), false);
}

Object* large_decimal(const std::string& digits, Objects& objects) {
  mpz_t value;
  MKPYC_CHECK(mpz_init_set_str(value, digits.c_str(), 10) == 0);
  std::vector<u64> limbs(mpz_size(value) + 1);
  std::size_t count = 0;
  mpz_export(limbs.data(), &count, -1, sizeof(u64), 0, 0, value);
  mpz_clear(value);
  return objects.integer(limbs.data(), count, false);
}

Object* decimal_integer(std::string_view digits, Context& context) {
  u64 value = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc{}) return context.objects.integer(&value, 1, false);
  std::size_t limit = static_cast<std::size_t>(context.int_max_str_digits);
  if (limit != 0 && digits.size() > kAlwaysAllowedDigits && digits.size() > limit)
    throw LiteralError{"Exceeds the limit (" + std::to_string(limit) +
                           " digits) for integer string conversion: value has " + std::to_string(digits.size()) +
                           " digits; use sys.set_int_max_str_digits() to increase the limit"
                           " - Consider hexadecimal for huge integer literals to avoid decimal conversion limits.",
                       LiteralError::Where::kTokenLine};
  return large_decimal(std::string(digits), context.objects);
}

// Correctly rounded; infinity or zero where the value is out of range, as strtod has it.
double real(std::string_view text) {
  double value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} ? value : std::strtod(std::string(text).c_str(), nullptr);
}

Object* number(std::string_view text, Context& context) {
  if (text.size() > 2 && text[0] == '0') {
    switch (text[1] | 0x20) {
      case 'x': return power_of_two_integer(text.substr(2), 4, context.objects);
      case 'o': return power_of_two_integer(text.substr(2), 3, context.objects);
      case 'b': return power_of_two_integer(text.substr(2), 1, context.objects);
    }
  }
  if ((text.back() | 0x20) == 'j') return context.objects.complex(0, real(text.substr(0, text.size() - 1)));
  if (text.find_first_of(".eE") != text.npos) return context.objects.floating(real(text));
  return decimal_integer(text, context);
}

// A number that starts at a carriage return or at the comment before it (Feature::carriage_return_skipped). CPython's
// function for integers passes over blanks, those for other numbers do not.
Object* number_behind_blank(std::string_view text, Context& context) {
  constexpr std::size_t kShown = 200;
  std::string_view digits = text.substr(1);
  bool radix = digits.size() > 1 && digits[0] == '0' && std::strchr("xXoObB", digits[1]) != nullptr;
  bool integer = radix || digits.find_first_not_of("0123456789") == digits.npos;
  if (text[0] == '\r' && integer) return number(digits, context);
  std::string message = "could not convert string to float: '" + source::replace_errors(text.substr(0, kShown));
  throw LiteralError{message + "' - Consider hexadecimal for huge integer literals to avoid decimal conversion limits.",
                     LiteralError::Where::kTokenLine};
}

}  // namespace

Object* decode_number(std::string_view spelling, Context& context) {
  auto read = spelling[0] == '\r' || spelling[0] == '#' ? number_behind_blank : number;
  if (spelling.find('_') == spelling.npos) return read(spelling, context);
  std::string digits;
  for (char c : spelling)
    if (c != '_') digits += c;
  return read(digits, context);
}

}  // namespace mkpyc::parse
