// The program; see lib/driver.
#include <new>

#include "driver/driver.h"
#include "driver/memory.h"

int main(int argc, char** argv) {
  try {
    return mkpyc::driver::run(argc, argv);
  } catch (const std::bad_alloc&) {
    mkpyc::driver::end_without_memory();
  }
}
