// The program mkpyc: compileall and py_compile for many files at once.
#pragma once

namespace mkpyc::driver {

/// main(). Returns the exit status.
int run(int argc, char** argv);

}  // namespace mkpyc::driver
