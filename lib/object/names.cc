#include "object/names.h"

#include <xxhash.h>

namespace mkpyc {
namespace {

constexpr u32 kFirstSlots = 1024;

u32 hash_of(std::string_view text) { return static_cast<u32>(XXH3_64bits(text.data(), text.size())); }

}  // namespace

NameTable::NameTable() : slots_(kFirstSlots), mask_(kFirstSlots - 1) {
  texts_.push_back({});
#define KEYWORD(cpp, text) find_or_add(text, false);
#define STATIC_NAME(cpp, text) find_or_add(text, false);
#include "names.def"
#undef KEYWORD
#undef STATIC_NAME
  pristine_ = slots_;
}

Name NameTable::intern(std::string_view text) { return find_or_add(text, true); }
Name NameTable::intern_stable(std::string_view text) { return find_or_add(text, false); }

Name NameTable::find_or_add(std::string_view text, bool copy) {
  u32 hash = hash_of(text);
  for (u32 i = hash & mask_;; i = (i + 1) & mask_) {
    Slot& slot = slots_[i];
    if (slot.id == 0) {
      slot = {hash, static_cast<u32>(texts_.size())};
      texts_.push_back(copy ? arena_.copy(text) : text);
      Name name = static_cast<Name>(slot.id);
      if (texts_.size() * 2 > slots_.size()) grow();
      return name;
    }
    if (slot.hash == hash && texts_[slot.id] == text) return static_cast<Name>(slot.id);
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
  slots_ = pristine_;
  mask_ = static_cast<u32>(slots_.size()) - 1;
  arena_.reset();
}

}  // namespace mkpyc
