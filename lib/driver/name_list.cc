#include "driver/name_list.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "base/utf8.h"
#include "driver/source_file.h"

namespace mkpyc::driver {

NameList read_lines(const std::string& path, bool strict) {
  NameList list;
  SourceFile file;
  bool standard_input = path == "-";
  // Not by name: a user may have been given a pipe that he may not open.
  if (!(standard_input ? file.read_open(STDIN_FILENO) : file.read(AT_FDCWD, path.c_str()))) {
    list.unreadable = true;
    return list;
  }
  std::string_view text = file.bytes();
  if (auto bad = find_utf8_error(text); bad && strict) {
    list.error = decode_error_text("utf-8", text, bad->start, bad->end, bad->reason);
    return list;
  }
  while (!text.empty()) {
    std::size_t end = std::min(text.find_first_of(standard_input ? "\n" : "\r\n"), text.size());
    list.names.emplace_back(text.substr(0, end));
    bool pair = text.substr(end).starts_with("\r\n");
    text.remove_prefix(std::min(end + (pair ? 2 : 1), text.size()));
  }
  return list;
}

}  // namespace mkpyc::driver
