// The interner: one dense id for each distinct identifier text of a compilation. Scopes and name tables are
// indexed by id; comparing two names compares two integers.
#pragma once

#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/secret_hash.h"
#include "base/utf8.h"

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

/// True for the 35 hard keywords (as spelled; all targets have the same).
constexpr bool is_keyword(Name name) { return static_cast<u32>(name) - 1 < static_cast<u32>(names::kKeywordCount); }

class NameTable {
 public:
  NameTable();

  /// The id of the text, which is copied when it is new. The text is UTF-8 (surrogates as three bytes).
  Name intern(std::string_view text);
  /// The same for text that lives at least as long as this compilation (the source buffer): not copied.
  Name intern_stable(std::string_view text);

  /// A text of 1 to kShort bytes without a null byte as two numbers: its bytes, and zeros behind them. The tokenizer
  /// has them at hand, and nine of ten identifiers are that short: comparing costs no look at the text.
  struct Words {
    u64 low = 0, high = 0;
    friend bool operator==(const Words&, const Words&) = default;
  };
  static constexpr std::size_t kShort = 15;

  /// intern_stable() of such a text given as words, too.
  Name intern_short(Words words, std::string_view text) {
    for (u32 at = place_of(words);; at = (at + 1) & mask_) {
      u32 id = table_[at];
      if (words_[id] == words) return static_cast<Name>(id);
      if (id == 0) return add(at, words, text);
    }
  }

  /// The id of the text, or kNone if it has none.
  Name find(std::string_view text) const;
  /// The id of a text that is no identifier of the source, such as "os.path", or kNone if it has none. Most texts that
  /// have none are known by their ends.
  Name find_composed(std::string_view text) const {
    return (composed_ & end_bit(text)) == 0 ? Name::kNone : find(text);
  }

  std::string_view text(Name name) const { return texts_[static_cast<u32>(name)]; }
  /// A hash of a text, and of a name the same as of its text. Never 0.
  static u32 hash(std::string_view text) { return short_hash(mixed(words_of(text))); }
  u32 hash(Name name) const { return short_hash(mixed(words_[static_cast<u32>(name)])); }
  /// True if all bytes of the text are below 128.
  bool is_ascii(Name name) const { return is_short_ascii(name) || mkpyc::is_ascii(text(name)); }
  /// The same if the text is a short one; false for others.
  bool is_short_ascii(Name name) const {
    const Words& words = words_[static_cast<u32>(name)];
    return ((words.low | words.high) & 0x8080808080808080u) == 0;
  }
  /// One more than the largest id given out: the size of an array indexed by name.
  u32 size() const { return static_cast<u32>(texts_.size()); }
  /// Forgets all but the static names.
  void reset();
  /// Forgets the names that came since there were so many (size()).
  void rewind(u32 size);
  /// Changes with each reset() and rewind(): an id means the same as long as this number stays.
  u32 generation() const { return generation_; }

  /// How many places the farthest name is from the one where it is looked for first.
  u32 farthest() const;

 private:
  struct Found {
    u32 id;  // 0 if the text has none
    u32 at;  // where its id is, or belongs
  };
  // Its highest bits tell where a name is looked for first.
  static u64 mixed(Words words) { return secret_mix(words.low, words.high); }
  u32 place_of(Words words) const { return static_cast<u32>(mixed(words) >> shift_); }
  Found look(Words words, std::string_view text) const;
  static Words words_of(std::string_view text);
  static u64 end_bit(std::string_view text) {
    return u64{1} << ((text.size() * 16 + static_cast<u8>(text.back())) % 64);
  }
  Name find_or_add(std::string_view text, bool copy);
  Name add(u32 at, Words words, std::string_view text);
  void grow();
  void set_size(std::size_t size);

  // By id; both begin with "no name".
  std::vector<std::string_view> texts_;
  std::vector<Words> words_;  // of a longer text its hash, and a mark that is in no text
  std::vector<u32> table_;    // open addressing: ids by their words, 0 where there is none
  u32 mask_ = 0;
  u32 shift_ = 0;                    // 64 less the binary logarithm of the table's size
  std::vector<u32> pristine_table_;  // with the static names alone
  std::vector<u32> filled_;          // places that are filled beyond those, for reset()
  u64 composed_ = 0;                 // end_bit() of the texts that were copied
  u32 generation_ = 0;
  Arena arena_;
};

}  // namespace mkpyc
