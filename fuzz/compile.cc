// Fuzz target: any bytes through the whole compiler, for a release that the bytes themselves choose, at two levels.
// Nothing may crash, hang or leak. The result may not hang on what the compiler did before, nor on whether a file is
// compiled for its release first or again; code must be a code object that marshal reads back.
#include <cstdlib>
#include <string>

#include "base/arena.h"
#include "base/check.h"
#include "base/large_stack.h"
#include "marshal/reader.h"
#include "mkpyc.h"

namespace {

using namespace mkpyc;

// One release a strategy: each has a boundary of features on either side.
constexpr const char* kReleases[] = {"3.11.2", "3.11.7",  "3.12.1", "3.12.3",  "3.12.7", "3.13.0",
                                     "3.13.5", "3.13.18", "3.14.2", "3.14.10", "3.15.2"};

// MKPYC_FUZZ_TARGET=3.12.3 looks at one release alone.
const Target& chosen(std::string_view bytes) {
  const char* pinned = std::getenv("MKPYC_FUZZ_TARGET");
  std::size_t sum = bytes.size();
  for (char c : bytes) sum = sum * 31 + static_cast<unsigned char>(c);
  const Target* target = Target::find(pinned != nullptr ? pinned : kReleases[sum % std::size(kReleases)]);
  MKPYC_CHECK(target != nullptr);
  return *target;
}

std::string outcome(const diag::SourceError& error) {
  std::string text = std::string(diag::exception_name(error.exception)) + error.message + '\n' + error.text;
  for (int number : {error.line, error.offset, error.end_line, error.end_offset, int{error.located},
                     static_cast<int>(error.text_from), error.last_statement.value_or(-1)})
    text += ' ' + std::to_string(number);
  return text;
}

std::string outcome(const diag::Warning& warning) {
  std::string text = warning.message + '\n' + warning.error_message;
  for (int number : {static_cast<int>(warning.category), static_cast<int>(warning.origin), warning.line, warning.offset,
                     warning.end_offset})
    text += ' ' + std::to_string(number);
  return text;
}

std::string outcome(const Result& result) {
  std::string text;
  for (const LevelResult& level : result.levels) {
    text += level.failed ? outcome(level.error) : std::string(level.code);
    for (const diag::Warning& warning : level.warnings) text += outcome(warning);
  }
  return text;
}

void check_code(const Result& result) {
  for (const LevelResult& level : result.levels) {
    if (level.failed) continue;
    Arena arena;
    marshal::Unmarshalled read = marshal::read(level.code, arena);
    MKPYC_CHECK(read.error.empty() && read.offset == level.code.size() && read.object->type == Type::Code);
  }
}

void compile(std::string_view bytes) {
  Options options;
  options.target = &chosen(bytes);
  options.filename = "fuzz.py";
  options.levels = {0, 2};

  static Compiler used;
  std::string after_others = outcome(used.compile(bytes, options));
  MKPYC_CHECK(outcome(used.compile_again(options)) == after_others);
  Compiler fresh;
  Result alone = fresh.compile(bytes, options);
  MKPYC_CHECK(outcome(alone) == after_others);
  check_code(alone);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  constexpr std::size_t kMaxSize = 1 << 16;  // what is slow because it is large is no finding
  if (size > kMaxSize) return 0;
  on_large_stack([&] { compile(std::string_view(reinterpret_cast<const char*>(data), size)); });
  return 0;
}
