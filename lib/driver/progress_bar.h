// How far a run is, for somebody who watches.
#pragma once

#include "driver/plan.h"

namespace mkpyc::driver {

/// A progress bar on standard error, drawn now and then; nothing if that is no terminal.
class ProgressBar {
 public:
  explicit ProgressBar(bool wanted);
  void draw(const Progress& progress);
  void clear();

 private:
  bool active_;
  bool drawn_ = false;
  int ticks_ = 0;
};

}  // namespace mkpyc::driver
