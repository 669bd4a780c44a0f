#include "driver/tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
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
  Age age;
  skipped_ = leader_ != nullptr && judge_source(plan_, source_, false, age, outcome_.message) != Verdict::kCompile;
  if (!skipped_) compile(static_cast<CompileState&>(worker.state()));
  handle_.reset();
  if (follower_ != nullptr) worker.spawn(follower_);
  plan_.progress.done.fetch_add(1, std::memory_order_relaxed);
  done_.store(true, std::memory_order_release);
}

void FileTask::finish(FileOutcome outcome) {
  outcome_ = std::move(outcome);
  plan_.progress.done.fetch_add(1, std::memory_order_relaxed);
  done_.store(true, std::memory_order_release);
}

std::optional<std::string> FileTask::filename_for(const Plan& plan) const {
  Renaming renaming = renaming_;
  renaming.only_whole_prefix = plan.renaming.only_whole_prefix;
  return renaming.apply(source_.path);
}

// For this target and for those later ones that need it, in the order in which they share what is read of the source.
// Two sources that write the same .pyc are left to each target's own run.
void FileTask::compile(CompileState& state) {
  struct Turn {
    const Plan* plan;
    std::string filename;
  };
  std::vector<Turn> turns = {{&plan_, filename_}};
  std::string_view name = std::string_view(source_.path).substr(source_.path.rfind('/') + 1);
  bool owns_pyc = name != ".py" && name != "py.py";
  for (const Plan* plan : plan_.later) {
    if (!owns_pyc || (!plan->force && is_fresh(*plan, source_, age_))) continue;
    if (auto filename = filename_for(*plan)) turns.push_back({plan, std::move(*filename)});
  }
  std::ranges::sort(turns, {}, [](const Turn& turn) { return turn.plan->target.version(); });
  Progressed progressed;
  for (const Turn& turn : turns) {
    FileOutcome outcome = compile_one(*turn.plan, source_, turn.filename, caller_, state, progressed);
    if (turn.plan == &plan_)
      outcome_ = std::move(outcome);
    else
      turn.plan->prepared.put(source_.path, std::move(outcome));
  }
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

static Verdict consider_source(const Plan& plan, const Place& source, bool may_be_link, Age& age, std::string& death) {
  struct stat info {};
  if (plan.filter_dies) {
    death = "-x: the pattern is empty";
    return Verdict::kDies;
  }
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
  age = {pyc_mtime(info), static_cast<u64>(info.st_size)};
  return Verdict::kCompile;
}

Verdict judge_source(const Plan& plan, const Place& source, bool may_be_link, Age& age, std::string& death) {
  if (plan.prepared.has(source.path)) return Verdict::kCompile;
  Verdict verdict = consider_source(plan, source, may_be_link, age, death);
  return verdict == Verdict::kCompile && !plan.force && is_fresh(plan, source, age) ? Verdict::kFresh : verdict;
}

std::optional<Note> refused_strip(const Plan& plan, const Renaming& renaming, std::string_view path) {
  if (plan.quiet >= 2 || !renaming.refuses(path)) return std::nullopt;
  return Note{"The stripdir path " + repr(*renaming.stripdir, plan.unicode) +
              " is not a valid prefix for source path " + repr(path, plan.unicode) + "; ignoring"};
}

std::unique_ptr<FileTask> make_file_task(const Plan& plan, const Renaming& renaming, Caller caller, Place source,
                                         Age age, std::string& death) {
  std::optional<std::string> filename = renaming.apply(source.path);
  if (!filename) {
    death = "-s leaves nothing of the path " + repr(source.path, plan.unicode);
    return nullptr;
  }
  plan.progress.found.fetch_add(1, std::memory_order_relaxed);
  std::optional<FileOutcome> outcome = plan.prepared.take(source.path);
  auto task = std::make_unique<FileTask>(plan, renaming, caller, std::move(source), std::move(*filename), age);
  if (outcome) task->finish(std::move(*outcome));
  return task;
}

// The names that can matter: sources, links that may be sources, and directories.
bool DirectoryTask::may_matter(const Listing::Entry& entry) const {
  bool directory = entry.type == DT_DIR || entry.type == DT_UNKNOWN;
  return notes_strips_ || is_source_name(entry.name) || (directory && levels_ > 0);
}

// What kind of file it is; DT_UNKNOWN if that cannot be found out. File systems may leave it open.
unsigned char DirectoryTask::type_of(const Listing::Entry& entry, int directory) const {
  if (entry.type != DT_UNKNOWN) return entry.type;
  struct stat info {};
  if (fstatat(directory, entry.name.data(), &info, AT_SYMLINK_NOFOLLOW) != 0) return DT_UNKNOWN;
  return S_ISDIR(info.st_mode) ? DT_DIR : S_ISLNK(info.st_mode) ? DT_LNK : DT_REG;
}

// Looks at the sources among some entries: first at all of them, then at all their .pycs.
void DirectoryTask::judge(std::span<const Listing::Entry> entries, Place& place, Scratch& scratch) {
  std::vector<Visit>& visits = scratch.visits;
  std::vector<FreshCheck>& checks = scratch.checks;
  visits.clear();
  checks.clear();
  for (const Listing::Entry& entry : entries) {
    Visit& visit = visits.emplace_back(Visit{&entry, type_of(entry, place.directory)});
    if (visit.type == DT_DIR || visit.type == DT_UNKNOWN || !is_source_name(entry.name)) continue;
    place.path.replace(place.skip, std::string::npos, entry.name);
    if (plan_.prepared.has(place.path)) {
      visit.verdict = Verdict::kCompile;
      continue;
    }
    visit.verdict = consider_source(plan_, place, visit.type == DT_LNK, visit.age, visit.death);
    if (visit.verdict == Verdict::kDies) break;
    if (visit.verdict == Verdict::kCompile && !plan_.force)
      checks.push_back({entry.name, visit.age.mtime, static_cast<u32>(visits.size() - 1)});
  }
  check_fresh(plan_, place, checks);
  for (const FreshCheck& check : checks)
    if (check.fresh) visits[check.number].verdict = Verdict::kFresh;
}

void DirectoryTask::visit(const Visit& visit, const Place& place, const std::shared_ptr<DirectoryHandle>& handle) {
  if (visit.type == DT_UNKNOWN) return;
  if (visit.type == DT_DIR) return visit_directory(place);
  if (notes_strips_) note_refused_strip(place);
  if (is_source_name(place.path)) visit_source(visit, place, handle);
}

void DirectoryTask::visit_directory(const Place& place) {
  struct stat info {};
  // Without the right to enter this directory nothing in it is a directory for os.path.isdir().
  if (levels_ <= 0 || place.path.size() >= PATH_MAX) return;
  if (!may_enter_ && fstatat(place.directory, place.name(), &info, 0) != 0) return;
  may_enter_ = true;
  if (depth_ + 1 > kMaxDepth) {
    death_ = "RecursionError: maximum recursion depth exceeded";
    return;
  }
  slots_.emplace_back(std::make_unique<DirectoryTask>(plan_, renaming_, caller_, place.path, levels_ - 1, depth_ + 1));
}

// compileall says so of everything that is no directory, before it looks what it is.
void DirectoryTask::note_refused_strip(const Place& place) {
  struct stat info {};
  if (fstatat(place.directory, place.name(), &info, 0) == 0 && S_ISDIR(info.st_mode)) return;
  if (auto note = refused_strip(plan_, renaming_, place.path)) slots_.emplace_back(std::move(*note));
}

void DirectoryTask::visit_source(const Visit& visit, const Place& source,
                                 const std::shared_ptr<DirectoryHandle>& handle) {
  death_ = visit.death;
  std::string_view name = visit.entry->name;
  bool follows = dot_py_ != nullptr && name == "py.py" && visit.verdict != Verdict::kNothing;
  if (visit.verdict == Verdict::kFresh && !follows) ++fresh_files_;
  if (visit.verdict != Verdict::kCompile && !follows) return;
  bool keep_handle = open_handles.load(std::memory_order_relaxed) < kMaxHandles;
  auto task = make_file_task(plan_, renaming_, caller_, keep_handle ? source : Place{AT_FDCWD, source.path, 0},
                             visit.age, death_);
  if (task == nullptr) return;
  if (keep_handle) task->share(handle);
  if (follows) dot_py_->set_follower(task.get());
  if (name == ".py" && !plan_.legacy) dot_py_ = task.get();
  slots_.emplace_back(std::move(task));
}

// Visits all entries, each in the same place, whose path is made but once.
void DirectoryTask::visit_all(const std::shared_ptr<DirectoryHandle>& handle) {
  static thread_local Scratch scratch;
  scratch.listing.read(handle->descriptor());
  Place place{handle->descriptor(), join_path(path_, ""), 0};
  place.skip = place.path.size();
  std::span<const Listing::Entry> left = scratch.listing.choose([this](const auto& one) { return may_matter(one); });
  while (!left.empty()) {
    auto some = left.first(std::min(left.size(), kMostChecks));
    left = left.subspan(some.size());
    judge(some, place, scratch);
    for (const Visit& one : scratch.visits) {
      if (!death_.empty()) return;
      place.path.replace(place.skip, std::string::npos, one.entry->name);
      visit(one, place, handle);
    }
  }
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
  if (listed_) visit_all(handle);
  handle.reset();
  // The last one spawned is the first one run: begin with what is printed first.
  std::vector<Task*> tasks;
  for (Slot& slot : slots_) {
    auto* file = std::get_if<std::unique_ptr<FileTask>>(&slot);
    if (file != nullptr && ((*file)->is_follower() || (*file)->done())) continue;
    if (Task* task = task_of(slot)) tasks.push_back(task);
  }
  done_.store(true, std::memory_order_release);
  // From here on the printer may read the slots; the tasks in them stay until they are done.
  for (auto task = tasks.rbegin(); task != tasks.rend(); ++task) worker.spawn(*task);
}

}  // namespace mkpyc::driver
