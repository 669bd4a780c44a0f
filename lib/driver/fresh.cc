#include "driver/fresh.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/check.h"

namespace mkpyc::driver {
namespace {

// The first 12 bytes of a .pyc that is up to date.
struct Header {
  char bytes[12];
  Header(const Target& target, u32 mtime) {
    u32 words[3] = {target.magic(), 0, mtime};
    for (std::size_t i = 0; i < sizeof bytes; ++i) bytes[i] = static_cast<char>(words[i / 4] >> (8 * (i % 4)));
  }
};

bool begins_with(int descriptor, const Header& expected) {
  char actual[sizeof expected.bytes];
  ssize_t count = read(descriptor, actual, sizeof actual);
  return count == sizeof actual && std::memcmp(actual, expected.bytes, sizeof actual) == 0;
}

// The .pyc of a source in the same directory, built in place.
class LocalPyc {
 public:
  LocalPyc(std::string_view source_name, const Level& level) {
    constexpr std::string_view kFolder = "__pycache__/", kSuffix = ".py";
    std::string_view stem = source_name.substr(0, source_name.size() - kSuffix.size());
    if (stem.empty()) stem = kSuffix.substr(1);  // ".py": CPython takes "py" for the name
    if (kFolder.size() + stem.size() + level.suffix.size() >= sizeof name_) return;
    append(kFolder);
    append(stem);
    append(level.suffix);
    name_[size_] = '\0';
  }
  bool too_long() const { return size_ == 0; }
  const char* name() const { return name_; }

 private:
  void append(std::string_view text) {
    std::memcpy(name_ + size_, text.data(), text.size());
    size_ += text.size();
  }
  char name_[1024];
  std::size_t size_ = 0;
};

bool is_local(const Plan& plan, const Place& place) {
  return place.directory != AT_FDCWD && !plan.legacy && plan.pycs_are_local(place.path);
}

int open_pyc(const Plan& plan, Place& place, bool local, std::string_view name, const Level& level) {
  if (local) {
    LocalPyc pyc(name, level);
    if (!pyc.too_long()) return openat(place.directory, pyc.name(), O_RDONLY | O_CLOEXEC);
  }
  place.path.replace(place.skip, std::string::npos, name);
  return open(plan.pyc_path(place.path, level).c_str(), O_RDONLY | O_CLOEXEC);
}

struct Opened {
  FreshCheck* check;
  int descriptor;
};

// Closes a run of consecutive descriptors, all ours, by one call where the kernel has it (Linux 5.9).
void close_run(std::span<const Opened> run) {
#ifdef SYS_close_range
  if (run.size() > 1 && syscall(SYS_close_range, run.front().descriptor, run.back().descriptor, 0) == 0) return;
#endif
  for (const Opened& one : run) close(one.descriptor);
}

// Nothing else may have opened a file between two of them: then they are consecutive.
void close_all(std::span<const Opened> all) {
  while (!all.empty()) {
    std::size_t size = 1;
    while (size < all.size() && all[size].descriptor == all[size - 1].descriptor + 1) ++size;
    close_run(all.first(size));
    all = all.subspan(size);
  }
}

// One level of some sources, as many as there are descriptors for; returns how many were answered, at least one.
std::size_t check_level(const Plan& plan, Place& place, const Level& level, std::span<FreshCheck*> checks) {
  Opened opened[kMostChecks];
  std::size_t seen = 0, count = 0;
  bool local = is_local(plan, place);
  for (; seen < checks.size(); ++seen) {
    int descriptor = open_pyc(plan, place, local, checks[seen]->name, level);
    if (descriptor < 0 && (errno == EMFILE || errno == ENFILE) && count != 0) break;
    if (descriptor < 0)
      checks[seen]->fresh = false;
    else
      opened[count++] = {checks[seen], descriptor};
  }
  std::span<const Opened> all(opened, count);
  for (const Opened& one : all) one.check->fresh = begins_with(one.descriptor, Header(plan.target, one.check->mtime));
  close_all(all);
  return seen;
}

}  // namespace

void check_fresh(const Plan& plan, Place& place, std::span<FreshCheck> checks) {
  MKPYC_CHECK(checks.size() <= kMostChecks);
  for (FreshCheck& check : checks) check.fresh = true;
  for (const Level& level : plan.levels) {
    FreshCheck* wanted[kMostChecks];
    std::size_t count = 0;
    for (FreshCheck& check : checks)
      if (check.fresh) wanted[count++] = &check;
    for (std::span<FreshCheck*> left(wanted, count); !left.empty();)
      left = left.subspan(check_level(plan, place, level, left));
  }
}

bool is_fresh(const Plan& plan, const Place& source, const Age& age) {
  Place place = source;
  std::string name(source.name());
  FreshCheck check{name, age.mtime};
  check_fresh(plan, place, {&check, 1});
  return check.fresh;
}

}  // namespace mkpyc::driver
