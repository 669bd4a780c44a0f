// Says what a serial run would say, in its order, while workers are at it: follows the tree's slots and stops where one
// is not done yet.
#pragma once

#include <string>
#include <vector>

#include "driver/plan.h"
#include "driver/text_stream.h"
#include "driver/tree.h"
#include "driver/warning_filters.h"

namespace mkpyc::driver {

/// Sums over the run, for --stats and --json.
struct Totals {
  u64 directories = 0, fresh = 0, compiled = 0, failed = 0, warnings = 0, source_bytes = 0, pyc_bytes = 0;
};

class Printer {
 public:
  Printer(const Plan& plan, TextStream& out, TextStream& err, bool json)
      : plan_(plan), out_(out), err_(err), json_(json) {}

  /// The next arguments to print, in order.
  void begin(std::vector<Slot> roots);
  /// Prints what is ready. True when all is printed, or when the run has to end: see death().
  bool advance();

  /// All files compiled so far.
  bool success() const { return success_; }
  /// Why the run has to end before its time: what CPython would die of, or a stream that takes no more.
  const std::string& death() const { return death_; }
  const Totals& totals() const { return totals_; }
  Totals& totals() { return totals_; }

 private:
  struct Frame {
    std::vector<Slot>* slots;
    std::size_t next = 0;
    DirectoryTask* directory = nullptr;
  };

  bool advance_file(FileTask& file);
  bool advance_directory(DirectoryTask& directory);
  void leave_directory();
  void print_outcome(FileTask& file);
  void print_warnings(const FileOutcome& outcome);
  void print_failure(const FileTask& file, const FileOutcome& outcome);
  void print_json(const FileTask& file, const FileOutcome& outcome);
  void count(const FileOutcome& outcome);
  void print(const std::string& text);
  std::string quoted(std::string_view path) const;

  const Plan& plan_;
  TextStream& out_;
  TextStream& err_;
  bool json_;
  std::vector<Slot> roots_;
  std::vector<Frame> stack_;
  bool announced_ = false;  // of the slot at the top: its first line is printed
  bool success_ = true;
  std::string death_;
  Totals totals_;
  WarningRegistry shown_warnings_;
};

/// A JSON string of a Python str: bytes that are no UTF-8 become \udcXX, as json.dumps writes them.
std::string json_string(std::string_view text);

}  // namespace mkpyc::driver
