#include "token/error_text.h"

#include <algorithm>

#include "base/utf8.h"
#include "source/invalid_escape.h"
#include "source/program_line.h"
#include "target/features.h"
#include "token/tokenizer.h"

namespace mkpyc::token {
namespace {

// A line of the file as it is, from its number. Lines end as the tokenizer has it.
std::string_view undecoded_line(std::string_view bytes, u32 line) {
  for (; line > 1; --line) {
    std::size_t end = bytes.find_first_of("\r\n");
    if (end == bytes.npos) return {};
    bool pair = bytes[end] == '\r' && bytes.substr(end + 1, 1) == "\n";
    bytes.remove_prefix(end + (pair ? 2 : 1));
  }
  return bytes.substr(0, bytes.find_first_of("\r\n"));
}

}  // namespace

std::string_view earlier_line(const source::Source& source, const Target& target, u32 line, std::string_view decoded) {
  bool as_decoded =
      source.encoding.empty() || source.encoding == "utf-8" || target.on(Feature::earlier_line_is_decoded);
  return as_decoded ? decoded : undecoded_line(source.bytes, line);
}

namespace {

// What the tokenizer's buffer holds for an error on `line`: up to the end of the line that `token` ends on, which
// releases show from the line's start or with all lines that go on in it; or, for an earlier line, that line. Lines of
// escapes are counted from the end of an f-string, and may be later than any that was read.
std::string_view buffered_text(const TokenBuffer& tokens, u32 token, u32 line) {
  u32 last_line = static_cast<u32>(tokens.loc(token).end_line);
  std::size_t start = tokens.line_start[std::min(line, last_line)];
  std::size_t end = tokens.text.find('\n', start);
  if (last_line > line)
    return earlier_line(tokens.source, *tokens.target, line, tokens.text.substr(start, end - start));
  if (!tokens.target->on(Feature::error_text_is_one_line)) start = buffer_start(tokens, token);
  return tokens.text.substr(start, end == tokens.text.npos ? end : end + 1 - start);
}

}  // namespace

ErrorLine::ErrorLine(const TokenBuffer& tokens, u32 last_token, u32 line)
    : source_(tokens.source), in_characters_(tokens.target->on(Feature::error_offsets_in_characters)) {
  std::optional<std::string> found;
  if (source_.reread)
    found = source::program_line(source_.bytes, static_cast<int>(line), source_.encoding, *tokens.target);
  text_ = found ? *found : source::replace_errors(buffered_text(tokens, last_token, line));
}

ErrorLine::ErrorLine(const source::Source& source, const Target& target, u32 line, std::string_view buffered)
    : source_(source), in_characters_(target.on(Feature::error_offsets_in_characters)) {
  std::optional<std::string> found;
  if (source.reread) found = source::program_line(source.bytes, static_cast<int>(line), source.encoding, target);
  text_ = found ? *found : source::replace_errors(buffered);
}

// CPython: pegen.c _PyPegen_byte_offset_to_character_offset. The null byte behind the text counts as a character, too.
int ErrorLine::offset(int byte_column) const {
  if ((source_.encoding.empty() && !in_characters_) || byte_column < 0) return byte_column;
  std::size_t length = text_.find('\0') == text_.npos ? text_.size() : text_.find('\0');
  std::size_t column = std::min(static_cast<std::size_t>(byte_column), length + 1);
  return static_cast<int>(utf8_length(std::string_view(text_).substr(0, std::min(column, length))) +
                          (column > length ? 1 : 0));
}

static std::string suggestion(std::string_view escape) {
  return "Did you mean \"\\" + std::string(escape) + "\"? A raw string is also an option.";
}

std::string invalid_escape_message(std::string_view escape, bool octal, const Target& target) {
  return source::invalid_escape(escape, octal, target, std::string(source::kEscapeOutlook) + suggestion(escape));
}

std::string invalid_escape_error(std::string_view escape, bool octal, const Target& target) {
  return source::invalid_escape(escape, octal, target, suggestion(escape));
}

u32 buffer_start(const TokenBuffer& tokens, u32 token) {
  NameTable names;
  TokenBuffer again;
  return Tokenizer(tokens.source, *tokens.target, names, again).run_to(token);
}

}  // namespace mkpyc::token
