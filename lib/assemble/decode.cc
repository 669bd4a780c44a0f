#include "assemble/decode.h"

#include <algorithm>

namespace mkpyc::assemble {

DecodedCode decode_bytecode(std::string_view code, const OpTable& ops) {
  DecodedCode decoded;
  auto byte = [&](std::size_t at) { return static_cast<u8>(code[at]); };
  std::size_t start = 0;
  u32 arg = 0;
  std::size_t at = 0;
  while (at + 2 <= code.size()) {
    u8 number = byte(at);
    Op op = ops.by_number[number];
    arg |= byte(at + 1);
    at += 2;
    if (op == Op::EXTENDED_ARG && at + 2 <= code.size()) {
      arg <<= 8;
      continue;
    }
    std::size_t caches = op == Op::kCount ? 0 : std::size_t{2} * ops[op].caches;
    std::size_t end = std::min(at + caches, code.size());
    decoded.complete &= end == at + caches;
    bool clean = std::all_of(code.begin() + static_cast<std::ptrdiff_t>(at),
                             code.begin() + static_cast<std::ptrdiff_t>(end), [](char c) { return c == 0; });
    decoded.instrs.push_back({static_cast<u32>(start), static_cast<u32>(end - start), op, number, arg, clean});
    start = at = end;
    arg = 0;
  }
  decoded.complete &= at == code.size();
  return decoded;
}

namespace {

// Reads a table byte by byte; after its end every byte is 0 and ok() is false.
class Bytes {
 public:
  explicit Bytes(std::string_view text) : text_(text) {}
  bool at_end() const { return at_ >= text_.size(); }
  bool ok() const { return ok_; }
  u8 next() {
    if (at_end()) {
      ok_ = false;
      return 0;
    }
    return static_cast<u8>(text_[at_++]);
  }

  // Six bits a byte, the lowest first (location tables).
  u32 varint() {
    u8 byte = next();
    u32 value = byte & 63;
    for (int shift = 6; (byte & 64) != 0 && shift < 36; shift += 6) {
      byte = next();
      value |= shift < 32 ? (byte & u32{63}) << shift : 0;
    }
    return value;
  }
  i32 signed_varint() {
    u32 value = varint();
    return static_cast<i32>((value & 1) != 0 ? 0 - (value >> 1) : value >> 1);
  }
  // Six bits a byte, the highest first (exception tables).
  u32 big_varint() {
    u8 byte = next();
    u32 value = byte & 63;
    while ((byte & 64) != 0 && ok_) {
      byte = next();
      value = value << 6 | (byte & 63);
    }
    return value;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

// CPython: Objects/locations.md. Lines may be any number in a hostile table, so they are added without sign.
ast::Loc read_location(Bytes& bytes, int form, u32& line) {
  constexpr int kOneLine0 = 10, kNoColumns = 13, kLong = 14, kNone = 15;
  ast::Loc loc{-1, -1, -1, -1};
  if (form == kNone) return loc;
  if (form == kNoColumns || form == kLong) line += static_cast<u32>(bytes.signed_varint());
  if (form >= kOneLine0 && form < kNoColumns) line += static_cast<u32>(form - kOneLine0);
  loc.line = loc.end_line = static_cast<i32>(line);
  if (form == kLong) {
    loc.end_line = static_cast<i32>(line + bytes.varint());
    loc.col = static_cast<i32>(bytes.varint() - 1);
    loc.end_col = static_cast<i32>(bytes.varint() - 1);
  } else if (form < kOneLine0) {
    u8 low = bytes.next();
    loc.col = form * 8 + (low >> 4 & 7);
    loc.end_col = loc.col + (low & 15);
  } else if (form < kNoColumns) {
    loc.col = bytes.next();
    loc.end_col = bytes.next();
  }
  return loc;
}

}  // namespace

DecodedLocations decode_locations(std::string_view table, i32 firstlineno) {
  DecodedLocations decoded;
  Bytes bytes(table);
  u32 line = static_cast<u32>(firstlineno);
  while (!bytes.at_end()) {
    u8 first = bytes.next();
    decoded.complete &= (first & 0x80) != 0;
    ast::Loc loc = read_location(bytes, first >> 3 & 15, line);
    decoded.units.insert(decoded.units.end(), (first & 7u) + 1, loc);
  }
  decoded.complete &= bytes.ok();
  return decoded;
}

DecodedHandlers decode_exceptions(std::string_view table) {
  DecodedHandlers decoded;
  Bytes bytes(table);
  while (!bytes.at_end()) {
    u32 start = bytes.big_varint(), length = bytes.big_varint(), target = bytes.big_varint();
    u32 depth_lasti = bytes.big_varint();
    if (!bytes.ok()) break;
    decoded.entries.push_back({start * 2, (start + length) * 2, target * 2, depth_lasti >> 1, (depth_lasti & 1) != 0});
  }
  decoded.complete = bytes.ok();
  return decoded;
}

}  // namespace mkpyc::assemble
