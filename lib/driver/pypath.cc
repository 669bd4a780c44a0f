#include "driver/pypath.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <map>
#include <vector>

namespace mkpyc::driver {
namespace {

std::vector<std::string> split_components(std::string_view path) {
  std::vector<std::string> parts;
  while (true) {
    std::size_t slash = path.find('/');
    parts.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

std::string_view strip_trailing_slashes(std::string_view path) {
  std::size_t last = path.find_last_not_of('/');
  return path.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// CPython: posixpath.py _joinrealpath, not strict
class Resolver {
 public:
  bool append(std::string& path, std::string_view rest) {
    if (++depth_ > kMaxDepth) return false;
    if (rest.starts_with('/')) {
      rest.remove_prefix(1);
      path = "/";
    }
    while (!rest.empty()) {
      std::size_t slash = std::min(rest.find('/'), rest.size());
      std::string_view name = rest.substr(0, slash);
      rest.remove_prefix(std::min(rest.size(), slash + 1));
      if (!append_name(path, name)) return false;
    }
    --depth_;
    return true;
  }

 private:
  static constexpr int kMaxDepth = 200;

  bool append_name(std::string& path, std::string_view name) {
    if (name.empty() || name == ".") return true;
    if (name == "..") {
      std::string_view last = base_name(path);
      if (path.empty() || last == "..")
        path = join_path(path, "..");
      else
        path = std::string(dir_name(path));
      return true;
    }
    std::string candidate = join_path(path, name);
    char target[PATH_MAX];
    ssize_t length = readlink(candidate.c_str(), target, sizeof target);
    if (length < 0) {
      path = std::move(candidate);
      return true;
    }
    auto [seen, fresh] = seen_.try_emplace(candidate);
    if (!fresh) {
      if (!seen->second) return false;  // on the way: a loop
      path = *seen->second;
      return true;
    }
    if (!append(path, std::string_view(target, static_cast<std::size_t>(length)))) return false;
    seen_[candidate] = path;
    return true;
  }

  int depth_ = 0;
  std::map<std::string, std::optional<std::string>> seen_;
};

// CPython: posixpath.py normpath, for an absolute path
std::string normalized(const std::string& path) {
  std::vector<std::string> kept;
  for (std::string& part : split_components(path)) {
    if (part.empty() || part == ".") continue;
    if (part != "..")
      kept.push_back(std::move(part));
    else if (!kept.empty())
      kept.pop_back();
  }
  bool two = path.starts_with("//") && !path.starts_with("///");
  std::string result = two ? "//" : "/";
  for (const std::string& part : kept) result += (&part == &kept.front() ? "" : "/") + part;
  return result;
}

}  // namespace

std::string current_directory() {
  char buffer[PATH_MAX];
  return getcwd(buffer, sizeof buffer) != nullptr ? buffer : "";
}

std::string join_path(std::string_view head, std::string_view tail) {
  if (tail.starts_with('/')) return std::string(tail);
  std::string result(head);
  if (!result.empty() && !result.ends_with('/')) result += '/';
  result += tail;
  return result;
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view dir_name(std::string_view path) {
  std::string_view head = path.substr(0, path.rfind('/') + 1);
  std::string_view stripped = strip_trailing_slashes(head);
  return stripped.empty() ? head : stripped;
}

std::optional<std::string> resolve_path(std::string_view path) {
  std::string result;
  if (!Resolver().append(result, path)) return std::nullopt;
  return normalized(result.starts_with('/') ? result : join_path(current_directory(), result));
}

static void append_cached_name(std::string& to, std::string_view source_name, std::string_view tag,
                               std::string_view optimization) {
  std::size_t dot = source_name.rfind('.');
  std::string_view base = dot == std::string_view::npos ? std::string_view() : source_name.substr(0, dot);
  std::string_view rest = dot == std::string_view::npos ? source_name : source_name.substr(dot + 1);
  to += base.empty() ? rest : base;
  if (dot != std::string_view::npos) to += '.';
  to += tag;
  if (!optimization.empty()) to.append(".opt-").append(optimization);
  to += ".pyc";
}

std::string cached_name(std::string_view source_name, std::string_view tag, std::string_view optimization) {
  std::string result;
  append_cached_name(result, source_name, tag, optimization);
  return result;
}

std::string cache_from_source(std::string_view path, std::string_view tag, std::string_view optimization,
                              std::string_view prefix) {
  constexpr std::string_view kFolder = "__pycache__/";
  constexpr std::size_t kEndings = 32;  // ".opt-2.pyc" and slashes
  std::size_t slash = path.rfind('/');
  std::string_view head = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  std::string_view name = path.substr(slash + 1);
  std::string result;
  result.reserve(prefix.size() + path.size() + kFolder.size() + tag.size() + optimization.size() + kEndings);
  // CPython: _bootstrap_external.py _path_join, which takes the slashes off each part and drops empty ones
  if (prefix.empty()) {
    if (!head.empty()) result.append(strip_trailing_slashes(head)).append("/");
    result += kFolder;
  } else {
    std::string absolute;
    if (!head.starts_with('/')) {
      absolute = strip_trailing_slashes(current_directory());
      if (!head.empty()) absolute.append("/").append(strip_trailing_slashes(head));
      head = absolute;
    }
    head.remove_prefix(std::min(head.find_first_not_of('/'), head.size()));
    result = strip_trailing_slashes(prefix);
    if (!head.empty()) result.append("/").append(strip_trailing_slashes(head));
    result += '/';
  }
  append_cached_name(result, name, tag, optimization);
  return result;
}

bool Renaming::refuses(std::string_view path) const {
  if (!only_whole_prefix || !stripdir) return false;
  std::vector<std::string> parts = split_components(path), stripped = split_components(*stripdir);
  return stripped.size() > parts.size() || !std::equal(stripped.begin(), stripped.end(), parts.begin());
}

// CPython: compileall.py compile_file. Part by part, each one that agrees is removed where its text first occurs.
static std::vector<std::string> stripped_parts(std::string_view path, std::string_view stripdir, bool only_whole) {
  std::vector<std::string> parts = split_components(path), kept = parts, stripped = split_components(stripdir);
  if (only_whole) return {parts.begin() + static_cast<std::ptrdiff_t>(stripped.size()), parts.end()};
  for (std::size_t i = 0; i < parts.size() && i < stripped.size(); ++i)
    if (parts[i] == stripped[i]) kept.erase(std::find(kept.begin(), kept.end(), parts[i]));
  return kept;
}

std::optional<std::string> Renaming::apply(std::string_view path) const {
  std::optional<std::string> result;
  if (ddir) result = join_path(*ddir, base_name(path));
  if (stripdir && !refuses(path)) {
    std::vector<std::string> kept = stripped_parts(path, *stripdir, only_whole_prefix);
    if (kept.empty()) return std::nullopt;
    result = kept[0];
    for (std::size_t i = 1; i < kept.size(); ++i) result = join_path(*result, kept[i]);
  }
  if (prependdir) result = join_path(*prependdir, result ? *result : std::string(path));
  return result ? *result : std::string(path);
}

}  // namespace mkpyc::driver
