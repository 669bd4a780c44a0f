// One source file to its .pyc files: what compileall.compile_file does once it has decided to compile.
#pragma once

#include <string>
#include <vector>

#include "driver/messages.h"
#include "driver/plan.h"
#include "driver/pyc_file.h"
#include "driver/scheduler.h"
#include "driver/source_file.h"
#include "mkpyc.h"

namespace mkpyc::driver {

/// What a worker keeps from file to file.
struct CompileState : WorkerState {
  Compiler compiler;
  SourceFile source;
  SourceFile shown;  // where a renamed source claims to be
  ByteWriter header;
};

/// What came of a file.
struct FileOutcome {
  bool failed = false;
  bool refused_by_compiler = false;  // a PyCompileError, not an OSError: its text is escaped for the stream
  std::string message;               // of the failure, without what compileall puts before it
  std::string error_type;            // the exception's class
  int error_line = 0, error_offset = 0;
  std::vector<WarningText> warnings;
  std::vector<std::string> pycs;  // written
  u64 source_bytes = 0, pyc_bytes = 0;
};

/// Compiles and writes all levels, in order, up to the first failure. `filename` is the path for the code.
FileOutcome compile_one(const Plan& plan, const Place& source, const std::string& filename, Caller caller,
                        CompileState& state);

}  // namespace mkpyc::driver
