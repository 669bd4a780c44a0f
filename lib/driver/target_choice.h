// For which CPython a run compiles: what --target or --python says, else the active virtual environment, else the
// lib/python3.X that the paths lie under, else python3 on PATH. Where these say nothing or contradict each other the
// user has to say it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "driver/command_line.h"
#include "driver/python_install.h"
#include "target/target.h"

namespace mkpyc::driver {

struct TargetChoice {
  std::vector<const Target*> targets;        // empty: see error
  std::optional<Installation> installation;  // where an interpreter was found
  std::string error;
};

TargetChoice choose_target(const OwnOptions& own, const std::vector<std::string>& paths);

}  // namespace mkpyc::driver
