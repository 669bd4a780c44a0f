// The codecs of Chinese, Japanese and Korean texts without shift states. How many bytes are wrong, and when a sequence
// counts as cut off, is CPython's: Modules/cjkcodecs/_codecs_cn.c, _hk.c, _jp.c, _kr.c, _tw.c.
#include "source/decoding.h"
#include "source/double_byte.h"

namespace mkpyc::source {
namespace {

constexpr Step wrong(u8 length = 1) { return {Step::kWrong, length}; }
constexpr Step incomplete() { return {Step::kIncomplete, 0}; }
constexpr Step character(u8 length, u32 code) { return {Step::kCharacter, length, code}; }
// A cell of a table.
constexpr Step found(u8 length, u32 code) { return code != 0 ? character(length, code) : wrong(); }

bool within(u8 c, u8 first, u8 last) { return c >= first && c <= last; }

u8 seven(u8 c) { return c ^ 0x80; }

// ASCII, and two bytes that index a table.
template <class Lookup>
void decode_pairs(Decoding& decoding, Lookup lookup) {
  decode_steps(decoding, [&](const u8* at, std::size_t left) {
    if (*at < 0x80) return character(1, *at);
    return left < 2 ? incomplete() : found(2, lookup(at[0], at[1]));
  });
}

void decode_pairs(Decoding& decoding, const CellTable& table) {
  decode_pairs(decoding, [&](u8 a, u8 b) { return table.at(a, b); });
}

struct Gb18030Range {
  u32 number, code;
};
constexpr Gb18030Range kGb18030Ranges[] = {
#define RANGE(number, code) {number, code},
#include "codecs/gb18030_ranges.def"
#undef RANGE
};
constexpr u32 kGb18030RangesEnd = 39420;

// Four bytes are a number; those of the first lead bytes are the rest of the basic plane, in ranges.
Step gb18030_four(const u8* at, std::size_t left) {
  if (left < 4) return incomplete();
  if (!within(at[0], 0x81, 0xFE) || !within(at[2], 0x81, 0xFE) || !within(at[3], 0x30, 0x39)) return wrong();
  u32 lead = at[0] - 0x81u;
  u32 number = (at[1] - 0x30u) * 1260 + (at[2] - 0x81u) * 10 + (at[3] - 0x30u);
  if (lead < 4) {
    number += lead * 12600;
    if (number >= kGb18030RangesEnd) return wrong();
    const Gb18030Range* range = std::end(kGb18030Ranges) - 1;
    while (range->number > number) --range;
    return character(4, range->code + (number - range->number));
  }
  if (lead < 15) return wrong();
  u32 code = 0x10000 + (lead - 15) * 12600 + number;
  return code <= 0x10FFFF ? character(4, code) : wrong();
}

// KS X 1001 annex 3: a syllable written as a filler and three letters.
Step ksx1001_syllable(const u8* at, std::size_t left) {
  constexpr u8 kLetter = 0xA4, kFiller = 0xD4, kNone = 0xFF;
  constexpr u8 kLead[] = {0,     1, kNone, 2, kNone, kNone, 3,  4,  5,  kNone, kNone, kNone, kNone, kNone, kNone,
                          kNone, 6, 7,     8, kNone, 9,     10, 11, 12, 13,    14,    15,    16,    17,    18};
  constexpr u8 kTrail[] = {1,  2,  3,  4,     5,  6,  7,  kNone, 8,  9,     10, 11, 12, 13, 14,
                           15, 16, 17, kNone, 18, 19, 20, 21,    22, kNone, 23, 24, 25, 26, 27};
  if (left < 8) return incomplete();
  if (at[2] != kLetter || at[4] != kLetter || at[6] != kLetter) return wrong();
  u8 lead = within(at[3], 0xA1, 0xBE) ? kLead[at[3] - 0xA1] : kNone;
  u8 vowel = within(at[5], 0xBF, 0xD3) ? static_cast<u8>(at[5] - 0xBF) : kNone;
  u8 trail = at[7] == kFiller ? u8{0} : within(at[7], 0xA1, 0xBE) ? kTrail[at[7] - 0xA1] : kNone;
  if (lead == kNone || vowel == kNone || trail == kNone) return wrong();
  return character(8, 0xAC00 + lead * 588u + vowel * 28u + trail);
}

// One of the three fields of five bits of a Johab syllable: the letter's number, its compatibility jamo (U+31xx).
struct JohabLetter {
  u8 index, jamo;
};
constexpr u8 kNoLetter = 0xFF, kFill = 0xFD;
constexpr JohabLetter kNo = {kNoLetter, 0}, kEmpty = {kFill, 0};
constexpr JohabLetter kJohabLeads[32] = {
    kNo,        kEmpty,     {0, 0x31},  {1, 0x32},  {2, 0x34},  {3, 0x37},  {4, 0x38},  {5, 0x39},
    {6, 0x41},  {7, 0x42},  {8, 0x43},  {9, 0x45},  {10, 0x46}, {11, 0x47}, {12, 0x48}, {13, 0x49},
    {14, 0x4A}, {15, 0x4B}, {16, 0x4C}, {17, 0x4D}, {18, 0x4E}, kNo,        kNo,        kNo,
    kNo,        kNo,        kNo,        kNo,        kNo,        kNo,        kNo,        kNo};
constexpr JohabLetter kJohabVowels[32] = {
    kNo, kNo, kEmpty,     {0, 0x4F},  {1, 0x50},  {2, 0x51},  {3, 0x52},  {4, 0x53},
    kNo, kNo, {5, 0x54},  {6, 0x55},  {7, 0x56},  {8, 0x57},  {9, 0x58},  {10, 0x59},
    kNo, kNo, {11, 0x5A}, {12, 0x5B}, {13, 0x5C}, {14, 0x5D}, {15, 0x5E}, {16, 0x5F},
    kNo, kNo, {17, 0x60}, {18, 0x61}, {19, 0x62}, {20, 0x63}, kNo,        kNo};
constexpr JohabLetter kJohabTrails[32] = {
    kNo,        kEmpty,     {1, 0x31},  {2, 0x32},  {3, 0x33},  {4, 0x34},  {5, 0x35},  {6, 0x36},
    {7, 0x37},  {8, 0x39},  {9, 0x3A},  {10, 0x3B}, {11, 0x3C}, {12, 0x3D}, {13, 0x3E}, {14, 0x3F},
    {15, 0x40}, {16, 0x41}, kNo,        {17, 0x42}, {18, 0x44}, {19, 0x45}, {20, 0x46}, {21, 0x47},
    {22, 0x48}, {23, 0x4A}, {24, 0x4B}, {25, 0x4C}, {26, 0x4D}, {27, 0x4E}, kNo,        kNo};

u32 johab_hangul(u8 first, u8 second) {
  JohabLetter lead = kJohabLeads[first >> 2 & 0x1F];
  JohabLetter vowel = kJohabVowels[(first << 3 | second >> 5) & 0x1F];
  JohabLetter trail = kJohabTrails[second & 0x1F];
  if (lead.index == kNoLetter || vowel.index == kNoLetter || trail.index == kNoLetter) return 0;
  if (lead.index != kFill && vowel.index != kFill)
    return 0xAC00 + lead.index * 588u + vowel.index * 28u + (trail.index == kFill ? 0u : trail.index);
  int letters = (lead.index != kFill) + (vowel.index != kFill) + (trail.index != kFill);
  return letters == 0 ? 0x3000 : letters == 1 ? 0x3100u | lead.jamo | vowel.jamo | trail.jamo : 0;
}

u32 johab(u8 c, u8 d) {
  if (c < 0xD8) return johab_hangul(c, d);
  bool none = c == 0xDF || c > 0xF9 || d < 0x31 || within(d, 0x80, 0x90) || (d & 0x7F) == 0x7F ||
              (c == 0xDA && within(d, 0xA1, 0xD3));
  if (none) return 0;
  int row = c < 0xE0 ? 2 * (c - 0xD9) : 2 * c - 0x197;
  int cell = d < 0x91 ? d - 0x31 : d - 0x43;
  return ksx1001_table().at(static_cast<u8>(row + cell / 94 + 0x21), static_cast<u8>(cell % 94 + 0x21));
}

bool is_half_width(u8 c) { return within(c, 0xA1, 0xDF); }
u32 half_width_katakana(u8 c) { return 0xFEC0u + c; }

Step jisx0213_plane1(u8 length, u8 row, u8 cell, bool of_2000) {
  if (of_2000 && is_new_in_jisx0213_of_2004(row, cell)) return wrong(2);
  return found(length, jisx0213_1_table().at(row, cell));
}

u32 jisx0213_plane2(u8 row, u8 cell, bool of_2000) {
  return of_2000 && row == 0x7D && cell == 0x3B ? 0x9B1D : jisx0213_2_table().at(row, cell);
}

// EUC has JIS X 0212 in the places that plane 2 leaves free.
u32 euc_three(u8 row, u8 cell, bool of_2000) {
  u32 code = jisx0213_plane2(row, cell, of_2000);
  return code != 0 ? code : jisx0212_table().at(row, cell);
}

Step euc_katakana(const u8* at, std::size_t left) {
  if (left < 2) return incomplete();
  return is_half_width(at[1]) ? character(2, half_width_katakana(at[1])) : wrong();
}

void euc_jis(Decoding& decoding, bool of_2000) {
  decode_steps(decoding, [=](const u8* at, std::size_t left) {
    if (*at < 0x80) return character(1, *at);
    if (*at == 0x8E) return euc_katakana(at, left);
    if (left < (*at == 0x8F ? 3u : 2u)) return incomplete();
    if (*at == 0x8F) return found(3, euc_three(seven(at[1]), seven(at[2]), of_2000));
    if (at[0] == 0xA2 && at[1] == 0xB2) return character(2, 0xFF5E);  // a full-width ~, elsewhere the ASCII one
    return jisx0213_plane1(2, seven(at[0]), seven(at[1]), of_2000);
  });
}

// Row (from 0) and cell (from 0x21) of the two bytes of a Shift JIS character; false if the second fits none.
bool shift_jis_cell(u8 c, u8 d, u8& row, u8& cell) {
  if (d < 0x40 || d == 0x7F || d > 0xFC) return false;
  int lead = c < 0xE0 ? c - 0x81 : c - 0xC1;
  int trail = d < 0x80 ? d - 0x40 : d - 0x41;
  row = static_cast<u8>(2 * lead + trail / 94);
  cell = static_cast<u8>(trail % 94 + 0x21);
  return true;
}

bool is_shift_jis_lead(u8 c, u8 last) { return within(c, 0x81, 0x9F) || within(c, 0xE0, last); }

u32 shift_jis(u8 c, u8 d) {
  u8 row, cell;
  return shift_jis_cell(c, d, row, cell) ? jisx0208_table().at(static_cast<u8>(row + 0x21), cell) : 0;
}

Step shift_jis_2004_pair(u8 c, u8 d, bool of_2000) {
  u8 row, cell;
  if (!shift_jis_cell(c, d, row, cell)) return wrong();
  if (row == 0 && cell == 0x40) return character(2, '\\');  // full width elsewhere
  if (row < 0x5E) return jisx0213_plane1(2, static_cast<u8>(row + 0x21), cell, of_2000);
  // The rows of plane 2 are those that JIS X 0212 leaves free.
  int plane2_row = row >= 0x67 ? row + 7 : row >= 0x63 || row == 0x5F ? row - 0x37 : row - 0x3D;
  return found(2, jisx0213_plane2(static_cast<u8>(plane2_row), cell, of_2000));
}

void shift_jis_2004(Decoding& decoding, bool of_2000) {
  decode_steps(decoding, [=](const u8* at, std::size_t left) {
    u8 c = *at;
    if (c < 0x80) return character(1, c == '\\' ? 0xA5u : c == '~' ? 0x203Eu : c);
    if (is_half_width(c)) return character(1, half_width_katakana(c));
    if (!is_shift_jis_lead(c, 0xFC)) return wrong();
    return left < 2 ? incomplete() : shift_jis_2004_pair(c, at[1], of_2000);
  });
}

u32 cp932_pair(u8 c, u8 d) {
  if (u32 code = cp932_table().at(c, d); code != 0) return code;
  if (is_shift_jis_lead(c, 0xEA)) return shift_jis(c, d);
  bool own = within(c, 0xF0, 0xF9) && (within(d, 0x40, 0x7E) || within(d, 0x80, 0xFC));
  return own ? 0xE000u + 188u * (c - 0xF0u) + (d < 0x80 ? d - 0x40u : d - 0x41u) : 0;
}

}  // namespace

void decode_gb2312(Decoding& decoding) {
  decode_pairs(decoding, [&table = gb2312_table()](u8 a, u8 b) { return table.at(seven(a), seven(b)); });
}
void decode_gbk(Decoding& decoding) { decode_pairs(decoding, gbk_table()); }
void decode_big5(Decoding& decoding) { decode_pairs(decoding, big5_table()); }
void decode_cp950(Decoding& decoding) { decode_pairs(decoding, cp950_table()); }
void decode_big5hkscs(Decoding& decoding) { decode_pairs(decoding, big5hkscs_table()); }
void decode_cp949(Decoding& decoding) { decode_pairs(decoding, cp949_table()); }
void decode_johab(Decoding& decoding) { decode_pairs(decoding, johab); }

void decode_gb18030(Decoding& decoding) {
  decode_steps(decoding, [&table = gb18030_table()](const u8* at, std::size_t left) {
    if (*at < 0x80) return character(1, *at);
    if (left < 2) return incomplete();
    return within(at[1], '0', '9') ? gb18030_four(at, left) : found(2, table.at(at[0], at[1]));
  });
}

void decode_euc_kr(Decoding& decoding) {
  decode_steps(decoding, [&table = ksx1001_table()](const u8* at, std::size_t left) {
    if (*at < 0x80) return character(1, *at);
    if (left < 2) return incomplete();
    if (at[0] == 0xA4 && at[1] == 0xD4) return ksx1001_syllable(at, left);
    return found(2, table.at(seven(at[0]), seven(at[1])));
  });
}

void decode_euc_jp(Decoding& decoding) {
  decode_steps(decoding, [](const u8* at, std::size_t left) {
    if (*at < 0x80) return character(1, *at);
    if (*at == 0x8E) return euc_katakana(at, left);
    if (left < (*at == 0x8F ? 3u : 2u)) return incomplete();
    if (*at == 0x8F) return found(3, jisx0212_table().at(seven(at[1]), seven(at[2])));
    return found(2, jisx0208_table().at(seven(at[0]), seven(at[1])));
  });
}

void decode_euc_jis_2004(Decoding& decoding) { euc_jis(decoding, false); }
void decode_euc_jisx0213(Decoding& decoding) { euc_jis(decoding, true); }

void decode_shift_jis(Decoding& decoding) {
  decode_steps(decoding, [](const u8* at, std::size_t left) {
    if (*at < 0x80) return character(1, *at);
    if (is_half_width(*at)) return character(1, half_width_katakana(*at));
    if (!is_shift_jis_lead(*at, 0xEA)) return wrong();
    return left < 2 ? incomplete() : found(2, shift_jis(at[0], at[1]));
  });
}

void decode_shift_jis_2004(Decoding& decoding) { shift_jis_2004(decoding, false); }
void decode_shift_jisx0213(Decoding& decoding) { shift_jis_2004(decoding, true); }

void decode_cp932(Decoding& decoding) {
  decode_steps(decoding, [](const u8* at, std::size_t left) {
    u8 c = *at;
    if (c <= 0x80) return character(1, c);
    if (is_half_width(c)) return character(1, half_width_katakana(c));
    if (c == 0xA0) return character(1, 0xF8F0);
    if (c >= 0xFD) return character(1, 0xF8F1u + (c - 0xFDu));
    return left < 2 ? incomplete() : found(2, cp932_pair(c, at[1]));
  });
}

}  // namespace mkpyc::source
