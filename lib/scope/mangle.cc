#include <algorithm>

#include "scope/scope.h"

namespace mkpyc::scope {
namespace {

// Names of 64 bytes and less are put together on the stack.
constexpr std::size_t kShort = 256;

}  // namespace

Name mangle(NameTable& names, Name class_name, Name name) {
  if (class_name == Name::kNone) return name;
  std::string_view text = names.text(name);
  if (!text.starts_with("__") || text.ends_with("__") || text.find('.') != std::string_view::npos) return name;
  std::string_view prefix = names.text(class_name);
  prefix.remove_prefix(std::min(prefix.find_first_not_of('_'), prefix.size()));
  if (prefix.empty()) return name;
  char buffer[kShort];
  std::string longer;
  std::size_t size = 1 + prefix.size() + text.size();
  char* to = buffer;
  if (size > kShort) {
    longer.resize(size);
    to = longer.data();
  }
  to[0] = '_';
  std::copy(prefix.begin(), prefix.end(), to + 1);
  std::copy(text.begin(), text.end(), to + 1 + prefix.size());
  return names.intern({to, size});
}

}  // namespace mkpyc::scope
