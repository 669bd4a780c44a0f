// The errors of the tokenizer. CPython has two kinds: its tokenizer raises some itself, with columns in characters
// (tokenizer.c syntaxerror); for others it only sets a code, and the parser that gets the error token finds the words
// (pegen_errors.c _Pypegen_tokenizer_error), with columns as the parser counts them.
#include <cstring>
#include <utility>

#include "base/utf8.h"
#include "source/program_line.h"
#include "target/features.h"
#include "token/error_text.h"
#include "token/scan.h"
#include "token/tokenizer.h"

namespace mkpyc::token {

void Tokenizer::end_with_error(const char* cursor, Done done) {
  out_.done = done;
  out_.ends_in_fstring = in_fstring();
  out_.error.located = true;
  out_.error.text_from = diag::TextFrom::kGiven;
  out_.error.line = out_.error.end_line = static_cast<int>(line_);
  emit(Kind::ErrorToken, cursor, cursor);
}

int Tokenizer::characters_to(const char* cursor) const {
  return static_cast<int>(utf8_length({line_start_, static_cast<std::size_t>(cursor - line_start_)}));
}

bool Tokenizer::fail(const char* cursor, std::string message) {
  int column = characters_to(cursor);
  return fail_in_columns(cursor, std::move(message), column, column);
}

bool Tokenizer::fail_in_columns(const char* cursor, std::string message, int column, int end_column) {
  end_with_error(cursor, Done::kError);
  if (column != end_column && target_.on(Feature::range_errors_in_characters)) {
    // The range was counted in bytes.
    column = characters_to(line_start_ + column - 1) + 1;
    end_column = characters_to(line_start_ + end_column);
  }
  out_.error.message = std::move(message);
  out_.error.offset = column;
  out_.error.end_offset = end_column;
  out_.error.text =
      source::replace_errors({line_start_, static_cast<std::size_t>(end_of_line(line_start_) - line_start_)});
  return false;
}

// What is shown of an error in the current line where the file cannot be read again (see ErrorLine).
std::string_view Tokenizer::shown_lines() const {
  const char* line_end = end_of_line(line_start_);
  const char* start = target_.on(Feature::error_text_is_one_line) ? line_start_ : buffer_start_;
  return {start, static_cast<std::size_t>(line_end + (*line_end == '\n') - start)};
}

bool Tokenizer::fail_by_parser(const char* cursor, Done done, diag::Exception exception, std::string message,
                               int column, int end_column) {
  end_with_error(cursor, done);
  out_.error.exception = exception;
  out_.error.message = std::move(message);
  ErrorLine line(source_, target_, line_, shown_lines());
  out_.error.offset = line.offset(column);
  out_.error.end_offset = end_column;
  out_.error.text = line.text();
  return false;
}

// An identifier that is not UTF-8 (CPython: _Pypegen_raise_decode_error).
bool Tokenizer::fail_decoding(const char* start, const char* end) {
  std::string_view text(start, static_cast<std::size_t>(end - start));
  Utf8Error error = *find_utf8_error(text);
  return fail_by_parser(end, Done::kDecode, diag::Exception::SyntaxError,
                        "(unicode error) " + decode_error_text("utf-8", text, error.start, error.end, error.reason),
                        static_cast<int>(end - line_start_), -1);
}

// A name that CPython's parser refuses to make an identifier of. Whether it gets that far, only explain/ can tell, and
// it asks for all tokens.
bool Tokenizer::refuse_name(const char* end) {
  if (by_lines_) {
    end_with_error(end, Done::kError);
    return false;
  }
  out_.has_refused_names = true;
  return true;
}

// Indentation errors are found when the whole line has been read.
bool Tokenizer::fail_indentation(Done done, diag::Exception exception, std::string message) {
  const char* line_end = end_of_line(at_);
  return fail_by_parser(line_end + (*line_end == '\n'), done, exception, std::move(message), 1, 0);
}

bool Tokenizer::fail_dedent() {
  const char* line_end = end_of_line(at_);
  const char* cursor = line_end + (*line_end == '\n');
  return fail_by_parser(cursor, Done::kDedent, diag::Exception::IndentationError,
                        "unindent does not match any outer indentation level", static_cast<int>(cursor - line_start_),
                        -1);
}

// The text ends inside brackets or after a backslash.
bool Tokenizer::fail_at_end() {
  if (level_ == 0)
    return fail_by_parser(end_, Done::kEof, diag::Exception::SyntaxError, "unexpected EOF while parsing",
                          static_cast<int>(end_ - line_start_), -1);
  TokenBuffer::Open open = open_bracket_at(level_ - 1);
  end_with_error(end_, Done::kEof);
  out_.error.message = std::string("'") + open.bracket + "' was never closed";
  out_.error.line = out_.error.end_line = static_cast<int>(open.line);
  const char* start = text_ + line_starts_[open.line];
  std::string_view decoded(start, static_cast<std::size_t>(end_of_line(start) - start));
  ErrorLine line(source_, target_, open.line,
                 open.line == line_ ? shown_lines() : earlier_line(source_, target_, open.line, decoded));
  out_.error.offset = line.offset(static_cast<int>(open.col + 1));
  out_.error.end_offset = 0;
  out_.error.text = line.text();
  return false;
}

// Reported at the first quote or its prefix; the line where the string stops being one is in the message. In a field
// of an f-string with the same quotes, it is taken for the end of that f-string.
bool Tokenizer::unterminated_string(const char* start, char quote, bool triple, u32 first_line,
                                    const char* first_line_start, bool escaped_quote) {
  u32 last_line = line_ + source_.first_line - 1;
  bool at_end_of_text = at_end();
  line_ = first_line;
  line_start_ = first_line_start;
  if (in_fstring() && fstring().quote == quote && (fstring().quote_size == 3) == triple)
    return fail_unclosed_field(start + 1);
  std::string message = triple ? "unterminated triple-quoted string literal" : "unterminated string literal";
  message += " (detected at line " + std::to_string(last_line) + ")";
  if (escaped_quote && !triple && target_.on(Feature::unterminated_string_hint))
    message += "; perhaps you escaped the end quote?";
  fail(start + 1, std::move(message));
  if (at_end_of_text) out_.done = triple ? Done::kEofInString : Done::kEolInString;
  return false;
}

bool Tokenizer::unterminated_fstring(const FString& f) {
  std::string kind = f.is_template ? "t-string" : "f-string";
  std::string message = (f.quote_size == 3 ? "unterminated triple-quoted " : "unterminated ") + kind +
                        " literal (detected at line " + std::to_string(line_ + source_.first_line - 1) + ")";
  line_ = f.line;
  line_start_ = f.line_start;
  fail(f.start + 1, std::move(message));
  if (f.quote_size == 3) out_.done = Done::kEofInString;
  return false;
}

bool Tokenizer::fail_fstring(const char* cursor, std::string_view message) {
  return fail(cursor, (fstring().is_template ? "t-string: " : "f-string: ") + std::string(message));
}

// The quote at hand is that of the f-string around the field, so what is missing is the brace. Other brackets may be
// open in the field.
bool Tokenizer::fail_unclosed_field(const char* cursor) {
  std::string message = "expecting '}'";
  u32 above = static_cast<u32>(fstring().depth - fstring().fields);
  if (target_.on(Feature::unclosed_field_line) && above - 1 < level_) {
    TokenBuffer::Open brace = open_bracket_at(level_ - above);
    if (brace.line != line_) message += " to close '{' on line " + std::to_string(brace.line);
  }
  return fail_fstring(cursor, message);
}

}  // namespace mkpyc::token
