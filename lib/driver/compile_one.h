// One source file to its .pyc files: what compileall.compile_file does once it has decided to compile.
#pragma once

#include <string>
#include <vector>

#include "driver/messages.h"
#include "driver/outcome.h"
#include "driver/plan.h"
#include "driver/pyc_file.h"
#include "driver/scheduler.h"
#include "driver/source_file.h"
#include "driver/unchanged.h"
#include "mkpyc.h"

namespace mkpyc::driver {

/// What a worker keeps from file to file.
struct CompileState : WorkerState {
  Compiler compiler;
  SourceFile source;
  SourceFile shown;  // where a renamed source claims to be
  ByteWriter header;
  Unchanged unchanged;
};

/// How far a source has been taken that is compiled for several targets, one after the other.
struct Progressed {
  bool read = false;      // it is in the state's `source`
  bool compiled = false;  // and the compiler's last file
};

/// Compiles and writes all levels, in order, up to the first failure. `filename` is the path for the code.
FileOutcome compile_one(const Plan& plan, const Place& source, const std::string& filename, Caller caller,
                        CompileState& state, Progressed& progressed);

}  // namespace mkpyc::driver
