// The codecs with shift states: ISO-2022-JP and its kin, ISO-2022-KR, HZ. CPython: Modules/cjkcodecs/_codecs_iso2022.c,
// _codecs_cn.c
#include "source/decoding.h"
#include "source/double_byte.h"

namespace mkpyc::source {
namespace {

constexpr u8 kEscape = 0x1B, kShiftOut = 0x0E, kShiftIn = 0x0F;

// A set of characters by the final byte of its escape sequence; sets of two bytes a character have the high bit.
enum Charset : u8 {
  kLatin1 = 'A',
  kAscii = 'B',
  kGreek = 'F',
  kJisx0201Katakana = 'I',
  kJisx0201Roman = 'J',
  kGb2312 = 'A' | 0x80,
  kJisx0208 = 'B' | 0x80,
  kKsx1001 = 'C' | 0x80,
  kJisx0212 = 'D' | 0x80,
  kJisx0213Of2000 = 'O' | 0x80,
  kJisx0213Plane2 = 'P' | 0x80,
  kJisx0213Of2004 = 'Q' | 0x80,
  kJisx0208Old = '@' | 0x80,
};

struct Variant {
  std::string_view charsets;  // that may be designated beside ASCII
  bool shifts = false;        // SO and SI mean something
  bool second_set = false;    // G2 and its single shift
  bool prefix = true;         // the prefix ESC & @ of the revised JIS X 0208
};

bool is_in(std::string_view charsets, u8 charset) { return charsets.find(static_cast<char>(charset)) != charsets.npos; }

bool ends_escape(u8 c) { return (c >= 'A' && c <= 'Z') || c == '@'; }
bool starts_escape(u8 c) { return c == '(' || c == ')' || c == '$' || c == '.' || c == '&'; }

constexpr u32 kNone = ~u32{0};

// The character of ISO 8859-7 (CPython: ISO8859_7_DECODE).
u32 greek(u8 c) {
  if (c < 0xA0) return c;
  if (c < 0xC0 && (0x288F3BC9u >> (c - 0xA0) & 1) != 0) return c;
  if (c >= 0xB4 && c <= 0xFE && (c >= 0xD4 || (0xBFFFFD77u >> (c - 0xB4) & 1) != 0)) return 0x2D0u + c;
  return c == 0xA1 ? 0x2018u : c == 0xA2 ? 0x2019u : c == 0xAF ? 0x2015u : kNone;
}

u32 jisx0213_of_2000(u8 row, u8 cell) {
  return is_new_in_jisx0213_of_2004(row, cell) ? 0 : jisx0213_1_table().at(row, cell);
}

class Iso2022 {
 public:
  explicit Iso2022(const Variant& variant) : variant_(variant) {}

  Step next(const u8* at, std::size_t left) {
    u8 c = *at;
    if (through_) {  // an escape sequence of another standard
      through_ = !ends_escape(c);
      return {Step::kCharacter, 1, c};
    }
    if (c == kEscape) return escape(at, left);
    if (variant_.shifts && (c == kShiftIn || c == kShiftOut)) {
      shifted_ = c == kShiftOut;
      return {Step::kNothing, 1};
    }
    if (c == '\n') shifted_ = false;
    if (c < 0x20) return {Step::kCharacter, 1, c};
    if (c >= 0x80) return {Step::kWrong, 1};
    u8 charset = sets_[shifted_ ? 1 : 0];
    if (charset == kAscii) return {Step::kCharacter, 1, c};
    u8 width = charset & 0x80 ? 2 : 1;
    if (left < width) return {Step::kIncomplete, 0};
    u32 code = character(charset, at);
    return code != 0 ? Step{Step::kCharacter, width, code} : Step{Step::kWrong, width};
  }

 private:
  Step escape(const u8* at, std::size_t left) {
    if (left < 2) return {Step::kIncomplete, 0};
    if (starts_escape(at[1])) return designate(at, left);
    if (variant_.second_set && at[1] == 'N') return left < 3 ? Step{Step::kIncomplete, 0} : single_shift(at[2]);
    through_ = true;
    return {Step::kCharacter, 1, kEscape};
  }

  // CPython: iso2022processesc
  Step designate(const u8* at, std::size_t left) {
    constexpr std::size_t kMaxEscape = 16;
    u8 length = 0;
    for (std::size_t i = 1; i < kMaxEscape && length == 0; ++i) {
      if (i >= left) return {Step::kIncomplete, 0};
      if (ends_escape(at[i])) {
        length = static_cast<u8>(i + 1);
      } else if (variant_.prefix && i + 1 < left && at[i] == '&' && at[i + 1] == '@') {
        i += 2;
      }
    }
    Step bad = {Step::kWrong, length == 0 ? u8{1} : length};
    int set = -1;
    u8 charset = 0;
    if (length == 3) {
      charset = at[1] == '$' ? at[2] | 0x80 : at[2];
      if (at[1] == '$' || at[1] == '(') set = 0;
      if (at[1] == ')') set = 1;
      if (at[1] == '.' && variant_.second_set) set = 2;
    } else if (length == 4 && at[1] == '$') {
      charset = at[3] | 0x80;
      set = at[2] == '(' ? 0 : at[2] == ')' ? 1 : -1;
    } else if (length == 6 && variant_.prefix && at[3] == kEscape && at[4] == '$' && at[5] == 'B') {
      charset = kJisx0208;
      set = 0;
    }
    if (set < 0 || (charset != kAscii && !is_in(variant_.charsets, charset))) return bad;
    sets_[set] = charset;
    return {Step::kNothing, length};
  }

  // ESC N: one character of G2.
  Step single_shift(u8 c) const {
    constexpr Step kBad = {Step::kWrong, 3};
    switch (sets_[2]) {
      case kLatin1: return c < 0x80 ? Step{Step::kCharacter, 3, c + 0x80u} : kBad;
      case kGreek: {
        u32 code = greek(c ^ 0x80);
        return code != kNone ? Step{Step::kCharacter, 3, code} : kBad;
      }
      case kAscii: return c < 0x80 ? Step{Step::kCharacter, 3, c} : kBad;
      // CPython's "internal codec error".
      default: throw CodecError{"internal codec error"};
    }
  }

  static u32 character(u8 charset, const u8* at) {
    switch (charset) {
      case kJisx0201Roman: return *at == '\\' ? 0xA5u : *at == '~' ? 0x203Eu : *at;
      case kJisx0201Katakana: return *at >= 0x21 && *at <= 0x5F ? 0xFF40u + *at : 0;
      case kGb2312: return gb2312_table().at(at[0], at[1]);
      case kKsx1001: return ksx1001_table().at(at[0], at[1]);
      case kJisx0208:
      case kJisx0208Old: return jisx0208_table().at(at[0], at[1]);
      case kJisx0212: return jisx0212_table().at(at[0], at[1]);
      case kJisx0213Of2000: return jisx0213_of_2000(at[0], at[1]);
      case kJisx0213Of2004: return jisx0213_1_table().at(at[0], at[1]);
      case kJisx0213Plane2: return jisx0213_2_table().at(at[0], at[1]);
      default: return 0;  // sets of G2
    }
  }

  const Variant& variant_;
  u8 sets_[3] = {kAscii, kAscii, kAscii};
  bool shifted_ = false;
  bool through_ = false;
};

void run(Decoding& decoding, const Variant& variant) {
  Iso2022 codec(variant);
  decode_steps(decoding, [&](const u8* at, std::size_t left) { return codec.next(at, left); });
}

}  // namespace

// A list of charsets, by their bytes.
#define SET(charset) static_cast<char>(charset)

void decode_iso2022_kr(Decoding& decoding) {
  constexpr char kSets[] = {SET(kKsx1001)};
  run(decoding, {.charsets = {kSets, sizeof kSets}, .shifts = true, .prefix = false});
}
void decode_iso2022_jp(Decoding& decoding) {
  constexpr char kSets[] = {SET(kJisx0208), SET(kJisx0201Roman), SET(kJisx0208Old)};
  run(decoding, {.charsets = {kSets, sizeof kSets}});
}
void decode_iso2022_jp_1(Decoding& decoding) {
  constexpr char kSets[] = {SET(kJisx0208), SET(kJisx0212), SET(kJisx0201Roman), SET(kJisx0208Old)};
  run(decoding, {.charsets = {kSets, sizeof kSets}});
}
void decode_iso2022_jp_2(Decoding& decoding) {
  constexpr char kSets[] = {SET(kJisx0208),      SET(kJisx0212),    SET(kKsx1001), SET(kGb2312),
                            SET(kJisx0201Roman), SET(kJisx0208Old), SET(kLatin1),  SET(kGreek)};
  run(decoding, {.charsets = {kSets, sizeof kSets}, .second_set = true});
}
void decode_iso2022_jp_3(Decoding& decoding) {
  constexpr char kSets[] = {SET(kJisx0213Of2000), SET(kJisx0208), SET(kJisx0213Plane2)};
  run(decoding, {.charsets = {kSets, sizeof kSets}});
}
void decode_iso2022_jp_2004(Decoding& decoding) {
  constexpr char kSets[] = {SET(kJisx0213Of2004), SET(kJisx0208), SET(kJisx0213Plane2)};
  run(decoding, {.charsets = {kSets, sizeof kSets}});
}
void decode_iso2022_jp_ext(Decoding& decoding) {
  constexpr char kSets[] = {SET(kJisx0208), SET(kJisx0212), SET(kJisx0201Roman), SET(kJisx0201Katakana),
                            SET(kJisx0208Old)};
  run(decoding, {.charsets = {kSets, sizeof kSets}});
}
#undef SET

// HZ (RFC 1843): "~{" and "~}" around GB 2312 in seven bits.
void decode_hz(Decoding& decoding) {
  bool chinese = false;
  decode_steps(decoding, [&](const u8* at, std::size_t left) -> Step {
    if (*at == '~') {
      if (left < 2) return {Step::kIncomplete, 0};
      if (at[1] == '~' && !chinese) return {Step::kCharacter, 2, '~'};
      bool known = chinese ? at[1] == '}' : at[1] == '{' || at[1] == '\n';
      if (!known) return {Step::kWrong, 1};
      chinese = at[1] == '{';
      return {Step::kNothing, 2};
    }
    if (*at >= 0x80) return {Step::kWrong, 1};
    if (!chinese) return {Step::kCharacter, 1, *at};
    if (left < 2) return {Step::kIncomplete, 0};
    u32 code = gb2312_table().at(at[0], at[1]);
    return code != 0 ? Step{Step::kCharacter, 2, code} : Step{Step::kWrong, 1};
  });
}

}  // namespace mkpyc::source
