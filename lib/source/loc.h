// A place in the source as CPython's trees and tokens have it.
#pragma once

#include "base/int.h"

namespace mkpyc::source {

/// 1-based lines, 0-based columns in UTF-8 bytes. Expressions inside f-strings before 3.12 have computed positions that
/// need not lie in the text.
struct Loc {
  i32 line = 0;
  i32 end_line = 0;
  i32 col = 0;
  i32 end_col = 0;
};

}  // namespace mkpyc::source
