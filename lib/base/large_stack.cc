#include "base/large_stack.h"

#include <pthread.h>

#include "base/check.h"

namespace mkpyc {
namespace {

void* call(void* work) {
  (*static_cast<const std::function<void()>*>(work))();
  return nullptr;
}

}  // namespace

void on_large_stack(const std::function<void()>& work) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kLargeStack);
  pthread_t thread;
  MKPYC_CHECK(pthread_create(&thread, &attributes, &call, const_cast<std::function<void()>*>(&work)) == 0);
  pthread_attr_destroy(&attributes);
  pthread_join(thread, nullptr);
}

}  // namespace mkpyc
