#include "object/names.h"
#include "base/append.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace mkpyc {
namespace {

constexpr std::size_t kFirstSize = 4096;
constexpr std::size_t kShortestComposed = 3;  // "a.b"
constexpr u64 kLongMark = u64{0xFF} << 56;    // 0xFF is no byte of UTF-8

u64 load(const char* at, std::size_t size) {
  u64 word = 0;
  std::memcpy(&word, at, size);
  return word;
}

static_assert(std::endian::native == std::endian::little, "the first byte of a text is the lowest of its words");

// 1 to 8 bytes, and zeros above. Two loads of a fixed size, which may overlap, do for all.
u64 word_of(const char* at, std::size_t size) {
  if (size == 8) return load(at, 8);
  if (size >= 4) return load(at, 4) | load(at + size - 4, 4) << (8 * (size - 4));
  u64 first = static_cast<u8>(at[0]), middle = static_cast<u8>(at[size / 2]), last = static_cast<u8>(at[size - 1]);
  return first | middle << (8 * (size / 2)) | last << (8 * (size - 1));
}

NameTable::Words words_of_short(std::string_view text) {
  if (text.size() <= 8) return {word_of(text.data(), text.size()), 0};
  return {load(text.data(), 8), word_of(text.data() + 8, text.size() - 8)};
}

bool has_null(u64 word, std::size_t size) {
  if (size < 8) word |= ~u64{0} << (8 * size);
  return ((word - 0x0101010101010101u) & ~word & 0x8080808080808080u) != 0;
}

// The words of a text that has no null byte and is neither empty nor long.
bool is_short(std::string_view text, NameTable::Words& words) {
  if (text.size() - 1 >= NameTable::kShort) return false;
  words = words_of_short(text);
  return !has_null(words.low, text.size()) && (text.size() <= 8 || !has_null(words.high, text.size() - 8));
}

NameTable::Words words_of_long(std::string_view text) { return {secret_hash(text.data(), text.size()), kLongMark}; }

}  // namespace

NameTable::Words NameTable::words_of(std::string_view text) {
  Words words;
  return is_short(text, words) ? words : words_of_long(text);
}

NameTable::NameTable() {
  texts_.emplace_back();
  words_.emplace_back();
  set_size(kFirstSize);
#define KEYWORD(cpp, text) find_or_add(text, false);
#define STATIC_NAME(cpp, text) find_or_add(text, false);
#include "names.def"
#undef KEYWORD
#undef STATIC_NAME
  pristine_table_ = table_;
  filled_.clear();
}

Name NameTable::intern(std::string_view text) {
  if (text.size() >= kShortestComposed) composed_ |= end_bit(text);
  return find_or_add(text, true);
}
Name NameTable::intern_stable(std::string_view text) { return find_or_add(text, false); }

// Of a longer text the words are but its hash.
inline NameTable::Found NameTable::look(Words words, std::string_view text) const {
  bool is_long = words.high == kLongMark;
  for (u32 at = place_of(words);; at = (at + 1) & mask_) {
    u32 id = table_[at];
    if (id == 0 || (words_[id] == words && (!is_long || texts_[id] == text))) return {id, at};
  }
}

Name NameTable::find(std::string_view text) const { return static_cast<Name>(look(words_of(text), text).id); }

Name NameTable::find_or_add(std::string_view text, bool copy) {
  Words words = words_of(text);
  Found found = look(words, text);
  return found.id != 0 ? static_cast<Name>(found.id) : add(found.at, words, copy ? arena_.copy(text) : text);
}

Name NameTable::add(u32 at, Words words, std::string_view text) {
  u32 id = size();
  table_[at] = id;
  append_in_room(filled_, at);
  append_in_room(texts_, text);
  append_in_room(words_, words);
  if (texts_.size() * 2 > table_.size()) [[unlikely]]
    grow();
  return static_cast<Name>(id);
}

u32 NameTable::farthest() const {
  u32 farthest = 0;
  for (u32 at = 0; at <= mask_; ++at)
    if (table_[at] != 0) farthest = std::max(farthest, (at - place_of(words_[table_[at]])) & mask_);
  return farthest;
}

// With room for as many names as half of the table's places.
void NameTable::set_size(std::size_t size) {
  std::size_t most = size / 2 + 1;
  filled_.reserve(most);
  texts_.reserve(most);
  words_.reserve(most);
  table_.assign(size, 0);
  mask_ = static_cast<u32>(size - 1);
  shift_ = 64 - static_cast<u32>(std::countr_zero(size));
}

void NameTable::grow() {
  set_size(table_.size() * 4);
  for (u32 id = 1; id < size(); ++id) {
    u32 at = place_of(words_[id]);
    while (table_[at] != 0) at = (at + 1) & mask_;
    table_[at] = id;
  }
}

// What came last is in nobody's way: its places are emptied.
void NameTable::rewind(u32 to) {
  ++generation_;
  for (u32 id = to; id < size(); ++id) {
    u32 at = place_of(words_[id]);
    while (table_[at] != id) at = (at + 1) & mask_;
    table_[at] = 0;
  }
  filled_.resize(filled_.size() - (size() - to));
  texts_.resize(to);
  words_.resize(to);
}

void NameTable::reset() {
  ++generation_;
  composed_ = 0;
  texts_.resize(names::kStaticCount);
  words_.resize(names::kStaticCount);
  // Most files have far fewer names than the table has places.
  if (table_.size() == pristine_table_.size()) {
    for (u32 at : filled_) table_[at] = 0;
  } else {
    set_size(pristine_table_.size());
    table_ = pristine_table_;
  }
  filled_.clear();
  arena_.reset();
}

}  // namespace mkpyc
