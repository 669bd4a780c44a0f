// How many processors this process may use.
#pragma once

#include <cstddef>

namespace mkpyc::driver {

/// The processors of the affinity mask, or the control group's quota where that is less (cgroup v2 cpu.max, v1
/// cpu.cfs_quota_us); at least 1.
std::size_t usable_processors();

}  // namespace mkpyc::driver
