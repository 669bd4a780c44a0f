#include "source/codecs.h"

#include "base/utf8.h"

namespace mkpyc::source {

std::string decode_declared(std::string_view bytes, std::string_view encoding, const Target&) {
  std::string text;
  if (encoding != "iso-8859-1") throw CodecError{"unknown encoding: " + std::string(encoding)};
  for (char c : bytes) append_code_point(text, static_cast<u8>(c));
  return text;
}

}  // namespace mkpyc::source
