#include "object/repr.h"

#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/check.h"
#include "base/utf8.h"
#include "diag/diag.h"
#include "object/arith.h"
#include "object/bigint.h"

namespace mkpyc {
namespace {

// repr() writes numbers of this size and more, or smaller than the other, with an exponent (CPython:
// format_float_short, 'r').
constexpr int kLargestPoint = 16;
constexpr int kSmallestPoint = -3;

// Single quotes unless the text has some and no double ones (CPython: unicode_repr, PyBytes_Repr).
char quote_for(std::string_view text) {
  bool single = text.find('\'') != std::string_view::npos;
  return single && text.find('"') == std::string_view::npos ? '"' : '\'';
}

// The escapes that str and bytes share; false if the character has none.
bool append_short_escape(char c, char quote, std::string& out) {
  switch (c) {
    case '\t': out += "\\t"; return true;
    case '\n': out += "\\n"; return true;
    case '\r': out += "\\r"; return true;
    case '\\': out += "\\\\"; return true;
    default: break;
  }
  if (c != quote) return false;
  out += '\\';
  out += quote;
  return true;
}

void append_code_point_repr(std::string_view bytes, u32 code, UnicodeVersion unicode, std::string& out) {
  if (unicode::is_printable(code, unicode))
    out += bytes;
  else
    append_escape(out, code);
}

void append_bytes_repr(std::string_view bytes, std::string& out) {
  char quote = quote_for(bytes);
  out += 'b';
  out += quote;
  for (char c : bytes) {
    if (append_short_escape(c, quote, out)) continue;
    if (c >= ' ' && c < 0x7F)
      out += c;
    else
      append_escape(out, static_cast<u8>(c));
  }
  out += quote;
}

// The shortest digits of a finite positive value, without point, and where the point goes: 0.DIGITS * 10**point.
struct Digits {
  char text[32];
  int count = 0;
  int point = 0;
};

Digits shortest_digits(double value) {
  char buffer[40];
  auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  MKPYC_CHECK(error == std::errc{});
  *end = '\0';
  Digits digits;
  const char* at = buffer;
  for (; *at != 'e'; ++at)
    if (*at != '.') digits.text[digits.count++] = *at;
  digits.point = value == 0 ? 1 : std::atoi(at + 1) + 1;
  return digits;
}

// CPython: PyOS_double_to_string with 'r'; `add_point`: ".0" behind a number without a point or exponent.
void append_double(double value, bool add_point, std::string& out) {
  if (std::isnan(value)) return void(out += "nan");
  if (std::signbit(value)) out += '-';
  if (std::isinf(value)) return void(out += "inf");
  Digits digits = shortest_digits(std::fabs(value));
  std::string_view text(digits.text, static_cast<std::size_t>(digits.count));
  if (digits.point > kLargestPoint || digits.point < kSmallestPoint) {
    out += text[0];
    if (text.size() > 1) out.append(".").append(text.substr(1));
    int exponent = digits.point - 1;
    out.append(exponent < 0 ? "e-" : "e+");
    if (std::abs(exponent) < 10) out += '0';
    out += std::to_string(std::abs(exponent));
  } else if (digits.point <= 0) {
    out.append("0.").append(static_cast<std::size_t>(-digits.point), '0').append(text);
  } else if (digits.count > digits.point) {
    std::size_t point = static_cast<std::size_t>(digits.point);
    out.append(text.substr(0, point)).append(".").append(text.substr(point));
  } else {
    out.append(text).append(static_cast<std::size_t>(digits.point - digits.count), '0');
    if (add_point) out += ".0";
  }
}

// CPython: complex_repr. The real part is left out if it is +0.
void append_complex_repr(double real, double imag, std::string& out) {
  bool imaginary_only = real == 0 && !std::signbit(real);
  if (!imaginary_only) {
    out += '(';
    append_double(real, false, out);
    if (!std::signbit(imag) || std::isnan(imag)) out += '+';
  }
  append_double(imag, false, out);
  out += imaginary_only ? "j" : "j)";
}

void append_int_repr(const Object* object, int max_digits, std::string& out) {
  i64 small;
  if (arith::to_i64(object, &small)) return void(out += std::to_string(small));
  std::size_t at = out.size();
  bigint::append_decimal(object, out);
  std::size_t digits = out.size() - at - (arith::is_negative(object) ? 1 : 0);
  if (max_digits > 0 && digits > static_cast<std::size_t>(max_digits))
    throw diag::SourceError{.exception = diag::Exception::ValueError,
                            .message = "Exceeds the limit (" + std::to_string(max_digits) +
                                       " digits) for integer string conversion; use sys.set_int_max_str_digits() to "
                                       "increase the limit"};
}

void append_items(const TupleObject* items, const ReprOptions& options, std::string& out) {
  bool first = true;
  for (const Object* item : items->items) {
    if (!first) out += ", ";
    first = false;
    append_repr(item, options, out);
  }
}

}  // namespace

void append_str_repr(std::string_view text, UnicodeVersion unicode, std::string& out) {
  char quote = quote_for(text);
  out += quote;
  for (const char* at = text.data(); at != text.data() + text.size();) {
    if (append_short_escape(*at, quote, out)) {
      ++at;
      continue;
    }
    const char* start = at;
    u32 code = next_code_point(at);
    append_code_point_repr({start, static_cast<std::size_t>(at - start)}, code, unicode, out);
  }
  out += quote;
}

void append_float_repr(double value, std::string& out) { append_double(value, true, out); }

void append_repr(const Object* object, const ReprOptions& options, std::string& out) {
  switch (object->type) {
    case Type::None: return void(out += "None");
    case Type::False: return void(out += "False");
    case Type::True: return void(out += "True");
    case Type::Ellipsis: return void(out += "Ellipsis");
    case Type::Int: return append_int_repr(object, options.int_max_str_digits, out);
    case Type::Float: return append_float_repr(static_cast<const FloatObject*>(object)->value, out);
    case Type::Complex: {
      const ComplexObject* complex = static_cast<const ComplexObject*>(object);
      return append_complex_repr(complex->real, complex->imag, out);
    }
    case Type::Str: return append_str_repr(static_cast<const StrObject*>(object)->text, options.unicode, out);
    case Type::Bytes: return append_bytes_repr(static_cast<const BytesObject*>(object)->bytes, out);
    case Type::Tuple: {
      const TupleObject* tuple = static_cast<const TupleObject*>(object);
      out += '(';
      append_items(tuple, options, out);
      return void(out += tuple->items.size() == 1 ? ",)" : ")");
    }
    case Type::FrozenSet: {
      const TupleObject* set = static_cast<const TupleObject*>(object);
      if (set->items.empty()) return void(out += "frozenset()");
      out += "frozenset({";
      append_items(set, options, out);
      return void(out += "})");
    }
    case Type::Slice:
    case Type::Code: break;
  }
  MKPYC_CHECK(false && "no repr of this type");
}

}  // namespace mkpyc
