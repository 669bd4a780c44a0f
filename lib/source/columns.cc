#include "source/columns.h"

#include <algorithm>
#include <string>

#include "base/utf8.h"

namespace mkpyc::source {
namespace {

// Valid UTF-8: each invalid piece is U+FFFD.
std::string replace_errors(std::string_view text) {
  std::string out;
  while (auto error = find_utf8_error(text)) {
    out += text.substr(0, error->start);
    out += "\xEF\xBF\xBD";
    text.remove_prefix(error->end);
  }
  return out.append(text);
}

}  // namespace

std::string_view line_at(const Source& source, u32 line_start) {
  std::string_view rest = source.text.substr(line_start);
  return rest.substr(0, std::min(rest.find('\n'), rest.size()));
}

int parser_offset(const Source& source, u32 line_start, int byte_column) {
  if (source.encoding.empty() || byte_column < 0) return byte_column;
  std::string_view line = line_at(source, line_start);
  std::size_t column = static_cast<std::size_t>(byte_column);
  std::string replaced;
  if (!source.valid_utf8) line = replaced = replace_errors(line);
  // The line is followed by its "\n" and by the null byte of a C string, which count as one character each.
  std::size_t extra = column > line.size() ? std::min<std::size_t>(column - line.size(), 2) : 0;
  return static_cast<int>(utf8_length(line.substr(0, column)) + extra);
}

}  // namespace mkpyc::source
