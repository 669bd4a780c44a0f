#include "base/unicode.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/packed_texts.h"
#include "base/utf8.h"

namespace mkpyc::unicode {
namespace {

// Rows of the tables: a fact about first..last that holds from Unicode version `since` on.
struct Range {
  u32 first, last;
  u8 since;
};
#define RANGE(first, last, since) {first, last, since},
constexpr Range kXidStart[] = {
#include "unicode/xid_start.def"
};
constexpr Range kXidContinue[] = {
#include "unicode/xid_continue.def"
};
constexpr Range kPrintable[] = {
#include "unicode/printable.def"
};
#undef RANGE

struct CombiningRange {
  u32 first, last;
  u8 combining_class, since;
};
constexpr CombiningRange kCombining[] = {
#define COMBINING(first, last, combining_class, since) {first, last, combining_class, since},
#include "unicode/combining.def"
#undef COMBINING
};

struct Decomposition {
  u32 code;
  u8 since;
};
constexpr Decomposition kDecompositions[] = {
#define NFKD(code, parts, since) {code, since},
#include "unicode/nfkd.def"
#undef NFKD
};
constexpr const char* kPartsInOrder[] = {
// UTF-8
#define NFKD(code, parts, since) parts,
#include "unicode/nfkd.def"
#undef NFKD
};
constexpr auto kItself = [](const char* text) { return text; };
constexpr PackedTexts<std::size(kPartsInOrder), bytes_of(kPartsInOrder, kItself)> kParts(kPartsInOrder, kItself);

// Unicode 3.2 had these otherwise.
struct Correction {
  u32 code;
  const char* parts;
};
constexpr Correction kCorrections[] = {
#define NFKD(code, parts) {code, parts},
#include "unicode/corrections.def"
#undef NFKD
};

struct Composition {
  u32 first, second, composed;
  u8 since;
};
constexpr Composition kCompositions[] = {
#define COMPOSITION(first, second, composed, since) {first, second, composed, since},
#include "unicode/compositions.def"
#undef COMPOSITION
};

// The row of a sorted range table that holds the code, or nullptr.
template <class Row, std::size_t N>
const Row* find_range(const Row (&rows)[N], u32 code) {
  const Row* after = std::upper_bound(rows, rows + N, code, [](u32 c, const Row& row) { return c < row.first; });
  return after != rows && code <= after[-1].last ? after - 1 : nullptr;
}

template <std::size_t N>
bool holds(const Range (&rows)[N], u32 code, UnicodeVersion version) {
  const Range* row = find_range(rows, code);
  return row != nullptr && row->since <= static_cast<u8>(version);
}

// Hangul syllables are composed by arithmetic (The Unicode Standard, 3.12).
constexpr u32 kSyllables = 0xAC00, kLeads = 0x1100, kVowels = 0x1161, kTrails = 0x11A7;
constexpr u32 kLeadCount = 19, kVowelCount = 21, kTrailCount = 28;
constexpr u32 kSyllableCount = kLeadCount * kVowelCount * kTrailCount;

void append_parts(const char* parts, std::vector<u32>& out) {
  while (*parts != '\0') out.push_back(next_code_point(parts));
}

void decompose(u32 code, UnicodeVersion version, std::vector<u32>& out) {
  if (code - kSyllables < kSyllableCount) {
    u32 index = code - kSyllables;
    out.push_back(kLeads + index / (kVowelCount * kTrailCount));
    out.push_back(kVowels + index % (kVowelCount * kTrailCount) / kTrailCount);
    if (index % kTrailCount != 0) out.push_back(kTrails + index % kTrailCount);
    return;
  }
  if (version == UnicodeVersion::v3_2) {
    auto old = std::find_if(std::begin(kCorrections), std::end(kCorrections),
                            [code](const Correction& correction) { return correction.code == code; });
    if (old != std::end(kCorrections)) return append_parts(old->parts, out);
  }
  auto row = std::lower_bound(std::begin(kDecompositions), std::end(kDecompositions), code,
                              [](const Decomposition& d, u32 c) { return d.code < c; });
  if (row == std::end(kDecompositions) || row->code != code || row->since > static_cast<u8>(version)) {
    out.push_back(code);
    return;
  }
  append_parts(kParts[static_cast<std::size_t>(row - kDecompositions)].data(), out);
}

u8 combining_class(u32 code, UnicodeVersion version) {
  const CombiningRange* row = find_range(kCombining, code);
  return row != nullptr && row->since <= static_cast<u8>(version) ? row->combining_class : u8{0};
}

// Canonical order: each run of combining characters is sorted by class, stably.
void order(std::vector<u32>& text, UnicodeVersion version) {
  auto starter = [version](u32 code) { return combining_class(code, version) == 0; };
  for (auto at = text.begin(); at != text.end();) {
    at = std::find_if_not(at, text.end(), starter);
    auto end = std::find_if(at, text.end(), starter);
    std::stable_sort(at, end,
                     [version](u32 a, u32 b) { return combining_class(a, version) < combining_class(b, version); });
    at = end;
  }
}

u32 compose(u32 first, u32 second, UnicodeVersion version) {
  if (first - kLeads < kLeadCount && second - kVowels < kVowelCount)
    return kSyllables + ((first - kLeads) * kVowelCount + (second - kVowels)) * kTrailCount;
  if (first - kSyllables < kSyllableCount && (first - kSyllables) % kTrailCount == 0 &&
      second - kTrails - 1 < kTrailCount - 1)
    return first + (second - kTrails);
  auto row = std::lower_bound(
      std::begin(kCompositions), std::end(kCompositions), std::pair(first, second),
      [](const Composition& c, const std::pair<u32, u32>& key) { return std::pair(c.first, c.second) < key; });
  bool found = row != std::end(kCompositions) && row->first == first && row->second == second &&
               row->since <= static_cast<u8>(version);
  return found ? row->composed : kNoCharacter;
}

// Canonical composition in place: each character joins the last starter unless one of its class or higher is between.
void compose_all(std::vector<u32>& text, UnicodeVersion version) {
  constexpr std::size_t kNone = ~std::size_t{0};
  std::size_t out = 0, starter = kNone;
  int last_class = -1;  // of the characters kept since the starter; -1: none
  for (std::size_t i = 0; i < text.size(); ++i) {
    u32 code = text[i];
    int cls = combining_class(code, version);
    if (starter != kNone && last_class < cls) {
      u32 composed = compose(text[starter], code, version);
      if (composed != kNoCharacter) {
        text[starter] = composed;
        continue;
      }
    }
    if (cls == 0) {
      starter = out;
      last_class = -1;
    } else {
      last_class = cls;
    }
    text[out++] = code;
  }
  text.resize(out);
}

}  // namespace

bool is_xid_start(u32 code, UnicodeVersion version) { return holds(kXidStart, code, version); }
bool is_xid_continue(u32 code, UnicodeVersion version) { return holds(kXidContinue, code, version); }
bool is_printable(u32 code, UnicodeVersion version) {
  return code < 0x7F ? code >= 0x20 : holds(kPrintable, code, version);
}

int decimal(u32 code, UnicodeVersion version) {
  struct Digits {
    u32 zero;
    u8 since;
  };
  static constexpr Digits kDigits[] = {
#define DIGITS(zero, since) {zero, since},
#include "unicode/decimal.def"
#undef DIGITS
  };
  for (const Digits& digits : kDigits)
    if (code >= digits.zero && code < digits.zero + 10)
      return digits.since <= static_cast<u8>(version) ? static_cast<int>(code - digits.zero) : -1;
  return -1;
}

static std::string normal_form(std::string_view text, UnicodeVersion decompositions, UnicodeVersion version) {
  std::vector<u32> codes;
  for (const char *at = text.data(), *end = at + text.size(); at != end;)
    decompose(next_code_point(at), decompositions, codes);
  order(codes, version);
  compose_all(codes, version);
  std::string out;
  for (u32 code : codes) append_code_point(out, code);
  return out;
}

std::string nfkc(std::string_view text, UnicodeVersion version) { return normal_form(text, version, version); }

// CPython: unicodedata.ucd_3_2_0 has its own decompositions, but neither classes nor compositions.
std::string nfkc_3_2(std::string_view text, UnicodeVersion version) {
  return normal_form(text, UnicodeVersion::v3_2, version);
}

}  // namespace mkpyc::unicode
