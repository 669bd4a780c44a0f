// Line ends: "\r\n" and "\r" are "\n" to Python, in files and in the pieces of them that are read again.
#pragma once

#include <cstring>
#include <string_view>

namespace mkpyc::source {

/// Copies `text` to `to`, where as many bytes have to be free, with "\r\n" and "\r" made "\n". Returns the end of the
/// copy. CPython: tokenizer.c translate_newlines
inline char* copy_newlines(std::string_view text, char* to) {
  const char* at = text.data();
  const char* end = at + text.size();
  while (at != end) {
    const char* cr = static_cast<const char*>(std::memchr(at, '\r', static_cast<std::size_t>(end - at)));
    std::size_t plain = static_cast<std::size_t>((cr != nullptr ? cr : end) - at);
    std::memcpy(to, at, plain);
    to += plain;
    at += plain;
    if (cr == nullptr) break;
    *to++ = '\n';
    ++at;
    if (at != end && *at == '\n') ++at;
  }
  return to;
}

}  // namespace mkpyc::source
