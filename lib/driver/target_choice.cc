#include "driver/target_choice.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "driver/pypath.h"

namespace mkpyc::driver {
namespace {

constexpr const char* kAdvice = "; say which Python with --target 3.X[.Y] or --python EXE";

TargetChoice refuse(std::string error) {
  TargetChoice choice;
  choice.error = std::move(error);
  return choice;
}

TargetChoice accept(const Installation& installation, const std::string& source) {
  Version version = installation.version;
  const Target* target =
      version.micro >= 0 ? Target::find(version) : Target::find("3." + std::to_string(version.minor));
  if (target == nullptr)
    return refuse(source + " is for CPython 3." + std::to_string(version.minor) + ", but this mkpyc knows " +
                  Target::known() + kAdvice);
  TargetChoice choice;
  choice.targets.push_back(target);
  choice.installation = installation;
  return choice;
}

// --target's list.
TargetChoice from_list(std::string_view list) {
  TargetChoice choice;
  while (true) {
    std::string_view text = list.substr(0, list.find(','));
    const Target* target = Target::find(text);
    if (target == nullptr)
      return refuse("--target: no CPython \"" + std::string(text) + "\" is known; known are " + Target::known());
    for (const Target* other : choice.targets)
      if (other->cache_tag() == target->cache_tag())
        return refuse("--target: " + other->name() + " and " + target->name() + " write the same files");
    choice.targets.push_back(target);
    if (text.size() == list.size()) return choice;
    list.remove_prefix(text.size() + 1);
  }
}

// The number behind a path's lib/python3. component, with the path up to lib.
std::optional<int> minor_in_path(std::string_view path, std::string& prefix) {
  for (std::size_t at = 0; (at = path.find("/python3.", at)) != std::string_view::npos; ++at) {
    std::string_view before = path.substr(0, at);
    std::string_view library = base_name(before);
    std::string_view digits = path.substr(at + 9);
    digits = digits.substr(0, digits.find('/'));
    bool number = !digits.empty() && digits.size() <= 3 && digits.find_first_not_of("0123456789") == digits.npos;
    if (!number || (library != "lib" && library != "lib64" && library != "lib32")) continue;
    prefix = before.substr(0, before.size() - library.size());
    return std::atoi(std::string(digits).c_str());
  }
  return std::nullopt;
}

// The release of the installation that a library folder belongs to, as far as its own interpreter is there to look at.
Installation installation_around(const std::string& prefix, int minor) {
  if (auto venv = read_venv(prefix); venv && venv->version.minor == minor) return *venv;
  Installation found;
  found.version = {minor, -1};
  found.base_prefix = prefix;
  while (found.base_prefix.size() > 1 && found.base_prefix.ends_with('/')) found.base_prefix.pop_back();
  std::string executable = prefix + "bin/python3." + std::to_string(minor);
  if (!is_file(executable)) return found;
  if (auto looked = look_at_interpreter(executable); looked && looked->version.minor == minor) return *looked;
  return found;
}

struct Under {
  std::optional<int> minor;
  std::string prefix;
  std::string error;
};

// What the paths lie under.
Under minor_of_paths(const std::vector<std::string>& paths) {
  Under under;
  std::string here = current_directory();
  for (const std::string& path : paths) {
    std::string prefix;
    std::optional<int> minor = minor_in_path(join_path(here, path) + "/", prefix);
    if (!minor || minor == under.minor) continue;
    if (under.minor) {
      under.error = "some paths lie under lib/python3." + std::to_string(*under.minor) + ", some under lib/python3." +
                    std::to_string(*minor) + kAdvice;
      return under;
    }
    under.minor = minor;
    under.prefix = prefix;
  }
  return under;
}

TargetChoice from_surroundings(const std::vector<std::string>& paths) {
  Under under = minor_of_paths(paths);
  if (!under.error.empty()) return refuse(under.error);
  const char* variable = std::getenv("VIRTUAL_ENV");
  if (variable != nullptr && *variable != '\0') {
    std::string folder = variable;
    auto venv = read_venv(folder);
    if (!venv) return refuse("VIRTUAL_ENV is " + folder + ", which has no pyvenv.cfg with a home" + kAdvice);
    if (under.minor && under.minor != venv->version.minor)
      return refuse("the virtual environment " + folder + " is for CPython 3." + std::to_string(venv->version.minor) +
                    ", but the paths lie under lib/python3." + std::to_string(*under.minor) + kAdvice);
    return accept(*venv, folder);
  }
  if (under.minor)
    return accept(installation_around(under.prefix, *under.minor), "lib/python3." + std::to_string(*under.minor));
  std::string executable = find_on_path("python3");
  if (executable.empty())
    return refuse(std::string("no virtual environment is active and PATH has no python3") + kAdvice);
  auto found = read_interpreter(executable);
  if (!found) return refuse(executable + " does not say which Python it is" + kAdvice);
  return accept(*found, executable);
}

}  // namespace

TargetChoice choose_target(const OwnOptions& own, const std::vector<std::string>& paths) {
  if (own.python.empty()) return own.target.empty() ? from_surroundings(paths) : from_list(own.target);
  auto found = read_python_argument(own.python);
  if (!found) return refuse("--python: " + own.python + " is no Python that can be looked at or run");
  TargetChoice choice = accept(*found, own.python);
  if (own.target.empty()) return choice;
  TargetChoice listed = from_list(own.target);
  listed.installation = *found;
  return listed;
}

}  // namespace mkpyc::driver
