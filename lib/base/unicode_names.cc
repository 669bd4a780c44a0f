// Character names. The data is text (grammar/unicode/names.txt): the names in their order, each written as what differs
// from the one before, but for one in sixteen, which are whole. It is read as it is: a name is looked for by halving.
#include <algorithm>
#include <charconv>
#include <optional>

#include "base/check.h"
#include "base/unicode.h"

namespace mkpyc::unicode {
namespace {

// Each line begins after a line break, the first one too.
constexpr char kText[] =
#include "unicode/names.txt"
    ;
constexpr std::string_view kNames(kText, sizeof kText - 1);

struct Ideographs {
  u32 first, last;
  u8 since, until;
};
constexpr Ideographs kIdeographs[] = {
#define IDEOGRAPHS(first, last, since, until) {first, last, since, until},
#include "unicode/ideographs.def"
#undef IDEOGRAPHS
};

struct Tangut {
  u32 first, last;
  u8 since;
};
constexpr Tangut kTangut[] = {
#define RANGE(first, last, since) {first, last, since},
#include "unicode/tangut.def"
#undef RANGE
};

// A line of the data: "21CHI:11E915" is a name that shares 21 characters with the one before, of version 1, U+1E915.
struct NameLine {
  std::size_t shared;
  std::string_view rest;
  u8 since;
  std::string_view code;

  // `at` is behind a line break.
  explicit NameLine(std::size_t at) {
    std::size_t colon = kNames.find(':', at);
    std::size_t end = kNames.find('\n', colon);
    MKPYC_CHECK(end != std::string_view::npos);
    shared = digit(at) * 10 + digit(at + 1);
    rest = kNames.substr(at + 2, colon - at - 2);
    since = static_cast<u8>(kNames[colon + 1] - '0');
    code = kNames.substr(colon + 2, end - colon - 2);
  }
  static std::size_t digit(std::size_t at) { return static_cast<std::size_t>(kNames[at] - '0'); }
  std::size_t next() const { return static_cast<std::size_t>(code.end() - kNames.begin()) + 1; }
  u32 code_point() const {
    u32 value = 0;
    std::from_chars(code.data(), code.data() + code.size(), value, 16);
    return value;
  }
};

constexpr std::string_view kWhole = "\n00";  // before a name that is written whole

// Where the line of the last whole name begins that is not behind `name`; the first name if all are.
std::size_t find_whole(std::string_view name) {
  std::size_t low = 0, high = kNames.size();  // the line breaks before
  while (high - low > 1) {
    std::size_t middle = low + (high - low) / 2;
    std::size_t whole = kNames.substr(0, high + kWhole.size() - 1).find(kWhole, middle);
    if (whole == std::string_view::npos || NameLine(whole + 1).rest > name)
      high = middle;
    else
      low = whole;
  }
  return low + 1;
}

// The line of the name, if it has one. Names behind it are not looked at.
std::optional<NameLine> find_name(std::string_view name) {
  std::size_t matched = 0;  // characters that the name has in common with the line before
  for (std::size_t at = find_whole(name); at < kNames.size();) {
    NameLine line(at);
    if (line.shared < matched) return std::nullopt;
    if (line.shared == matched) {
      std::string_view wanted = name.substr(matched);
      auto [differs, other] = std::ranges::mismatch(wanted, line.rest);
      if (differs == wanted.end()) return other == line.rest.end() ? std::optional(line) : std::nullopt;
      if (other != line.rest.end() && *other > *differs) return std::nullopt;
      matched += static_cast<std::size_t>(differs - wanted.begin());
    }
    at = line.next();
  }
  return std::nullopt;
}

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

constexpr std::string_view kLead[] = {"G",  "GG", "N", "D",  "DD", "R", "M", "B", "BB", "S",
                                      "SS", "",   "J", "JJ", "C",  "K", "T", "P", "H"};
constexpr std::string_view kVowel[] = {"A",  "AE", "YA", "YAE", "EO", "E",  "YEO", "YE", "O",  "WA", "WAE",
                                       "OE", "YO", "U",  "WEO", "WE", "WI", "YU",  "EU", "YI", "I"};
constexpr std::string_view kTrail[] = {"",   "G",  "GG", "GS", "N",  "NJ", "NH", "D", "L",  "LG",
                                       "LM", "LB", "LS", "LT", "LP", "LH", "M",  "B", "BS", "S",
                                       "SS", "NG", "J",  "C",  "K",  "T",  "P",  "H"};
constexpr u32 kFirstSyllable = 0xAC00, kSyllables = 19 * 21 * 28;

u32 hangul_syllable(std::string_view rest) {
  int lead = take_jamo(rest, kLead);
  int vowel = take_jamo(rest, kVowel);
  int trail = take_jamo(rest, kTrail);
  if (lead < 0 || vowel < 0 || trail < 0 || !rest.empty()) return kNoCharacter;
  return kFirstSyllable + static_cast<u32>((lead * 21 + vowel) * 28 + trail);
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

constexpr std::string_view kHangul = "HANGUL SYLLABLE ", kIdeograph = "CJK UNIFIED IDEOGRAPH-",
                           kTangutIdeograph = "TANGUT IDEOGRAPH-";

// In their order.
constexpr std::string_view kAliases[] = {
#define ALIAS(name) name,
#include "unicode/aliases.def"
#undef ALIAS
};

// A name that is made by rule; empty: the character has none.
std::string name_by_rule(u32 code, UnicodeVersion version) {
  if (code - kFirstSyllable < kSyllables) {
    u32 syllable = code - kFirstSyllable;
    std::string name(kHangul);
    return name.append(kLead[syllable / 588]).append(kVowel[syllable / 28 % 21]).append(kTrail[syllable % 28]);
  }
  char digits[8];
  std::string_view hex(digits, static_cast<std::size_t>(std::to_chars(digits, digits + 8, code, 16).ptr - digits));
  std::string capitals(hex);
  for (char& c : capitals) c = static_cast<char>(c >= 'a' ? c - 32 : c);
  if (unified_ideograph(capitals, version) == code) return std::string(kIdeograph) + capitals;
  if (tangut_ideograph(capitals, version) == code) return std::string(kTangutIdeograph) + capitals;
  return {};
}

}  // namespace

// The data is read from end to end: it is asked of few characters.
std::string name_of(u32 code, UnicodeVersion version) {
  if (std::string name = name_by_rule(code, version); !name.empty()) return name;
  std::string name;
  for (std::size_t at = 1; at < kNames.size();) {
    NameLine line(at);
    name.resize(line.shared);
    name += line.rest;
    if (line.code_point() == code && line.since <= static_cast<u8>(version) &&
        !std::ranges::binary_search(kAliases, std::string_view(name)))
      return name;
    at = line.next();
  }
  return {};
}

// CPython: unicodedata.c _getcode. Without `rules_in_any_case`, names that are made by rule are taken in capitals
// alone, and those of Tangut ideographs are unknown.
u32 lookup_name(std::string_view name, UnicodeVersion version, bool rules_in_any_case) {
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
  std::optional<NameLine> line = find_name(upper);
  return line && line->since <= static_cast<u8>(version) ? line->code_point() : kNoCharacter;
}

}  // namespace mkpyc::unicode
