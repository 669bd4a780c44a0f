#include "driver/difflib.h"

#include <algorithm>
#include <map>
#include <utility>

#include "driver/pystr.h"

namespace mkpyc::driver {
namespace {

using Text = std::vector<u32>;

Text characters(std::string_view text) {
  Text codes;
  for (std::size_t at = 0; at < text.size();) codes.push_back(next_character(text, at));
  return codes;
}

struct Block {
  std::size_t a, b, size;
};

// CPython: difflib.py SequenceMatcher, without junk. `b` stays the same for many `a`.
class SequenceMatcher {
 public:
  explicit SequenceMatcher(Text b) : b_(std::move(b)) {
    constexpr std::size_t kManyFrom = 200;
    for (std::size_t i = 0; i < b_.size(); ++i) places_[b_[i]].push_back(i);
    if (b_.size() < kManyFrom) return;
    std::size_t popular = b_.size() / 100 + 1;
    std::erase_if(places_, [&](const auto& item) { return item.second.size() > popular; });
  }

  double ratio(const Text& a) const {
    std::size_t length = a.size() + b_.size();
    return length == 0 ? 1.0 : 2.0 * static_cast<double>(matching(a)) / static_cast<double>(length);
  }

 private:
  std::size_t matching(const Text& a) const;
  Block longest_match(const Text& a, std::size_t a_low, std::size_t a_high, std::size_t b_low,
                      std::size_t b_high) const;

  Text b_;
  std::map<u32, std::vector<std::size_t>> places_;
};

Block SequenceMatcher::longest_match(const Text& a, std::size_t a_low, std::size_t a_high, std::size_t b_low,
                                     std::size_t b_high) const {
  Block best{a_low, b_low, 0};
  std::map<std::size_t, std::size_t> lengths;  // of the matches that end at a place of b
  for (std::size_t i = a_low; i < a_high; ++i) {
    std::map<std::size_t, std::size_t> next;
    auto found = places_.find(a[i]);
    if (found != places_.end()) {
      for (std::size_t j : found->second) {
        if (j < b_low) continue;
        if (j >= b_high) break;
        auto before = j == 0 ? lengths.end() : lengths.find(j - 1);
        std::size_t length = next[j] = (before == lengths.end() ? 0 : before->second) + 1;
        if (length > best.size) best = {i + 1 - length, j + 1 - length, length};
      }
    }
    lengths = std::move(next);
  }
  for (; best.a > a_low && best.b > b_low && a[best.a - 1] == b_[best.b - 1]; ++best.size) --best.a, --best.b;
  while (best.a + best.size < a_high && best.b + best.size < b_high && a[best.a + best.size] == b_[best.b + best.size])
    ++best.size;
  return best;
}

std::size_t SequenceMatcher::matching(const Text& a) const {
  struct Part {
    std::size_t a_low, a_high, b_low, b_high;
  };
  std::vector<Part> waiting{{0, a.size(), 0, b_.size()}};
  std::size_t sum = 0;
  while (!waiting.empty()) {
    Part part = waiting.back();
    waiting.pop_back();
    Block block = longest_match(a, part.a_low, part.a_high, part.b_low, part.b_high);
    if (block.size == 0) continue;
    sum += block.size;
    if (part.a_low < block.a && part.b_low < block.b) waiting.push_back({part.a_low, block.a, part.b_low, block.b});
    if (block.a + block.size < part.a_high && block.b + block.size < part.b_high)
      waiting.push_back({block.a + block.size, part.a_high, block.b + block.size, part.b_high});
  }
  return sum;
}

// CPython: suggestions.c. Costs are in halves of a changed letter.
constexpr int kMove = 2, kCase = 1, kMostBytes = 40;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int substitution_cost(char a, char b) {
  if (a == b) return 0;
  return lower(a) == lower(b) ? kCase : kMove;
}

// The distance, or anything above `most`.
int edit_distance(std::string_view a, std::string_view b, int most) {
  while (!a.empty() && !b.empty() && a.front() == b.front()) a.remove_prefix(1), b.remove_prefix(1);
  while (!a.empty() && !b.empty() && a.back() == b.back()) a.remove_suffix(1), b.remove_suffix(1);
  if (a.empty() || b.empty()) return static_cast<int>(a.size() + b.size()) * kMove;
  if (a.size() > kMostBytes || b.size() > kMostBytes) return most + 1;
  if (b.size() < a.size()) std::swap(a, b);
  if (static_cast<int>(b.size() - a.size()) * kMove > most) return most + 1;
  int row[kMostBytes];
  for (std::size_t i = 0; i < a.size(); ++i) row[i] = static_cast<int>(i + 1) * kMove;
  int result = 0;
  for (std::size_t j = 0; j < b.size(); ++j) {
    int distance = result = static_cast<int>(j) * kMove;
    int minimum = most + 1;
    for (std::size_t i = 0; i < a.size(); ++i) {
      int substitute = distance + substitution_cost(b[j], a[i]);
      distance = row[i];
      result = std::min(std::min(result, distance) + kMove, substitute);
      row[i] = result;
      minimum = std::min(minimum, result);
    }
    if (minimum > most) return most + 1;
  }
  return result;
}

}  // namespace

std::vector<std::string_view> close_matches(std::string_view word, const std::vector<std::string_view>& possibilities,
                                            std::size_t n, double cutoff) {
  SequenceMatcher matcher(characters(word));
  std::vector<std::pair<double, std::string_view>> scored;
  for (std::string_view possibility : possibilities) {
    double ratio = matcher.ratio(characters(possibility));
    if (ratio >= cutoff) scored.emplace_back(ratio, possibility);
  }
  std::sort(scored.begin(), scored.end(), std::greater<>());
  std::vector<std::string_view> result;
  for (std::size_t i = 0; i < std::min(n, scored.size()); ++i) result.push_back(scored[i].second);
  return result;
}

std::string_view nearest_name(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::string_view nearest;
  int best = 0;
  for (std::string_view candidate : candidates) {
    if (candidate == word) continue;
    int most = static_cast<int>(word.size() + candidate.size() + 3) * kMove / 6;
    if (!nearest.empty()) most = std::min(most, best - 1);
    int distance = edit_distance(word, candidate, most);
    if (distance > most) continue;
    nearest = candidate;
    best = distance;
  }
  return nearest;
}

}  // namespace mkpyc::driver
