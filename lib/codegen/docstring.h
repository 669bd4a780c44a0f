// Docstrings without their indentation.
#pragma once

#include "object/object.h"

namespace mkpyc::codegen {

/// The docstring with tabs expanded, the first line without leading spaces and the others without the indentation that
/// all of them have; blank lines at both ends stay (CPython: _PyCompile_CleanDoc). The same string if that changes
/// nothing.
StrObject* clean_docstring(StrObject* docstring, Objects& objects);

}  // namespace mkpyc::codegen
