// Bytes of a file -> UTF-8 text as CPython's tokenizer sees it: byte order mark and PEP 263 cookie honoured, every
// line ending made "\n", a last line without one completed, null bytes refused.
//
// In: the file's bytes. Out: Source. Errors: SourceError (unknown encoding, undecodable bytes, null bytes).
#pragma once

#include <string_view>

#include "base/arena.h"
#include "diag/diag.h"
#include "target/target.h"

namespace mkpyc::source {

struct Source {
  /// The text. It ends with "\n" (but for a codec that makes a null character, where CPython's C string ends), holds
  /// no null byte, and is followed by at least 16 readable zero bytes, so that a scanner may look ahead without a
  /// bounds check.
  std::string_view text;
  /// False if the last line's newline was added (CPython: implicit_newline; some columns and errors depend on it).
  bool had_final_newline = true;
  /// The text is known to be all ASCII: columns in bytes are columns in characters.
  bool ascii = true;
  /// The text is valid UTF-8. Without a cookie CPython's tokenizer takes the bytes as they are, and what is invalid is
  /// an error only in an identifier or a string: comments may hold anything.
  bool valid_utf8 = true;
  /// The encoding that the file declares, as CPython's tokenizer calls it: "utf-8" after a byte order mark, else the
  /// cookie; empty without both. Columns of the parser's errors count bytes when it is empty.
  std::string_view encoding;
  /// The number of the first line, for messages: a piece of a file lies further down.
  u32 first_line = 1;
  /// The file's bytes, and whether CPython finds them where co_filename says: it reads lines for its messages there.
  /// (decode() says yes; who knows better changes it.)
  std::string_view bytes;
  bool reread = true;
};

/// Decodes a file. The result lives in the arena, or is the input itself where nothing had to change and the input
/// is followed by 16 zero bytes (`padded`). The sink, if there is one, gets what a codec warns of.
Source decode(std::string_view bytes, bool padded, const Target& target, Arena& arena, diag::Sink* sink = nullptr);

}  // namespace mkpyc::source
