#include "driver/messages.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

#include "base/utf8.h"
#include "driver/pypath.h"
#include "driver/pystr.h"
#include "driver/source_file.h"
#include "source/program_line.h"
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

// Line `number` of the decoded source; empty if it has fewer or cannot be decoded.
std::string decoded_line(const CompiledSource& source, int number) {
  Arena arena;
  try {
    std::string_view text = source::decode(source.bytes, true, source.target, arena).text;
    return source::replace_errors(nth_line(text, number).value_or(""));
  } catch (const diag::SourceError&) {
    return {};
  }
}

std::optional<std::string> text_of(const diag::SourceError& error, const CompiledSource& source) {
  switch (error.text_from) {
    case diag::TextFrom::kSource: return decoded_line(source, error.line);
    case diag::TextFrom::kFile: {
      SourceFile file;
      if (!file.read(AT_FDCWD, std::string(source.filename).c_str())) return std::nullopt;
      return source::program_line(file.bytes(), error.line, "", source.target);
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

// CPython: traceback.py _format_syntax_error, the caret's line
void append_carets(std::string& to, std::string_view stripped, std::size_t spaces, const diag::SourceError& error) {
  int offset = error.offset;
  int end = error.end_offset == 0 ? offset : error.end_offset;
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
    append_carets(result, stripped, spaces, error);
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
    case diag::Exception::UnicodeDecodeError:
    case diag::Exception::UnicodeEncodeError: return error.message;
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
