// One run over compileall's arguments for one target: makes tasks of them, has them run, prints behind them.
#pragma once

#include <deque>
#include <set>
#include <string>
#include <vector>

#include "driver/plan.h"
#include "driver/printer.h"
#include "driver/progress_bar.h"
#include "driver/scheduler.h"

namespace mkpyc::driver {

class Run {
 public:
  /// `workers`: -j; 0 for all processors.
  Run(const Plan& plan, i64 workers, Printer& printer, ProgressBar& bar);

  /// compileall's main loop over files and directories.
  void compile(const std::vector<std::string>& paths);
  /// compileall.compile_path: each entry of sys.path without what is below it, up to the first with an error.
  void compile_search_path(const std::vector<std::string>& entries, TextStream& out);

  bool interrupted() const;
  /// Why the run had to end before its time; empty if it did not.
  const std::string& death() const { return death_.empty() ? printer_.death() : death_; }

 private:
  struct Batch {
    std::vector<Slot> roots;
    std::set<std::string> places;  // resolved paths of the arguments
    std::set<std::string> folders;
  };

  /// What is known to have to be compiled, before threads are made.
  struct Work {
    std::size_t files = 0;
    u64 bytes = 0;
    bool complete = true;  // no directory is left to be listed
  };

  void add_file(const std::string& path, Batch& batch);
  void add_directory(const std::string& path, Caller caller, i64 levels, Batch& batch);
  bool overlaps(const std::string& path, bool directory, Batch& batch);
  void run_batch(Batch& batch);
  Work walk_ahead(std::vector<Task*>& tasks);
  bool start_workers(const Work& work);
  void print_behind();
  bool over() const { return interrupted() || !death().empty(); }

  const Plan& plan_;
  i64 workers_;
  Printer& printer_;
  ProgressBar& bar_;
  std::string death_;
  std::deque<Renaming> renamings_;  // directories' own, while their tasks live
  std::string last_folder_, last_resolved_;
  Scheduler scheduler_;  // last: joins its threads before anything else goes
};

}  // namespace mkpyc::driver
