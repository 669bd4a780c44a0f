// The tables are those of the decoders, turned round: the first sequence of bytes that decodes to one character is what
// that character is written as, but for the rows of grammar/codecs/encoded.def.
#include "source/encoder.h"

#include <initializer_list>

#include "base/utf8.h"
#include "source/decoding.h"

namespace mkpyc::source {
namespace {

constexpr u32 kReplacement = 0xFFFD;

void append_number(std::string& to, u32 number, int bytes, bool little) {
  for (int i = 0; i < bytes; ++i) to += static_cast<char>(number >> 8 * (little ? i : bytes - 1 - i));
}

void append_utf16(std::string& to, u32 code, bool little) {
  if (code > 0xFFFF) {
    append_number(to, 0xD800 + ((code - 0x10000) >> 10), 2, little);
    code = 0xDC00 + (code & 0x3FF);
  }
  append_number(to, code, 2, little);
}

// The four bytes of a character beyond the basic plane, which GB 18030 counts through.
std::string gb18030_bytes(u32 code) {
  u32 rest = code - 0x10000;
  std::string bytes(4, '\0');
  bytes[3] = static_cast<char>(0x30 + rest % 10);
  bytes[2] = static_cast<char>(0x81 + rest / 10 % 126);
  bytes[1] = static_cast<char>(0x30 + rest / 1260 % 10);
  bytes[0] = static_cast<char>(0x90 + rest / 12600);
  return bytes;
}

std::string bytes_of(std::initializer_list<u32> values) {
  std::string bytes;
  for (u32 value : values) bytes += static_cast<char>(value);
  return bytes;
}

// The longer sequences of some codecs. Plane 2 of JIS X 0213 goes before what JIS X 0212 has too.
template <class Try>
void try_euc_threes(Try try_bytes) {
  constexpr u32 kPlane2 = 0xEE;
  for (u32 row = 0; row < 0xFF - 0xA1; ++row)
    for (u32 cell = 0xA1; cell < 0xFF; ++cell) {
      u32 second = row < 0xFF - kPlane2 ? kPlane2 + row : 0xA1 + row - (0xFF - kPlane2);
      try_bytes(bytes_of({0x8F, second, cell}));
    }
}

// Those of the basic plane.
template <class Try>
void try_gb18030_fours(Try try_bytes) {
  for (u32 number = 0; number < 4 * 12600; ++number)
    try_bytes(
        bytes_of({0x81 + number / 12600, 0x30 + number / 1260 % 10, 0x81 + number / 10 % 126, 0x30 + number % 10}));
}

// Syllables of Hangul, spelt.
template <class Try>
void try_syllables(Try try_bytes) {
  constexpr u32 kNoFinal = 0xD4;
  for (u32 initial = 0xA1; initial < 0xBF; ++initial)
    for (u32 vowel = 0xBF; vowel < kNoFinal; ++vowel)
      for (u32 last = 0xA1; last < 0xC0; ++last)
        try_bytes(bytes_of({0xA4, 0xD4, 0xA4, initial, 0xA4, vowel, 0xA4, last < 0xBF ? last : kNoFinal}));
}

// What this does not find (grammar/codecs/encoded.def).
struct Encoded {
  std::string_view codec;
  u32 code;
  std::string_view bytes;
};
constexpr Encoded kEncoded[] = {
#define ENCODED(codec, code, bytes) {codec, code, bytes},
#include "codecs/encoded.def"
#undef ENCODED
};

const Target& newest_target() {
  // Decoding asks for nothing that hangs on it.
  static const Target& target = *Target::find(Target::known().substr(Target::known().rfind(' ') + 1));
  return target;
}

// What the bytes decode to, errors replaced.
template <class Decode>
std::string decoded(std::string_view bytes, Decode decode) {
  Decoding decoding(bytes, newest_target(), true);
  decode(decoding);
  return std::move(decoding.text);
}

}  // namespace

std::unique_ptr<const Encoder> Encoder::find(std::string_view encoding) {
  std::string module = find_module(encoding, nullptr);
  auto encoder = std::make_unique<Encoder>();
  if (encoder->set_form(module)) return encoder;
  if (const Codec* codec = find_codec(module)) {
    bool has_states = module.starts_with("iso2022") || module == "hz";
    if (!codec->multibyte || has_states) return nullptr;
    encoder->fill_from_pairs(*codec);
  } else {
    encoder->fill_from_bytes(module);
  }
  return encoder->bytes_.empty() ? nullptr : std::move(encoder);
}

bool Encoder::set_form(std::string_view module) {
  struct Row {
    std::string_view module;
    Form form;
    u32 limit;
    std::string_view name, reason, preamble;
  };
  constexpr std::string_view kSurrogates = "surrogates not allowed";
  static constexpr Row kRows[] = {
      {"ascii", Form::kOneByte, 0x80, "ascii", "ordinal not in range(128)", ""},
      {"latin_1", Form::kOneByte, 0x100, "latin-1", "ordinal not in range(256)", ""},
      {"iso8859_1", Form::kOneByte, 0x100, "charmap", "character maps to <undefined>", ""},
      {"charmap", Form::kOneByte, 0x100, "latin-1", "ordinal not in range(256)", ""},
      {"utf_8", Form::kUtf8, 0, "utf-8", kSurrogates, ""},
      {"utf_8_sig", Form::kUtf8, 0, "utf-8", kSurrogates, "\xEF\xBB\xBF"},
      {"utf_16", Form::kUtf16Le, 0, "utf-16", kSurrogates, "\xFF\xFE"},
      {"utf_16_le", Form::kUtf16Le, 0, "utf-16-le", kSurrogates, ""},
      {"utf_16_be", Form::kUtf16Be, 0, "utf-16-be", kSurrogates, ""},
      {"utf_32", Form::kUtf32Le, 0, "utf-32", kSurrogates, std::string_view("\xFF\xFE\0\0", 4)},
      {"utf_32_le", Form::kUtf32Le, 0, "utf-32-le", kSurrogates, ""},
      {"utf_32_be", Form::kUtf32Be, 0, "utf-32-be", kSurrogates, ""},
  };
  for (const Row& row : kRows) {
    if (row.module != module) continue;
    form_ = row.form;
    limit_ = row.limit;
    name_ = row.name;
    reason_ = row.reason;
    preamble_ = row.preamble;
    ascii_is_itself_ = form_ == Form::kOneByte || form_ == Form::kUtf8;
    return true;
  }
  return false;
}

// True if it is the first sequence for this character.
bool Encoder::note(std::string_view bytes, std::string_view text) {
  constexpr std::string_view kItself = "\x84\x31\xA4\x37";  // in GB 18030, which has it
  const char* at = text.data();
  u32 code = text.empty() ? kReplacement : next_code_point(at);
  if ((code == kReplacement && bytes != kItself) || at != text.data() + text.size()) return false;
  return bytes_.try_emplace(code, bytes).second;
}

// CPython: codecs.charmap_build; of two bytes for one character the later one counts.
void Encoder::fill_from_bytes(std::string_view module) {
  name_ = "charmap";
  reason_ = "character maps to <undefined>";
  std::string all;
  for (int byte = 0; byte < 0x100; ++byte) all += static_cast<char>(byte);
  std::string text = decoded(all, [&](Decoding& decoding) { decode_charmap(module, decoding); });
  const char* at = text.data();
  for (char byte : all) {
    u32 code = next_code_point(at);
    if (code != kReplacement) bytes_[code] = std::string(1, byte);
    if (static_cast<u8>(byte) < 0x80) ascii_is_itself_ &= code == static_cast<u8>(byte);
  }
}

void Encoder::fill_from_pairs(const Codec& codec) {
  name_ = codec.name;
  reason_ = "illegal multibyte sequence";
  refuses_runs_ = false;
  auto try_bytes = [&](std::string_view bytes) { return note(bytes, decoded(bytes, codec.decode)); };
  for (u32 first = 0; first < 0x100; ++first) {
    if (try_bytes(bytes_of({first}))) continue;
    for (u32 second = 0x21; second < 0xFF; ++second) try_bytes(bytes_of({first, second}));
  }
  if (codec.module.starts_with("euc_j")) try_euc_threes(try_bytes);
  if (codec.module == "gb18030") try_gb18030_fours(try_bytes);
  if (codec.module == "euc_kr") try_syllables(try_bytes);
  for (const Encoded& row : kEncoded) {
    if (row.codec != codec.module) continue;
    if (row.bytes.empty())
      bytes_.erase(row.code);
    else
      bytes_[row.code] = row.bytes;
  }
}

void Encoder::append_any(std::string& to, u32 code) const {
  switch (form_) {
    case Form::kUtf8: return append_code_point(to, code);
    case Form::kUtf16Le:
    case Form::kUtf16Be: return append_utf16(to, code, form_ == Form::kUtf16Le);
    case Form::kUtf32Le:
    case Form::kUtf32Be: return append_number(to, code, 4, form_ == Form::kUtf32Le);
    case Form::kOneByte: to += static_cast<char>(code); return;
    case Form::kTable: break;
  }
  auto at = bytes_.find(code);
  to += at == bytes_.end() ? gb18030_bytes(code) : at->second;
}

bool Encoder::has(u32 code) const {
  if (form_ == Form::kOneByte) return code < limit_;
  if (form_ == Form::kTable) return bytes_.contains(code) || (name_ == "gb18030" && code > 0xFFFF);
  return !is_surrogate(code);
}

bool Encoder::append(std::string& to, u32 code) const {
  bool known = has(code);
  if (known) append_any(to, code);
  return known;
}

}  // namespace mkpyc::source
