// The program; see lib/driver.
#include <cstdio>
#include <new>

#include "driver/driver.h"

int main(int argc, char** argv) {
  try {
    return mkpyc::driver::run(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fputs("mkpyc: MemoryError\n", stderr);
    return 1;
  }
}
