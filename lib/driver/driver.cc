#include "driver/driver.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <vector>

#include "driver/command_line.h"
#include "driver/interrupt.h"
#include "driver/name_list.h"
#include "driver/plan.h"
#include "driver/printer.h"
#include "driver/py_compile.h"
#include "driver/pystr.h"
#include "driver/run.h"
#include "driver/sys_path.h"
#include "driver/target_choice.h"
#include "driver/text_stream.h"
#include "target/features.h"

namespace mkpyc::driver {
namespace {

constexpr int kUsageStatus = 2, kFlushStatus = 120;

bool is_open(int descriptor) { return fcntl(descriptor, F_GETFD) >= 0; }

// A closed standard descriptor would be given to the next file that is opened.
void occupy_closed_descriptors() {
  for (int descriptor = 0; descriptor >= 0 && descriptor <= STDERR_FILENO;) {
    descriptor = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (descriptor > STDERR_FILENO) close(descriptor);
  }
}

class Session {
 public:
  Session(Request request, TextStream& out, TextStream& err) : request_(std::move(request)), out_(out), err_(err) {}

  int run();
  /// Which one was compiled for last; null if that was not found out.
  const Target* target() const { return target_; }

 private:
  bool read_file_list();
  int refuse(const std::string& message, int status);
  int run_py_compile(const Target& target);
  int run_targets(const TargetChoice& choice);
  int run_plan(Plan& plan, const std::optional<Installation>& installation);
  bool run_tasks(const Plan& plan, const std::optional<Installation>& installation, Printer& printer);
  void print_summary(const Target& target, const Totals& totals, double seconds);

  Request request_;
  TextStream& out_;
  TextStream& err_;
  bool search_path_ = false;
  std::string death_;
  const Target* target_ = nullptr;
};

int Session::refuse(const std::string& message, int status) {
  err_.write("mkpyc: " + message + "\n");
  return status;
}

// CPython: compileall.py main, "if flist is provided"
bool Session::read_file_list() {
  const std::string& path = *request_.flist;
  bool strict = path != "-" || choose_stdio(request_.interpreter).errors != "surrogateescape";
  NameList list = read_lines(path, strict);
  if (list.unreadable || !list.error.empty()) err_.write(warning_complaints(request_));
  if (list.unreadable && request_.quiet < 2) out_.print("Error reading file list " + path);
  if (!list.error.empty()) refuse(list.error, 1);
  for (const std::string& name : list.names) request_.paths.emplace_back(strip(name));
  return !list.unreadable && list.error.empty();
}

int Session::run() {
  bool compileall = request_.module == Module::kCompileall;
  search_path_ = compileall && request_.paths.empty() && (!request_.flist || request_.flist->empty());
  if (compileall && request_.flist && !request_.flist->empty() && !read_file_list()) return 1;
  if (compileall && request_.hardlink_dupes && request_.levels.size() > 1 &&
      std::equal(request_.levels.begin() + 1, request_.levels.end(), request_.levels.begin()))
    return refuse("hard links of duplicates make sense for more than one optimization level only", 1);
  TargetChoice choice = choose_target(request_.own, request_.paths);
  if (choice.targets.empty()) return refuse(choice.error, kUsageStatus);
  if (compileall) return run_targets(choice);
  int status = 0;
  for (const Target* target : choice.targets) {
    target_ = target;
    status = std::max(status, run_py_compile(*target));
    if (pending_signal() != 0 || !death_.empty()) break;
  }
  return status;
}

// One target after the other, as their compilealls would run; but each file is compiled for all of them when the first
// comes to it. Not so where what one writes may be seen by the next one: .pycs beside the sources, or in a tree of
// their own, which may lie among the sources.
int Session::run_targets(const TargetChoice& choice) {
  std::deque<Plan> plans;
  std::vector<std::string> complaints;
  for (const Target* target : choice.targets) plans.emplace_back(request_, *target, complaints.emplace_back());
  bool apart = request_.legacy || search_path_ || !request_.interpreter.pycache_prefix.empty();
  for (std::size_t i = 0; i < plans.size() && !apart; ++i)
    for (std::size_t k = i + 1; k < plans.size(); ++k) plans[i].later.push_back(&plans[k]);
  int status = 0;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    target_ = choice.targets[i];
    err_.write(complaints[i]);
    status = std::max(status, run_plan(plans[i], choice.installation));
    if (pending_signal() != 0 || !death_.empty()) break;
  }
  return status;
}

int Session::run_py_compile(const Target& target) {
  std::string complaints;
  Plan plan(request_, target, complaints);
  err_.write(complaints);
  std::vector<std::string> names = request_.paths;
  if (names.size() == 1 && names[0] == "-") {
    NameList list = read_lines("-", choose_stdio(request_.interpreter).errors != "surrogateescape");
    if (!list.error.empty()) return refuse(list.error, 1);
    names = std::move(list.names);
  }
  return py_compile(plan, names, err_);
}

// Runs and joins. False if the run cannot even begin.
bool Session::run_tasks(const Plan& plan, const std::optional<Installation>& installation, Printer& printer) {
  ProgressBar bar(request_.own.progress);
  std::vector<std::string> entries;
  if (search_path_) {
    if (!installation) {
      death_ =
          "no FILE or DIR is given, and without an interpreter its sys.path is not known; name directories, or say "
          "--python EXE";
      return false;
    }
    entries = module_search_path(*installation, request_.interpreter);
  }
  {
    Run run(plan, request_.workers.value_or(0), printer, bar);
    if (search_path_)
      run.compile_search_path(entries, out_);
    else
      run.compile(request_.paths);
    death_ = run.death();
  }
  bar.clear();
  return true;
}

int Session::run_plan(Plan& plan, const std::optional<Installation>& installation) {
  auto start = std::chrono::steady_clock::now();
  Printer printer(plan, out_, err_, request_.own.json);
  if (!run_tasks(plan, installation, printer)) return refuse(death_, kUsageStatus);
  if (int signal = pending_signal(); signal != 0) {
    printer.advance();
    if (signal == SIGINT && plan.quiet < 2) out_.print("\n[interrupted]");
    return 1;
  }
  print_summary(plan.target, printer.totals(),
                std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  if (!death_.empty()) return refuse(death_, 1);
  return printer.success() ? 0 : 1;
}

void Session::print_summary(const Target& target, const Totals& totals, double seconds) {
  const std::pair<const char*, u64> rows[] = {
      {"directories", totals.directories}, {"compiled", totals.compiled}, {"fresh", totals.fresh},
      {"failed", totals.failed},           {"warnings", totals.warnings}, {"source_bytes", totals.source_bytes},
      {"pyc_bytes", totals.pyc_bytes}};
  char text[64];
  if (request_.own.json) {
    std::string line = "{\"summary\": {\"target\": \"" + target.name() + "\"";
    for (auto [name, value] : rows) line += ", \"" + std::string(name) + "\": " + std::to_string(value);
    std::snprintf(text, sizeof text, ", \"seconds\": %.6f}}", seconds);
    out_.print(line + text);
  }
  if (!request_.own.stats) return;
  std::string table;
  auto add = [&](const char* name, const std::string& value) {
    std::snprintf(text, sizeof text, "%-14s%14s\n", name, value.c_str());
    table += text;
  };
  add("target", target.name());
  for (auto [name, value] : rows) add(name, std::to_string(value));
  std::snprintf(text, sizeof text, "%.3f", seconds);
  add("seconds", text);
  std::snprintf(text, sizeof text, "%.1f",
                seconds > 0 ? static_cast<double>(totals.source_bytes) / seconds / 1e6 : 0.0);
  add("MB/s", text);
  err_.write(table);
}

std::string flush_complaint(const Target* target) {
  auto on = [&](Feature feature) { return target != nullptr && target->on(feature); };
  if (on(Feature::flush_error_reworded)) return "Exception ignored while flushing sys.stdout:";
  if (on(Feature::flush_error_named)) return "Exception ignored on flushing sys.stdout:";
  return "Exception ignored in: <_io.TextIOWrapper name='<stdout>' mode='w' encoding='utf-8'>";
}

// CPython: pylifecycle.c flush_std_files; the exit status is 120 if what was said did not get out.
int finish(int status, const Target* target, TextStream& out, TextStream& err) {
  bool lost = out.device_failed();
  if (!lost && !out.flush()) {
    lost = true;
    err.write(flush_complaint(target) + "\n" + out.error() + "\n");
  }
  err.flush();
  return lost ? kFlushStatus : status;
}

}  // namespace

int run(int argc, char** argv) {
  bool out_open = is_open(STDOUT_FILENO), err_open = is_open(STDERR_FILENO);
  if (!out_open || !err_open || !is_open(STDIN_FILENO)) occupy_closed_descriptors();
  std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  CommandLine line = read_command_line(arguments, kNewestUnicode);
  Interpreter interpreter = line.request ? line.request->interpreter : line.farewell.interpreter;
  TextStream out(STDOUT_FILENO, out_open, interpreter), err(STDERR_FILENO, err_open, interpreter);
  if (!line.request) {
    err.write(line.farewell.complaints);
    out.write(line.farewell.output);
    err.write(line.farewell.error);
    return finish(line.farewell.status, line.farewell.target, out, err);
  }
  watch_signals();
  Session session(std::move(*line.request), out, err);
  int status = session.run();
  status = finish(status, session.target(), out, err);
  int signal = pending_signal();
  if (signal != 0 && signal != SIGINT) die_by(signal);
  return status;
}

}  // namespace mkpyc::driver
