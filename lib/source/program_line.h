// The line of a source file that CPython shows with an error: it opens the file again and reads the line by itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "target/target.h"

namespace mkpyc::source {

/// Line `line` (from 1) of a file with these bytes, with its "\n", as UTF-8. `encoding` is the one that the tokenizer
/// knows (errors replaced), or empty for errors of later stages and files that declare none (no line if it is not
/// UTF-8). Of a line longer than 998 bytes only the last piece is there. CPython: errors.c err_programtext
std::optional<std::string> program_line(std::string_view file, int line, std::string_view encoding,
                                        const Target& target);

/// Valid UTF-8: each invalid piece is U+FFFD.
std::string replace_errors(std::string_view text);

}  // namespace mkpyc::source
