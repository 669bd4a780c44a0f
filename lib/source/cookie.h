// PEP 263: the encoding that a source file declares in its first two lines.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mkpyc::source {

/// The byte order mark of UTF-8.
inline constexpr std::string_view kBom = "\xEF\xBB\xBF";

/// The declared encoding, or nothing. `text` has its newlines translated and its byte order mark taken off. The names
/// of UTF-8 and Latin-1 come back as "utf-8" and "iso-8859-1" (CPython: tokenizer.c get_normal_name).
std::optional<std::string> find_cookie(std::string_view text);

}  // namespace mkpyc::source
