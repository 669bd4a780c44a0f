// Columns of CPython's parser errors: bytes, or characters in a file that declares its encoding.
#pragma once

#include <string_view>

#include "source/source.h"

namespace mkpyc::source {

/// The line's text from its start offset up to the "\n", which is not in it.
std::string_view line_at(const Source& source, u32 line_start);

/// What an error of CPython's parser reports as an offset for `byte_column` (counted as the error wants it, from 0 or
/// from 1) on the line that starts at `line_start`. CPython: _PyPegen_raise_error_known_location, which converts to
/// characters only if the tokenizer knows an encoding, _PyPegen_byte_offset_to_character_offset.
int parser_offset(const Source& source, u32 line_start, int byte_column);

}  // namespace mkpyc::source
