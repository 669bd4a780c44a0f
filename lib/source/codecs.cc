// Finding a codec by name and running it. CPython: codecs.c _PyCodec_DecodeText, Lib/encodings/__init__.py;
// tokenizer.c translate_into_utf8.
#include "source/codecs.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "source/decoding.h"
#include "source/invalid_escape.h"
#include "source/program_line.h"
#include "target/features.h"

namespace mkpyc::source {
namespace {

// Lib/encodings: modules that are codecs, those of them that are none for text, and other names for modules.
constexpr std::string_view kModules[] = {
#define MODULE(name) name,
#define BINARY(module)
#define ALIAS(name, module)
#include "codecs/names.def"
#undef MODULE
#undef BINARY
#undef ALIAS
};
constexpr std::string_view kBinary[] = {
#define MODULE(name)
#define BINARY(module) module,
#define ALIAS(name, module)
#include "codecs/names.def"
#undef MODULE
#undef BINARY
#undef ALIAS
};
struct Alias {
  std::string_view name, module;
};
constexpr Alias kAliases[] = {
#define MODULE(name)
#define BINARY(module)
#define ALIAS(name, module) {name, module},
#include "codecs/names.def"
#undef MODULE
#undef BINARY
#undef ALIAS
};

template <class List>
bool is_in(const List& list, std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

constexpr Codec kCodecs[] = {
#define MULTIBYTE(module) {#module, decode_##module, #module, true},
    MULTIBYTE(gb2312) MULTIBYTE(gbk) MULTIBYTE(gb18030) MULTIBYTE(hz) MULTIBYTE(big5) MULTIBYTE(big5hkscs)
        MULTIBYTE(cp950) MULTIBYTE(euc_kr) MULTIBYTE(cp949) MULTIBYTE(johab) MULTIBYTE(euc_jp) MULTIBYTE(euc_jis_2004)
            MULTIBYTE(euc_jisx0213) MULTIBYTE(shift_jis) MULTIBYTE(shift_jis_2004) MULTIBYTE(shift_jisx0213)
                MULTIBYTE(cp932) MULTIBYTE(iso2022_jp) MULTIBYTE(iso2022_jp_1) MULTIBYTE(iso2022_jp_2)
                    MULTIBYTE(iso2022_jp_3) MULTIBYTE(iso2022_jp_2004) MULTIBYTE(iso2022_jp_ext) MULTIBYTE(iso2022_kr)
#undef MULTIBYTE
                        {"ascii", decode_ascii, "ascii"},
    {"latin_1", decode_latin_1, "latin-1"},
    {"utf_7", decode_utf_7, "utf7"},
    {"utf_8", decode_utf_8, "utf-8"},
    {"utf_8_sig", decode_utf_8_sig, "utf-8"},
    {"utf_16", decode_utf_16, "utf-16-le"},
    {"utf_16_le", decode_utf_16_le, "utf-16-le"},
    {"utf_16_be", decode_utf_16_be, "utf-16-be"},
    {"utf_32", decode_utf_32, "utf-32-le"},
    {"utf_32_le", decode_utf_32_le, "utf-32-le"},
    {"utf_32_be", decode_utf_32_be, "utf-32-be"},
    {"unicode_escape", decode_unicode_escape, "unicodeescape"},
    {"raw_unicode_escape", decode_raw_unicode_escape, "rawunicodeescape"},
    {"punycode", decode_punycode, "punycode"},
    {"idna", decode_idna, "idna"},
    {"undefined", decode_undefined, "undefined"},
};

// Lower case, every run of characters that are neither letters, digits nor dots one '_' between others.
std::string normalize(std::string_view encoding) {
  std::string name;
  bool gap = false;
  for (char c : encoding) {
    bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
    if (!word) {
      gap = true;
      continue;
    }
    if (gap && !name.empty()) name += '_';
    gap = false;
    name += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return name;
}

std::string_view find_alias(std::string_view name, const Target* target) {
  if (name == "windows_31j" && target != nullptr && !target->on(Feature::windows_31j_codec)) return {};
  for (const Alias& alias : kAliases)
    if (alias.name == name) return alias.module;
  return {};
}

}  // namespace

// Aliases may be written with dots.
std::string find_module(std::string_view encoding, const Target* target) {
  std::string name = normalize(encoding);
  std::string undotted = name;
  std::replace(undotted.begin(), undotted.end(), '.', '_');
  std::string_view alias = find_alias(name, target);
  if (alias.empty()) alias = find_alias(undotted, target);
  if (!alias.empty()) return std::string(alias);
  return is_in(kModules, name) ? name : std::string();
}

const Codec* find_codec(std::string_view module) {
  auto codec = std::ranges::find(kCodecs, module, &Codec::module);
  return codec == std::end(kCodecs) ? nullptr : codec;
}

namespace {

void run(Decoding& decoding, std::string_view encoding) {
  std::string module = find_module(encoding, &decoding.target);
  if (module.empty()) throw CodecError{"unknown encoding: " + std::string(encoding)};
  if (is_in(kBinary, module))
    throw CodecError{"'" + std::string(encoding).substr(0, 400) +
                     "' is not a text encoding; use codecs.decode() to handle arbitrary codecs"};
  const Codec* codec = find_codec(module);
  if (codec == nullptr) {
    decoding.name = "charmap";
    MKPYC_CHECK(decode_charmap(module, decoding));
    return;
  }
  decoding.name = codec->name;
  try {
    codec->decode(decoding);
  } catch (const PlainUnicodeError& error) {
    throw CodecError{wrapped_error(error, encoding, decoding.target)};
  }
}

bool is_surrogate(const char* at) { return static_cast<u8>(at[0]) == 0xED && static_cast<u8>(at[1]) >= 0xA0; }

// UTF-8 has no surrogates. CPython: UnicodeEncodeError of PyUnicode_AsUTF8String
void refuse_surrogates(const std::string& text) {
  std::size_t position = 0;
  const char* end = text.data() + text.size();
  for (const char* at = text.data(); at != end; ++position) {
    if (!is_surrogate(at)) {
      next_code_point(at);
      continue;
    }
    std::size_t start = position;
    std::string first = "'";
    const char* after = at;
    append_escape(first, next_code_point(after));
    first += '\'';
    for (; at != end && is_surrogate(at); at += 3) ++position;
    std::string where = position == start + 1 ? "character " + first : std::string("characters");
    where += " in position " + std::to_string(start);
    if (position != start + 1) where += "-" + std::to_string(position - 1);
    throw CodecError{"'utf-8' codec can't encode " + where + ": surrogates not allowed"};
  }
}

std::string wrapped(std::string_view kind, const std::string& message, std::string_view encoding,
                    const Target& target) {
  if (!target.on(Feature::codec_failure_names_codec)) return message;
  return "decoding with '" + std::string(encoding) + "' codec failed (" + std::string(kind) + ": " + message + ")";
}

// CPython: unicodeobject.c _PyUnicode_DecodeUnicodeEscapeStateful
void warn_invalid(const Decoding& decoding, std::string_view encoding, diag::Sink& sink) {
  bool octal = decoding.first_invalid.size() > 2;
  std::string message = invalid_escape(replace_errors(decoding.first_invalid), octal, decoding.target, kEscapeOutlook);
  if (sink.warn(diag::Category::DeprecationWarning, decoding.target.callers_line(), message, diag::Origin::Runtime))
    throw CodecError{wrapped("DeprecationWarning", message, encoding, decoding.target),
                     diag::Exception::DeprecationWarning};
}

}  // namespace

std::string wrapped_error(const PlainUnicodeError& error, std::string_view encoding, const Target& target) {
  return wrapped("UnicodeError", error.message, encoding, target);
}

std::string decode_declared(std::string_view bytes, std::string_view encoding, const Target& target, diag::Sink* sink) {
  Decoding decoding(bytes, target, false);
  run(decoding, encoding);
  if (sink != nullptr && !decoding.first_invalid.empty()) warn_invalid(decoding, encoding, *sink);
  refuse_surrogates(decoding.text);
  return std::move(decoding.text);
}

std::optional<std::string> decode_replacing(std::string_view bytes, std::string_view encoding, const Target& target) {
  Decoding decoding(bytes, target, true);
  try {
    run(decoding, encoding);
  } catch (const CodecError&) {
    return std::nullopt;
  }
  return std::move(decoding.text);
}

}  // namespace mkpyc::source
