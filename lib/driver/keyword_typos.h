// A word in a refused statement that may be a misspelt keyword: with the keyword in its place CPython's parser has to
// accept the statement, or want more of it (CPython: traceback.py TracebackException._find_keyword_typos, codeop.py).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "diag/diag.h"

namespace mkpyc::driver {

/// What is shown in place of the error's own line, columns and message.
struct KeywordTypo {
  std::string line;  // with its "\n", if it has one
  int offset = 0, end_offset = 0;
  std::string message;
};

/// A warning that the search raises.
struct SearchWarning {
  diag::Warning warning;
  bool by_tokens = false;  // raised as the statement is split into words, and not as one that is tried is compiled
};

/// Nothing if the error is of another kind or no keyword helps. `bytes`: what was compiled, followed by 16 zero bytes;
/// `filename`: what is read where CPython no longer has its text; `line`: the error's. The filters are those for the
/// statements that are tried, and for the tokens of the one at hand; what they let through is appended to `warnings`.
std::optional<KeywordTypo> find_keyword_typo(const diag::SourceError& error, std::string_view bytes,
                                             std::string_view filename, std::string_view line, const Target& target,
                                             const diag::WarningFilter& tried, const diag::WarningFilter& tokens,
                                             std::vector<SearchWarning>& warnings);

}  // namespace mkpyc::driver
