// Random programs made of grammar/python.gram, for tests that hold two parsers together. A sentence follows the rules
// as if they were context-free: where the order of alternatives forbids what they allow, the parsers have to agree on
// it.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "explain/grammar.h"

namespace mkpyc::explain {

class Sentences {
 public:
  explicit Sentences(u32 seed) : random_(seed) { measure(); }

  /// A program; a few of its tokens may be dropped, doubled or replaced.
  std::string next(u32 most_depth, int mutations) {
    words_.clear();
    derive(Grammar::kFile, most_depth);
    for (int i = 0; i < mutations && !words_.empty(); ++i) mutate();
    return text();
  }

 private:
  static constexpr u32 kEndless = 1000;
  static constexpr std::size_t kManyWords = 60;
  static constexpr const char* kNewline = "\n";
  static constexpr const char* kIndent = "\1";
  static constexpr const char* kDedent = "\2";

  // The least depth of rules in which an item, alternative or rule ends.
  u32 height(const Item& item) const {
    if (item.op == Item::Op::kNever) return kEndless;
    return item.op == Item::Op::kRule ? heights_[item.rule] + 1 : 1;
  }
  bool silent(const Item& item) const {
    return item.ahead != Item::Ahead::kNo || item.op == Item::Op::kCut || item.optional;
  }
  u32 height(const Alternative& alternative) const {
    u32 most = 0;
    for (const Item& item : alternative.items)
      if (!silent(item)) most = std::max(most, height(item));
    return most;
  }
  bool usable(const Alternative& alternative) const {
    for (const Item& item : alternative.items)
      if (item.op == Item::Op::kRule && Grammar::kRules[item.rule].invalid) return false;
    return height(alternative) < kEndless;
  }
  void measure() {
    heights_.assign(Grammar::kRules.size(), kEndless);
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t i = 0; i < heights_.size(); ++i) {
        u32 least = Grammar::kRules[i].kind == Rule::Kind::kLoop0 ? 0 : kEndless;
        for (const Alternative& alternative : Grammar::kRules[i].alternatives)
          if (usable(alternative)) least = std::min(least, height(alternative));
        changed = changed || least != heights_[i];
        heights_[i] = least;
      }
    }
  }

  bool chance(int percent) { return static_cast<int>(random_() % 100) < percent; }
  template <class T>
  const T& any(const std::vector<T>& from) {
    return from[random_() % from.size()];
  }

  // Once there are many words, every choice is the shortest.
  void derive(u16 index, u32 depth) {
    if (words_.size() > kManyWords) depth = 0;
    const Rule& rule = Grammar::kRules[index];
    if (rule.kind == Rule::Kind::kPlain) return derive_one(rule, depth);
    if (rule.kind == Rule::Kind::kLoop1) derive_one(rule, depth);
    while (depth > heights_[index] + 1 && chance(30)) derive_one(rule, depth);
  }
  void derive_one(const Rule& rule, u32 depth) {
    std::vector<const Alternative*> choices;
    u32 least = kEndless;
    for (const Alternative& alternative : rule.alternatives)
      if (usable(alternative)) least = std::min(least, height(alternative));
    for (const Alternative& alternative : rule.alternatives)
      if (usable(alternative) && height(alternative) <= std::max(least, depth)) choices.push_back(&alternative);
    for (const Item& item : any(choices)->items) {
      if (item.ahead != Item::Ahead::kNo || item.op == Item::Op::kCut) continue;
      if (item.optional && (height(item) > depth || chance(60))) continue;
      if (item.op == Item::Op::kRule)
        derive(item.rule, depth == 0 ? 0 : depth - 1);
      else
        words_.push_back(word(item));
    }
  }
  std::string word(const Item& item) {
    static const std::vector<std::string> kNames = {"a", "b", "c", "_", "match", "case", "print", "x"};
    static const std::vector<std::string> kNumbers = {"1", "2.5", "3j", "0x1f"};
    static const std::vector<std::string> kStrings = {"'s'", "b'x'", "f'{a}'", "f'{a!r:{b}}'", "u'k'"};
    if (item.text[0] != '\0') return item.text;
    switch (item.kind) {
      case token::Kind::Name: return any(kNames);
      case token::Kind::Number: return any(kNumbers);
      case token::Kind::String: return any(kStrings);
      case token::Kind::Newline: return kNewline;
      case token::Kind::Indent: return kIndent;
      case token::Kind::Dedent: return kDedent;
      default: return "";
    }
  }
  bool is_layout(const std::string& word) const { return word == kNewline || word == kIndent || word == kDedent; }

  void mutate() {
    std::size_t at = random_() % words_.size();
    if (is_layout(words_[at])) return;
    std::string other = any(words_);
    if (is_layout(other)) return;
    auto place = words_.begin() + static_cast<std::ptrdiff_t>(at);
    switch (random_() % 4) {
      case 0: words_.erase(place); break;
      case 1: words_.insert(place, words_[at]); break;
      case 2: words_[at] = other; break;
      default: words_.insert(place, other); break;
    }
  }

  std::string text() const {
    std::string out;
    std::size_t indentation = 0;
    bool line_start = true;
    for (const std::string& word : words_) {
      if (word == kIndent || word == kDedent) {
        indentation += word == kIndent ? 1 : -1;
        continue;
      }
      if (line_start) out.append(indentation, ' ');
      line_start = word == kNewline;
      out += word;
      if (!line_start) out += ' ';
    }
    return out;
  }

  std::mt19937 random_;
  std::vector<u32> heights_;
  std::vector<std::string> words_;
};

}  // namespace mkpyc::explain
