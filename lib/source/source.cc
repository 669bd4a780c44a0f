// CPython: tokenizer.c decode_str, translate_newlines, check_bom; pythonrun.c _Py_SourceAsString. The common file,
// ASCII or UTF-8 with "\n" line ends and no cookie, is looked at once and not copied.
#include "source/source.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "base/utf8.h"
#include "source/codecs.h"
#include "source/cookie.h"
#include "source/newlines.h"
#include "source/program_line.h"
#include "source/scan.h"
#include "target/features.h"

namespace mkpyc::source {
namespace {

constexpr std::size_t kPadding = 16;
// Offsets in the text and numbers of tokens, of which there may be two a byte, have 32 bits everywhere.
constexpr std::size_t kMaxSize = std::size_t{1} << 30;

[[noreturn]] void refuse(diag::Exception exception, std::string message) {
  diag::SourceError error;
  error.exception = exception;
  error.message = std::move(message);
  throw error;
}

// CPython: _PyPegen_raise_tokenizer_init_error
[[noreturn]] void refuse_encoding(std::string message) {
  diag::SourceError error;
  error.message = std::move(message);
  error.offset = -1;
  error.located = true;
  throw error;
}

// CPython: _PyTokenizer_ensure_utf8, which looks at the whole text first.
void refuse_non_utf8(std::string_view text) {
  auto error = find_utf8_error(text);
  if (!error) return;
  std::size_t start = text.rfind('\n', error->start);
  start = start == text.npos ? 0 : start + 1;
  std::string_view line = text.substr(start, text.find('\n', start) - start);
  std::string_view before = text.substr(start, error->start - start);
  diag::SourceError made;
  char hex[8];
  std::snprintf(hex, sizeof hex, "\\x%02x", static_cast<u8>(text[error->start]));
  made.line = made.end_line =
      1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(start), '\n'));
  made.message = "Non-UTF-8 code starting with '" + std::string(hex) + "' on line " + std::to_string(made.line) +
                 ", but no encoding declared; see https://peps.python.org/pep-0263/ for details";
  made.offset = made.end_offset = static_cast<int>(utf8_length(before)) + 1;
  made.located = true;
  made.text_from = diag::TextFrom::kGiven;
  made.text = replace_errors(line);
  throw made;
}

// An encoding that is not that of the byte order mark; the cookie is on the first line or the second.
[[noreturn]] void refuse_bom(std::string_view text, const std::string& cookie, const Target& target) {
  std::string message = "encoding problem: " + cookie + " with BOM";
  if (!target.on(Feature::bom_problem_located)) refuse_encoding(std::move(message));
  std::string_view line = text.substr(0, text.find('\n'));
  int number = 1;
  if (!find_cookie(text.substr(0, line.size() + 1))) {
    text.remove_prefix(line.size() + 1);
    line = text.substr(0, text.find('\n'));
    number = 2;
  }
  diag::SourceError error;
  error.message = std::move(message);
  error.located = true;
  error.line = error.end_line = number;
  error.end_offset = static_cast<int>(utf8_length(replace_errors(line)));
  error.text_from = diag::TextFrom::kGiven;
  error.text = replace_errors(line);
  throw error;
}

// The bytes with "\r\n" and "\r" made "\n", the last line ended, and the padding behind. `extra_line` for a final
// "\r\n", where CPython's loop no longer knows that it wrote a line end.
std::string_view copy_lines(std::string_view bytes, bool translate, bool extra_line, Arena& arena) {
  char* start = arena.array<char>(bytes.size() + 2 + kPadding);
  char* to = start;
  to = translate ? copy_newlines(bytes, to) : std::copy(bytes.begin(), bytes.end(), to);
  if (to == start || to[-1] != '\n' || (extra_line && bytes.ends_with("\r\n"))) *to++ = '\n';
  std::memset(to, 0, kPadding);
  return {start, static_cast<std::size_t>(to - start)};
}

// The decoded text, which ends where it has a null character: CPython goes on with it as a C string.
void recode(Source& source, const Target& target, Arena& arena, diag::Sink* sink) {
  std::string text = decode_declared(source.text, source.encoding, target, sink);
  if (text.size() > kMaxSize) refuse(diag::Exception::MemoryError, "");
  text.resize(std::strlen(text.c_str()));
  Scan found = scan(text);
  source.ascii = found.ascii;
  source.valid_utf8 = true;
  if (target.on(Feature::decoded_lines_end)) {
    source.text = copy_lines(text, found.has_carriage_return, false, arena);
    return;
  }
  text.append(kPadding, '\0');
  source.text = arena.copy(text).substr(0, text.size() - kPadding);
}

}  // namespace

Source decode(std::string_view bytes, bool padded, const Target& target, Arena& arena, diag::Sink* sink) {
  if (bytes.size() > kMaxSize) refuse(diag::Exception::MemoryError, "");
  Scan found = scan(bytes);
  if (found.has_null)
    refuse(target.on(Feature::null_byte_is_syntax_error) ? diag::Exception::SyntaxError : diag::Exception::ValueError,
           "source code string cannot contain null bytes");
  Source source;
  source.bytes = bytes;
  source.ascii = found.ascii;
  source.valid_utf8 = found.valid_utf8;
  source.had_final_newline = !bytes.empty() && (bytes.back() == '\n' || bytes.back() == '\r');
  bool as_is = padded && source.had_final_newline && !found.has_carriage_return;
  source.text =
      as_is ? bytes : copy_lines(bytes, found.has_carriage_return, target.on(Feature::crlf_end_adds_line), arena);
  if (source.text.starts_with(kBom)) {
    source.text.remove_prefix(kBom.size());
    source.encoding = "utf-8";
    source.ascii = scan(source.text).ascii;
  }
  std::optional<std::string> cookie = find_cookie(source.text);
  bool recodes = cookie && *cookie != "utf-8";
  if (recodes && !source.encoding.empty()) refuse_bom(source.text, *cookie, target);
  if (!recodes && !source.valid_utf8 && target.on(Feature::non_utf8_named)) refuse_non_utf8(source.text);
  if (!cookie) return source;
  source.encoding = arena.copy(*cookie);
  if (!recodes) return source;
  try {
    recode(source, target, arena, sink);
  } catch (const CodecError& error) {
    if (error.exception != diag::Exception::SyntaxError) refuse(error.exception, error.message);
    refuse_encoding(error.message);
  }
  return source;
}

}  // namespace mkpyc::source
