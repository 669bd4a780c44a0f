#include "driver/compile_one.h"

#include <fcntl.h>

#include <cerrno>
#include <new>

#include "base/utf8.h"
#include "driver/pystr.h"

namespace mkpyc::driver {
namespace {

class Job {
 public:
  Job(const Plan& plan, const Place& source, const std::string& filename, Caller caller, CompileState& state,
      Progressed& progressed)
      : plan_(plan),
        source_(source),
        filename_(filename),
        caller_(caller),
        state_(state),
        progressed_(progressed),
        filter_(plan.warnings, filename, plan.target) {}

  FileOutcome run();
  /// What there is of the outcome, when run() could not go on.
  FileOutcome out_of_memory();

 private:
  Place pyc_place(const Level& level) const;
  bool read_source();
  Result compile();
  void write_header();
  Failure put_pyc(const Place& pyc, std::string_view code);
  bool do_level(Place pyc, const LevelResult& result, const LevelResult* previous);
  void fail(const Failure& failure) {
    outcome_.failed = true;
    outcome_.error_type = failure.type;
    outcome_.message = failure.type + ": " + failure.text;
  }
  void refuse(const diag::SourceError& error);
  void refuse(const Level& level);

  const Plan& plan_;
  const Place& source_;
  const std::string& filename_;
  Caller caller_;
  CompileState& state_;
  Progressed& progressed_;
  FileWarnings filter_;
  Place previous_pyc_{};
  struct stat present_ {};  // of the level's .pyc before the run
  FileOutcome outcome_;
};

// The .pyc is reached from the same directory as the source where it is below it.
Place Job::pyc_place(const Level& level) const {
  std::string path = plan_.pyc_path(source_.path, level);
  if (source_.directory == AT_FDCWD || !plan_.pycs_are_local(source_.path)) return {AT_FDCWD, std::move(path), 0};
  std::size_t skip = plan_.legacy ? source_.skip : path.rfind("/__pycache__/") + 1;
  return {source_.directory, std::move(path), skip};
}

bool Job::read_source() {
  if (progressed_.read) return true;
  progressed_.read = state_.source.read(source_.directory, source_.name());
  if (progressed_.read) return true;
  OsError error{errno, {}, {}};
  if (state_.source.open_failed()) error.path = source_.path;
  fail(Failure::of(error, plan_.unicode));
  return false;
}

Result Job::compile() {
  Options options;
  options.target = &plan_.target;
  std::string with_escapes = is_ascii(filename_) ? std::string() : with_surrogates(filename_);
  options.filename = with_escapes.empty() ? filename_ : with_escapes;
  options.levels.clear();
  for (const Level& level : plan_.levels)
    if (level.refusal.empty()) options.levels.push_back(level.compile);
  options.warnings = &filter_;
  options.debug_ranges = plan_.debug_ranges;
  options.int_max_str_digits = plan_.int_max_str_digits;
  options.recursion_limit = plan_.recursion_limit(caller_);
  Result result = progressed_.compiled ? state_.compiler.compile_again(options)
                                       : state_.compiler.compile(state_.source.bytes(), options, true);
  progressed_.compiled = true;
  if (result.ok() || filename_ == source_.path) return result;
  // The path was changed: lines that CPython shows come from there.
  bool found = state_.shown.read(AT_FDCWD, filename_.c_str());
  options.shown = found ? Options::Shown::kOther : Options::Shown::kNone;
  if (found) options.shown_bytes = state_.shown.bytes();
  return state_.compiler.compile(state_.source.bytes(), options, true);
}

void Job::write_header() {
  marshal::Header header;
  header.mode = plan_.invalidation;
  if (header.mode == marshal::Invalidation::kTimestamp) {
    header.mtime = pyc_mtime(state_.source.info());
    header.size = static_cast<u32>(state_.source.info().st_size);
  } else {
    header.hash = marshal::source_hash(state_.source.bytes(), plan_.target);
  }
  state_.header.clear();
  marshal::write_header(header, plan_.target, state_.header);
}

void Job::refuse(const diag::SourceError& error) {
  outcome_.failed = outcome_.refused_by_compiler = true;
  outcome_.error_type = diag::exception_name(error.exception);
  outcome_.error_line = error.line;
  outcome_.error_offset = error.offset;
  outcome_.message =
      error_message(error, {state_.source.bytes(), filename_, plan_.target}, plan_.warnings, outcome_.warnings);
}

void Job::refuse(const Level& level) {
  outcome_.failed = outcome_.refused_by_compiler = true;
  outcome_.error_type = level.refusal.substr(0, level.refusal.find(':'));
  outcome_.message = "Sorry: " + level.refusal;
}

Failure Job::put_pyc(const Place& pyc, std::string_view code) {
  std::string_view header = state_.header.view();
  mode_t mode = pyc_mode(state_.source.info().st_mode);
  if (state_.unchanged.renew(pyc, present_, header, code, mode & ~plan_.creation_mask)) return {};
  return write_pyc(pyc, header, code, mode, plan_.unicode);
}

// CPython: py_compile.py compile, and hard links as in compileall.py compile_file
bool Job::do_level(Place pyc, const LevelResult& result, const LevelResult* previous) {
  add_warning_messages(result.warnings, {state_.source.bytes(), filename_, plan_.target}, filter_, outcome_.warnings);
  if (result.failed) {
    refuse(result.error);
    return false;
  }
  bool same = previous != nullptr && plan_.links_make_sense() && previous->code == result.code &&
              previous_pyc_.path != pyc.path;
  Failure failure = same ? link_pyc(previous_pyc_, pyc, plan_.unicode) : put_pyc(pyc, result.code);
  if (failure.any()) {
    fail(failure);
    return false;
  }
  outcome_.pyc_bytes += state_.header.size() + result.code.size();
  outcome_.pycs.push_back(pyc.path);
  previous_pyc_ = std::move(pyc);
  return true;
}

FileOutcome Job::run() {
  Result result;
  std::size_t next = 0;
  const LevelResult* previous = nullptr;
  bool compiled = false;
  for (const Level& level : plan_.levels) {
    Place pyc = pyc_place(level);
    if (Failure failure = check_writable(pyc, present_); failure.any()) {
      fail(failure);
      break;
    }
    if (!compiled && !read_source()) break;
    if (!level.refusal.empty()) {
      refuse(level);
      break;
    }
    if (!compiled) {
      outcome_.source_bytes = state_.source.bytes().size();
      result = compile();
      write_header();
      compiled = true;
    }
    const LevelResult& done = result.levels[next++];
    if (!do_level(std::move(pyc), done, previous)) break;
    previous = &done;
  }
  return std::move(outcome_);
}

FileOutcome Job::out_of_memory() {
  diag::SourceError error;
  error.exception = diag::Exception::MemoryError;
  refuse(error);
  return std::move(outcome_);
}

}  // namespace

FileOutcome compile_one(const Plan& plan, const Place& source, const std::string& filename, Caller caller,
                        CompileState& state, Progressed& progressed) {
  Job job(plan, source, filename, caller, state, progressed);
  try {
    return job.run();
  } catch (const std::bad_alloc&) {
    return job.out_of_memory();
  }
}

}  // namespace mkpyc::driver
