// main of every test program: the tests run on the stack that the program itself gives to compiling.
#include <gtest/gtest.h>

#include "base/large_stack.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  int status = 1;
  mkpyc::on_large_stack([&] { status = RUN_ALL_TESTS(); });
  return status;
}
