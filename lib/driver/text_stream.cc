#include "driver/text_stream.h"

#include <fcntl.h>
#include <langinfo.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstring>

#include "base/utf8.h"
#include "driver/os_error.h"
#include "driver/pystr.h"

namespace mkpyc::driver {
namespace {

constexpr std::size_t kTextChunk = 8192;  // CPython: TextIOWrapper._CHUNK_SIZE

std::string normalized(std::string_view name) {
  std::string result;
  for (char c : name) {
    if (c == '-' || c == '_' || c == ' ') continue;
    result += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return result;
}

Encoding encoding_named(std::string_view name) {
  std::string plain = normalized(name);
  if (plain == "ascii" || plain == "usascii" || plain == "ansix3.41968" || plain == "646") return Encoding::kAscii;
  if (plain == "latin1" || plain == "iso88591" || plain == "l1" || plain == "8859" || plain == "cp819")
    return Encoding::kLatin1;
  return Encoding::kUtf8;
}

Errors errors_named(std::string_view name) {
  if (name == "surrogateescape") return Errors::kSurrogateEscape;
  if (name == "backslashreplace" || name == "namereplace") return Errors::kBackslashReplace;
  if (name == "xmlcharrefreplace") return Errors::kCharacterReference;
  if (name == "replace") return Errors::kReplace;
  if (name == "ignore") return Errors::kIgnore;
  return Errors::kStrict;
}

bool utf8_mode(const Interpreter& interpreter, std::string_view locale) {
  for (const std::string& option : interpreter.x_options)
    if (option == "utf8" || option.starts_with("utf8=")) return option != "utf8=0";
  std::string_view text = interpreter.variable("PYTHONUTF8");
  if (!text.empty()) return text == "1";
  return locale == "C" || locale == "POSIX";
}

// CPython: textio.c and codecs.c; an unencodable character in the words of the error.
void append_backslashed(std::string& to, u32 code) {
  char text[16];
  const char* form = code <= 0xFF ? "\\x%02x" : code <= 0xFFFF ? "\\u%04x" : "\\U%08x";
  std::snprintf(text, sizeof text, form, code);
  to += text;
}

u32 encoding_limit(Encoding encoding) {
  return encoding == Encoding::kAscii ? 0x7F : encoding == Encoding::kLatin1 ? 0xFF : 0x10FFFF;
}

bool encodable(u32 code, Encoding encoding) {
  return code <= encoding_limit(encoding) && !(code >= 0xD800 && code <= 0xDFFF);
}

void append_encoded(std::string& to, u32 code, Encoding encoding) {
  if (encoding == Encoding::kUtf8)
    append_code_point(to, code);
  else
    to += static_cast<char>(code);
}

std::string encode_error(u32 code, Encoding encoding, std::size_t position) {
  std::string escape;
  append_backslashed(escape, code);
  const char* codec = encoding == Encoding::kAscii    ? "'ascii'"
                      : encoding == Encoding::kLatin1 ? "'latin-1'"
                                                      : "'utf-8'";
  std::string reason = encoding == Encoding::kAscii    ? "ordinal not in range(128)"
                       : encoding == Encoding::kLatin1 ? "ordinal not in range(256)"
                                                       : "surrogates not allowed";
  return std::string("UnicodeEncodeError: ") + codec + " codec can't encode character '" + escape + "' in position " +
         std::to_string(position) + ": " + reason;
}

}  // namespace

// CPython: initconfig.c config_init_stdio_encoding
StdioChoice choose_stdio(const Interpreter& interpreter) {
  StdioChoice choice;
  const char* found = std::setlocale(LC_CTYPE, "");
  std::string locale = found == nullptr ? "C" : found;
  bool utf8 = utf8_mode(interpreter, locale);
  bool coerced = locale == "C" || locale == "POSIX" || locale == "C.UTF-8" || locale == "C.utf8" || locale == "UTF-8";
  choice.errors = utf8 || coerced ? Errors::kSurrogateEscape : Errors::kStrict;
  if (!utf8 && !coerced) choice.encoding = encoding_named(nl_langinfo(CODESET));
  std::string_view wanted = interpreter.variable("PYTHONIOENCODING");
  if (wanted.empty()) return choice;
  std::size_t colon = std::min(wanted.find(':'), wanted.size());
  std::string_view errors = wanted.substr(std::min(colon + 1, wanted.size()));
  if (colon > 0) {
    choice.encoding = encoding_named(wanted.substr(0, colon));
    choice.errors = Errors::kStrict;
  }
  if (!errors.empty()) choice.errors = errors_named(errors);
  return choice;
}

TextStream::TextStream(int descriptor, bool open, const Interpreter& interpreter)
    : descriptor_(descriptor), interpreter_(interpreter), is_stderr_(descriptor == STDERR_FILENO) {
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
  if (is_stderr_) choice_.errors = Errors::kBackslashReplace;
}

bool TextStream::encode(std::string_view text) {
  if (is_ascii(text)) {
    text_ += text;
    return true;
  }
  choose();
  std::size_t position = 0, start = text_.size();
  for (std::size_t at = 0; at < text.size(); ++position) {
    u32 code = next_character(text, at);
    if (encodable(code, choice_.encoding)) {
      append_encoded(text_, code, choice_.encoding);
    } else if (choice_.errors == Errors::kSurrogateEscape && code >= 0xDC80 && code <= 0xDCFF) {
      text_ += static_cast<char>(code - 0xDC00);
    } else if (choice_.errors == Errors::kBackslashReplace) {
      append_backslashed(text_, code);
    } else if (choice_.errors == Errors::kCharacterReference) {
      text_ += "&#" + std::to_string(code) + ";";
    } else if (choice_.errors == Errors::kReplace) {
      text_ += '?';
    } else if (choice_.errors != Errors::kIgnore) {
      text_.resize(start);
      error_ = encode_error(code, choice_.encoding, position);
      return false;
    }
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
    if (encodable(code, choice_.encoding))
      result += text.substr(start, at - start);
    else
      append_backslashed(result, code);
  }
  return result;
}

}  // namespace mkpyc::driver
