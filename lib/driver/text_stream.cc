#include "driver/text_stream.h"

#include <fcntl.h>
#include <langinfo.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstring>
#include <iterator>
#include <optional>

#include "base/utf8.h"
#include "driver/os_error.h"
#include "driver/pystr.h"

namespace mkpyc::driver {
namespace {

constexpr std::size_t kTextChunk = 8192;  // CPython: TextIOWrapper._CHUNK_SIZE

bool utf8_mode(const Interpreter& interpreter, std::string_view locale) {
  if (const std::string* option = interpreter.option("utf8")) return *option != "utf8=0";
  std::string_view text = interpreter.variable("PYTHONUTF8");
  if (!text.empty()) return text == "1";
  return locale == "C" || locale == "POSIX";
}

// CPython: PyCodec_NameReplaceErrors
std::string name_or_escape(u32 code) {
  std::string text = unicode::name_of(code, kNewestUnicode);
  if (!text.empty()) return "\\N{" + text + "}";
  append_escape(text, code);
  return text;
}

// What a handler puts in place of a character (CPython: codecs.c).
std::optional<std::string> replacement(std::string_view errors, u32 code) {
  if (errors == "ignore") return std::string();
  if (errors == "replace") return "?";
  if (errors == "xmlcharrefreplace") return "&#" + std::to_string(code) + ";";
  if (errors == "namereplace") return name_or_escape(code);
  if (errors != "backslashreplace") return std::nullopt;
  std::string text;
  append_escape(text, code);
  return text;
}

// Bytes for a character that has none in the encoding. False if the handler has none either.
bool append_handled(std::string& to, u32 code, const StdioChoice& choice) {
  const source::Encoder& encoder = *choice.encoder;
  if (choice.errors == "surrogateescape" && code >= 0xDC80 && code <= 0xDCFF) {
    to += static_cast<char>(code - 0xDC00);
    return true;
  }
  if (choice.errors == "surrogatepass" && encoder.is_unicode() && is_surrogate(code)) {
    encoder.append_any(to, code);
    return true;
  }
  std::optional<std::string> text = replacement(choice.errors, code);
  return text && std::ranges::all_of(*text, [&](char c) { return encoder.append(to, static_cast<u8>(c)); });
}

bool is_handler(std::string_view name) {
  constexpr std::string_view kNames[] = {"strict",           "ignore",      "replace",         "xmlcharrefreplace",
                                         "backslashreplace", "namereplace", "surrogateescape", "surrogatepass"};
  return std::ranges::find(kNames, name) != std::end(kNames);
}

// CPython: UnicodeEncodeError_str, for the character that ends at `at` and those behind it that are refused with it.
std::string encode_error(u32 code, std::size_t position, std::string_view text, std::size_t at,
                         const StdioChoice& choice) {
  if (!is_handler(choice.errors)) return "LookupError: unknown error handler name '" + choice.errors + "'";
  const source::Encoder& encoder = *choice.encoder;
  std::size_t last = position;
  while (encoder.refuses_runs() && at < text.size() && !encoder.has(next_character(text, at))) ++last;
  std::string where = "characters in position " + std::to_string(position) + "-" + std::to_string(last);
  if (last == position) {
    where = "character '";
    append_escape(where, code);
    where += "' in position " + std::to_string(position);
  }
  return "UnicodeEncodeError: '" + std::string(encoder.name()) + "' codec can't encode " + where + ": " +
         std::string(encoder.reason());
}

}  // namespace

// CPython: initconfig.c config_init_stdio_encoding
StdioChoice choose_stdio(const Interpreter& interpreter) {
  StdioChoice choice;
  const char* found = std::setlocale(LC_CTYPE, "");
  std::string locale = found == nullptr ? "C" : found;
  bool utf8 = utf8_mode(interpreter, locale);
  bool coerced = locale == "C" || locale == "POSIX" || locale == "C.UTF-8" || locale == "C.utf8" || locale == "UTF-8";
  choice.errors = utf8 || coerced ? "surrogateescape" : "strict";
  std::string_view encoding = utf8 || coerced ? "utf-8" : nl_langinfo(CODESET);
  std::string_view wanted = interpreter.variable("PYTHONIOENCODING");
  std::size_t colon = std::min(wanted.find(':'), wanted.size());
  std::string_view errors = wanted.substr(std::min(colon + 1, wanted.size()));
  if (colon > 0) {
    encoding = wanted.substr(0, colon);
    choice.errors = "strict";
  }
  if (!errors.empty()) choice.errors = errors;
  choice.encoder = source::Encoder::find(encoding);
  if (choice.encoder == nullptr) choice.encoder = source::Encoder::find("utf-8");
  return choice;
}

TextStream::TextStream(int descriptor, bool open, const Interpreter& interpreter)
    : descriptor_(descriptor),
      interpreter_(interpreter),
      encoding_given_(!interpreter.variable("PYTHONIOENCODING").empty()),
      is_stderr_(descriptor == STDERR_FILENO) {
  struct stat info {};
  closed_ = !open || fstat(descriptor, &info) != 0;
  unbuffered_ = interpreter.unbuffered;
  by_line_ = !unbuffered_ && (is_stderr_ || (!closed_ && isatty(descriptor) == 1));
  if (info.st_blksize > 1) buffer_size_ = static_cast<std::size_t>(info.st_blksize);
}

void TextStream::choose() {
  if (chosen_) return;
  chosen_ = true;
  choice_ = choose_stdio(interpreter_);
  if (is_stderr_) choice_.errors = "backslashreplace";
  // A file that is added to has its mark (CPython: _textiowrapper_fix_encoder_state).
  off_t place = lseek(descriptor_, 0, SEEK_CUR);
  if (place == 0 || (place < 0 && !choice_.encoder->preamble_needs_place())) text_ += choice_.encoder->preamble();
}

bool TextStream::encode(std::string_view text) {
  if (text.empty()) return true;
  bool ascii = is_ascii(text);
  if (!ascii || encoding_given_) choose();
  if (ascii && (!chosen_ || choice_.encoder->ascii_is_itself())) {
    text_ += text;
    return true;
  }
  std::size_t position = 0, start = text_.size();
  for (std::size_t at = 0; at < text.size(); ++position) {
    u32 code = next_character(text, at);
    if (choice_.encoder->append(text_, code) || append_handled(text_, code, choice_)) continue;
    text_.resize(start);
    error_ = encode_error(code, position, text, at, choice_);
    return false;
  }
  return true;
}

// CPython: _io_TextIOWrapper_write_impl
bool TextStream::write(std::string_view text) {
  if (device_failed_) return false;
  if (closed_) return true;
  std::size_t before = text_.size();
  if (!encode(text)) return false;
  if (before > 0 && text_.size() > kTextChunk) {
    std::string fresh = text_.substr(before);
    text_.resize(before);
    if (!flush_text()) return false;
    text_ = std::move(fresh);
  }
  bool line = by_line_ && text.find_first_of("\n\r") != std::string_view::npos;
  if ((text_.size() >= kTextChunk || line || unbuffered_) && !flush_text()) return false;
  return !line || flush_buffer();
}

bool TextStream::flush() { return closed_ || (!device_failed_ && flush_text() && flush_buffer()); }

bool TextStream::flush_text() {
  if (text_.empty()) return true;
  bool done = unbuffered_ ? write_raw(text_) : write_buffered(text_);
  text_.clear();
  return done;
}

bool TextStream::flush_buffer() {
  bool done = write_raw(buffer_);
  buffer_.clear();
  return done;
}

// CPython: _io_BufferedWriter_write_impl
bool TextStream::write_buffered(std::string_view bytes) {
  if (bytes.size() <= buffer_size_ - buffer_.size()) {
    buffer_ += bytes;
    return true;
  }
  if (!flush_buffer()) return false;
  if (bytes.size() > buffer_size_) {
    if (!write_raw(bytes)) return false;
    bytes = {};
  }
  buffer_ = bytes;
  return true;
}

bool TextStream::write_raw(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      error_ = OsError{errno, {}, {}}.line(kNewestUnicode);
      device_failed_ = true;
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

std::string TextStream::escape(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  choose();
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t start = at;
    u32 code = next_character(text, at);
    if (choice_.encoder->has(code))
      result += text.substr(start, at - start);
    else
      append_escape(result, code);
  }
  return result;
}

}  // namespace mkpyc::driver
