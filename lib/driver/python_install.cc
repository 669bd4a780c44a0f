#include "driver/python_install.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "driver/pypath.h"
#include "driver/pystr.h"
#include "driver/source_file.h"

extern char** environ;

namespace mkpyc::driver {
namespace {

// "3.11.7", "3.11", "3.11.7.final.0", "3.11.7+": the numbers at the beginning.
std::optional<Version> parse_version(std::string_view text) {
  if (!text.starts_with("3.")) return std::nullopt;
  Version version{-1, -1};
  std::size_t at = 2;
  auto number = [&](int& value) {
    std::size_t start = at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && at - start < 4; ++at)
      value = std::max(value, 0) * 10 + (text[at] - '0');
    return at > start;
  };
  if (!number(version.minor)) return std::nullopt;
  if (at < text.size() && text[at] == '.') {
    ++at;
    number(version.micro);
  }
  return version;
}

// A file in memory for as long as it is looked at.
class MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    struct stat info {};
    if (fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0) {
      size_ = static_cast<std::size_t>(info.st_size);
      void* memory = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor, 0);
      bytes_ = memory == MAP_FAILED ? nullptr : static_cast<const char*>(memory);
    }
    close(descriptor);
  }
  ~MappedFile() {
    if (bytes_ != nullptr) munmap(const_cast<char*>(bytes_), size_);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  std::string_view bytes() const { return bytes_ == nullptr ? std::string_view() : std::string_view(bytes_, size_); }

 private:
  const char* bytes_ = nullptr;
  std::size_t size_ = 0;
};

// PY_VERSION as a string of its own in an interpreter's or libpython's binary.
std::optional<Version> version_in_binary(const std::string& path, int minor) {
  MappedFile file(path);
  std::string_view bytes = file.bytes();
  if (!bytes.starts_with("\177ELF")) return std::nullopt;
  std::string wanted = std::string(1, '\0') + "3." + std::to_string(minor) + ".";
  for (std::size_t at = 0;;) {
    const void* found = memmem(bytes.data() + at, bytes.size() - at, wanted.data(), wanted.size());
    if (found == nullptr) return std::nullopt;
    at = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data()) + 1;
    std::string_view text = bytes.substr(at, 16);
    text = text.substr(0, text.find('\0'));
    std::size_t digits = text.find_first_not_of("0123456789", wanted.size() - 1);
    bool whole = digits == std::string_view::npos || text.substr(digits) == "+";
    if (auto version = parse_version(text); whole && version && version->micro >= 0) return version;
  }
}

// The minor in an interpreter's own name, python3.11 or python3.11d.
std::optional<int> minor_in_name(std::string_view name) {
  if (!name.starts_with("python3.")) return std::nullopt;
  auto version = parse_version(name.substr(6));
  if (!version || version->micro >= 0) return std::nullopt;
  return version->minor;
}

// Where an installation may have its libpython. Debian's folders are named for the machine, as x86_64-linux-gnu.
std::vector<std::string> library_folders(const std::string& prefix) {
  std::vector<std::string> folders = {prefix + "/lib/", prefix + "/lib64/"};
  DIR* directory = opendir(folders[0].c_str());
  if (directory == nullptr) return folders;
  while (const dirent* entry = readdir(directory))
    if (std::string_view name = entry->d_name; name.find("-linux-gnu") != std::string_view::npos)
      folders.push_back(folders[0] + entry->d_name + "/");
  closedir(directory);
  return folders;
}

std::optional<Version> look_into(const std::string& executable) {
  std::optional<int> minor = minor_in_name(base_name(executable));
  if (!minor) return std::nullopt;
  if (auto version = version_in_binary(executable, *minor)) return version;
  std::string prefix(dir_name(dir_name(executable)));
  std::string library = "libpython3." + std::to_string(*minor) + ".so.1.0";
  for (const std::string& folder : library_folders(prefix))
    if (auto version = version_in_binary(folder + library, *minor)) return version;
  return std::nullopt;
}

// What a command prints; empty if it fails.
std::string output_of(const std::vector<std::string>& command) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  int error = posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::string output;
  char buffer[256];
  for (ssize_t count; error == 0 && (count = read(ends[0], buffer, sizeof buffer)) > 0;)
    output.append(buffer, static_cast<std::size_t>(count));
  close(ends[0]);
  int status = -1;
  if (error == 0) waitpid(child, &status, 0);
  return status == 0 ? output : std::string();
}

// Its version and sys.base_prefix, by asking it.
std::optional<Installation> run_interpreter(const std::string& executable) {
  constexpr const char* kQuestion =
      "import sys; print(sys.implementation.name, '%d.%d.%d' % sys.version_info[:3], sys.base_prefix)";
  std::string output = output_of({executable, "-I", "-S", "-c", kQuestion});
  if (!output.starts_with("cpython ")) return std::nullopt;
  std::string_view rest = strip(std::string_view(output).substr(8));
  auto version = parse_version(rest);
  if (!version) return std::nullopt;
  Installation found;
  found.version = *version;
  found.executable = executable;
  found.base_prefix = rest.substr(std::min(rest.find(' ') + 1, rest.size()));
  return found;
}

std::string line_value(std::string_view line, std::string_view key) {
  std::size_t equals = line.find('=');
  if (equals == std::string_view::npos || strip(line.substr(0, equals)) != key) return {};
  return std::string(strip(line.substr(equals + 1)));
}

}  // namespace

bool is_directory(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

bool is_file(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  SourceFile file;
  if (!file.read(AT_FDCWD, path.c_str())) return lines;
  std::string_view text = file.bytes();
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (line.ends_with('\n')) line.remove_suffix(1);
    lines.emplace_back(line);
  }
  return lines;
}

std::optional<Installation> read_venv(const std::string& folder) {
  Installation found;
  found.version = {-1, -1};
  std::string home;
  for (const std::string& line : lines_of(folder + "/pyvenv.cfg")) {
    for (const char* key : {"version", "version_info"})
      if (auto version = parse_version(line_value(line, key))) found.version = *version;
    if (std::string value = line_value(line, "home"); !value.empty()) home = value;
    found.system_site |= line_value(line, "include-system-site-packages") == "true";
  }
  if (home.empty()) return std::nullopt;
  found.venv = folder;
  found.base_prefix = dir_name(home);
  if (found.version.micro >= 0) return found;
  // An environment whose configuration names no release is asked through its link to the interpreter.
  char resolved[PATH_MAX];
  if (realpath((folder + "/bin/python").c_str(), resolved) == nullptr) return std::nullopt;
  auto version = look_into(resolved);
  auto asked = version ? std::nullopt : run_interpreter(resolved);
  if (!version && !asked) return std::nullopt;
  found.version = version ? *version : asked->version;
  return found;
}

std::optional<Installation> look_at_interpreter(const std::string& executable) {
  std::string folder(dir_name(dir_name(executable)));
  if (is_file(folder + "/pyvenv.cfg"))
    if (auto venv = read_venv(folder)) return venv;
  char resolved[PATH_MAX];
  if (realpath(executable.c_str(), resolved) == nullptr) return std::nullopt;
  auto version = look_into(resolved);
  if (!version) return std::nullopt;
  Installation found;
  found.version = *version;
  found.executable = resolved;
  found.base_prefix = dir_name(dir_name(found.executable));
  return found;
}

std::optional<Installation> read_interpreter(const std::string& executable) {
  auto seen = look_at_interpreter(executable);
  return seen ? seen : run_interpreter(executable);
}

std::string find_on_path(const std::string& name) {
  const char* variable = std::getenv("PATH");
  std::string_view list = variable != nullptr ? variable : "/usr/local/bin:/usr/bin:/bin";
  while (!list.empty()) {
    std::string_view folder = list.substr(0, list.find(':'));
    list.remove_prefix(std::min(folder.size() + 1, list.size()));
    std::string path = folder.empty() ? name : std::string(folder) + "/" + name;
    if (is_file(path) && access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

std::optional<Installation> read_python_argument(const std::string& argument) {
  if (is_directory(argument)) {
    if (auto venv = read_venv(argument)) return venv;
    for (const char* name : {"/bin/python3", "/bin/python", "/usr/bin/python3"})
      if (is_file(argument + name)) return read_interpreter(argument + name);
    return std::nullopt;
  }
  std::string path = argument.find('/') == std::string::npos ? find_on_path(argument) : argument;
  return path.empty() ? std::nullopt : read_interpreter(path);
}

}  // namespace mkpyc::driver
