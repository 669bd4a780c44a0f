#include "driver/run.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "driver/interrupt.h"
#include "driver/processors.h"

namespace mkpyc::driver {
namespace {

// A thread is worth making for so much source: it takes some 50 microseconds, in which a worker compiles about 5 KB,
// and its memory some hundreds; measured best between 32 and 128 KB.
constexpr u64 kBytesPerThread = u64{64} << 10;
// Directories that are listed by one thread before others may help: what nothing has to be done for is done by then.
constexpr std::size_t kDirectoriesAlone = 256;
// So much source keeps several threads busy while the rest is listed.
constexpr u64 kEnoughBytes = 8 * kBytesPerThread;
constexpr std::size_t kMostThreads = 1024;
// Arguments handed out at once.
constexpr std::size_t kMaxBatch = 2048;
// How long results may wait to be printed.
constexpr int kPrintInterval = 20;

}  // namespace

Run::Run(const Plan& plan, i64 workers, Printer& printer, ProgressBar& bar)
    : plan_(plan), workers_(workers), printer_(printer), bar_(bar), scheduler_([] {
        return std::make_unique<CompileState>();
      }) {}

bool Run::interrupted() const { return pending_signal() != 0; }

// May this argument's work change what another of the batch finds? In a serial run the later one would see it.
bool Run::overlaps(const std::string& path, bool directory, Batch& batch) {
  std::string resolved;
  if (directory) {
    resolved = resolve_path(path).value_or(path);
  } else {
    std::string folder(dir_name(path));
    if (folder != last_folder_ || last_resolved_.empty()) {
      last_resolved_ = resolve_path(folder.empty() ? "." : folder).value_or(folder);
      last_folder_ = folder;
    }
    resolved = last_resolved_ + "/" + std::string(base_name(path));
  }
  for (std::size_t slash = resolved.find('/'); slash != std::string::npos; slash = resolved.find('/', slash + 1))
    if (batch.folders.contains(slash == 0 ? "/" : resolved.substr(0, slash))) return true;
  if (batch.places.contains(resolved)) return true;
  if (directory) {
    auto inside = batch.places.lower_bound(resolved + "/");
    if (inside != batch.places.end() && inside->starts_with(resolved + "/")) return true;
    batch.folders.insert(resolved);
  }
  batch.places.insert(std::move(resolved));
  return false;
}

void Run::add_file(const std::string& path, Batch& batch) {
  Place source{AT_FDCWD, path, 0};
  Age age;
  if (auto note = refused_strip(plan_, plan_.renaming, path)) batch.roots.emplace_back(std::move(*note));
  Verdict verdict = judge_source(plan_, source, true, age, death_);
  if (verdict == Verdict::kFresh) ++printer_.totals().fresh;
  if (verdict != Verdict::kCompile) return;
  auto task = make_file_task(plan_, plan_.renaming, Caller::kCompileFile, std::move(source), age, death_);
  if (task != nullptr) batch.roots.emplace_back(std::move(task));
}

// CPython: compileall.py compile_dir; -d takes the directory away and puts its own in front.
void Run::add_directory(const std::string& path, Caller caller, i64 levels, Batch& batch) {
  if (workers_ < 0 && caller == Caller::kCompileDir) {
    death_ = "ValueError: workers must be greater or equal to 0";
    return;
  }
  Renaming renaming = plan_.renaming;
  if (renaming.ddir) renaming = {std::nullopt, path, renaming.ddir, renaming.only_whole_prefix};
  renamings_.push_back(std::move(renaming));
  batch.roots.emplace_back(std::make_unique<DirectoryTask>(plan_, renamings_.back(), caller, path, levels, 0));
}

void Run::compile(const std::vector<std::string>& paths) {
  Batch batch;
  for (const std::string& path : paths) {
    if (over()) break;
    struct stat info {};
    bool file = stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
    if (batch.roots.size() >= kMaxBatch || (paths.size() > 1 && overlaps(path, !file, batch))) {
      run_batch(batch);
      batch = Batch();
      overlaps(path, !file, batch);
    }
    if (file)
      add_file(path, batch);
    else
      add_directory(path, Caller::kCompileDir, plan_.max_levels, batch);
  }
  if (!interrupted()) run_batch(batch);
}

void Run::compile_search_path(const std::vector<std::string>& entries, TextStream& out) {
  for (const std::string& entry : entries) {
    if (over() || !printer_.success()) return;
    if (entry.empty() || entry == ".") {
      if (plan_.quiet < 2) out.print("Skipping current directory");
      continue;
    }
    Batch batch;
    add_directory(entry, Caller::kCompilePath, 0, batch);
    run_batch(batch);
  }
}

void Run::run_batch(Batch& batch) {
  if (batch.roots.empty()) return;
  Work work;
  std::vector<Task*> tasks;
  for (Slot& slot : batch.roots) {
    Task* task = task_of(slot);
    auto* file = std::get_if<std::unique_ptr<FileTask>>(&slot);
    if (task == nullptr || (file != nullptr && (*file)->done())) continue;
    tasks.push_back(task);
    if (file != nullptr)
      work.bytes += (*file)->size();
    else
      work.complete = false;
  }
  work.files = tasks.size();
  printer_.begin(std::move(batch.roots));
  // Thieves take the oldest first: what is printed first is spawned first.
  if (!scheduler_.has_threads()) work = walk_ahead(tasks);
  for (Task* task : tasks) scheduler_.owner().spawn(task);
  if (!tasks.empty() && !start_workers(work))
    death_ = "MemoryError";
  else
    print_behind();
}

// Lists directories on this thread, in the order of a serial run, until there is enough to compile for several threads
// or nothing left to list. Trees with nothing to do are done then. Leaves the tasks that remain, in the same order.
Run::Work Run::walk_ahead(std::vector<Task*>& tasks) {
  Work work;
  std::size_t listed = 0;
  std::reverse(tasks.begin(), tasks.end());
  for (Task* task : tasks) scheduler_.owner().spawn(task);
  tasks.clear();
  while (Task* task = scheduler_.take_back()) {
    bool alone = listed < kDirectoriesAlone && work.bytes < kEnoughBytes && !interrupted();
    if (!task->needs_worker() && alone) {
      task->run(scheduler_.owner());
      ++listed;
      continue;
    }
    tasks.push_back(task);
    if (task->needs_worker())
      work.bytes += static_cast<FileTask*>(task)->size();
    else
      work.complete = false;
  }
  work.files = tasks.size();
  return work;
}

bool Run::start_workers(const Work& work) {
  if (work.complete && work.bytes <= kBytesPerThread && scheduler_.start_alone()) return true;
  std::size_t wanted = workers_ > 0 ? static_cast<std::size_t>(workers_) : usable_processors();
  if (work.complete)
    wanted = std::min({wanted, work.files, static_cast<std::size_t>(work.bytes / kBytesPerThread) + 1});
  return scheduler_.start(wanted, kMostThreads);
}

void Run::print_behind() {
  while (!interrupted()) {
    bool printed = printer_.advance();
    if (printed || !printer_.death().empty()) return;
    bar_.draw(plan_.progress);
    scheduler_.wait(kPrintInterval);
  }
}

}  // namespace mkpyc::driver
