#include "driver/messages.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <span>
#include <vector>

#include "base/utf8.h"
#include "driver/display_width.h"
#include "driver/keyword_typos.h"
#include "driver/pypath.h"
#include "driver/pystr.h"
#include "driver/source_file.h"
#include "source/program_line.h"
#include "source/source.h"
#include "target/features.h"

namespace mkpyc::driver {
namespace {

// Line `number` (from 1) of a text with "\n" line ends, with its end; nothing if the text has fewer.
std::optional<std::string_view> nth_line(std::string_view text, int number) {
  if (number < 1) return std::nullopt;
  for (int left = number; !text.empty(); --left) {
    std::string_view line = take_line(text);
    if (left == 1) return line;
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

// The columns, from 1, that carets stand under.
struct Span {
  int start, end;
};

// `text_size` and `line_size`: characters of the line with and without its end.
Span marked_span(const diag::SourceError& error, int text_size, int line_size, const Target& target) {
  Span span{error.offset, error.end_offset == 0 ? error.offset : error.end_offset};
  if (!target.on(Feature::carets_within_line)) {
    if (span.start == span.end || span.end == -1) span.end = span.start + 1;
    return span;
  }
  if (error.line != error.end_line) span.end = line_size + 1;
  if (text_size > 0 && span.start > text_size) span.start = line_size + 1;
  if (text_size > 0 && span.end > text_size) span.end = line_size + 1;
  if (span.start >= span.end || span.end < 0) span.end = span.start + 1;
  return span;
}

std::string blanks_like(std::span<const u32> codes) {
  std::string blanks;
  for (u32 code : codes) {
    if (is_space(code))
      append_code_point(blanks, code);
    else
      blanks += ' ';
  }
  return blanks;
}

// CPython: traceback.py _format_syntax_error, the caret's line
void append_carets(std::string& to, std::string_view stripped, std::size_t spaces, Span span, const Target& target) {
  int column = span.start - 1 - static_cast<int>(spaces), end_column = span.end - 1 - static_cast<int>(spaces);
  if (column < 0) return;
  std::vector<u32> codes = characters(stripped);
  std::size_t first = std::min(codes.size(), static_cast<std::size_t>(column));
  std::size_t last = std::clamp(static_cast<std::size_t>(std::max(end_column, 0)), first, codes.size());
  std::span<const u32> before(codes.data(), first), marked(codes.data() + first, last - first);
  std::size_t count = static_cast<std::size_t>(std::max(end_column - column, 0));
  if (target.on(Feature::carets_as_wide_as_text)) {
    to += "    " + std::string(display_width(before), ' ');
    if (!marked.empty()) count = display_width(marked);
  } else {
    to += "    " + blanks_like(before);
  }
  to.append(count, '^');
  to += '\n';
}

// A better line, place and message, if a keyword is misspelt.
void replace_by_typo(diag::SourceError& error, std::string& text, const CompiledSource& source,
                     const WarningFilters& filters, std::vector<WarningText>& warnings) {
  constexpr std::string_view kInput = "<input>", kString = "<string>";
  FileWarnings input_filter(filters, kInput, source.target), string_filter(filters, kString, source.target);
  std::vector<SearchWarning> raised;
  auto typo =
      find_keyword_typo(error, source.bytes, source.filename, text, source.target, input_filter, string_filter, raised);
  for (const SearchWarning& one : raised)
    add_warning_messages({&one.warning, 1}, {"", one.by_tokens ? kString : kInput, source.target},
                         one.by_tokens ? string_filter : input_filter, warnings);
  if (!typo) return;
  text = typo->line;
  error.offset = typo->offset;
  error.end_offset = typo->end_offset;
  error.line = error.end_line = 1;
  error.message = typo->message;
}

// CPython: traceback.py TracebackException.format_exception_only
std::string format_syntax_error(diag::SourceError error, const CompiledSource& source, const WarningFilters& filters,
                                std::vector<WarningText>& warnings) {
  std::string result;
  if (error.located)
    result += "  File \"" + std::string(source.filename) + "\", line " + std::to_string(error.line) + "\n";
  if (std::optional<std::string> text = error.located ? text_of(error, source) : std::nullopt) {
    if (source.target.on(Feature::keyword_typos) && error.last_statement)
      replace_by_typo(error, *text, source, filters, warnings);
    std::string_view line = *text;
    int text_size = static_cast<int>(characters(line).size());
    while (line.ends_with('\n')) line.remove_suffix(1);
    std::size_t spaces = std::min(line.find_first_not_of(" \n\f"), line.size());
    std::string_view stripped = line.substr(spaces);
    result += "    " + std::string(stripped) + "\n";
    int line_size = static_cast<int>(characters(line).size());
    append_carets(result, stripped, spaces, marked_span(error, text_size, line_size, source.target), source.target);
  }
  return result + "SyntaxError: " + (error.message.empty() ? "<no detail available>" : error.message) + "\n";
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
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
    case diag::Exception::UnicodeEncodeError:
    case diag::Exception::DeprecationWarning: return error.message;
  }
  if (!error.located) return error.message;
  return error.message + " (" + std::string(base_name(filename)) + ", line " + std::to_string(error.line) + ")";
}

// CPython: py_compile.py PyCompileError
std::string error_message(const diag::SourceError& error, const CompiledSource& source, const WarningFilters& filters,
                          std::vector<WarningText>& warnings) {
  if (error.exception != diag::Exception::SyntaxError)
    return std::string("Sorry: ") + exception_name(error.exception) + ": " + error_text(error, source.filename);
  std::string text = format_syntax_error(error, source, filters, warnings);
  replace_all(text, "File \"<string>\"", "File \"" + std::string(source.filename) + "\"");
  return text;
}

}  // namespace mkpyc::driver
