// Character tables indexed by two bytes, read from the text in grammar/codecs when a file first needs one. Private to
// this folder.
#pragma once

#include <string_view>
#include <vector>

#include "base/int.h"

namespace mkpyc::source {

class CellTable {
 public:
  /// 0: no character; over 0x10FFFF: two characters (Decoding::put).
  u32 at(u8 first, u8 second) const { return cells_[first << 8 | second]; }

  /// An empty table, or one that starts as `base` with all bytes changed by `flip`.
  CellTable() : cells_(kCells) {}
  CellTable(const CellTable& base, u32 flip);

  /// Reads lines of the form "2121 ABC" (characters of consecutive second bytes; U+FFFD takes one away) and "=2477 AB"
  /// (two characters in one cell).
  void read(std::string_view text);

 private:
  static constexpr std::size_t kCells = 0x10000;
  void read_line(std::string_view line);
  std::vector<u32> cells_;
};

// 94 by 94 sets, indexed by bytes 0x21..0x7E.
const CellTable& gb2312_table();
const CellTable& ksx1001_table();
const CellTable& jisx0208_table();
const CellTable& jisx0212_table();
const CellTable& jisx0213_1_table();  // with what it shares with JIS X 0208
const CellTable& jisx0213_2_table();
// Whole codecs, indexed by their bytes.
const CellTable& gbk_table();
const CellTable& gb18030_table();
const CellTable& cp949_table();
const CellTable& big5_table();
const CellTable& cp950_table();
const CellTable& big5hkscs_table();
/// What cp932 has beside JIS X 0208 and the user's own characters.
const CellTable& cp932_table();

/// JIS X 0213 of 2000 lacked ten characters of plane 1 (and had another one in place of one of plane 2).
bool is_new_in_jisx0213_of_2004(u8 row, u8 cell);

}  // namespace mkpyc::source
