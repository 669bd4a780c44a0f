// Patterns of Python's `re` module, parsed as Lib/re/_parser.py does: the same things are accepted, the same refused in
// the same words. path_filter.cc writes the tree in the syntax of the engine that runs it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/int.h"
#include "base/unicode.h"

namespace mkpyc::driver {

namespace re {

enum Flag : u8 {
  kIgnoreCase = 1,
  kMultiLine = 2,
  kDotAll = 4,
  kVerbose = 8,
  kAscii = 16,
  kUnicode = 32,
  kTemplate = 64
};

enum class Kind : u8 {
  kLiteral,
  kAny,
  kSet,
  kAt,
  kRepeat,
  kGroup,  // capturing, or with flags of its own, or neither
  kAtomic,
  kBranch,  // alternatives
  kSequence,
  kBackReference,
  kConditional,  // children: yes, no
  kAssert,
};

enum class At : u8 { kBeginning, kEnd, kBeginningOfString, kEndOfString, kBoundary, kNotBoundary };
enum class Category : u8 { kNone, kDigit, kNotDigit, kSpace, kNotSpace, kWord, kNotWord };
enum class Greed : u8 { kGreedy, kLazy, kPossessive };

/// One member of a set: a range of characters or a category.
struct SetItem {
  u32 low = 0, high = 0;
  Category category = Category::kNone;
};

inline constexpr u64 kUnlimited = ~u64{0};

struct Node {
  Kind kind;
  u32 code = 0;                  // kLiteral
  std::vector<SetItem> items;    // kSet
  bool negated = false;          // kSet, kAssert
  At at = At::kBeginning;        // kAt
  u64 min = 0, max = 0;          // kRepeat
  Greed greed = Greed::kGreedy;  // kRepeat
  int group = 0;                 // kGroup (0: not capturing), kBackReference, kConditional
  u8 add_flags = 0, del_flags = 0;
  bool behind = false;  // kAssert
  std::vector<std::unique_ptr<Node>> children;
};

/// A parsed pattern, or why there is none (re.error's text).
struct Pattern {
  std::unique_ptr<Node> root;
  u8 flags = 0;  // of the whole pattern
  std::string error;
};

Pattern parse(std::string_view pattern, UnicodeVersion version);

}  // namespace re
}  // namespace mkpyc::driver
