#include "driver/memory.h"

#include <cstdio>
#include <cstdlib>

namespace mkpyc::driver {

void end_without_memory() {
  std::fputs("mkpyc: MemoryError\n", stderr);
  std::_Exit(1);
}

}  // namespace mkpyc::driver
