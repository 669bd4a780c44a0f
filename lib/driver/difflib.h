// Words that are like another: CPython's difflib.get_close_matches and the edit distance behind its "Did you mean".
#pragma once

#include <string_view>
#include <vector>

namespace mkpyc::driver {

/// difflib.get_close_matches(word, possibilities, n, cutoff); the possibilities are ASCII.
std::vector<std::string_view> close_matches(std::string_view word, const std::vector<std::string_view>& possibilities,
                                            std::size_t n, double cutoff);

/// _suggestions._generate_suggestions(candidates, word): the nearest candidate that is near enough; empty if none is.
std::string_view nearest_name(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace mkpyc::driver
