// Python's str as the driver has it: file names and messages are kept as bytes, valid UTF-8 standing for its characters
// and every other byte for the lone surrogate U+DC80..U+DCFF that os.fsdecode() makes of it. The bytes go back to the
// system unchanged; only what CPython prints or compares by characters is decoded, here.
#pragma once

#include <string>
#include <string_view>

#include "base/int.h"
#include "base/unicode.h"

namespace mkpyc::driver {

/// The newest database that some CPython has, for messages about a command line before its target is known.
inline constexpr UnicodeVersion kNewestUnicode = [] {
  int count = 0;
#define UNICODE_VERSION(name, text) ++count;
#include "unicode/versions.def"
#undef UNICODE_VERSION
  return static_cast<UnicodeVersion>(count - 1);
}();

/// The text with each undecodable byte as the three bytes of its surrogate, as marshal and lib/object have strings
/// (Python: text.encode("utf-8", "surrogatepass")).
std::string with_surrogates(std::string_view text);

/// The character at `at`, which is moved past it.
u32 next_character(std::string_view text, std::size_t& at);

/// str.isspace() of one character.
bool is_space(u32 code);

/// str.strip()
std::string_view strip(std::string_view text);

/// Takes the first line off a text that is not empty, with its "\n" if it has one.
std::string_view take_line(std::string_view& text);

/// repr(text), as the CPython with this Unicode database has it.
std::string repr(std::string_view text, UnicodeVersion version);

/// text < other by code points, as list.sort() compares file names: by bytes but for surrogates, which come before
/// U+E000 although their bytes may be larger.
bool less_by_characters(std::string_view text, std::string_view other);

/// int(text): white space around, a sign, underscores between digits, which may be those of any script. False if Python
/// raises ValueError. Numbers beyond 64 bits saturate.
bool parse_int(std::string_view text, i64& value);

}  // namespace mkpyc::driver
