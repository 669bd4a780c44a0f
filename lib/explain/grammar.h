// grammar/python.gram as tables, which tools/make-grammar writes when mkpyc is built. Groups, repetitions and lists
// with separators are rules of their own, as they are in CPython's generated parser: how deeply rules nest can be seen.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

#include "explain/node.h"
#include "target/target.h"
#include "token/token.h"

namespace mkpyc::explain {

class Peg;

/// Where a list lies in the table of all things of its type (below): places, not pointers, so that nothing has to be
/// relocated when the program starts.
template <class T>
struct List {
  u16 first = 0;
  u16 count = 0;

  const T* begin() const;
  const T* end() const { return begin() + count; }
  std::size_t size() const { return count; }
  bool empty() const { return count == 0; }
  const T& operator[](std::size_t i) const { return begin()[i]; }
};

class KindSet {
 public:
  constexpr KindSet(std::initializer_list<token::Kind> kinds) {
    for (token::Kind kind : kinds) words_[word(kind)] |= bit(kind);
  }
  constexpr bool test(token::Kind kind) const { return (words_[word(kind)] & bit(kind)) != 0; }

 private:
  static constexpr std::size_t word(token::Kind kind) { return static_cast<std::size_t>(kind) / 64; }
  static constexpr u64 bit(token::Kind kind) { return u64{1} << (static_cast<std::size_t>(kind) % 64); }
  u64 words_[static_cast<std::size_t>(token::Kind::kCount) / 64 + 1] = {};
};

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
  char text[12] = "";  // of a token, for "expected 'x'"
};

/// What an alternative makes of its parts.
struct Action {
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
  u8 function = 0;  // in kFunctions
  List<Part> parts;
  TargetKind target = TargetKind::kStar;
  List<std::string_view> messages;  // of an error
  u8 message_item = 0;              // the item that they speak of
};

struct Alternative {
  List<Item> items;
  Action action;
  bool only_invalid = false;  // one item, an invalid_ rule: skipped on the first pass
  bool has_feature = false;
  bool feature_on = true;
  Feature feature{};
  KindSet first = {};  // tokens that it can begin with
  bool any = false;    // or any token at all
};

struct Rule {
  enum class Kind : u8 { kPlain, kLoop0, kLoop1 };
  bool named = false;    // not just a part of another rule
  bool invalid = false;  // and the name begins with "invalid_"
  Kind kind = Kind::kPlain;
  bool memo = false;
  bool left = false;
  bool fresh = false;  // its result may change: nothing but what CPython remembers may be taken from before
  bool without_invalid = false;
  List<Alternative> alternatives;
};

/// The tables.
struct Grammar {
  static const std::string_view kMessages[];
  static const Action::Part kParts[];
  static const Action::Function kFunctions[];
  static const Item kItems[];
  static const Alternative kAlternatives[];
  static const std::span<const Rule> kRules;
  // where to begin
  static const u16 kFile;
  static const u16 kFString;
};

template <>
inline const std::string_view* List<std::string_view>::begin() const {
  return Grammar::kMessages + first;
}
template <>
inline const Action::Part* List<Action::Part>::begin() const {
  return Grammar::kParts + first;
}
template <>
inline const Item* List<Item>::begin() const {
  return Grammar::kItems + first;
}
template <>
inline const Alternative* List<Alternative>::begin() const {
  return Grammar::kAlternatives + first;
}

}  // namespace mkpyc::explain
