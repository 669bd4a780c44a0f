// What a run has to do and has to say, as a tree in the order of a serial run. A directory is a task that lists itself:
// it checks its files on the spot and leaves a slot for each file that must be compiled and for each directory below
// it. A file is a task that fills its slot. The printer (printer.h) walks the slots in order behind the workers.
#pragma once

#include <sys/stat.h>

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "driver/compile_one.h"
#include "driver/fresh.h"
#include "driver/listing.h"
#include "driver/plan.h"
#include "driver/scheduler.h"

namespace mkpyc::driver {

/// A directory's descriptor, shared by its files' tasks and closed by the last one. When too many are open, files are
/// reached by their whole paths instead.
class DirectoryHandle {
 public:
  DirectoryHandle() = default;
  ~DirectoryHandle();
  DirectoryHandle(const DirectoryHandle&) = delete;
  DirectoryHandle& operator=(const DirectoryHandle&) = delete;
  bool open(const std::string& path);
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

/// A file that has to be compiled.
class FileTask : public Task {
 public:
  FileTask(const Plan& plan, const Renaming& renaming, Caller caller, Place source, std::string filename, Age age)
      : plan_(plan),
        renaming_(renaming),
        caller_(caller),
        source_(std::move(source)),
        filename_(std::move(filename)),
        age_(age) {}

  void run(Worker& worker) override;
  bool needs_worker() const override { return true; }
  void share(std::shared_ptr<DirectoryHandle> handle) { handle_ = std::move(handle); }
  /// Another source that has the same .pyc (".py" and "py.py" have): it is judged when this one is done, and runs then.
  void set_follower(FileTask* follower) {
    follower_ = follower;
    follower->leader_ = this;
  }
  bool is_follower() const { return leader_ != nullptr; }

  const std::string& path() const { return source_.path; }
  u64 size() const { return age_.size; }
  /// A follower that turned out to be up to date.
  bool skipped() const { return skipped_; }
  bool done() const { return done_.load(std::memory_order_acquire); }
  /// Once done.
  FileOutcome& outcome() { return outcome_; }
  /// The file was compiled before its turn: nothing is left to run.
  void finish(FileOutcome outcome);

 private:
  void compile(CompileState& state);
  std::optional<std::string> filename_for(const Plan& plan) const;

  const Plan& plan_;
  const Renaming& renaming_;
  Caller caller_;
  Place source_;
  std::string filename_;
  Age age_;
  std::shared_ptr<DirectoryHandle> handle_;
  FileTask* follower_ = nullptr;
  FileTask* leader_ = nullptr;
  bool skipped_ = false;
  FileOutcome outcome_;
  std::atomic<bool> done_{false};
};

class DirectoryTask;
/// What is printed as it is.
struct Note {
  std::string text;
};
using Slot = std::variant<std::unique_ptr<FileTask>, std::unique_ptr<DirectoryTask>, Note>;

/// What a file needs.
enum class Verdict : u8 { kNothing, kFresh, kCompile, kDies };

/// A directory to be compiled with what is below it.
class DirectoryTask : public Task {
 public:
  DirectoryTask(const Plan& plan, const Renaming& renaming, Caller caller, std::string path, i64 levels, int depth)
      : plan_(plan), renaming_(renaming), caller_(caller), path_(std::move(path)), levels_(levels), depth_(depth) {}

  void run(Worker& worker) override;
  bool needs_worker() const override { return false; }

  const std::string& path() const { return path_; }
  bool done() const { return done_.load(std::memory_order_acquire); }

  // Once done.
  bool listed() const { return listed_; }
  std::vector<Slot>& slots() { return slots_; }
  u64 fresh_files() const { return fresh_files_; }
  /// What compileall dies of in this directory, behind the slots; empty if nothing.
  const std::string& death() const { return death_; }

 private:
  // What is known of an entry when its turn comes.
  struct Visit {
    const Listing::Entry* entry;
    unsigned char type;
    Verdict verdict = Verdict::kNothing;  // of a source
    Age age = {};
    std::string death = {};
  };
  /// What a thread needs for the directory that it visits, and keeps for the next one.
  struct Scratch {
    Listing listing;
    std::vector<Visit> visits;
    std::vector<FreshCheck> checks;
  };
  bool may_matter(const Listing::Entry& entry) const;
  unsigned char type_of(const Listing::Entry& entry, int directory) const;
  void visit_all(const std::shared_ptr<DirectoryHandle>& handle);
  void judge(std::span<const Listing::Entry> entries, Place& place, Scratch& scratch);
  void visit(const Visit& visit, const Place& place, const std::shared_ptr<DirectoryHandle>& handle);
  void visit_directory(const Place& place);
  void note_refused_strip(const Place& place);
  void visit_source(const Visit& visit, const Place& source, const std::shared_ptr<DirectoryHandle>& handle);

  const Plan& plan_;
  const Renaming& renaming_;
  Caller caller_;
  std::string path_;
  i64 levels_;
  int depth_;
  bool listed_ = false;
  bool notes_strips_ = false;
  bool may_enter_ = false;  // names in this directory can be looked up
  u64 fresh_files_ = 0;
  std::string death_;
  std::vector<Slot> slots_;
  FileTask* dot_py_ = nullptr;  // the source called ".py", if it is compiled
  std::atomic<bool> done_{false};
};

/// The slot's task, or null for a note.
Task* task_of(Slot& slot);

/// What compileall says of a path that is not stripped (CPython: compileall.py compile_file); nothing if it is.
std::optional<Note> refused_strip(const Plan& plan, const Renaming& renaming, std::string_view path);

/// compileall.compile_file up to the point where it prints "Compiling": is there anything to do for this source?
/// `age` is filled if it is to be compiled. `death`: what compileall dies of.
Verdict judge_source(const Plan& plan, const Place& source, bool may_be_link, Age& age, std::string& death);

/// The task for a source, or null, with `death`, if its path is stripped to nothing. It may be done already.
/// `renaming` must live as long as the task.
std::unique_ptr<FileTask> make_file_task(const Plan& plan, const Renaming& renaming, Caller caller, Place source,
                                         Age age, std::string& death);

}  // namespace mkpyc::driver
