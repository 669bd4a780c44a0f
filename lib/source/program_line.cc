#include "source/program_line.h"

#include <algorithm>

#include "base/utf8.h"
#include "source/codecs.h"
#include "source/cookie.h"
#include "target/features.h"

namespace mkpyc::source {
namespace {

// Most bytes that fgets puts into CPython's buffer of 1,000.
constexpr std::size_t kPiece = 999;

// What the file says about its encoding. CPython: _PyTokenizer_FindEncodingFilename
std::string declared_encoding(std::string_view file) {
  if (file.starts_with(kBom)) return "utf-8";
  return find_cookie(file).value_or("utf-8");
}

// Takes up to kPiece bytes or one line off the file, the line end made "\n". CPython: Py_UniversalNewlineFgets
std::optional<std::string> take_piece(std::string_view& file) {
  if (file.empty()) return std::nullopt;
  std::size_t end = file.substr(0, kPiece).find_first_of("\r\n");
  std::string piece(file.substr(0, std::min(end, kPiece)));
  file.remove_prefix(piece.size());
  if (end == file.npos) return piece;
  bool carriage_return = file[0] == '\r';
  file.remove_prefix(1);
  if (carriage_return && file.starts_with('\n')) file.remove_prefix(1);
  return piece + '\n';
}

}  // namespace

std::optional<std::string> program_line(std::string_view file, int line, std::string_view encoding,
                                        const Target& target) {
  std::optional<std::string> piece;
  bool replaces = target.on(Feature::program_line_replaces);
  std::string declared;
  if (replaces && encoding.empty()) encoding = declared = declared_encoding(file);
  for (int i = 0; i < line; ++i) {
    do {
      piece = take_piece(file);
      if (!piece) return std::nullopt;
      if (replaces && i + 1 == line) break;  // of the wanted line the first piece
      // CPython asks whether the last place of its buffer was filled, and not by a line end.
    } while (piece->size() == kPiece && piece->back() != '\n');
  }
  if (!piece) return std::nullopt;
  if (replaces) {
    if (line == 1 && piece->starts_with(kBom)) piece->erase(0, kBom.size());
    return encoding == "utf-8" ? replace_errors(*piece) : decode_replacing(*piece, encoding, target);
  }
  if (!encoding.empty()) return decode_replacing(*piece, encoding, target);
  if (find_utf8_error(*piece)) return std::nullopt;
  return piece;
}

std::string replace_errors(std::string_view text) {
  std::string out;
  while (auto error = find_utf8_error(text)) {
    out += text.substr(0, error->start);
    out += "\xEF\xBF\xBD";
    text.remove_prefix(error->end);
  }
  return out.append(text);
}

}  // namespace mkpyc::source
