// ASCII, Latin-1 and the encodings of Unicode. CPython: unicodeobject.c
#include "base/unicode.h"
#include "source/decoding.h"
#include "target/features.h"

namespace mkpyc::source {
namespace {

bool is_high_surrogate(u32 code) { return code >> 10 == 0xD800 >> 10; }
bool is_low_surrogate(u32 code) { return code >> 10 == 0xDC00 >> 10; }
u32 join_surrogates(u32 high, u32 low) { return 0x10000 + ((high & 0x3FF) << 10 | (low & 0x3FF)); }

u32 read_unit(const u8* at, std::size_t width, bool little) {
  u32 unit = 0;
  for (std::size_t i = 0; i < width; ++i) unit |= static_cast<u32>(at[i]) << 8 * (little ? i : width - 1 - i);
  return unit;
}

void utf_16(Decoding& d, std::size_t at, bool little) {
  d.name = little ? "utf-16-le" : "utf-16-be";
  while (at != d.size()) {
    std::size_t left = d.size() - at;
    if (left < 2) {
      at = d.fail(at, d.size(), "truncated data");
      continue;
    }
    u32 unit = read_unit(d.data() + at, 2, little);
    if (!is_high_surrogate(unit) && !is_low_surrogate(unit)) {
      d.put(unit);
      at += 2;
    } else if (is_low_surrogate(unit)) {
      at = d.fail(at, at + 2, "illegal encoding");
    } else if (left < 4) {
      at = d.fail(at, d.size(), "unexpected end of data");
    } else if (u32 low = read_unit(d.data() + at + 2, 2, little); is_low_surrogate(low)) {
      d.put(join_surrogates(unit, low));
      at += 4;
    } else {
      at = d.fail(at, at + 2, "illegal UTF-16 surrogate");
    }
  }
}

void utf_32(Decoding& d, std::size_t at, bool little) {
  d.name = little ? "utf-32-le" : "utf-32-be";
  while (at != d.size()) {
    if (d.size() - at < 4) {
      at = d.fail(at, d.size(), "truncated data");
      continue;
    }
    u32 code = read_unit(d.data() + at, 4, little);
    if (is_surrogate(code)) {
      at = d.fail(at, at + 4, "code point in surrogate code point range(0xd800, 0xe000)");
    } else if (code >= 0x110000) {
      at = d.fail(at, at + 4, "code point not in range(0x110000)");
    } else {
      d.put(code);
      at += 4;
    }
  }
}

// The byte order mark of a UTF-16 or UTF-32 text decides; without one the order is little endian.
template <std::size_t width, class Rest>
void by_byte_order_mark(Decoding& d, Rest rest) {
  bool any = d.size() >= width;
  if (any && read_unit(d.data(), width, true) == 0xFEFF) return rest(d, width, true);
  if (any && read_unit(d.data(), width, false) == 0xFEFF) return rest(d, width, false);
  rest(d, 0, true);
}

int base64_value(u8 c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// UTF-7 (RFC 2152): between '+' and a character that is not base 64, UTF-16 units in base 64.
class Utf7 {
 public:
  explicit Utf7(Decoding& d) : d_(d) {}

  void run() {
    do {
      while (at_ < d_.size()) shifted_ ? in_shift() : direct();
      // CPython goes on after a replaced error at the end, which is at the end.
    } while (unterminated());
  }

 private:
  bool is_direct(u8 c) const { return c <= 127 && c != '+'; }

  void in_shift() {
    u8 c = d_.data()[at_];
    int value = base64_value(c);
    if (value < 0) {
      leave_shift(c);
      return;
    }
    buffer_ = buffer_ << 6 | static_cast<u32>(value);
    bits_ += 6;
    ++at_;
    if (bits_ < 16) return;
    bits_ -= 16;
    u32 unit = buffer_ >> bits_;
    buffer_ &= (1u << bits_) - 1;
    if (surrogate_ != 0) {
      if (is_low_surrogate(unit)) {
        d_.put(join_surrogates(surrogate_, unit));
        surrogate_ = 0;
        return;
      }
      d_.put(surrogate_);
      surrogate_ = 0;
    }
    if (is_high_surrogate(unit)) {
      surrogate_ = unit;
    } else {
      d_.put(unit);
    }
  }

  void leave_shift(u8 c) {
    shifted_ = false;
    const char* wrong = bits_ >= 6     ? "partial character in shift sequence"
                        : buffer_ != 0 ? "non-zero padding bits in shift sequence"
                                       : nullptr;
    if (bits_ > 0 && wrong != nullptr) {
      at_ = d_.fail(start_, at_ + 1, wrong);
      return;
    }
    if (surrogate_ != 0 && is_direct(c)) d_.put(surrogate_);
    surrogate_ = 0;
    if (c == '-') ++at_;
  }

  void direct() {
    u8 c = d_.data()[at_];
    if (is_direct(c)) {
      d_.put(c);
      ++at_;
      return;
    }
    start_ = at_++;
    if (c != '+') {
      at_ = d_.fail(start_, at_, "unexpected special character");
    } else if (at_ < d_.size() && d_.data()[at_] == '-') {
      d_.put('+');
      ++at_;
    } else if (at_ < d_.size() && base64_value(d_.data()[at_]) < 0) {
      at_ = d_.fail(start_, at_ + 1, "ill-formed sequence");
    } else {
      shifted_ = true;
      surrogate_ = bits_ = buffer_ = 0;
    }
  }

  bool unterminated() {
    bool wrong = shifted_ && (surrogate_ != 0 || bits_ >= 6 || (bits_ > 0 && buffer_ != 0));
    shifted_ = false;
    if (wrong) at_ = d_.fail(start_, d_.size(), "unterminated shift sequence");
    return at_ < d_.size();
  }

  Decoding& d_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;  // of the shift sequence
  bool shifted_ = false;
  u32 surrogate_ = 0;  // a first half that waits
  u32 bits_ = 0, buffer_ = 0;
};

int hex_value(u8 c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// Reads `digits` hex digits at `at`, which is moved to where reading stopped.
bool read_hex(const Decoding& d, std::size_t& at, int digits, u32& code) {
  for (code = 0; digits > 0; --digits, ++at) {
    int value = at < d.size() ? hex_value(d.data()[at]) : -1;
    if (value < 0) return false;
    code = code << 4 | static_cast<u32>(value);
  }
  return true;
}

// \xXX, \uXXXX and \UXXXXXXXX; `at` is behind the letter.
std::size_t hex_escape(Decoding& d, std::size_t start, std::size_t at, int digits, const char* truncated,
                       const char* too_large) {
  u32 code = 0;
  bool whole = read_hex(d, at, digits, code);
  if (!whole || code > 0x10FFFF) return d.fail(start, at, whole ? too_large : truncated);
  d.put(code);
  return at;
}

std::size_t name_escape(Decoding& d, std::size_t start, std::size_t at) {
  constexpr const char* kMalformed = "malformed \\N character escape";
  if (at >= d.size() || d.data()[at] != '{') return d.fail(start, at, kMalformed);
  std::size_t name = at + 1;
  std::size_t close = d.input.find('}', name);
  if (close == d.input.npos) return d.fail(start, d.size(), kMalformed);
  if (close == name) return d.fail(start, close, kMalformed);
  u32 code = unicode::lookup_name(d.input.substr(name, close - name), d.target.unicode_version(),
                                  d.target.on(Feature::names_by_rule_in_any_case));
  if (code == unicode::kNoCharacter) return d.fail(start, close + 1, "unknown Unicode character name");
  d.put(code);
  return close + 1;
}

void note_invalid(Decoding& d, std::size_t start, std::size_t end) {
  if (d.first_invalid.empty()) d.first_invalid = d.input.substr(start, end - start);
}

// One escape sequence of the unicode-escape codec; `start` is at the backslash. Returns where to go on.
std::size_t escape(Decoding& d, std::size_t start) {
  constexpr const char* kTooLarge = "illegal Unicode character";
  std::size_t at = start + 1;
  if (at == d.size()) return d.fail(start, at, "\\ at end of string");
  u8 c = d.data()[at++];
  constexpr std::string_view kLetters = "\\'\"bftnrva", kMeanings = "\\'\"\b\f\t\n\r\v\a";
  if (std::size_t simple = kLetters.find(static_cast<char>(c)); simple != kLetters.npos) {
    d.put(static_cast<u8>(kMeanings[simple]));
    return at;
  }
  switch (c) {
    case '\n': return at;
    case 'x': return hex_escape(d, start, at, 2, "truncated \\xXX escape", kTooLarge);
    case 'u': return hex_escape(d, start, at, 4, "truncated \\uXXXX escape", kTooLarge);
    case 'U': return hex_escape(d, start, at, 8, "truncated \\UXXXXXXXX escape", kTooLarge);
    case 'N': return name_escape(d, start, at);
  }
  if (c >= '0' && c <= '7') {
    u32 code = c - u32{'0'};
    for (int i = 0; i < 2 && at < d.size() && d.data()[at] >= '0' && d.data()[at] <= '7'; ++i)
      code = code * 8 + (d.data()[at++] - u32{'0'});
    d.put(code);
    if (code > 0377) note_invalid(d, start, at);
    return at;
  }
  note_invalid(d, start, at);
  d.put('\\');
  d.put(c);
  return at;
}

}  // namespace

void decode_ascii(Decoding& d) {
  for (std::size_t at = 0; at < d.size();) {
    if (d.data()[at] >= 0x80) {
      at = d.fail(at, at + 1, "ordinal not in range(128)");
    } else {
      d.put(d.data()[at++]);
    }
  }
}

void decode_latin_1(Decoding& d) {
  for (char c : d.input) d.put(static_cast<u8>(c));
}

void decode_utf_8(Decoding& d) {
  std::size_t done = 0;
  while (auto error = find_utf8_error(d.input, done)) {
    d.text += d.input.substr(done, error->start - done);
    done = d.fail(error->start, error->end, error->reason);
  }
  d.text += d.input.substr(done);
}

void decode_utf_8_sig(Decoding& d) {
  if (d.input.starts_with("\xEF\xBB\xBF")) d.input.remove_prefix(3);
  decode_utf_8(d);
}

void decode_utf_16(Decoding& d) { by_byte_order_mark<2>(d, utf_16); }
void decode_utf_16_le(Decoding& d) { utf_16(d, 0, true); }
void decode_utf_16_be(Decoding& d) { utf_16(d, 0, false); }
void decode_utf_32(Decoding& d) { by_byte_order_mark<4>(d, utf_32); }
void decode_utf_32_le(Decoding& d) { utf_32(d, 0, true); }
void decode_utf_32_be(Decoding& d) { utf_32(d, 0, false); }
void decode_utf_7(Decoding& d) { Utf7(d).run(); }

void decode_unicode_escape(Decoding& d) {
  for (std::size_t at = 0; at < d.size();) {
    if (d.data()[at] == '\\') {
      at = escape(d, at);
    } else {
      d.put(d.data()[at++]);
    }
  }
}

void decode_raw_unicode_escape(Decoding& d) {
  for (std::size_t at = 0; at < d.size();) {
    std::size_t start = at;
    u8 c = d.data()[at++];
    u8 letter = c == '\\' && at < d.size() ? d.data()[at] : u8{0};
    constexpr const char* kTooLarge = "\\Uxxxxxxxx out of range";
    if (letter == 'u') {
      at = hex_escape(d, start, at + 1, 4, "truncated \\uXXXX escape", kTooLarge);
    } else if (letter == 'U') {
      at = hex_escape(d, start, at + 1, 8, "truncated \\UXXXXXXXX escape", kTooLarge);
    } else {
      d.put(c);
      if (letter == '\\') d.put(d.data()[at++]);  // the second of two backslashes starts nothing
    }
  }
}

void decode_undefined(Decoding&) { throw PlainUnicodeError{"undefined encoding"}; }

}  // namespace mkpyc::source
