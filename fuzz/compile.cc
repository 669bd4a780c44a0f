// Fuzz target: any bytes through the whole compiler, all levels. Nothing may crash, hang or leak; an input that
// compiles must compile to the same bytes a second time.
#include <string>

#include "base/check.h"
#include "mkpyc.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace mkpyc;
  static Compiler compiler;
  Options options;
  options.target = Target::find("3.11");
  options.filename = "fuzz.py";
  options.levels = {0, 2};
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Result first = compiler.compile(bytes, options);
  if (!first.ok()) return 0;
  std::string code(first.levels[0].code);
  Result second = compiler.compile(bytes, options);
  MKPYC_CHECK(second.ok() && second.levels[0].code == code);
  return 0;
}
