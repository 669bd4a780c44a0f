// The interner: one dense id for each distinct identifier text of a compilation. Scopes and name tables are
// indexed by id; comparing two names compares two integers.
#pragma once

#include <string_view>
#include <vector>

#include "base/arena.h"

namespace mkpyc {

/// An interned identifier. Id 0 is "no name".
enum class Name : u32 { kNone = 0 };

/// Names that the compiler knows, at the same id in every compilation (grammar/names.def). Keywords come first.
namespace names {
enum Static : u32 {
  kNoName,
#define KEYWORD(cpp, text) k_##cpp,
#define STATIC_NAME(cpp, text) k_##cpp,
#include "names.def"
#undef KEYWORD
#undef STATIC_NAME
  kStaticCount
};
enum : u32 {
  kKeywordCount = 0
#define KEYWORD(cpp, text) +1
#define STATIC_NAME(cpp, text)
#include "names.def"
#undef KEYWORD
#undef STATIC_NAME
};
#define KEYWORD(cpp, text) inline constexpr Name cpp = static_cast<Name>(k_##cpp);
#define STATIC_NAME(cpp, text) inline constexpr Name cpp = static_cast<Name>(k_##cpp);
#include "names.def"
#undef KEYWORD
#undef STATIC_NAME
}  // namespace names

/// True for the 35 hard keywords (as spelled; 3.8 to 3.15 have the same).
constexpr bool is_keyword(Name name) { return static_cast<u32>(name) - 1 < static_cast<u32>(names::kKeywordCount); }

class NameTable {
 public:
  NameTable();

  /// The id of the text, which is copied when it is new. The text is UTF-8 (surrogates as three bytes).
  Name intern(std::string_view text);
  /// The same for text that lives at least as long as this compilation (the source buffer): not copied.
  Name intern_stable(std::string_view text);

  std::string_view text(Name name) const { return texts_[static_cast<u32>(name)]; }
  /// One more than the largest id given out: the size of an array indexed by name.
  u32 size() const { return static_cast<u32>(texts_.size()); }
  /// Forgets all but the static names.
  void reset();
  /// Changes with each reset(): an id means the same as long as this number stays.
  u32 generation() const { return generation_; }

 private:
  struct Slot {
    u32 hash;
    u32 id;  // 0: empty
  };
  Name find_or_add(std::string_view text, bool copy);
  void grow();

  std::vector<std::string_view> texts_;
  std::vector<Slot> slots_;
  u32 mask_ = 0;
  u32 generation_ = 0;
  std::vector<Slot> pristine_;  // the slots with the static names alone
  Arena arena_;
};

}  // namespace mkpyc
