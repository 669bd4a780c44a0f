// Characters to the bytes of an encoding, for what is printed: the other way of the codecs that sources are read with.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/int.h"

namespace mkpyc::source {

class Encoder {
 public:
  /// For a name as CPython takes it. Null if it has no such codec for text, or if it is one with shift states or
  /// escapes (ISO 2022, HZ, UTF-7, punycode, ...), which are not written here.
  static std::unique_ptr<const Encoder> find(std::string_view encoding);

  /// Appends the character's bytes. False if the encoding has none for it.
  bool append(std::string& to, u32 code) const;
  bool has(u32 code) const;

  /// ASCII text is its own bytes.
  bool ascii_is_itself() const { return ascii_is_itself_; }
  /// A byte order mark that a stream begins with; that of UTF-16 and UTF-32 only where the stream has places.
  std::string_view preamble() const { return preamble_; }
  bool preamble_needs_place() const { return form_ != Form::kUtf8; }
  /// Surrogates have bytes under the error handler surrogatepass, and are the only ones without.
  bool is_unicode() const { return form_ != Form::kTable && form_ != Form::kOneByte; }
  /// The same without the refusal of surrogates.
  void append_any(std::string& to, u32 code) const;

  /// What a UnicodeEncodeError calls the codec, what it says, and whether neighbours are refused as one.
  std::string_view name() const { return name_; }
  std::string_view reason() const { return reason_; }
  bool refuses_runs() const { return refuses_runs_; }

 private:
  enum class Form : u8 { kUtf8, kUtf16Le, kUtf16Be, kUtf32Le, kUtf32Be, kOneByte, kTable };

  bool set_form(std::string_view module);
  void fill_from_bytes(std::string_view module);
  void fill_from_pairs(const struct Codec& codec);
  bool note(std::string_view bytes, std::string_view text);

  Form form_ = Form::kTable;
  u32 limit_ = 0;                               // kOneByte: above all that have bytes
  std::unordered_map<u32, std::string> bytes_;  // kTable
  bool ascii_is_itself_ = true, refuses_runs_ = true;
  std::string_view name_, reason_, preamble_;
};

}  // namespace mkpyc::source
