// The program; see lib/driver.
#include <mimalloc.h>

#include <new>

#include "driver/driver.h"
#include "driver/memory.h"

namespace {

// What the workers' threads allocate lies on huge pages where the system has some: there is a page fault less for each
// few kilobytes, and nothing is given back and asked for again. This thread, which may find that there is nothing to
// do, has its memory already.
void use_huge_pages() {
  mi_option_enable(mi_option_large_os_pages);
  mi_option_set(mi_option_eager_commit_delay, 0);
}

}  // namespace

int main(int argc, char** argv) {
  use_huge_pages();
  try {
    return mkpyc::driver::run(argc, argv);
  } catch (const std::bad_alloc&) {
    mkpyc::driver::end_without_memory();
  }
}
