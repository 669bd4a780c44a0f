// The program; see lib/driver.
#include "driver/driver.h"

int main(int argc, char** argv) { return mkpyc::driver::run(argc, argv); }
