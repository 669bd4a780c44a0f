#include "driver/tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstring>

#include "driver/pystr.h"

namespace mkpyc::driver {
namespace {

// Descriptors of directories held for files that wait; ulimit -n is 1024 in many places.
constexpr int kMaxHandles = 256;
std::atomic<int> open_handles{0};

// CPython's walk is a generator in a generator for each level and dies of recursion there.
constexpr int kMaxDepth = 989;

bool is_source_name(std::string_view name) { return name.ends_with(".py"); }

}  // namespace

DirectoryHandle::~DirectoryHandle() {
  if (descriptor_ < 0) return;
  close(descriptor_);
  open_handles.fetch_sub(1, std::memory_order_relaxed);
}

bool DirectoryHandle::open(const std::string& path) {
  if (path.size() >= PATH_MAX) return false;
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor_ >= 0) open_handles.fetch_add(1, std::memory_order_relaxed);
  return descriptor_ >= 0;
}

void FileTask::run(Worker& worker) {
  auto& state = static_cast<CompileState&>(worker.state());
  struct stat info {};
  skipped_ = leader_ != nullptr && judge_source(plan_, source_, false, info, outcome_.message) != Verdict::kCompile;
  if (!skipped_) outcome_ = compile_one(plan_, source_, filename_, caller_, state);
  handle_.reset();
  if (follower_ != nullptr) worker.spawn(follower_);
  plan_.progress.done.fetch_add(1, std::memory_order_relaxed);
  done_.store(true, std::memory_order_release);
}

// Up to date for all levels? CPython: compileall.py compile_file
static bool all_fresh(const Plan& plan, const Place& source, const struct stat& info) {
  FreshHeader expected(plan.target, pyc_mtime(info));
  bool local = source.directory != AT_FDCWD && plan.pycs_are_local(source.path) && !plan.legacy;
  for (const Level& level : plan.levels) {
    std::string path = local ? "__pycache__/" + cached_name(source.name(), plan.target.cache_tag(), level.optimization)
                             : plan.pyc_path(source.path, level);
    if (!is_fresh(local ? source.directory : AT_FDCWD, path.c_str(), expected)) return false;
  }
  return true;
}

// Is a link's target inside -e's directory?
static bool link_stays_inside(const Plan& plan, const Place& source, std::string& death) {
  std::optional<std::string> target = resolve_path(source.path);
  if (!target || plan.links_loop) {
    if (!plan.links_may_loop) death = "RuntimeError: Symlink loop from " + repr(source.path, plan.unicode);
    return false;
  }
  std::string inside = *plan.links_stay_in == "/" ? "/" : *plan.links_stay_in + "/";
  return target->starts_with(inside);
}

Verdict judge_source(const Plan& plan, const Place& source, bool may_be_link, struct stat& info, std::string& death) {
  if (plan.filter != nullptr) {
    PathFilter::Outcome outcome = plan.filter->search(source.path);
    if (outcome == PathFilter::Outcome::kMatch) return Verdict::kNothing;
    if (outcome == PathFilter::Outcome::kGaveUp) {
      death = "-x: the pattern takes too long on " + repr(source.path, plan.unicode);
      return Verdict::kDies;
    }
  }
  if (may_be_link && (plan.links_stay_in || plan.links_loop) &&
      fstatat(source.directory, source.name(), &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(info.st_mode) &&
      !link_stays_inside(plan, source, death))
    return death.empty() ? Verdict::kNothing : Verdict::kDies;
  if (source.path.size() >= PATH_MAX || fstatat(source.directory, source.name(), &info, 0) != 0 ||
      !S_ISREG(info.st_mode) || !is_source_name(source.path))
    return Verdict::kNothing;
  return !plan.force && all_fresh(plan, source, info) ? Verdict::kFresh : Verdict::kCompile;
}

std::optional<Note> refused_strip(const Plan& plan, const Renaming& renaming, std::string_view path) {
  if (plan.quiet >= 2 || !renaming.refuses(path)) return std::nullopt;
  return Note{"The stripdir path " + repr(*renaming.stripdir, plan.unicode) +
              " is not a valid prefix for source path " + repr(path, plan.unicode) + "; ignoring"};
}

std::unique_ptr<FileTask> make_file_task(const Plan& plan, const Renaming& renaming, Caller caller, Place source,
                                         u64 size, std::string& death) {
  std::optional<std::string> filename = renaming.apply(source.path);
  if (!filename) {
    death = "-s leaves nothing of the path " + repr(source.path, plan.unicode);
    return nullptr;
  }
  plan.progress.found.fetch_add(1, std::memory_order_relaxed);
  return std::make_unique<FileTask>(plan, caller, std::move(source), std::move(*filename), size);
}

struct DirectoryTask::Entry {
  std::string name;
  unsigned char type;
  bool operator<(const Entry& other) const { return less_by_characters(name, other.name); }
};

// The names that can matter, in compileall's order: sources, links that may be sources, and directories.
std::vector<DirectoryTask::Entry> DirectoryTask::list(int descriptor) {
  constexpr std::size_t kBuffer = std::size_t{64} << 10;
  alignas(dirent64) char buffer[kBuffer];
  std::vector<Entry> entries;
  while (true) {
    long count = syscall(SYS_getdents64, descriptor, buffer, kBuffer);
    if (count <= 0) break;
    for (long at = 0; at < count;) {
      auto* entry = reinterpret_cast<const dirent64*>(buffer + at);
      at += entry->d_reclen;
      std::string_view name = entry->d_name;
      if (name == "." || name == ".." || name == "__pycache__") continue;
      bool directory = entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN;
      if (notes_strips_ || is_source_name(name) || (directory && levels_ > 0))
        entries.push_back({std::string(name), entry->d_type});
    }
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

void DirectoryTask::visit(const Entry& entry, const std::shared_ptr<DirectoryHandle>& handle) {
  unsigned char type = entry.type;
  struct stat info {};
  if (type == DT_UNKNOWN) {
    if (fstatat(handle->descriptor(), entry.name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) return;
    type = S_ISDIR(info.st_mode) ? DT_DIR : S_ISLNK(info.st_mode) ? DT_LNK : DT_REG;
  }
  if (type != DT_DIR) {
    if (notes_strips_) note_refused_strip(entry, handle);
    if (is_source_name(entry.name)) visit_source({entry.name, type}, handle);
    return;
  }
  std::string path = join_path(path_, entry.name);
  // Without the right to enter this directory nothing in it is a directory for os.path.isdir().
  if (levels_ <= 0 || path.size() >= PATH_MAX) return;
  if (!may_enter_ && fstatat(handle->descriptor(), entry.name.c_str(), &info, 0) != 0) return;
  may_enter_ = true;
  if (depth_ + 1 > kMaxDepth) {
    death_ = "RecursionError: maximum recursion depth exceeded";
    return;
  }
  slots_.emplace_back(
      std::make_unique<DirectoryTask>(plan_, renaming_, caller_, std::move(path), levels_ - 1, depth_ + 1));
}

// compileall says so of everything that is no directory, before it looks what it is.
void DirectoryTask::note_refused_strip(const Entry& entry, const std::shared_ptr<DirectoryHandle>& handle) {
  struct stat info {};
  if (fstatat(handle->descriptor(), entry.name.c_str(), &info, 0) == 0 && S_ISDIR(info.st_mode)) return;
  if (auto note = refused_strip(plan_, renaming_, join_path(path_, entry.name))) slots_.emplace_back(std::move(*note));
}

void DirectoryTask::visit_source(const Entry& entry, const std::shared_ptr<DirectoryHandle>& handle) {
  Place source{handle->descriptor(), join_path(path_, entry.name), 0};
  source.skip = source.path.size() - entry.name.size();
  struct stat info {};
  Verdict verdict = judge_source(plan_, source, entry.type == DT_LNK, info, death_);
  bool follows = dot_py_ != nullptr && entry.name == "py.py" && verdict != Verdict::kNothing;
  if (verdict == Verdict::kFresh && !follows) ++fresh_files_;
  if (verdict != Verdict::kCompile && !follows) return;
  bool keep_handle = open_handles.load(std::memory_order_relaxed) < kMaxHandles;
  if (!keep_handle) source = {AT_FDCWD, std::move(source.path), 0};
  auto task = make_file_task(plan_, renaming_, caller_, std::move(source), static_cast<u64>(info.st_size), death_);
  if (task == nullptr) return;
  if (keep_handle) task->share(handle);
  if (follows) dot_py_->set_follower(task.get());
  if (entry.name == ".py" && !plan_.legacy) dot_py_ = task.get();
  slots_.emplace_back(std::move(task));
}

Task* task_of(Slot& slot) {
  if (auto* file = std::get_if<std::unique_ptr<FileTask>>(&slot)) return file->get();
  if (auto* directory = std::get_if<std::unique_ptr<DirectoryTask>>(&slot)) return directory->get();
  return nullptr;
}

void DirectoryTask::run(Worker& worker) {
  auto handle = std::make_shared<DirectoryHandle>();
  notes_strips_ = renaming_.only_whole_prefix && renaming_.stripdir && plan_.quiet < 2;
  listed_ = handle->open(path_);
  if (listed_)
    for (const Entry& entry : list(handle->descriptor()))
      if (death_.empty()) visit(entry, handle);
  handle.reset();
  // The last one spawned is the first one run: begin with what is printed first.
  std::vector<Task*> tasks;
  for (Slot& slot : slots_) {
    auto* file = std::get_if<std::unique_ptr<FileTask>>(&slot);
    if (file != nullptr && (*file)->is_follower()) continue;
    if (Task* task = task_of(slot)) tasks.push_back(task);
  }
  done_.store(true, std::memory_order_release);
  // From here on the printer may read the slots; the tasks in them stay until they are done.
  for (auto task = tasks.rbegin(); task != tasks.rend(); ++task) worker.spawn(*task);
}

}  // namespace mkpyc::driver
