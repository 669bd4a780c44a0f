// Codecs of one byte a character, by table. CPython: _codecs.charmap_decode with a table of Lib/encodings.
#include <array>
#include <charconv>
#include <cstring>

#include "source/decoding.h"

namespace mkpyc::source {
namespace {

// A line is a codec: its module and 256 characters in hex, A-B for a run, ? for none.
constexpr char kCharmaps[] =
#include "codecs/charmaps.txt"
    ;

constexpr u32 kNone = ~u32{0};

std::array<u32, 256> read_table(std::string_view line) {
  std::array<u32, 256> table;
  table.fill(kNone);
  std::size_t cell = 0;
  for (const char *at = line.data(), *end = at + line.size(); at < end && cell < table.size(); ++at) {
    if (*at == '?') {
      ++cell;
      ++at;
      continue;
    }
    u32 first = 0;
    at = std::from_chars(at, end, first, 16).ptr;
    u32 last = first;
    if (at < end && *at == '-') at = std::from_chars(at + 1, end, last, 16).ptr;
    for (; first <= last && cell < table.size(); ++first) table[cell++] = first;
  }
  return table;
}

}  // namespace

bool decode_charmap(std::string_view module, Decoding& decoding) {
  std::string start = "\n" + std::string(module) + " ";
  const char* line = std::strstr(kCharmaps, start.c_str());
  if (line == nullptr) return false;
  line += start.size();
  std::array<u32, 256> table = read_table({line, static_cast<std::size_t>(std::strchr(line, '\n') - line)});
  for (std::size_t at = 0; at < decoding.size();) {
    u32 code = table[decoding.data()[at]];
    if (code == kNone) {
      at = decoding.fail(at, at + 1, "character maps to <undefined>");
    } else {
      decoding.put(code);
      ++at;
    }
  }
  return true;
}

}  // namespace mkpyc::source
