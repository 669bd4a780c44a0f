// mkpyc: CPython's source-to-bytecode compilation without CPython.
//
//   mkpyc::Compiler compiler;                       // one a thread; reuse it for many files
//   mkpyc::Options options;
//   options.target = mkpyc::Target::find("3.11.7");
//   options.filename = "pkg/mod.py";                // becomes co_filename
//   mkpyc::Result result = compiler.compile(bytes, options);
//   if (result.ok()) use(result.code(0));           // the marshalled code object of the first level
//   else report(result.error);
//
// This is the only public header of the library (with diag/diag.h and target/target.h, which it includes).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "diag/diag.h"
#include "target/target.h"

namespace mkpyc {

struct Options {
  const Target* target = nullptr;  // required
  std::string_view filename;       // co_filename: any bytes, not null
  /// Optimisation levels to compile for, each 0, 1 or 2, in the order wanted. One parse serves all.
  std::vector<int> levels = {0};
  const diag::WarningFilter* warnings = nullptr;  // null: CPython's defaults
  bool debug_ranges = true;                       // false: PYTHONNODEBUGRANGES=1
  int int_max_str_digits = 4300;                  // PYTHONINTMAXSTRDIGITS; 0 is no limit
  /// CPython's recursion limit less the Python frames of its driver, in C frames: 2970 for
  /// `compileall FILE` of 3.11, others in grammar/recursion_limits.def. One more than the longest sum of names.
  int recursion_limit = 2970;
  /// Where CPython's parser finds the line that it shows with an error. It opens the file that `filename` names: that
  /// is the compiled one, another one (`shown_bytes`), or there is none.
  enum class Shown : u8 { kCompiled, kOther, kNone };
  Shown shown = Shown::kCompiled;
  std::string_view shown_bytes;
};

/// What one level's compilation said and made.
struct LevelResult {
  std::string_view code;  // marshalled; valid until the Compiler's next call
  std::vector<diag::Warning> warnings;
  bool failed = false;
  diag::SourceError error;  // if failed
};

struct Result {
  std::vector<LevelResult> levels;  // as long as Options::levels; each level fails or not on its own, as in CPython
  bool ok() const;
};

/// Compiles one file after another, reusing its memory. Not thread-safe: one object a thread.
class Compiler {
 public:
  Compiler();
  ~Compiler();
  Compiler(const Compiler&) = delete;
  Compiler& operator=(const Compiler&) = delete;

  /// Compiles a file's bytes. `padded`: the bytes are followed by 16 readable zero bytes, which saves a copy.
  /// Where memory is short, the result is a MemoryError, and the Compiler starts anew.
  Result compile(std::string_view bytes, const Options& options, bool padded = false);

  /// Compiles the bytes of the last call of compile(), which must still be there, with other options: for another
  /// target, say. The result is that of compile(); what was read is not read again where the target would read the
  /// same. Targets that follow each other in order of their versions share most.
  Result compile_again(const Options& options);

 private:
  struct State;
  void give_up(Result& result);
  std::unique_ptr<State> state_;  // null where there was no memory for it
  std::string_view bytes_;
  bool padded_ = false;
};

}  // namespace mkpyc
