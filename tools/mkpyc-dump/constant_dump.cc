// ascii() of the constants that a source can spell.
#include <gmp.h>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <vector>

#include "ast_dump.h"

namespace mkpyc::dump {
namespace {

char quote_for(std::string_view text) {
  bool single = text.find('\'') != std::string_view::npos;
  bool two = text.find('"') != std::string_view::npos;
  return single && !two ? '"' : '\'';
}

void escape_code(u32 code, std::string& out) {
  char text[16];
  std::snprintf(text, sizeof text, code < 0x100 ? "\\x%02x" : code < 0x10000 ? "\\u%04x" : "\\U%08x", code);
  out += text;
}

// One ASCII character or byte between quotes.
void escape_ascii(u8 c, char quote, std::string& out) {
  if (c == static_cast<u8>(quote) || c == '\\') {
    out += '\\';
    out += static_cast<char>(c);
  } else if (c == '\n') {
    out += "\\n";
  } else if (c == '\r') {
    out += "\\r";
  } else if (c == '\t') {
    out += "\\t";
  } else if (c < 0x20 || c >= 0x7f) {
    escape_code(c, out);
  } else {
    out += static_cast<char>(c);
  }
}

void dump_str(std::string_view text, std::string& out) {
  char quote = quote_for(text);
  out += quote;
  for (std::size_t i = 0; i < text.size();) {
    u8 lead = static_cast<u8>(text[i]);
    if (lead < 0x80) {
      escape_ascii(lead, quote, out);
      ++i;
      continue;
    }
    std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    u32 code = lead & (0x7fu >> length);
    for (std::size_t k = 1; k < length && i + k < text.size(); ++k)
      code = code << 6 | (static_cast<u8>(text[i + k]) & 0x3f);
    escape_code(code, out);
    i += length;
  }
  out += quote;
}

void dump_bytes(std::string_view value, std::string& out) {
  char quote = quote_for(value);
  out += 'b';
  out += quote;
  for (char c : value) escape_ascii(static_cast<u8>(c), quote, out);
  out += quote;
}

void dump_int(const IntObject& value, std::string& out) {
  if (value.is_small()) {
    out += std::to_string(value.small);
    return;
  }
  mpz_t number;
  mpz_init(number);
  mpz_import(number, value.limbs.size(), -1, sizeof(u64), 0, 0, value.limbs.items);
  std::vector<char> text(mpz_sizeinbase(number, 10) + 2);
  mpz_get_str(text.data(), 10, number);
  mpz_clear(number);
  if (value.negative) out += '-';
  out += text.data();
}

// repr() of a float; `point`: an integral value ends with ".0".
void dump_double(double value, bool point, std::string& out) {
  if (std::isinf(value)) {
    out += value < 0 ? "-inf" : "inf";
    return;
  }
  char text[64];
  auto result = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific);
  std::string_view shortest(text, static_cast<std::size_t>(result.ptr - text));
  std::size_t e = shortest.find('e');
  int exponent = std::atoi(std::string(shortest.substr(e + 1)).c_str());
  if (exponent < -4 || exponent >= 16) {
    out += shortest;
    return;
  }
  result = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed);
  std::string_view fixed(text, static_cast<std::size_t>(result.ptr - text));
  out += fixed;
  if (point && fixed.find('.') == std::string_view::npos) out += ".0";
}

}  // namespace

void dump_constant(const Object* value, std::string& out) {
  switch (value->type) {
    case Type::None: out += "None"; return;
    case Type::False: out += "False"; return;
    case Type::True: out += "True"; return;
    case Type::Ellipsis: out += "Ellipsis"; return;
    case Type::Int: dump_int(*static_cast<const IntObject*>(value), out); return;
    case Type::Float: dump_double(static_cast<const FloatObject*>(value)->value, true, out); return;
    case Type::Complex:
      dump_double(static_cast<const ComplexObject*>(value)->imag, false, out);
      out += 'j';
      return;
    case Type::Str: dump_str(static_cast<const StrObject*>(value)->text, out); return;
    case Type::Bytes: dump_bytes(static_cast<const BytesObject*>(value)->bytes, out); return;
    case Type::Tuple:
    case Type::FrozenSet:
    case Type::Slice:
    case Type::Code: out += "?"; return;  // no source spells them
  }
}

}  // namespace mkpyc::dump
