#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace mkpyc {

void check_failed(const char* file, int line, const char* what) {
  std::fprintf(stderr, "mkpyc: %s:%d: CHECK failed: %s\n", file, line, what);
  std::abort();
}

}  // namespace mkpyc
