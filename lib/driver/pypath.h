// Paths as Python's posixpath and importlib handle them: texts, joined and split by rules of their own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/int.h"

namespace mkpyc::driver {

/// os.getcwd(); empty if there is none.
std::string current_directory();

/// os.path.join(head, tail)
std::string join_path(std::string_view head, std::string_view tail);

/// os.path.basename(path)
std::string_view base_name(std::string_view path);

/// os.path.dirname(path)
std::string_view dir_name(std::string_view path);

/// str(pathlib.Path(path).resolve()); nothing if the path is a loop of symbolic links, which is a RuntimeError.
std::optional<std::string> resolve_path(std::string_view path);

/// The name of a source's .pyc: the stem, the tag and the level, as "a.cpython-311.opt-1.pyc" (PEP 3147, PEP 488).
std::string cached_name(std::string_view source_name, std::string_view tag, std::string_view optimization);

/// importlib.util.cache_from_source: where the .pyc of a source goes. `prefix` is sys.pycache_prefix, empty for none.
std::string cache_from_source(std::string_view path, std::string_view tag, std::string_view optimization,
                              std::string_view prefix);

/// How compileall changes the path that goes into the code (its ddir, stripdir and prependdir).
struct Renaming {
  std::optional<std::string> ddir, stripdir, prependdir;
  /// stripdir is taken off as a whole or, where it does not begin the path, not at all; else part by part.
  bool only_whole_prefix = false;

  /// True if stripdir is not taken off this path, which compileall says.
  bool refuses(std::string_view path) const;
  bool any() const { return ddir || stripdir || prependdir; }
  /// The path for the code. Nothing if stripping leaves no part of the path, which compileall dies of.
  std::optional<std::string> apply(std::string_view path) const;
};

}  // namespace mkpyc::driver
