// Punycode and IDNA, which a source file may name like any codec. CPython: Lib/encodings/punycode.py, idna.py. A whole
// file in Punycode cannot be right, as it ends in a line end; in IDNA, what stands between two dots can.
#include <gmp.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <string>
#include <vector>

#include "base/packed_texts.h"
#include "base/unicode.h"
#include "source/decoding.h"
#include "target/features.h"

namespace mkpyc::source {
namespace {

// What is wrong with bytes or a label, and where: from one release on CPython says so, and before that in words alone.
struct LocatedError {
  i64 start, end;
  std::string reason;
  const char* codec = "idna";
};

// `earlier`: the words before there were places, where they are others.
[[noreturn]] void fail(const Target& target, i64 start, i64 end, std::string reason, std::string_view earlier = {}) {
  if (target.on(Feature::idna_errors_located)) throw LocatedError{start, end, std::move(reason)};
  throw PlainUnicodeError{earlier.empty() ? std::move(reason) : std::string(earlier)};
}

char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

i64 length(std::u32string_view text) { return static_cast<i64>(text.size()); }

void check_ascii(std::string_view text, const Target& target) {
  if (target.on(Feature::idna_errors_located)) {
    auto wrong = std::find_if(text.begin(), text.end(), [](char c) { return static_cast<u8>(c) >= 0x80; });
    i64 at = wrong - text.begin();
    if (wrong != text.end()) throw LocatedError{at, at + 1, "ordinal not in range(128)", "ascii"};
    return;
  }
  Decoding ascii(text, target, false);
  ascii.name = "ascii";
  decode_ascii(ascii);
}

// Parameters of RFC 3492.
u64 threshold(u64 j, u64 bias) {
  u64 step = 36 * (j + 1);
  return step < bias + 1 ? 1 : std::min<u64>(step - bias, 26);
}

u64 adapt(u64 delta, bool first, u64 characters) {
  delta = first ? delta / 700 : delta / 2;
  delta += delta / characters;
  u64 divisions = 0;
  for (; delta > 455; delta /= 35) divisions += 36;
  return divisions + 36 * delta / (delta + 38);
}

int digit_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  return c >= '0' && c <= '9' ? c - '0' + 26 : -1;
}

// sum of digits[i] * product of (36 - threshold) before i, by halves: a wrong number may be as long as the file.
void weigh(const std::vector<u8>& digits, std::size_t first, std::size_t last, u64 bias, mpz_t sum, mpz_t product) {
  if (last - first == 1) {
    mpz_set_ui(sum, digits[first]);
    mpz_set_ui(product, 36 - threshold(first, bias));
    return;
  }
  std::size_t middle = first + (last - first) / 2;
  mpz_t high, high_product;
  mpz_inits(high, high_product, nullptr);
  weigh(digits, first, middle, bias, sum, product);
  weigh(digits, middle, last, bias, high, high_product);
  mpz_addmul(sum, product, high);
  mpz_mul(product, product, high_product);
  mpz_clears(high, high_product, nullptr);
}

// Reads the insertions of a Punycode text. Numbers are as large as they like until they have made a character.
class Insertions {
 public:
  Insertions(std::u32string base, std::string_view extended, const Target& target, bool strict)
      : base_(std::move(base)), extended_(extended), target_(target), strict_(strict) {
    mpz_inits(position_, delta_, scratch_, nullptr);
    mpz_set_si(position_, -1);
  }
  Insertions(const Insertions&) = delete;
  Insertions& operator=(const Insertions&) = delete;
  ~Insertions() { mpz_clears(position_, delta_, scratch_, nullptr); }

  std::u32string run() {
    while (at_ < extended_.size()) {
      bool first = at_ == 0;
      if (!read_number()) break;
      insert(first);
    }
    return std::move(base_);
  }

 private:
  // delta_ = the next number; false where it is wrong and that is no error.
  bool read_number() {
    std::vector<u8> digits;
    for (;;) {
      if (at_ == extended_.size()) {
        if (strict_) fail_here(0, "incomplete punycode string", "incomplete punicode string");
        return false;
      }
      char c = extended_[at_++];
      int digit = digit_value(c);
      if (digit < 0) {
        if (strict_) refuse_digit(c);
        return false;
      }
      digits.push_back(static_cast<u8>(digit));
      if (static_cast<u64>(digit) < threshold(digits.size() - 1, bias_)) break;
    }
    weigh(digits, 0, digits.size(), bias_, delta_, scratch_);
    return true;
  }

  void insert(bool first) {
    u64 places = base_.size() + 1;
    mpz_add(position_, position_, delta_);
    mpz_add_ui(position_, position_, 1);
    mpz_fdiv_q_ui(scratch_, position_, places);
    mpz_add_ui(scratch_, scratch_, character_);
    if (mpz_cmp_ui(scratch_, 0x10FFFF) > 0) {
      if (strict_) refuse_character();
      mpz_set_ui(scratch_, '?');
    }
    character_ = mpz_get_ui(scratch_);
    u64 place = mpz_fdiv_r_ui(position_, position_, places);
    // Moving what is behind the place makes this quadratic in a label's length, as it is in CPython.
    base_.insert(place, 1, static_cast<char32_t>(character_));
    // Only after a replaced character is the number more than a word.
    if (mpz_sizeinbase(delta_, 2) > 62) {
      mpz_fdiv_q_ui(scratch_, delta_, first ? 700 : 2);
      mpz_fdiv_q_ui(delta_, scratch_, base_.size());
      mpz_add(delta_, delta_, scratch_);
      bias_ = 0;
      for (; mpz_cmp_ui(delta_, 455) > 0; mpz_fdiv_q_ui(delta_, delta_, 35)) bias_ += 36;
      bias_ += 36 * mpz_get_ui(delta_) / (mpz_get_ui(delta_) + 38);
    } else {
      bias_ = adapt(mpz_get_ui(delta_), first, base_.size());
    }
  }

  [[noreturn]] void fail_here(i64 back, std::string reason, std::string_view earlier) const {
    i64 start = static_cast<i64>(at_) - back;
    fail(target_, start, start + 1, std::move(reason), earlier);
  }

  [[noreturn]] void refuse_digit(char c) const {
    constexpr std::string_view kWords = "Invalid extended code point '";
    fail_here(1, std::string(kWords) + std::to_string(static_cast<u8>(c)) + "'", std::string(kWords) + c + "'");
  }

  // CPython takes the place among the characters for one among the bytes.
  [[noreturn]] void refuse_character() const {
    bool located = target_.on(Feature::idna_errors_located);
    if (located && !mpz_fits_slong_p(position_))
      throw CodecError{"Python int too large to convert to C ssize_t", diag::Exception::OverflowError};
    i64 end = located ? mpz_get_si(position_) : 0;
    fail(target_, end - 1, end, "Invalid character U+" + hex(scratch_));
  }

  static std::string hex(const mpz_t value) {
    std::string digits(mpz_sizeinbase(value, 16) + 2, '\0');
    mpz_get_str(digits.data(), 16, value);
    digits.resize(digits.find('\0'));
    return digits;
  }

  std::u32string base_;
  std::string_view extended_;
  const Target& target_;
  bool strict_;
  std::size_t at_ = 0;
  u64 character_ = 0x80;
  u64 bias_ = 72;
  mpz_t position_, delta_, scratch_;
};

std::u32string punycode(std::string_view text, const Target& target, bool replace) {
  std::size_t hyphen = text.rfind('-');
  std::string_view base = hyphen == text.npos ? "" : text.substr(0, hyphen);
  std::string extended(hyphen == text.npos ? text : text.substr(hyphen + 1));
  std::u32string start;
  for (char c : base) start += static_cast<u8>(c) < 0x80 ? static_cast<char32_t>(c) : U'\uFFFD';
  if (!replace) check_ascii(base, target);
  bool located = target.on(Feature::idna_errors_located);
  if (!located) check_ascii(extended, target);
  for (char& c : extended)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  try {
    return Insertions(std::move(start), extended, target, !replace).run();
  } catch (LocatedError& error) {
    i64 offset = hyphen == text.npos ? 0 : static_cast<i64>(hyphen) + 1;
    throw LocatedError{error.start + offset, error.end + offset, error.reason, "punycode"};
  }
}

// The number of an insertion in digits.
void append_number(std::string& out, u64 delta, u64 bias) {
  constexpr std::string_view kDigits = "abcdefghijklmnopqrstuvwxyz0123456789";
  for (u64 j = 0;; ++j) {
    u64 t = threshold(j, bias);
    if (delta < t) break;
    out += kDigits[t + (delta - t) % (36 - t)];
    delta = (delta - t) / (36 - t);
  }
  out += kDigits[delta];
}

std::string to_punycode(const std::u32string& text) {
  std::string out;
  for (char32_t c : text)
    if (c < 128) out += static_cast<char>(c);
  u64 done = out.size();
  bool first = true;
  if (!out.empty()) out += '-';
  u64 bias = 72, delta = 0;
  for (char32_t next = 128; done < text.size(); ++next) {
    char32_t low = 0x110000;
    for (char32_t c : text)
      if (c >= next) low = std::min(low, c);
    delta += (low - next) * (done + 1);
    next = low;
    for (char32_t c : text) {
      if (c < next) ++delta;
      if (c != next) continue;
      append_number(out, delta, bias);
      bias = adapt(delta, first, ++done);
      first = false;
      delta = 0;
    }
    ++delta;
  }
  return out;
}

// The tables of RFC 3454.
struct Range {
  u32 first, last;
};
struct Mapping {
  u32 code;
  u8 since;
  bool in_rfc;
};
#define RANGE(first, last) {first, last},
constexpr Range kRemoved[] = {
#include "unicode/nameprep_removed.def"
};
constexpr Range kProhibited[] = {
#include "unicode/nameprep_prohibited.def"
};
constexpr Range kRightToLeft[] = {
#include "unicode/nameprep_right.def"
};
constexpr Range kLeftToRight[] = {
#include "unicode/nameprep_left.def"
};
#undef RANGE
constexpr Mapping kMapped[] = {
#define MAPPED(code, to, since, in_rfc) {code, since, in_rfc},
#include "unicode/nameprep_mapped.def"
#undef MAPPED
};
constexpr const char* kTextsInOrder[] = {
// UTF-8
#define MAPPED(code, to, since, in_rfc) to,
#include "unicode/nameprep_mapped.def"
#undef MAPPED
};
constexpr auto kItself = [](const char* text) { return text; };
constexpr PackedTexts<std::size(kTextsInOrder), bytes_of(kTextsInOrder, kItself)> kMappedTo(kTextsInOrder, kItself);

template <std::size_t N>
bool is_in(const Range (&ranges)[N], u32 code) {
  auto after = std::upper_bound(ranges, ranges + N, code, [](u32 c, const Range& range) { return c < range.first; });
  return after != ranges && code <= after[-1].last;
}

std::string mapped(const std::u32string& label, const Target& target) {
  std::string out;
  bool rfc_alone = target.on(Feature::nameprep_is_rfc_alone);
  for (char32_t c : label) {
    if (is_in(kRemoved, c)) continue;
    auto row = std::lower_bound(std::begin(kMapped), std::end(kMapped), c,
                                [](const Mapping& mapping, u32 code) { return mapping.code < code; });
    bool known = row != std::end(kMapped) && row->code == c &&
                 row->since <= static_cast<u8>(target.unicode_version()) && (row->in_rfc || !rfc_alone);
    if (known) {
      out += kMappedTo[static_cast<std::size_t>(row - kMapped)];
    } else {
      append_code_point(out, c);
    }
  }
  return out;
}

// repr() of a character that is prohibited.
std::string quoted(u32 code, const Target& target) {
  if (unicode::is_printable(code, target.unicode_version())) {
    std::string out = "'";
    append_code_point(out, code);
    return out + "'";
  }
  char text[16];
  std::snprintf(text, sizeof text, code < 0x100 ? "'\\x%02x'" : code < 0x10000 ? "'\\u%04x'" : "'\\U%08x'", code);
  return text;
}

void check_directions(const std::u32string& label, const Target& target) {
  auto right = [](char32_t c) { return is_in(kRightToLeft, c); };
  if (std::none_of(label.begin(), label.end(), right)) return;
  auto left = std::find_if(label.begin(), label.end(), [](char32_t c) { return is_in(kLeftToRight, c); });
  i64 at = left - label.begin();
  if (left != label.end()) fail(target, at, at + 1, "Violation of BIDI requirement 2");
  if (!right(label.front())) fail(target, 0, 1, "Violation of BIDI requirement 3");
  if (!right(label.back())) fail(target, length(label) - 1, length(label), "Violation of BIDI requirement 3");
}

std::u32string nameprep(const std::u32string& label, const Target& target) {
  std::string text = unicode::nfkc_3_2(mapped(label, target), target.unicode_version());
  std::u32string result;
  for (const char *at = text.data(), *end = at + text.size(); at != end;)
    result += static_cast<char32_t>(next_code_point(at));
  for (std::size_t i = 0; i < result.size(); ++i)
    if (i64 at = static_cast<i64>(i); is_in(kProhibited, result[i]))
      fail(target, at, at + 1, "Invalid character " + quoted(result[i], target));
  check_directions(result, target);
  return result;
}

bool is_ascii(const std::u32string& text) {
  return std::all_of(text.begin(), text.end(), [](char32_t c) { return c < 128; });
}

void check_size(std::size_t ascii_size, const std::u32string& label, const Target& target) {
  constexpr std::string_view kEarlier = "label empty or too long";
  if (ascii_size == 0) fail(target, 0, 1, "label empty", kEarlier);
  if (ascii_size >= 64) fail(target, 0, length(label), "label too long", kEarlier);
}

constexpr std::string_view kPrefix = "xn--";

// Upper case counts from one release on.
bool has_prefix(std::string_view label, const Target& target) {
  std::string start(label.substr(0, kPrefix.size()));
  if (target.on(Feature::idna_errors_located))
    for (char& c : start) c = ascii_lower(c);
  return start == kPrefix;
}

// CPython: idna.py ToASCII
std::string to_ascii(std::u32string label, const Target& target) {
  if (!is_ascii(label)) label = nameprep(label, target);
  std::string ascii;
  if (is_ascii(label)) {
    ascii.assign(label.begin(), label.end());
  } else {
    if (is_ascii(label.substr(0, kPrefix.size())) &&
        has_prefix(std::string(label.begin(), label.begin() + std::min<std::ptrdiff_t>(length(label), 4)), target))
      fail(target, 0, static_cast<i64>(kPrefix.size()), "Label starts with ACE prefix");
    ascii = std::string(kPrefix) + to_punycode(label);
  }
  check_size(ascii.size(), label, target);
  return ascii;
}

// repr() of ASCII bytes.
std::string bytes_repr(std::string_view bytes) {
  char quote = bytes.find('\'') != bytes.npos && bytes.find('"') == bytes.npos ? '"' : '\'';
  std::string out = std::string("b") + quote;
  for (char c : bytes) {
    char text[8] = {c, '\0'};
    if (c == quote || c == '\\') std::snprintf(text, sizeof text, "\\%c", c);
    if (c < 0x20 || c == 0x7F) std::snprintf(text, sizeof text, "\\x%02x", static_cast<u8>(c));
    if (c == '\t' || c == '\n' || c == '\r')
      std::snprintf(text, sizeof text, "\\%c", c == '\t' ? 't' : c == '\n' ? 'n' : 'r');
    out += text;
  }
  return out + quote;
}

std::u32string nested_punycode(std::string_view text, const Target& target) {
  try {
    return punycode(text, target, false);
  } catch (const PlainUnicodeError& error) {
    throw PlainUnicodeError{wrapped_error(error, "punycode", target)};
  }
}

// The prefix is gone, and places are told with it.
std::u32string without_prefix(std::string_view label, const Target& target) {
  try {
    return nested_punycode(label.substr(kPrefix.size()), target);
  } catch (const LocatedError& error) {
    constexpr i64 kSize = static_cast<i64>(kPrefix.size());
    throw LocatedError{error.start + kSize, error.end + kSize, error.reason};
  }
}

[[noreturn]] void fail_round_trip(std::string_view label, std::string_view again, const Target& target) {
  std::string before = bytes_repr(label), after = bytes_repr(again);
  if (target.on(Feature::idna_errors_located))
    fail(target, 0, static_cast<i64>(label.size()), "IDNA does not round-trip, '" + before + "' != '" + after + "'");
  throw CodecError{"('IDNA does not round-trip', " + before + ", " + after + ")"};
}

// CPython: idna.py ToUnicode
void append_label(Decoding& decoding, std::string_view label) {
  constexpr std::size_t kMaxLabel = 1024;
  if (label.size() > kMaxLabel && decoding.target.on(Feature::idna_labels_limited))
    fail(decoding.target, 0, static_cast<i64>(label.size()), "label way too long");
  if (!has_prefix(label, decoding.target)) {
    check_ascii(label, decoding.target);
    decoding.text += label;
    return;
  }
  std::u32string result = without_prefix(label, decoding.target);
  std::string again = to_ascii(result, decoding.target);
  check_ascii(label, decoding.target);
  std::string lower(label);
  for (char& c : lower) c = ascii_lower(c);
  if (lower != again) fail_round_trip(label, again, decoding.target);
  for (char32_t c : result) decoding.put(c);
}

std::string located_text(const LocatedError& error, std::string_view codec, std::string_view input, i64 offset) {
  return decode_error_text(codec, input, static_cast<std::size_t>(error.start + offset),
                           static_cast<std::size_t>(error.end + offset), error.reason);
}

// ASCII without the prefix is taken as it is, in labels of any length.
bool is_plain(std::string_view text, const Target& target) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (static_cast<u8>(text[i]) >= 0x80 || has_prefix(text.substr(i), target)) return false;
  return true;
}

}  // namespace

void decode_punycode(Decoding& decoding) {
  try {
    for (char32_t c : punycode(decoding.input, decoding.target, decoding.replaces())) decoding.put(c);
  } catch (const LocatedError& error) {
    throw CodecError{located_text(error, error.codec, decoding.input, 0)};
  }
}

void decode_idna(Decoding& decoding) {
  if (decoding.replaces()) throw PlainUnicodeError{"Unsupported error handling replace"};
  if (is_plain(decoding.input, decoding.target)) {
    decoding.text = decoding.input;
    return;
  }
  std::string_view rest = decoding.input;
  for (;;) {
    std::size_t dot = rest.find('.');
    try {
      append_label(decoding, rest.substr(0, dot));
    } catch (const LocatedError& error) {
      throw CodecError{located_text(error, "idna", decoding.input, rest.data() - decoding.input.data())};
    }
    if (dot == rest.npos) return;
    decoding.text += '.';
    rest.remove_prefix(dot + 1);
  }
}

}  // namespace mkpyc::source
