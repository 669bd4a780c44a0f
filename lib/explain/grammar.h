// grammar/python.gram in memory. Groups, repetitions and lists with separators are rules of their own, as they are in
// CPython's generated parser: how deeply rules nest can be seen.
#pragma once

#include <bitset>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "explain/node.h"
#include "target/target.h"
#include "token/token.h"

namespace mkpyc::explain {

class Peg;

using KindSet = std::bitset<static_cast<std::size_t>(token::Kind::kCount)>;

struct Item {
  enum class Op : u8 {
    kToken,
    kSoftKeyword,     // a name spelled as one
    kAnySoftKeyword,  // SOFT_KEYWORD
    kNever,           // a token that compiling never makes (TYPE_COMMENT)
    kRule,
    kCut,
  };
  enum class Ahead : u8 { kNo, kMust, kMustNot };
  Op op = Op::kToken;
  Ahead ahead = Ahead::kNo;
  bool optional = false;
  bool forced = false;
  token::Kind kind = token::Kind::EndMarker;
  u16 rule = 0;
  Name soft = Name::kNone;
  std::string_view text;  // of a token, for "expected 'x'"
};

/// What an alternative makes of its parts.
struct Action {
  static constexpr u32 kMostParts = 2;
  /// One of the alternative's items, or the first or last child of what it is, or the last child of that.
  struct Part {
    enum class Select : u8 { kSelf, kFirst, kLast, kLastOfLast };
    u8 item = 0;
    Select select = Select::kSelf;
  };
  using Function = Node* (*)(Peg&, const Action&, std::span<Node* const>);

  enum class Op : u8 { kDefault, kPart, kMake, kCall };
  Op op = Op::kDefault;
  NodeKind make = NodeKind::kOther;
  Function function = nullptr;
  std::vector<Part> parts;
  TargetKind target = TargetKind::kStar;
  std::vector<std::string> messages;  // of an error
  u8 message_item = 0;                // the item that they speak of
};

struct Alternative {
  std::vector<Item> items;
  std::vector<std::string_view> item_names;  // while reading; in the grammar's text
  Action action;
  bool only_invalid = false;  // one item, an invalid_ rule: skipped on the first pass
  bool has_feature = false;
  bool feature_on = true;
  Feature feature{};
  KindSet first;     // tokens that it can begin with
  bool any = false;  // or any token at all
};

struct Rule {
  enum class Kind : u8 { kPlain, kLoop0, kLoop1 };
  std::string name;  // empty for a part of another rule
  Kind kind = Kind::kPlain;
  bool memo = false;
  bool left = false;
  bool in_cycle = false;  // its result changes while a left-recursive rule grows
  bool without_invalid = false;
  std::vector<Alternative> alternatives;
};

struct Grammar {
  std::vector<Rule> rules;
  u16 file = 0;
  u16 fstring = 0;

  /// The grammar of all targets, read on first use.
  static const Grammar& get();
};

}  // namespace mkpyc::explain
