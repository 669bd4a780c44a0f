// repr() of constants, for annotations that are kept as text.
#pragma once

#include <string>
#include <string_view>

#include "base/unicode.h"
#include "object/object.h"

namespace mkpyc {

/// What repr() depends on.
struct ReprOptions {
  UnicodeVersion unicode;  // decides which characters are printable
  int int_max_str_digits;  // 0: no limit
};

/// Appends repr(object). An integer of more than `int_max_str_digits` decimal digits is CPython's ValueError: throws
/// diag::SourceError. The object must not be a code object or a slice.
void append_repr(const Object* object, const ReprOptions& options, std::string& out);

/// Appends repr(text) of a str: UTF-8, lone surrogates as their three bytes.
void append_str_repr(std::string_view text, UnicodeVersion unicode, std::string& out);

/// Appends repr(value) of a float: the shortest digits that read back as the same value.
void append_float_repr(double value, std::string& out);

}  // namespace mkpyc
