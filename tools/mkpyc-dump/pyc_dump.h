// A .pyc as text: its header, then every code object with its fields, instructions and tables. An object that carries
// marshal's FLAG_REF is shown with its number, as #3.
#pragma once

#include <string>
#include <string_view>

namespace mkpyc::dump {

/// Appends the text. False when the bytes are not a .pyc; then `out` ends with the reason.
bool dump_pyc(std::string_view bytes, std::string& out);

}  // namespace mkpyc::dump
