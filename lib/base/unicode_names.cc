// Character names. The data is text, each name written as what differs from the one before (grammar/unicode/names.txt,
// 0.4 MB); the first \N{...} of a process unpacks it into a hash table, about a millisecond for 35 thousand names.
#include <xxhash.h>

#include <charconv>
#include <cstring>
#include <vector>

#include "base/check.h"
#include "base/unicode.h"

namespace mkpyc::unicode {
namespace {

// The first line begins with a line break, so that the data file can be a list of whole lines.
constexpr char kNames[] =
#include "unicode/names.txt"
    ;

struct Ideographs {
  u32 first, last;
  u8 since, until;
};
constexpr Ideographs kIdeographs[] = {
#define IDEOGRAPHS(first, last, since, until) {first, last, since, until},
#include "unicode/ideographs.def"
#undef IDEOGRAPHS
};

u32 hash_of(std::string_view name) { return static_cast<u32>(XXH3_64bits(name.data(), name.size())); }

struct Tangut {
  u32 first, last;
  u8 since;
};
constexpr Tangut kTangut[] = {
#define RANGE(first, last, since) {first, last, since},
#include "unicode/tangut.def"
#undef RANGE
};

class NameIndex {
 public:
  NameIndex() : slots_(kSlots) {
    text_.reserve(std::size_t{1} << 20);
    const char* at = kNames + 1;
    for (const char* end; (end = std::strchr(at, '\n')) != nullptr; at = end + 1)
      add_line({at, static_cast<std::size_t>(end - at)});
  }

  u32 find(std::string_view name, UnicodeVersion version) const {
    for (u32 i = hash_of(name);; ++i) {
      const Slot& slot = slots_[i % kSlots];
      if (slot.length == 0) return kNoCharacter;
      if (std::string_view(text_).substr(slot.offset, slot.length) != name) continue;
      return slot.since <= static_cast<u8>(version) ? slot.code : kNoCharacter;
    }
  }

 private:
  static constexpr u32 kSlots = 1 << 17;
  struct Slot {
    u32 offset = 0;
    u32 code = 0;
    u8 length = 0;  // 0: empty
    u8 since = 0;
  };

  // "!3": names of version 3 follow. "1F600 cFACE": code point (left out where it is the last one plus 1), a letter
  // for the number of words that the name shares with the last one, and the rest of the name.
  void add_line(std::string_view line) {
    if (line[0] == '!') {
      since_ = static_cast<u8>(line[1] - '0');
      code_ = ~u32{0};
      last_offset_ = last_length_ = 0;
      return;
    }
    ++code_;
    std::size_t letter = 0;
    if (line[0] < 'a') {
      const char* end = std::from_chars(line.data(), line.data() + line.size(), code_, 16).ptr;
      letter = static_cast<std::size_t>(end - line.data()) + 1;
    }
    std::size_t shared = 0;
    for (int words = line[letter] - 'a'; words > 0; --words)
      shared = text_.find(' ', last_offset_ + shared) + 1 - last_offset_;
    add_name(shared, line.substr(letter + 1));
  }

  void add_name(std::size_t shared, std::string_view rest) {
    std::size_t offset = text_.size();
    for (std::size_t i = 0; i < shared; ++i) text_ += text_[last_offset_ + i];
    text_ += rest;
    last_offset_ = offset;
    last_length_ = text_.size() - offset;
    u32 i = hash_of(std::string_view(text_).substr(offset));
    while (slots_[i % kSlots].length != 0) ++i;
    MKPYC_CHECK(last_length_ < 256);
    slots_[i % kSlots] = {static_cast<u32>(offset), code_, static_cast<u8>(last_length_), since_};
  }

  std::string text_;
  std::vector<Slot> slots_;
  u8 since_ = 0;
  u32 code_ = 0;
  std::size_t last_offset_ = 0, last_length_ = 0;
};

// One part of a Hangul syllable's name: the longest spelling in the list that the text starts with, which is taken
// off. The empty spelling is in two of the lists. CPython: unicodedata.c find_syllable.
template <std::size_t N>
int take_jamo(std::string_view& text, const std::string_view (&spellings)[N]) {
  int best = -1;
  for (std::size_t i = 0; i < N; ++i)
    if (text.starts_with(spellings[i]) && (best < 0 || spellings[i].size() > spellings[best].size()))
      best = static_cast<int>(i);
  if (best >= 0) text.remove_prefix(spellings[best].size());
  return best;
}

u32 hangul_syllable(std::string_view rest) {
  static constexpr std::string_view kLead[] = {"G",  "GG", "N", "D",  "DD", "R", "M", "B", "BB", "S",
                                               "SS", "",   "J", "JJ", "C",  "K", "T", "P", "H"};
  static constexpr std::string_view kVowel[] = {"A",  "AE", "YA", "YAE", "EO", "E",  "YEO", "YE", "O",  "WA", "WAE",
                                                "OE", "YO", "U",  "WEO", "WE", "WI", "YU",  "EU", "YI", "I"};
  static constexpr std::string_view kTrail[] = {"",   "G",  "GG", "GS", "N",  "NJ", "NH", "D", "L",  "LG",
                                                "LM", "LB", "LS", "LT", "LP", "LH", "M",  "B", "BS", "S",
                                                "SS", "NG", "J",  "C",  "K",  "T",  "P",  "H"};
  int lead = take_jamo(rest, kLead);
  int vowel = take_jamo(rest, kVowel);
  int trail = take_jamo(rest, kTrail);
  if (lead < 0 || vowel < 0 || trail < 0 || !rest.empty()) return kNoCharacter;
  return static_cast<u32>(0xAC00 + (lead * 21 + vowel) * 28 + trail);
}

// The digits behind a name that is made by rule, in capitals.
u32 code_in_name(std::string_view digits) {
  if (digits.size() != 4 && digits.size() != 5) return kNoCharacter;
  u32 code = 0;
  for (char c : digits) {
    bool digit = c >= '0' && c <= '9';
    if (!digit && !(c >= 'A' && c <= 'F')) return kNoCharacter;
    code = code * 16 + static_cast<u32>(digit ? c - '0' : c - 'A' + 10);
  }
  return code;
}

u32 unified_ideograph(std::string_view digits, UnicodeVersion version) {
  u32 code = code_in_name(digits);
  for (const Ideographs& row : kIdeographs)
    if (code >= row.first && code <= row.last && row.since <= static_cast<u8>(version) &&
        static_cast<u8>(version) < row.until)
      return code;
  return kNoCharacter;
}

u32 tangut_ideograph(std::string_view digits, UnicodeVersion version) {
  u32 code = code_in_name(digits);
  for (const Tangut& row : kTangut)
    if (code >= row.first && code <= row.last && row.since <= static_cast<u8>(version)) return code;
  return kNoCharacter;
}

}  // namespace

// CPython: unicodedata.c _getcode. Without `rules_in_any_case`, names that are made by rule are taken in capitals
// alone, and those of Tangut ideographs are unknown.
u32 lookup_name(std::string_view name, UnicodeVersion version, bool rules_in_any_case) {
  constexpr std::string_view kHangul = "HANGUL SYLLABLE ", kIdeograph = "CJK UNIFIED IDEOGRAPH-",
                             kTangutIdeograph = "TANGUT IDEOGRAPH-";
  if (name.empty() || name.size() > 255) return kNoCharacter;
  char capitals[256];
  for (std::size_t i = 0; i < name.size(); ++i)
    capitals[i] = static_cast<char>(name[i] >= 'a' && name[i] <= 'z' ? name[i] - 32 : name[i]);
  std::string_view upper(capitals, name.size());
  std::string_view rule = rules_in_any_case ? upper : name;
  if (rule.starts_with(kHangul)) return hangul_syllable(rule.substr(kHangul.size()));
  if (rule.starts_with(kIdeograph)) return unified_ideograph(rule.substr(kIdeograph.size()), version);
  if (rules_in_any_case && rule.starts_with(kTangutIdeograph))
    return tangut_ideograph(rule.substr(kTangutIdeograph.size()), version);
  static const NameIndex index;
  return index.find(upper, version);
}

}  // namespace mkpyc::unicode
