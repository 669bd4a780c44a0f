#include "source/codecs.h"

#include "base/utf8.h"
#include "source/program_line.h"

namespace mkpyc::source {

std::string decode_declared(std::string_view bytes, std::string_view encoding, const Target&) {
  std::string text;
  if (encoding != "iso-8859-1") throw CodecError{"unknown encoding: " + std::string(encoding)};
  for (char c : bytes) append_code_point(text, static_cast<u8>(c));
  return text;
}

std::optional<std::string> decode_replacing(std::string_view bytes, std::string_view encoding, const Target& target) {
  if (encoding == "utf-8") return replace_errors(bytes);
  return decode_declared(bytes, encoding, target);
}

}  // namespace mkpyc::source
