// Which CPython is compiled for. This folder and grammar/ are the only places that know version numbers; everything
// else asks a Target for a named feature, a strategy or a table.
#pragma once

#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/int.h"
#include "base/unicode.h"
#include "target/op.h"

namespace mkpyc {

/// A CPython 3 release.
struct Version {
  int minor = 0;
  int micro = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): there is no pointer
  friend constexpr auto operator<=>(const Version&, const Version&) = default;
};

/// One observable difference between CPython releases. target/features.h lists them: only files that ask for one
/// include it, so that a new row does not compile everything again.
enum class Feature : u16;
inline constexpr std::size_t kFeatureLimit = 384;

/// The row's name and reason.
const char* feature_name(Feature feature);
const char* feature_reason(Feature feature);

/// The releases at which the feature is switched on or off.
std::vector<Version> feature_boundaries(Feature feature);

/// How deep a tree may be, by the caller of compile() (grammar/recursion_limits.def).
struct RecursionLimits {
  int py_compile, compile_file, compile_dir, compile_path;
};

/// What a target was asked. Whatever was made of the answers alone holds for every other target that would have given
/// the same ones.
struct Asked {
  std::bitset<kFeatureLimit> features;
  bool unicode = false;  // the version of the Unicode database
};

/// A target of compilation: constant data, made once a version and never changed.
class Target {
 public:
  /// The target for "3.11" (the newest micro known), "3.11.7", or the same without "3."; nothing for a CPython
  /// that mkpyc does not know. The reference lives as long as the program.
  static const Target* find(std::string_view text);
  /// The target for a release: its own micro if known, no matter which; nothing for an unknown minor.
  static const Target* find(Version version);
  /// The newest release known of the CPython that writes this magic(); null: none.
  static const Target* find_magic(u32 magic);
  /// The same target with one feature switched, for tests: a CPython that never was.
  Target with(Feature feature, bool on) const;
  /// The same target, which notes in `asked` what it is asked from now on. Only what struct Asked has may be asked of
  /// it.
  Target noting(Asked& asked) const;
  /// The other target gives the same answers.
  bool agrees_with(const Target& other, const Asked& asked) const;
  /// "3.11, 3.12, ...": what find() takes, for messages.
  static std::string known();

  bool on(Feature feature) const {
    if (asked_ != nullptr) [[unlikely]]
      note(feature);
    return features_[static_cast<std::size_t>(feature)];
  }
  const OpTable& ops() const { return *ops_; }
  /// The same for code whose loads of locals borrow: they have the numbers of those that do.
  const OpTable& borrowing_ops() const { return *borrowing_ops_; }

  Version version() const { return version_; }
  /// "3.11.7"
  std::string name() const;
  /// "cpython-311": the middle of a .pyc's file name (PEP 3147).
  const std::string& cache_tag() const { return cache_tag_; }
  /// The first four bytes of a .pyc as a little-endian number: the magic number and "\r\n".
  u32 magic() const { return magic_; }
  UnicodeVersion unicode_version() const {
    if (asked_ != nullptr) asked_->unicode = true;
    return unicode_version_;
  }
  /// Where CPython's import system calls compile(): see diag::kCallersFile.
  int callers_line() const { return callers_line_; }
  const RecursionLimits& recursion_limits() const { return recursion_limits_; }
  /// "python3.11", as the interpreter's file is called.
  std::string interpreter_name() const;

 private:
  friend struct TargetRegistry;
  Target() = default;
  // Out of line: the question stands in many places, and few of them are asked while a source is read.
  [[gnu::noinline, gnu::cold]] void note(Feature feature) const {
    asked_->features.set(static_cast<std::size_t>(feature));
  }
  Version version_;
  std::bitset<kFeatureLimit> features_;
  const OpTable *ops_ = nullptr, *borrowing_ops_ = nullptr;
  std::string cache_tag_;
  u32 magic_ = 0;
  UnicodeVersion unicode_version_{};
  int callers_line_ = 0;
  RecursionLimits recursion_limits_{};
  Asked* asked_ = nullptr;
};

}  // namespace mkpyc
