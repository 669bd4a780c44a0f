// Is there anything to do? A source is up to date if each of its .pycs begins with what it would begin with: the magic
// number and the source's time (CPython: compileall.py compile_file).
#pragma once

#include <span>
#include <string_view>

#include "driver/plan.h"
#include "driver/pyc_file.h"

namespace mkpyc::driver {

/// A source as it was looked at.
struct Age {
  u32 mtime = 0;  // as it is in a .pyc
  u64 size = 0;
};

/// A source in a directory, and the answer.
struct FreshCheck {
  std::string_view name;  // with a zero behind it
  u32 mtime = 0;
  u32 number = 0;  // the asker's
  bool fresh = false;
};

/// How many sources may be asked for at once.
inline constexpr std::size_t kMostChecks = 64;

/// Answers for sources of one directory, which `place` stands for (the rest of its path is changed). All .pycs are
/// opened, then all are read, then all are closed: each step finds what it needs in the processor's caches.
void check_fresh(const Plan& plan, Place& place, std::span<FreshCheck> checks);

/// The same for one source.
bool is_fresh(const Plan& plan, const Place& source, const Age& age);

}  // namespace mkpyc::driver
