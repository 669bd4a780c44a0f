// The Unicode character database, as far as a compiler needs it: identifiers (PEP 3131), NFKC, printable characters,
// and character names for \N{...}. Each CPython has the database of one Unicode version; the tables hold for each
// fact the version that brought it, so that one table serves all (grammar/unicode, tools/read_unicode).
#pragma once

#include <string>
#include <string_view>

#include "base/int.h"

namespace mkpyc {

/// The versions that some CPython has, in order.
enum class UnicodeVersion : u8 {
#define UNICODE_VERSION(name, text) name,
#include "unicode/versions.def"
#undef UNICODE_VERSION
};

namespace unicode {

bool is_xid_start(u32 code, UnicodeVersion version);  // and '_', as CPython has it
bool is_xid_continue(u32 code, UnicodeVersion version);
/// str.isprintable() of one character.
bool is_printable(u32 code, UnicodeVersion version);

/// unicodedata.decimal() of one character; -1: it is no decimal digit.
int decimal(u32 code, UnicodeVersion version);

/// unicodedata.normalize("NFKC", text) of valid UTF-8 (or with surrogates as three bytes).
std::string nfkc(std::string_view text, UnicodeVersion version);

/// The same with the decompositions of Unicode 3.2, for IDNA: unicodedata.ucd_3_2_0.normalize in a CPython with the
/// database `version`.
std::string nfkc_3_2(std::string_view text, UnicodeVersion version);

inline constexpr u32 kNoCharacter = 0xFFFFFFFF;
/// The character that \N{name} means (names and aliases, in any case; no named sequences), or kNoCharacter.
/// `rules_in_any_case`: so are names made by rule (Hangul, ideographs), and those of Tangut ideographs are known.
u32 lookup_name(std::string_view name, UnicodeVersion version, bool rules_in_any_case);

/// The character's name, as unicodedata.name() has it; empty: it has none.
std::string name_of(u32 code, UnicodeVersion version);

}  // namespace unicode
}  // namespace mkpyc
