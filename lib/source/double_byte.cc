#include "source/double_byte.h"

#include <algorithm>
#include <charconv>

#include "base/utf8.h"

namespace mkpyc::source {
namespace {

constexpr char kGb2312[] =
#include "codecs/gb2312.txt"
    ;
constexpr char kGbk[] =
#include "codecs/gbk.txt"
    ;
constexpr char kGb18030[] =
#include "codecs/gb18030.txt"
    ;
constexpr char kKsx1001[] =
#include "codecs/ksx1001.txt"
    ;
constexpr char kCp949[] =
#include "codecs/cp949.txt"
    ;
constexpr char kJisx0208[] =
#include "codecs/jisx0208.txt"
    ;
constexpr char kJisx0212[] =
#include "codecs/jisx0212.txt"
    ;
constexpr char kJisx0213_1[] =
#include "codecs/jisx0213_1.txt"
    ;
constexpr char kJisx0213_2[] =
#include "codecs/jisx0213_2.txt"
    ;
constexpr char kCp932[] =
#include "codecs/cp932.txt"
    ;
constexpr char kBig5[] =
#include "codecs/big5.txt"
    ;
constexpr char kCp950[] =
#include "codecs/cp950.txt"
    ;
constexpr char kBig5hkscs[] =
#include "codecs/big5hkscs.txt"
    ;

CellTable table_of(std::string_view text) {
  CellTable table;
  table.read(text);
  return table;
}

CellTable table_over(const CellTable& base, u32 flip, std::string_view text) {
  CellTable table(base, flip);
  table.read(text);
  return table;
}

// The seven-bit code of a set's cell with the high bits of both bytes set.
constexpr u32 kHighBits = 0x8080;

}  // namespace

CellTable::CellTable(const CellTable& base, u32 flip) : cells_(kCells) {
  for (u32 i = 0; i < kCells; ++i) cells_[i ^ flip] = base.cells_[i];
}

void CellTable::read(std::string_view text) {
  while (!text.empty()) {
    std::size_t end = text.find('\n');
    if (end == text.npos) end = text.size();
    if (end > 0) read_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void CellTable::read_line(std::string_view line) {
  bool pair = line[0] == '=';
  u32 cell = 0;
  const char* at = std::from_chars(line.data() + pair, line.data() + line.size(), cell, 16).ptr + 1;
  const char* end = line.data() + line.size();
  if (pair) {
    u32 first = next_code_point(at);
    cells_[cell] = first << 16 | next_code_point(at);
    return;
  }
  while (at != end) {
    u32 code = next_code_point(at);
    cells_[cell++] = code == 0xFFFD ? 0 : code;
  }
}

const CellTable& gb2312_table() {
  static const CellTable table = table_of(kGb2312);
  return table;
}
const CellTable& gbk_table() {
  static const CellTable table = table_over(gb2312_table(), kHighBits, kGbk);
  return table;
}
const CellTable& gb18030_table() {
  static const CellTable table = table_over(gbk_table(), 0, kGb18030);
  return table;
}
const CellTable& ksx1001_table() {
  static const CellTable table = table_of(kKsx1001);
  return table;
}
const CellTable& cp949_table() {
  static const CellTable table = table_over(ksx1001_table(), kHighBits, kCp949);
  return table;
}
const CellTable& jisx0208_table() {
  static const CellTable table = table_of(kJisx0208);
  return table;
}
const CellTable& jisx0212_table() {
  static const CellTable table = table_of(kJisx0212);
  return table;
}
const CellTable& jisx0213_1_table() {
  static const CellTable table = table_over(jisx0208_table(), 0, kJisx0213_1);
  return table;
}
const CellTable& jisx0213_2_table() {
  static const CellTable table = table_of(kJisx0213_2);
  return table;
}
const CellTable& cp932_table() {
  static const CellTable table = table_of(kCp932);
  return table;
}
const CellTable& big5_table() {
  static const CellTable table = table_of(kBig5);
  return table;
}
const CellTable& cp950_table() {
  static const CellTable table = table_over(big5_table(), 0, kCp950);
  return table;
}
const CellTable& big5hkscs_table() {
  static const CellTable table = table_over(big5_table(), 0, kBig5hkscs);
  return table;
}

bool is_new_in_jisx0213_of_2004(u8 row, u8 cell) {
  switch (row << 8 | cell) {
    case 0x2E21:
    case 0x2F7E:
    case 0x4F54:
    case 0x4F7E:
    case 0x7427:
    case 0x7E7A:
    case 0x7E7B:
    case 0x7E7C:
    case 0x7E7D:
    case 0x7E7E: return true;
    default: return false;
  }
}

}  // namespace mkpyc::source
