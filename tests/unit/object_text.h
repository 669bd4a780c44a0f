// Constants as text for test cases, exact to the last bit:
//   N T F E            None, True, False, Ellipsis
//   i-1f               an int in hexadecimal
//   f3ff0000000000000  a float by its bits
//   c<bits>,<bits>     a complex
//   s6162              a str: its UTF-8 bytes in hexadecimal (surrogates as three bytes)
//   b00ff              bytes
//   (i1;s61)           a tuple
//   {i1;s61}           a frozenset, its items in the order of their texts
// The scripts make_*_cases write the same.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "object/object.h"

namespace mkpyc {

class ObjectReader {
 public:
  ObjectReader(std::string_view text, Objects& objects) : text_(text), objects_(objects) {}

  Object* read() {
    switch (char kind = take()) {
      case 'N': return objects_.none();
      case 'T': return objects_.boolean(true);
      case 'F': return objects_.boolean(false);
      case 'E': return objects_.ellipsis();
      case 'i': return read_int();
      case 'f': return objects_.floating(read_double());
      case 'c': {
        double real = read_double();
        take();
        return objects_.complex(real, read_double());
      }
      case 's': return objects_.str(read_bytes());
      case 'b': return objects_.bytes(read_bytes());
      default: return read_items(kind == '(');
    }
  }

 private:
  char take() { return at_ < text_.size() ? text_[at_++] : '\0'; }
  std::string_view digits() {
    std::size_t start = at_;
    while (at_ < text_.size() && std::string_view("0123456789abcdef").find(text_[at_]) != std::string_view::npos) ++at_;
    return text_.substr(start, at_ - start);
  }
  static u64 number(std::string_view hex) { return hex.empty() ? 0 : std::stoull(std::string(hex), nullptr, 16); }
  Object* read_int() {
    bool negative = text_[at_] == '-';
    if (negative) ++at_;
    std::string_view hex = digits();
    std::vector<u64> limbs;
    for (; !hex.empty(); hex.remove_suffix(std::min<std::size_t>(16, hex.size())))
      limbs.push_back(number(hex.substr(hex.size() - std::min<std::size_t>(16, hex.size()))));
    return objects_.integer(limbs.data(), limbs.size(), negative);
  }
  double read_double() { return std::bit_cast<double>(number(digits())); }
  std::string read_bytes() {
    std::string bytes;
    for (std::string_view hex = digits(); hex.size() >= 2; hex.remove_prefix(2))
      bytes += static_cast<char>(number(hex.substr(0, 2)));
    return bytes;
  }
  Object* read_items(bool tuple) {
    std::vector<Object*> items;
    while (at_ < text_.size() && text_[at_] != ')' && text_[at_] != '}') {
      if (text_[at_] == ';') ++at_;
      items.push_back(read());
    }
    ++at_;
    return tuple ? objects_.tuple(items.data(), items.size()) : objects_.frozenset(items.data(), items.size());
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Objects& objects_;
};

inline Object* object_of(std::string_view text, Objects& objects) { return ObjectReader(text, objects).read(); }

inline std::string hex_of(std::string_view bytes) {
  std::string hex;
  for (char c : bytes) {
    char buffer[3];
    std::snprintf(buffer, sizeof buffer, "%02x", static_cast<u8>(c));
    hex += buffer;
  }
  return hex;
}

inline std::string hex_of(double value) {
  char buffer[17];
  std::snprintf(buffer, sizeof buffer, "%016llx", static_cast<unsigned long long>(std::bit_cast<u64>(value)));
  return buffer;
}

inline std::string hex_of(const IntObject& integer) {
  bool negative = integer.is_small() ? integer.small < 0 : integer.negative;
  u64 small = negative ? ~static_cast<u64>(integer.small) + 1 : static_cast<u64>(integer.small);
  std::string hex = negative ? "-" : "";
  char buffer[17];
  u32 count = integer.is_small() ? 1 : integer.limbs.size();
  for (u32 i = count; i-- > 0;) {
    unsigned long long limb = integer.is_small() ? small : integer.limbs[i];
    std::snprintf(buffer, sizeof buffer, i + 1 == count ? "%llx" : "%016llx", limb);
    hex += buffer;
  }
  return hex;
}

inline std::string text_of(const Object* object) {
  switch (object->type) {
    case Type::None: return "N";
    case Type::True: return "T";
    case Type::False: return "F";
    case Type::Ellipsis: return "E";
    case Type::Int: return "i" + hex_of(*static_cast<const IntObject*>(object));
    case Type::Float: return "f" + hex_of(static_cast<const FloatObject*>(object)->value);
    case Type::Complex: {
      const ComplexObject* complex = static_cast<const ComplexObject*>(object);
      return "c" + hex_of(complex->real) + "," + hex_of(complex->imag);
    }
    case Type::Str: return "s" + hex_of(static_cast<const StrObject*>(object)->text);
    case Type::Bytes: return "b" + hex_of(static_cast<const BytesObject*>(object)->bytes);
    case Type::Tuple:
    case Type::FrozenSet: {
      std::vector<std::string> items;
      for (const Object* item : static_cast<const TupleObject*>(object)->items) items.push_back(text_of(item));
      if (object->type == Type::FrozenSet) std::sort(items.begin(), items.end());
      std::string text;
      for (const std::string& item : items) text += (text.empty() ? "" : ";") + item;
      return object->type == Type::Tuple ? "(" + text + ")" : "{" + text + "}";
    }
    case Type::Slice:
    case Type::Code: break;
  }
  return "?";
}

}  // namespace mkpyc
