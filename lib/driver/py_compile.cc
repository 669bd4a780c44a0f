#include "driver/py_compile.h"

#include <fcntl.h>

#include "driver/compile_one.h"
#include "driver/interrupt.h"
#include "driver/scheduler.h"

namespace mkpyc::driver {
namespace {

// All files in one task, for its stack.
class PyCompileTask : public Task {
 public:
  PyCompileTask(const Plan& plan, const std::vector<std::string>& names, TextStream& err)
      : plan_(plan), names_(names), err_(err) {}

  void run(Worker& worker) override {
    auto& state = static_cast<CompileState&>(worker.state());
    for (const std::string& name : names_) {
      if (pending_signal() != 0) return;
      Progressed progressed;
      FileOutcome outcome = compile_one(plan_, {AT_FDCWD, name, 0}, name, Caller::kPyCompile, state, progressed);
      for (const WarningText& warning : outcome.warnings)
        if (shown_warnings_.admits(warning)) err_.write(warning.text());
      if (!outcome.failed) continue;
      failed_ = true;
      // An OSError is shown without its class.
      std::size_t start = outcome.refused_by_compiler ? 0 : outcome.message.find(": ") + 2;
      if (plan_.quiet == 0) err_.write(std::string_view(outcome.message).substr(start));
      return;
    }
  }
  bool needs_worker() const override { return true; }
  bool failed() const { return failed_; }

 private:
  const Plan& plan_;
  const std::vector<std::string>& names_;
  TextStream& err_;
  WarningRegistry shown_warnings_;
  bool failed_ = false;
};

}  // namespace

int py_compile(const Plan& plan, const std::vector<std::string>& names, TextStream& err) {
  if (names.empty()) return 0;
  PyCompileTask task(plan, names, err);
  Scheduler scheduler([] { return std::make_unique<CompileState>(); });
  scheduler.owner().spawn(&task);
  if (!scheduler.start_alone()) {
    err.write("mkpyc: MemoryError\n");
    return 1;
  }
  constexpr int kInterval = 1000;
  while (!scheduler.wait(kInterval)) {
  }
  return task.failed() ? 1 : 0;
}

}  // namespace mkpyc::driver
