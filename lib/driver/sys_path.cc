#include "driver/sys_path.h"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "driver/pypath.h"
#include "driver/pystr.h"

namespace mkpyc::driver {
namespace {

std::vector<std::string> pth_files(const std::string& folder) {
  std::vector<std::string> names;
  DIR* directory = opendir(folder.c_str());
  if (directory == nullptr) return names;
  while (const dirent* entry = readdir(directory))
    if (std::string_view name = entry->d_name; name.ends_with(".pth")) names.emplace_back(name);
  closedir(directory);
  std::sort(names.begin(), names.end(), less_by_characters);
  return names;
}

class SearchPath {
 public:
  void add(const std::string& path) {
    if (std::find(paths_.begin(), paths_.end(), path) == paths_.end()) paths_.push_back(path);
  }
  // CPython: site.py addsitedir
  void add_site(const std::string& folder) {
    if (!is_directory(folder)) return;
    add(folder);
    for (const std::string& name : pth_files(folder))
      for (const std::string& line : lines_of(folder + "/" + name)) add_pth_line(folder, line);
  }
  std::vector<std::string> take() { return std::move(paths_); }

 private:
  // CPython: site.py addpackage
  void add_pth_line(const std::string& folder, std::string_view line) {
    if (line.starts_with('#') || strip(line).empty() || line.starts_with("import ") || line.starts_with("import\t"))
      return;
    line = line.substr(0, static_cast<std::size_t>(strip(line).end() - line.begin()));
    std::string path = join_path(folder, line);
    if (access(path.c_str(), F_OK) == 0) add(path);
  }

  std::vector<std::string> paths_;
};

std::string minor_name(const Installation& installation) {
  return "python3." + std::to_string(installation.version.minor);
}

// The standard library's folder; Fedora has it in lib64.
std::string library_folder(const Installation& installation) {
  std::string name = "/" + minor_name(installation);
  for (const char* lib : {"/lib64", "/lib"})
    if (is_file(installation.base_prefix + lib + name + "/os.py")) return installation.base_prefix + lib + name;
  return installation.base_prefix + "/lib" + name;
}

void add_variable(SearchPath& path, const Interpreter& interpreter) {
  std::string_view list = interpreter.variable("PYTHONPATH");
  if (list.empty()) return;
  while (true) {
    std::string_view entry = list.substr(0, list.find(':'));
    path.add(entry.starts_with('/') ? std::string(entry) : join_path(current_directory(), entry));
    if (entry.size() == list.size()) return;
    list.remove_prefix(entry.size() + 1);
  }
}

// CPython: site.py getsitepackages, and Debian's change of it
void add_base_sites(SearchPath& path, const Installation& installation) {
  const std::string& prefix = installation.base_prefix;
  bool debian = prefix == "/usr" && is_directory("/usr/lib/python3/dist-packages");
  if (debian) {
    path.add_site("/usr/local/lib/" + minor_name(installation) + "/dist-packages");
    path.add_site("/usr/lib/python3/dist-packages");
    path.add_site("/usr/lib/" + minor_name(installation) + "/dist-packages");
    return;
  }
  path.add_site(library_folder(installation) + "/site-packages");
  path.add_site(prefix + "/lib/" + minor_name(installation) + "/site-packages");
}

void add_user_site(SearchPath& path, const Installation& installation, const Interpreter& interpreter) {
  std::string_view base = interpreter.variable("PYTHONUSERBASE");
  const char* home = std::getenv("HOME");
  if (interpreter.no_user_site || (base.empty() && home == nullptr)) return;
  std::string folder = base.empty() ? std::string(home) + "/.local" : std::string(base);
  path.add_site(folder + "/lib/" + minor_name(installation) + "/site-packages");
}

}  // namespace

std::vector<std::string> module_search_path(const Installation& installation, const Interpreter& interpreter) {
  SearchPath path;
  if (!interpreter.safe_path) path.add(current_directory());
  add_variable(path, interpreter);
  std::string library = library_folder(installation);
  std::string zip = "python3" + std::to_string(installation.version.minor) + ".zip";
  path.add(join_path(dir_name(library), zip));
  path.add(library);
  path.add(library + "/lib-dynload");
  if (interpreter.no_site) return path.take();
  bool in_venv = !installation.venv.empty();
  if (in_venv) path.add_site(installation.venv + "/lib/" + minor_name(installation) + "/site-packages");
  if (in_venv && !installation.system_site) return path.take();
  add_user_site(path, installation, interpreter);
  add_base_sites(path, installation);
  return path.take();
}

}  // namespace mkpyc::driver
