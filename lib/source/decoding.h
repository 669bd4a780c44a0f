// One run of a codec: its input, its output as UTF-8, and what happens with bytes that mean nothing. Private to this
// folder.
#pragma once

#include <string>
#include <string_view>

#include "base/int.h"
#include "base/utf8.h"
#include "source/codecs.h"
#include "target/target.h"

namespace mkpyc::source {

class Decoding {
 public:
  /// `replace`: wrong bytes become U+FFFD (CPython: errors="replace"); else they are a CodecError.
  Decoding(std::string_view input_bytes, const Target& for_target, bool replace)
      : input(input_bytes), target(for_target), replace_(replace) {}

  const u8* data() const { return reinterpret_cast<const u8*>(input.data()); }
  std::size_t size() const { return input.size(); }
  bool replaces() const { return replace_; }

  /// One code point, surrogates included, or two: first << 16 | second.
  void put(u32 code) {
    if (code > 0x10FFFF) append_code_point(text, code >> 16);
    append_code_point(text, code > 0x10FFFF ? code & 0xFFFF : code);
  }

  /// Bytes [start, end) are wrong. Returns where to go on.
  std::size_t fail(std::size_t start, std::size_t end, const char* reason) {
    if (!replace_) throw CodecError{decode_error_text(name, input, start, end, reason)};
    put(0xFFFD);
    return end;
  }

  std::string_view input;
  const Target& target;
  const char* name = "";  // as CPython's messages call the codec
  std::string text;
  std::string_view first_invalid;  // the first escape that means nothing, backslash and all (unicode_escape)

 private:
  bool replace_;
};

/// One step of a codec that reads characters of one or more bytes.
struct Step {
  enum Kind : u8 { kCharacter, kNothing, kWrong, kIncomplete } kind;
  u8 length;  // bytes read, or wrong
  u32 code = 0;
};

/// Runs `next(at, left)` over the whole input. CPython: multibytecodec.c
template <class Next>
void decode_steps(Decoding& decoding, Next next) {
  std::size_t at = 0;
  while (at < decoding.size()) {
    Step step = next(decoding.data() + at, decoding.size() - at);
    switch (step.kind) {
      case Step::kCharacter: decoding.put(step.code); [[fallthrough]];
      case Step::kNothing: at += step.length; break;
      case Step::kWrong: at = decoding.fail(at, at + step.length, "illegal multibyte sequence"); break;
      case Step::kIncomplete: at = decoding.fail(at, decoding.size(), "incomplete multibyte sequence"); break;
    }
  }
}

/// A codec by its module in CPython's package encodings, where it has no table in grammar/codecs/charmaps.txt.
struct Codec {
  std::string_view module;
  void (*decode)(Decoding&);
  const char* name;        // in messages
  bool multibyte = false;  // a codec of an East Asian encoding
};
/// Null: none of that name.
const Codec* find_codec(std::string_view module);

/// The module for an encoding's name; empty: none. Without a target, aliases that any has.
std::string find_module(std::string_view encoding, const Target* target);

// The codecs, by CPython's module names.
void decode_ascii(Decoding& decoding);
void decode_latin_1(Decoding& decoding);
void decode_utf_7(Decoding& decoding);
void decode_utf_8(Decoding& decoding);
void decode_utf_8_sig(Decoding& decoding);
void decode_utf_16(Decoding& decoding);
void decode_utf_16_le(Decoding& decoding);
void decode_utf_16_be(Decoding& decoding);
void decode_utf_32(Decoding& decoding);
void decode_utf_32_le(Decoding& decoding);
void decode_utf_32_be(Decoding& decoding);
void decode_unicode_escape(Decoding& decoding);
void decode_raw_unicode_escape(Decoding& decoding);
void decode_punycode(Decoding& decoding);
void decode_idna(Decoding& decoding);
void decode_undefined(Decoding& decoding);

void decode_gb2312(Decoding& decoding);
void decode_gbk(Decoding& decoding);
void decode_gb18030(Decoding& decoding);
void decode_hz(Decoding& decoding);
void decode_big5(Decoding& decoding);
void decode_big5hkscs(Decoding& decoding);
void decode_cp950(Decoding& decoding);
void decode_euc_kr(Decoding& decoding);
void decode_cp949(Decoding& decoding);
void decode_johab(Decoding& decoding);
void decode_euc_jp(Decoding& decoding);
void decode_euc_jis_2004(Decoding& decoding);
void decode_euc_jisx0213(Decoding& decoding);
void decode_shift_jis(Decoding& decoding);
void decode_shift_jis_2004(Decoding& decoding);
void decode_shift_jisx0213(Decoding& decoding);
void decode_cp932(Decoding& decoding);
void decode_iso2022_jp(Decoding& decoding);
void decode_iso2022_jp_1(Decoding& decoding);
void decode_iso2022_jp_2(Decoding& decoding);
void decode_iso2022_jp_3(Decoding& decoding);
void decode_iso2022_jp_2004(Decoding& decoding);
void decode_iso2022_jp_ext(Decoding& decoding);
void decode_iso2022_kr(Decoding& decoding);

/// The single-byte codecs with a table in grammar/codecs/charmaps.txt; false if there is none of that name.
bool decode_charmap(std::string_view module, Decoding& decoding);

}  // namespace mkpyc::source
