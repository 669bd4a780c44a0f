// The part of Python's textwrap that argparse uses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mkpyc::driver {

/// textwrap.wrap() of an ASCII text without runs of white space. `full_lines_drop_blanks`: a line that has no room for
/// any part of the long word behind it does not end in a blank.
std::vector<std::string> wrap_text(std::string_view text, int width, bool full_lines_drop_blanks);

}  // namespace mkpyc::driver
