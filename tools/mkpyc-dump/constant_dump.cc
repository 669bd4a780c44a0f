// ascii() of a constant: its repr(), with what is not ASCII escaped. repr() has escaped what is not printable in the
// same way, so that it does not matter here what is.
#include <cstdio>

#include "ast_dump.h"
#include "object/repr.h"

namespace mkpyc::dump {
namespace {

void escape_code(u32 code, std::string& out) {
  char text[16];
  std::snprintf(text, sizeof text, code < 0x100 ? "\\x%02x" : code < 0x10000 ? "\\u%04x" : "\\U%08x", code);
  out += text;
}

}  // namespace

void dump_constant(const Object* value, std::string& out) {
  if (value->type == Type::Code || value->type == Type::Slice) {
    out += "?";  // no source spells them
    return;
  }
  std::string text;
  append_repr(value, {UnicodeVersion{}, 0}, text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    u8 lead = static_cast<u8>(text[i]);
    if (lead < 0x80) {
      out += text[i];
      continue;
    }
    std::size_t more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    u32 code = lead & (0x3fu >> more);
    for (std::size_t k = 0; k < more; ++k) code = code << 6 | (static_cast<u8>(text[++i]) & 0x3f);
    escape_code(code, out);
  }
}

}  // namespace mkpyc::dump
