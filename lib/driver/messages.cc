#include "driver/messages.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

#include "base/utf8.h"
#include "driver/pypath.h"
#include "driver/pystr.h"
#include "driver/source_file.h"
#include "source/source.h"

namespace mkpyc::driver {
namespace {

// Line `number` (from 1) of a text with "\n" line ends, with its end; nothing if the text has fewer.
std::optional<std::string_view> nth_line(std::string_view text, int number) {
  if (number < 1) return std::nullopt;
  for (int line = 1; !text.empty(); ++line) {
    std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    if (line == number) return text.substr(0, end);
    text.remove_prefix(end);
  }
  return std::nullopt;
}

// bytes.decode("utf-8", "replace")
std::string replace_errors(std::string_view text) {
  std::string result;
  std::size_t done = 0;
  while (auto bad = find_utf8_error(text, done)) {
    result += text.substr(done, bad->start - done);
    append_code_point(result, 0xFFFD);
    done = bad->end;
  }
  return result += text.substr(done);
}

// Line `number` of the decoded source; empty if it has fewer or cannot be decoded.
std::string decoded_line(const CompiledSource& source, int number) {
  Arena arena;
  try {
    std::string_view text = source::decode(source.bytes, true, source.target, arena).text;
    return replace_errors(nth_line(text, number).value_or(""));
  } catch (const diag::SourceError&) {
    return {};
  }
}

// open(path, newline=None): all line ends become "\n".
std::string translate_newlines(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n') continue;
    text += bytes[i] == '\r' ? '\n' : bytes[i];
  }
  return text;
}

// The file's line as CPython's C code reads it, in pieces of 999 bytes of which the last one stays.
// CPython: errors.c err_programtext
std::optional<std::string> program_text(std::string_view filename, int number) {
  constexpr std::size_t kPiece = 999;
  SourceFile file;
  if (!file.read(AT_FDCWD, std::string(filename).c_str())) return std::nullopt;
  std::string text = translate_newlines(file.bytes());
  std::optional<std::string_view> line = nth_line(text, number);
  if (!line) return std::nullopt;
  if (line->size() > kPiece) line->remove_prefix((line->size() - 1) / kPiece * kPiece);
  return std::string(line->substr(0, line->find('\0')));
}

// CPython: pegen_errors.c _PyPegen_raise_error_known_location. The file is decoded as the source was: where its bytes
// are not the decoded line's, that line stands for them.
std::string file_or_source_line(const CompiledSource& source, int number) {
  std::string decoded = decoded_line(source, number);
  std::optional<std::string> text = program_text(source.filename, number);
  if (!text || is_ascii(*text) || text->starts_with("\xEF\xBB\xBF")) return text.value_or(decoded);
  bool other_file = !decoded.ends_with(*text) && source.bytes.find(*text) == std::string_view::npos;
  return decoded.ends_with(*text) || (other_file && !find_utf8_error(*text)) ? *text : decoded;
}

std::optional<std::string> text_of(const diag::SourceError& error, const CompiledSource& source) {
  switch (error.text_from) {
    case diag::TextFrom::kSource: return decoded_line(source, error.line);
    case diag::TextFrom::kFileOrSource: return file_or_source_line(source, error.line);
    case diag::TextFrom::kFile: {
      std::optional<std::string> text = program_text(source.filename, error.line);
      return text && !find_utf8_error(*text) ? text : std::nullopt;
    }
    case diag::TextFrom::kGiven: return error.text;
    case diag::TextFrom::kNone: return std::nullopt;
  }
  return std::nullopt;
}

std::vector<u32> characters(std::string_view text) {
  std::vector<u32> codes;
  for (std::size_t at = 0; at < text.size();) codes.push_back(next_character(text, at));
  return codes;
}

// A byte order mark that the file's line has and the decoded line had not: CPython counts the error's bytes in the
// line with it.
int shift_for_mark(std::string_view text, const diag::SourceError& error, int offset) {
  if (error.text_from != diag::TextFrom::kFileOrSource || !text.starts_with("\xEF\xBB\xBF") || offset < 1)
    return offset;
  std::string_view plain = text.substr(3);
  std::size_t bytes = 0;
  for (int i = 1; i < offset && bytes < plain.size(); ++i) next_character(plain, bytes);
  return 1 + static_cast<int>(utf8_length(text.substr(0, bytes)));
}

// CPython: traceback.py _format_syntax_error, the caret's line
void append_carets(std::string& to, std::string_view text, std::string_view stripped, std::size_t spaces,
                   const diag::SourceError& error) {
  int offset = shift_for_mark(text, error, error.offset);
  int end = error.end_offset == 0 ? offset : shift_for_mark(text, error, error.end_offset);
  if (offset == end || end == -1) end = offset + 1;
  int column = offset - 1 - static_cast<int>(spaces), end_column = end - 1 - static_cast<int>(spaces);
  if (column < 0) return;
  to += "    ";
  std::vector<u32> codes = characters(stripped);
  for (std::size_t i = 0; i < codes.size() && i < static_cast<std::size_t>(column); ++i) {
    if (is_space(codes[i]))
      append_code_point(to, codes[i]);
    else
      to += ' ';
  }
  if (end_column > column) to.append(static_cast<std::size_t>(end_column - column), '^');
  to += '\n';
}

// CPython: traceback.py TracebackException.format_exception_only
std::string format_syntax_error(const diag::SourceError& error, const CompiledSource& source) {
  std::string result;
  if (error.located)
    result += "  File \"" + std::string(source.filename) + "\", line " + std::to_string(error.line) + "\n";
  if (std::optional<std::string> text = error.located ? text_of(error, source) : std::nullopt) {
    std::string_view line = *text;
    while (line.ends_with('\n')) line.remove_suffix(1);
    std::size_t spaces = std::min(line.find_first_not_of(" \n\f"), line.size());
    std::string_view stripped = line.substr(spaces);
    result += "    " + std::string(stripped) + "\n";
    append_carets(result, line, stripped, spaces, error);
  }
  return result + "SyntaxError: " + (error.message.empty() ? "<no detail available>" : error.message) + "\n";
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

// linecache.getline(filename, number): the line of the file, decoded by its cookie.
std::string cached_line(const CompiledSource& source, int number) {
  std::string_view filename = source.filename;
  if (filename.empty() || (filename.starts_with('<') && filename.ends_with('>'))) return {};
  SourceFile file;
  if (!file.read(AT_FDCWD, std::string(filename).c_str())) return {};
  Arena arena;
  try {
    std::string_view text = source::decode(file.bytes(), true, source.target, arena).text;
    if (find_utf8_error(text)) return {};
    return std::string(nth_line(text, number).value_or(""));
  } catch (const diag::SourceError&) {
    return {};
  }
}

const char* category_name(diag::Category category) {
  return category == diag::Category::SyntaxWarning ? "SyntaxWarning" : "DeprecationWarning";
}

}  // namespace

// CPython: exceptions.c SyntaxError_str
std::string error_text(const diag::SourceError& error, std::string_view filename) {
  switch (error.exception) {
    case diag::Exception::SyntaxError:
    case diag::Exception::IndentationError:
    case diag::Exception::TabError: break;
    case diag::Exception::ValueError:
    case diag::Exception::OverflowError:
    case diag::Exception::RecursionError:
    case diag::Exception::MemoryError:
    case diag::Exception::SystemError:
    case diag::Exception::UnicodeDecodeError: return error.message;
  }
  if (!error.located) return error.message;
  return error.message + " (" + std::string(base_name(filename)) + ", line " + std::to_string(error.line) + ")";
}

// CPython: py_compile.py PyCompileError
std::string error_message(const diag::SourceError& error, const CompiledSource& source) {
  if (error.exception != diag::Exception::SyntaxError)
    return std::string("Sorry: ") + exception_name(error.exception) + ": " + error_text(error, source.filename);
  std::string text = format_syntax_error(error, source);
  replace_all(text, "File \"<string>\"", "File \"" + std::string(source.filename) + "\"");
  return text;
}

// CPython: warnings.py _formatwarnmsg_impl
WarningText warning_message(const diag::Warning& warning, const CompiledSource& source, const FileWarnings& filters) {
  WarningText result;
  result.text = std::string(source.filename) + ":" + std::to_string(warning.line) + ": " +
                category_name(warning.category) + ": " + warning.message + "\n";
  std::string line = cached_line(source, warning.line);
  if (!line.empty()) result.text += "  " + std::string(strip(line)) + "\n";
  if (filters.verb(warning) == WarningFilters::Verb::kOnce)
    result.once_key = std::string(category_name(warning.category)) + ":" + warning.message;
  return result;
}

}  // namespace mkpyc::driver
