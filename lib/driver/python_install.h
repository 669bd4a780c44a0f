// What can be known of a Python installation by looking at it: its version, from pyvenv.cfg, from the interpreter's
// name and from the version text that every CPython has in its binary. It is run only where looking says nothing, as
// for the shell scripts of version managers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "target/target.h"

namespace mkpyc::driver {

struct Installation {
  Version version;           // micro -1: unknown
  std::string executable;    // with links resolved; empty if unknown
  std::string base_prefix;   // has lib/python3.X with the standard library
  std::string venv;          // the virtual environment, if it is one
  bool system_site = false;  // the environment sees the packages of its base
};

/// A virtual environment, by its folder.
std::optional<Installation> read_venv(const std::string& folder);

/// An interpreter, by what can be seen of it.
std::optional<Installation> look_at_interpreter(const std::string& executable);

/// An interpreter, by its path; runs it if it cannot be seen what it is.
std::optional<Installation> read_interpreter(const std::string& executable);

/// --python's argument: an interpreter, a name to be found on PATH, or the folder of an environment or installation.
std::optional<Installation> read_python_argument(const std::string& argument);

/// The first file of this name on PATH that may be run; empty if there is none.
std::string find_on_path(const std::string& name);

bool is_directory(const std::string& path);
bool is_file(const std::string& path);

/// A small text file's lines without their ends; none if it cannot be read.
std::vector<std::string> lines_of(const std::string& path);

}  // namespace mkpyc::driver
