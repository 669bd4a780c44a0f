// The end of a run that has no memory left.
#pragma once

namespace mkpyc::driver {

/// Says so on standard error and ends the process with status 1. What has been written is whole. Needs no memory.
[[noreturn]] void end_without_memory();

}  // namespace mkpyc::driver
