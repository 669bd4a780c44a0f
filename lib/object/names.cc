#include "object/names.h"

#include <xxhash.h>

#include <cstring>

namespace mkpyc {
namespace {

constexpr u32 kFirstSlots = 256;
constexpr u32 kFirstShortSlots = 1024;

u32 hash_of_long(std::string_view text) { return static_cast<u32>(XXH3_64bits(text.data(), text.size())); }

NameTable::Words words_of(std::string_view text) {
  u64 words[2] = {};
  if (!text.empty()) std::memcpy(words, text.data(), text.size());
  return {words[0], words[1] | NameTable::length_mark(text.size())};
}

}  // namespace

NameTable::NameTable()
    : short_slots_(kFirstShortSlots), short_mask_(kFirstShortSlots - 1), slots_(kFirstSlots), mask_(kFirstSlots - 1) {
  texts_.push_back({});
#define KEYWORD(cpp, text) find_or_add(text, false);
#define STATIC_NAME(cpp, text) find_or_add(text, false);
#include "names.def"
#undef KEYWORD
#undef STATIC_NAME
  pristine_ = slots_;
  pristine_count_ = count_;
  pristine_short_ = short_slots_;
  pristine_short_count_ = short_count_;
  filled_short_.clear();
}

Name NameTable::intern(std::string_view text) { return find_or_add(text, true); }
Name NameTable::intern_stable(std::string_view text) { return find_or_add(text, false); }

Name NameTable::find_or_add(std::string_view text, bool copy) {
  if (text.size() <= kShort) {
    Words words = words_of(text);
    u32 i = hash_of(words) & short_mask_;
    while (short_slots_[i].id != 0 && short_slots_[i].words != words) i = (i + 1) & short_mask_;
    if (short_slots_[i].id != 0) return static_cast<Name>(short_slots_[i].id);
    return add_short(i, words, copy ? arena_.copy(text) : text);
  }
  u32 hash = hash_of_long(text);
  for (u32 i = hash & mask_;; i = (i + 1) & mask_) {
    Slot& slot = slots_[i];
    if (slot.id == 0) {
      slot = {hash, static_cast<u32>(texts_.size())};
      texts_.push_back(copy ? arena_.copy(text) : text);
      Name name = static_cast<Name>(slot.id);
      if (++count_ * 2 > slots_.size()) grow();
      return name;
    }
    if (slot.hash == hash && texts_[slot.id] == text) return static_cast<Name>(slot.id);
  }
}

Name NameTable::add_short(u32 slot, Words words, std::string_view text) {
  u32 id = static_cast<u32>(texts_.size());
  short_slots_[slot] = {words, id};
  filled_short_.push_back(slot);
  texts_.push_back(text);
  if (++short_count_ * 2 > short_slots_.size()) grow_short();
  return static_cast<Name>(id);
}

void NameTable::grow_short() {
  std::vector<ShortSlot> old = std::move(short_slots_);
  short_slots_.assign(old.size() * 4, ShortSlot{});
  short_mask_ = static_cast<u32>(short_slots_.size()) - 1;
  for (const ShortSlot& slot : old) {
    if (slot.id == 0) continue;
    u32 i = hash_of(slot.words) & short_mask_;
    while (short_slots_[i].id != 0) i = (i + 1) & short_mask_;
    short_slots_[i] = slot;
  }
}

void NameTable::grow() {
  std::vector<Slot> old = std::move(slots_);
  slots_.assign(old.size() * 2, Slot{});
  mask_ = static_cast<u32>(slots_.size()) - 1;
  for (const Slot& slot : old) {
    if (slot.id == 0) continue;
    u32 i = slot.hash & mask_;
    while (slots_[i].id != 0) i = (i + 1) & mask_;
    slots_[i] = slot;
  }
}

void NameTable::reset() {
  ++generation_;
  texts_.resize(names::kStaticCount);
  if (count_ != pristine_count_) slots_ = pristine_;
  mask_ = static_cast<u32>(slots_.size()) - 1;
  count_ = pristine_count_;
  // Most files have far fewer names than the table has slots.
  if (short_slots_.size() == pristine_short_.size()) {
    for (u32 slot : filled_short_) short_slots_[slot] = ShortSlot{};
  } else {
    short_slots_ = pristine_short_;
  }
  filled_short_.clear();
  short_mask_ = static_cast<u32>(short_slots_.size()) - 1;
  short_count_ = pristine_short_count_;
  arena_.reset();
}

}  // namespace mkpyc
