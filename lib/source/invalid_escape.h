// What CPython says of an escape sequence that means nothing, in a literal or in a file of the unicode_escape codec.
#pragma once

#include <string>
#include <string_view>

#include "target/features.h"

namespace mkpyc::source {

inline constexpr std::string_view kEscapeOutlook = "Such sequences will not work in the future. ";

/// `escape` has its backslash. Newer releases go on with `more`.
inline std::string invalid_escape(std::string_view escape, bool octal, const Target& target, std::string_view more) {
  std::string kind = octal ? "invalid octal escape sequence" : "invalid escape sequence";
  std::string shown(escape);
  if (!target.on(Feature::escape_warning_suggests)) return kind + " '" + shown + "'";
  return "\"" + shown + "\" is an " + kind + ". " + std::string(more);
}

}  // namespace mkpyc::source
