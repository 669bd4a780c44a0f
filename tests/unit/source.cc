// source/source.h, base/utf8.h, base/unicode.h: decoding of files, codecs and the character database, against
// CPython's.
#include "source/source.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>

#include "base/unicode.h"
#include "base/utf8.h"
#include "lexing_cases.h"
#include "parse/literals.h"
#include "source/codecs.h"
#include "source/program_line.h"
#include "token/token.h"

namespace mkpyc {
namespace {

const Target& target() { return *Target::find("3.11.7"); }

std::string error_text(const diag::SourceError& error) {
  std::string text = std::string(diag::exception_name(error.exception)) + "|" + error.message;
  if (!error.located) return text;
  bool none = error.line == 0;  // CPython gives no end then
  return text + "|" + std::to_string(error.line) + "|" + std::to_string(error.offset) + "|" +
         (none ? "None" : std::to_string(error.end_line)) + "|" + (none ? "None" : std::to_string(error.end_offset)) +
         "|" + error.text;
}

std::string hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (char c : bytes) {
    out += kDigits[static_cast<u8>(c) >> 4];
    out += kDigits[c & 15];
  }
  return out;
}

// Decodes and tokenizes a file and decodes its strings: the error, or "ok" and the strings.
std::string outcome(std::string_view bytes) {
  Arena arena;
  NameTable names;
  Objects objects(arena, names);
  diag::DefaultFilter filter;
  diag::Sink sink(filter);
  token::TokenBuffer tokens;
  try {
    source::Source source = source::decode(bytes, false, target(), arena);
    source.reread = false;
    token::tokenize(source, target(), names, tokens);
    if (tokens.tokens.back().kind == token::Kind::ErrorToken) return error_text(tokens.error);
    parse::Context context{.target = target(), .arena = arena, .names = names, .objects = objects, .sink = sink};
    std::string out = "ok";
    for (u32 i = 0; i < tokens.size(); ++i) {
      if (tokens.kind(i) != token::Kind::String) continue;
      parse::StringLiteral literal = parse::split_string(tokens.spelling(i));
      try {
        out += " " + hex(literal.bytes ? parse::decode_bytes(literal, 1, context)
                                       : parse::decode_str(literal, source.valid_utf8, 1, context));
      } catch (const parse::LiteralError& error) {
        return error_text(parse::located(error, tokens, i, i + 1));
      }
    }
    return out;
  } catch (const diag::SourceError& error) {
    return error_text(error);
  }
}

TEST(Source, DecodesAsCompileDoes) {
  for (const lexing::Case& c : lexing::kSources)
    EXPECT_EQ(outcome({c.source, c.size}), c.expected) << std::string(c.source, c.size);
}

TEST(Source, NullByteIsValueErrorBefore3_11_4) {
  Arena arena;
  for (auto [version, exception] :
       {std::pair("3.11.3", diag::Exception::ValueError), std::pair("3.11.4", diag::Exception::SyntaxError)}) {
    try {
      source::decode(std::string_view("x\0y", 3), false, *Target::find(version), arena);
      ADD_FAILURE();
    } catch (const diag::SourceError& error) {
      EXPECT_EQ(error.exception, exception);
      EXPECT_EQ(error.message, "source code string cannot contain null bytes");
      EXPECT_FALSE(error.located);
    }
  }
}

TEST(Source, UnchangedFileIsNotCopied) {
  Arena arena;
  std::string bytes = "x = 1\n";
  bytes.append(16, '\0');
  std::string_view text(bytes.data(), 6);
  EXPECT_EQ(source::decode(text, true, target(), arena).text.data(), bytes.data());
  source::Source copied = source::decode(text, false, target(), arena);
  EXPECT_EQ(copied.text, text);
  for (int i = 0; i < 16; ++i) EXPECT_EQ(copied.text.data()[copied.text.size() + i], '\0');
}

// The scan reads blocks: what it looks for has to be found wherever it stands.
TEST(Source, ScanFindsBytesAnywhere) {
  for (std::size_t size = 1; size < 200; size += 3) {
    for (std::size_t at = 0; at < size; ++at) {
      Arena arena;
      std::string bytes(size, 'a');
      bytes[at] = '\r';
      EXPECT_EQ(source::decode(bytes, false, target(), arena).text[at], '\n');
      bytes[at] = '\xFF';
      source::Source source = source::decode(bytes, false, target(), arena);
      EXPECT_FALSE(source.ascii || source.valid_utf8);
      bytes[at] = '\0';
      EXPECT_THROW(source::decode(bytes, false, target(), arena), diag::SourceError);
    }
  }
}

TEST(Source, ProgramLineIsTheLastPieceOfALongLine) {
  std::string file = std::string(998, 'a') + "\n" + std::string(2500, 'b') + "\r\nc\rd";
  auto line = [&](int n) { return source::program_line(file, n, "utf-8", target()); };
  EXPECT_EQ(line(1), std::string(998, 'a') + "\n");
  EXPECT_EQ(line(2), std::string(2500 - 2 * 999, 'b') + "\n");
  EXPECT_EQ(line(3), "c\n");
  EXPECT_EQ(line(4), "d");
  EXPECT_EQ(line(5), std::nullopt);
  EXPECT_EQ(source::program_line("\xFF\n", 1, "", target()), std::nullopt);
  EXPECT_EQ(source::program_line("\xFF\n", 1, "latin-1", target()), "\xC3\xBF\n");
}

class Hash {
 public:
  void add(std::string_view bytes) {
    for (char c : bytes) value = (value ^ static_cast<u8>(c)) * 0x100000001B3u;
  }
  u64 value = 0xCBF29CE484222325u;
};

// Every codec over all pairs of bytes, wrong ones replaced.
TEST(Codecs, AllPairsOfBytes) {
  for (const auto& [name, expected] : lexing::kCodecHashes) {
    Hash hash;
    for (int a = 1; a < 256; ++a) {
      char lead = static_cast<char>(a);
      hash.add(*source::decode_replacing({&lead, 1}, name, target()));
      std::string row;
      for (int b = 1; b < 256; ++b) row.append({lead, static_cast<char>(b), '\n'});
      hash.add(*source::decode_replacing(row, name, target()));
    }
    EXPECT_EQ(hash.value, expected) << name;
  }
}

TEST(Unicode, PropertiesAndNormalFormsOfAllCharacters) {
  Hash properties, nfkc;
  UnicodeVersion version = target().unicode_version();
  for (u32 code = 0; code < 0x110000; ++code) {
    char bits = static_cast<char>(unicode::is_xid_start(code, version) | unicode::is_xid_continue(code, version) << 1 |
                                  unicode::is_printable(code, version) << 2);
    properties.add({&bits, 1});
    std::string character;
    append_code_point(character, code);
    nfkc.add(unicode::nfkc(character, version));
  }
  EXPECT_EQ(properties.value, lexing::kPropertiesHash);
  EXPECT_EQ(nfkc.value, lexing::kNfkcHash);
}

TEST(Unicode, Names) {
  for (const lexing::Case& c : lexing::kNames) {
    u32 expected = *c.expected == '\0' ? unicode::kNoCharacter : static_cast<u32>(std::stoul(c.expected, nullptr, 16));
    EXPECT_EQ(unicode::lookup_name(c.source, target().unicode_version(), false), expected) << c.source;
  }
  EXPECT_EQ(unicode::lookup_name("KAWI SIGN CANDRABINDU", UnicodeVersion::v15_0, false), 0x11F00u);
  // Names made by rule, in capitals alone and in any case.
  EXPECT_EQ(unicode::lookup_name("cjk unified ideograph-4e00", UnicodeVersion::v16_0, false), unicode::kNoCharacter);
  EXPECT_EQ(unicode::lookup_name("cjk unified ideograph-4e00", UnicodeVersion::v16_0, true), 0x4E00u);
  EXPECT_EQ(unicode::lookup_name("Hangul Syllable GgWaE", UnicodeVersion::v15_1, true), 0xAF64u);
  EXPECT_EQ(unicode::lookup_name("tangut ideograph-18D09", UnicodeVersion::v16_0, true), unicode::kNoCharacter);
  EXPECT_EQ(unicode::lookup_name("tangut ideograph-18D09", UnicodeVersion::v17_0, true), 0x18D09u);
  EXPECT_EQ(unicode::lookup_name("TANGUT IDEOGRAPH-17000", UnicodeVersion::v15_1, false), unicode::kNoCharacter);
}

}  // namespace
}  // namespace mkpyc
