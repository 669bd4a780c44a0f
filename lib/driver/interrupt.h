// Signals that ask the program to end. They are only noted; the run notices soon, lets the files at hand be finished,
// so that nothing half-written stays, and then ends as CPython would.
#pragma once

namespace mkpyc::driver {

/// Notes SIGINT, SIGTERM and SIGHUP from now on (not those that were ignored already); ignores SIGPIPE and SIGXFSZ, as
/// CPython does. The third signal ends the program at once.
void watch_signals();

/// The first signal that came; 0: none.
int pending_signal();

/// Ends the program by this signal's default action.
void die_by(int signal);

}  // namespace mkpyc::driver
