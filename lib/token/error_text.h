// What CPython's parser shows with an error: a line of text, and columns counted on it.
#pragma once

#include <string>

#include "token/token.h"

namespace mkpyc::token {

/// The line of an error of the parser. It is read from the file again; where that fails (the file is not where
/// co_filename says, or the line is not UTF-8), it is what the tokenizer's buffer holds, which is more than a line
/// inside strings and after backslashes. CPython: pegen_errors.c _PyPegen_raise_error_known_location
class ErrorLine {
 public:
  /// `last_token` is the last token that the parser has read.
  ErrorLine(const TokenBuffer& tokens, u32 last_token, u32 line);

  const std::string& text() const { return text_; }
  /// The error's offset for a byte column as the raising code counts it: in characters if the file declares an
  /// encoding, else as it is.
  int offset(int byte_column) const;

 private:
  friend class Tokenizer;
  ErrorLine(const source::Source& source, const Target& target, u32 line, std::string_view buffered);
  const source::Source& source_;
  bool in_characters_;
  std::string text_;
};

/// A line before the one that the tokenizer is in, as ErrorLine shows it where the file cannot be read again: some
/// releases look for it in the file as it was before it was decoded.
std::string_view earlier_line(const source::Source& source, const Target& target, u32 line, std::string_view decoded);

/// The warning about an escape sequence that means nothing; `escape` has its backslash.
std::string invalid_escape_message(std::string_view escape, bool octal, const Target& target);
/// The message of the SyntaxError in its place.
std::string invalid_escape_error(std::string_view escape, bool octal, const Target& target);

/// Where the tokenizer's buffer starts when `token` has been read: the first line of the token or of its backslash
/// continuation (CPython: tok->buf). Reads the text again: for errors only.
u32 buffer_start(const TokenBuffer& tokens, u32 token);

}  // namespace mkpyc::token
