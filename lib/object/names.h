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

  /// A text of at most kShort bytes as two numbers: its bytes, zeros behind them, and its length in the last byte. The
  /// tokenizer has them at hand, and nine of ten identifiers are that short: comparing costs no look at the text.
  struct Words {
    u64 low = 0, high = 0;
    friend bool operator==(const Words&, const Words&) = default;
  };
  static constexpr std::size_t kShort = 15;
  static constexpr u64 length_mark(std::size_t length) { return static_cast<u64>(length) << 56; }

  /// intern_stable() of a text of 1 to kShort bytes given as words, too.
  Name intern_short(Words words, std::string_view text) {
    for (u32 i = hash_of(words) & short_mask_;; i = (i + 1) & short_mask_) {
      const ShortSlot& slot = short_slots_[i];
      if (slot.words == words) return static_cast<Name>(slot.id);
      if (slot.id == 0) return add_short(i, words, text);
    }
  }

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
  struct ShortSlot {
    Words words;
    u32 id = 0;  // 0: empty
  };
  static u32 hash_of(Words words) {
    u64 mixed = (words.low ^ words.high * 0x9E3779B97F4A7C15u) * 0xD6E8FEB86659FD93u;
    return static_cast<u32>(mixed >> 32);
  }
  Name find_or_add(std::string_view text, bool copy);
  Name add_short(u32 slot, Words words, std::string_view text);
  void grow();
  void grow_short();

  std::vector<std::string_view> texts_;
  // Texts of up to kShort bytes, in a table of their own.
  std::vector<ShortSlot> short_slots_;
  u32 short_mask_ = 0;
  u32 short_count_ = 0;
  std::vector<u32> filled_short_;  // slots that are filled beyond the static names, for reset()
  std::vector<ShortSlot> pristine_short_;
  u32 pristine_short_count_ = 0;
  // Longer texts.
  std::vector<Slot> slots_;
  u32 mask_ = 0;
  u32 count_ = 0;
  u32 pristine_count_ = 0;
  u32 generation_ = 0;
  std::vector<Slot> pristine_;  // the slots with the static names alone
  Arena arena_;
};

}  // namespace mkpyc
