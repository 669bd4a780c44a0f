// The text encodings that CPython ships, for source files that declare one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "diag/diag.h"
#include "target/target.h"

namespace mkpyc::source {

/// What CPython's codec raises: str() of the exception, which becomes a SyntaxError if it is not named.
struct CodecError {
  std::string message;
  diag::Exception exception = diag::Exception::SyntaxError;
};

/// A UnicodeError without a place, which CPython may wrap. Private to this folder.
struct PlainUnicodeError {
  std::string message;
};

/// What the caller of a codec sees of such an error. CPython: codecs.c wrap_codec_error
std::string wrapped_error(const PlainUnicodeError& error, std::string_view encoding, const Target& target);

/// The bytes decoded by the codec of that name, as UTF-8. Throws CodecError if there is no such codec, if it is none
/// for text, if the bytes are wrong, and if the result has lone surrogates, which no UTF-8 text can hold. The sink, if
/// there is one, gets what the codec warns of; where that is an error, it is the CodecError.
std::string decode_declared(std::string_view bytes, std::string_view encoding, const Target& target,
                            diag::Sink* sink = nullptr);

/// The same with each wrong piece replaced by U+FFFD, for messages; nothing if the codec cannot do that.
std::optional<std::string> decode_replacing(std::string_view bytes, std::string_view encoding, const Target& target);

}  // namespace mkpyc::source
