#include "driver/processors.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "base/int.h"

namespace mkpyc::driver {
namespace {

// The beginning of a small file; empty if it cannot be read.
std::string read_small(const std::string& path) {
  int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return {};
  char buffer[4096];
  ssize_t count = read(descriptor, buffer, sizeof buffer);
  close(descriptor);
  return count > 0 ? std::string(buffer, static_cast<std::size_t>(count)) : std::string();
}

std::size_t affinity() {
  for (std::size_t room = 1024; room <= (std::size_t{1} << 20); room *= 4) {
    cpu_set_t* set = CPU_ALLOC(room);
    std::size_t size = CPU_ALLOC_SIZE(room);
    int result = sched_getaffinity(0, size, set);
    std::size_t count = result == 0 ? static_cast<std::size_t>(CPU_COUNT_S(size, set)) : 0;
    CPU_FREE(set);
    if (count > 0) return count;
  }
  return std::max(1u, std::thread::hardware_concurrency());
}

// Processors in a quota of microseconds per period; 0 for none.
double processors_of(double quota, double period) { return quota > 0 && period > 0 ? quota / period : 0; }

double quota_v2(const std::string& group) {
  std::string text = read_small("/sys/fs/cgroup" + group + "/cpu.max");  // "max 100000" or "150000 100000"
  char* rest = nullptr;
  double quota = std::strtod(text.c_str(), &rest);
  return text.empty() || text.starts_with("max") ? 0 : processors_of(quota, std::strtod(rest, nullptr));
}

double quota_v1(const std::string& group) {
  std::string folder = "/sys/fs/cgroup/cpu" + group;
  return processors_of(std::strtod(read_small(folder + "/cpu.cfs_quota_us").c_str(), nullptr),
                       std::strtod(read_small(folder + "/cpu.cfs_period_us").c_str(), nullptr));
}

// The groups that this process is in: lines of "id:controllers:path"; in v2 the controllers are empty.
std::string group_of(const std::string& table, bool v2) {
  for (std::size_t at = 0; at < table.size();) {
    std::size_t end = std::min(table.find('\n', at), table.size());
    std::string line = table.substr(at, end - at);
    at = end + 1;
    std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    if (v2 ? controllers == ",," : controllers.find(",cpu,") != std::string::npos) return line.substr(second + 1);
  }
  return {};
}

// The tightest quota of the group and the groups around it; 0 for none.
double tightest_quota() {
  std::string table = read_small("/proc/self/cgroup");
  double tightest = 0;
  for (bool v2 : {true, false}) {
    std::string group = group_of(table, v2);
    while (true) {
      if (group == "/") group.clear();  // the root's files are in the folder itself
      double quota = v2 ? quota_v2(group) : quota_v1(group);
      if (quota > 0 && (tightest == 0 || quota < tightest)) tightest = quota;
      if (!group.starts_with('/')) break;
      group.resize(group.rfind('/'));
    }
  }
  return tightest;
}

}  // namespace

std::size_t usable_processors() {
  std::size_t count = affinity();
  if (count == 1) return 1;
  double quota = tightest_quota();
  if (quota > 0) count = std::min(count, static_cast<std::size_t>(std::max(1.0, std::ceil(quota))));
  return count;
}

}  // namespace mkpyc::driver
