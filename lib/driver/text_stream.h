// sys.stdout and sys.stderr: print() as CPython does it, with its encoding, its error handler and its two layers of
// buffers, so that what a reader of both streams (or of a terminal) sees comes in the same pieces (CPython:
// Modules/_io/textio.c, bufferedio.c).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "driver/interpreter.h"
#include "source/encoder.h"

namespace mkpyc::driver {

/// What CPython would choose for its standard streams.
struct StdioChoice {
  std::shared_ptr<const source::Encoder> encoder;  // that of UTF-8 in place of one with shift states
  std::string errors;                              // the handler's name
};
/// From PYTHONIOENCODING, PYTHONUTF8 and the locale.
StdioChoice choose_stdio(const Interpreter& interpreter);

class TextStream {
 public:
  /// The stream for a descriptor; a closed one swallows everything, as print() does when sys.stdout is None.
  TextStream(int descriptor, bool open, const Interpreter& interpreter);

  /// file.write(text). False if a character cannot be encoded, or once writing has failed: then error() says why.
  bool write(std::string_view text);
  /// print(text): the text, then the newline.
  bool print(std::string_view text) { return write(text) && write("\n"); }
  /// Pushes everything out.
  bool flush();

  bool closed() const { return closed_; }
  /// Python's words: "BrokenPipeError: [Errno 32] Broken pipe"; empty if all is well.
  const std::string& error() const { return error_; }
  /// Writing has failed, and nothing more is tried.
  bool device_failed() const { return device_failed_; }

  /// text.encode(encoding, "backslashreplace").decode(encoding)
  std::string escape(std::string_view text);

 private:
  void choose();
  bool encode(std::string_view text);
  bool flush_text();
  bool flush_buffer();
  bool write_buffered(std::string_view bytes);
  bool write_raw(std::string_view bytes);

  int descriptor_;
  const Interpreter& interpreter_;
  bool encoding_given_;  // by PYTHONIOENCODING: it may write even ASCII otherwise, as no locale does
  bool chosen_ = false;  // the locale is asked only when a character beyond ASCII comes
  StdioChoice choice_;
  bool closed_ = false, unbuffered_ = false, by_line_ = false, is_stderr_ = false, device_failed_ = false;
  std::size_t buffer_size_ = 8192;
  std::string text_;    // the text layer's pending bytes
  std::string buffer_;  // the binary layer's
  std::string error_;
};

}  // namespace mkpyc::driver
