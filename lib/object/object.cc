#include "object/object.h"
#include "base/simd.h"
#include "base/utf8.h"
#include "target/features.h"

#include <algorithm>
#include <cstring>

namespace mkpyc {
namespace {

constexpr i64 kSmallIntLast = 256;
constexpr i64 kLargerSmallIntLast = 1024;

// The latin-1 code of a one-character text, 256 for '', -1 for anything else.
int latin1_index(std::string_view text) {
  if (text.empty()) return 256;
  u8 first = static_cast<u8>(text[0]);
  if (text.size() == 1 && first < 128) return first;
  if (text.size() == 2 && (first == 0xC2 || first == 0xC3)) return (first & 3) << 6 | (text[1] & 0x3F);
  return -1;
}

}  // namespace

Objects::Objects(Arena& arena, NameTable& names) : arena_(arena), names_(names) { reset(); }

void Objects::reset(const Target& target) { forget(0, target); }

void Objects::reset() {
  forget(0);
  small_int_last_ = kSmallIntLast;
  characters_interned_ = false;
}

// All but the first objects that are single, and which object is the interned one of a name.
void Objects::forget(std::size_t kept) {
  for (std::size_t i = kept; i < made_.size(); ++i) *made_[i] = nullptr;
  made_.resize(kept);
  by_name_.clear();
}

void Objects::forget(std::size_t kept, const Target& target) {
  forget(kept);
  small_int_last_ = target.on(Feature::small_ints_to_1024) ? kLargerSmallIntLast : kSmallIntLast;
  characters_interned_ = target.on(Feature::characters_are_interned);
}

void Objects::rewind(std::size_t singles, const Target& target) {
  forget(singles, target);
  for (Object** slot : made_) {
    if ((*slot)->type != Type::Str) continue;
    StrObject* string = static_cast<StrObject*>(*slot);
    string->interned = false;
    string->name = Name::kNone;
    intern_character(string);
  }
}

/// The object is from now on the single one of its slot.
template <class T>
T* Objects::made(Object*& slot, T* object) {
  slot = object;
  made_.push_back(&slot);
  return object;
}

Object* Objects::singleton(Object*& slot, Type type) {
  return slot != nullptr ? slot : made(slot, arena_.make<Object>(Object{.type = type, .pinned = true}));
}

Object* Objects::ellipsis() { return singleton(singles_.ellipsis, Type::Ellipsis); }
Object* Objects::boolean(bool value) {
  return value ? singleton(singles_.true_object, Type::True) : singleton(singles_.false_object, Type::False);
}

IntObject* Objects::integer(i64 value) {
  bool cached = value >= kSmallIntFirst && value <= small_int_last_;
  if (!cached) return arena_.make<IntObject>(Object{.type = Type::Int}, value);
  Object*& slot = singles_.small_ints[value - kSmallIntFirst];
  if (slot != nullptr) return static_cast<IntObject*>(slot);
  return made(slot, arena_.make<IntObject>(Object{.type = Type::Int, .pinned = true}, value));
}

IntObject* Objects::integer(const u64* limbs, std::size_t count, bool negative) {
  while (count > 0 && limbs[count - 1] == 0) --count;
  constexpr u64 kTop = u64{1} << 63;
  if (count == 0) return integer(i64{0});
  if (count == 1 && limbs[0] < kTop)
    return integer(negative ? -static_cast<i64>(limbs[0]) : static_cast<i64>(limbs[0]));
  IntObject* made = arena_.make<IntObject>(Object{.type = Type::Int});
  made->limbs = Seq<u64>::copy(arena_, limbs, count);
  made->negative = negative;
  return made;
}

FloatObject* Objects::floating(double value) { return arena_.make<FloatObject>(Object{.type = Type::Float}, value); }

ComplexObject* Objects::complex(double real, double imag) {
  return arena_.make<ComplexObject>(Object{.type = Type::Complex}, real, imag);
}

StrObject* Objects::str(std::string_view text) {
  return latin1_index(text) >= 0 ? str_stable(text) : str_stable(arena_.copy(text));
}

StrObject* Objects::fresh_str(std::string_view text) {
  return text.empty() ? str_stable(text) : uncached_str(arena_.copy(text));
}

StrObject* Objects::uncached_str(std::string_view text) {
  return arena_.make<StrObject>(Object{.type = Type::Str, .ascii = is_ascii(text)}, text);
}

StrObject* Objects::str_stable(std::string_view text) {
  int index = latin1_index(text);
  if (index < 0) return uncached_str(text);
  Object*& slot = singles_.latin1[index];
  if (slot != nullptr) return static_cast<StrObject*>(slot);
  Object header{.type = Type::Str, .pinned = true, .ascii = index < 128 || index == 256};
  StrObject* string = made(slot, arena_.make<StrObject>(header, arena_.copy(text)));
  intern_character(string);
  return string;
}

// CPython has one object for a latin-1 character, and interning an identifier interns that one, also where nothing is
// compiled of the identifier. (Of the ASCII characters it has interned ones beside these, in some releases: a constant
// is replaced by them when its code object is made.)
void Objects::intern_character(StrObject* string) {
  if (!is_interned_character(string->text)) return;
  Name name = characters_interned_ ? names_.intern_stable(string->text) : names_.find(string->text);
  if (name != Name::kNone) set_name(name, string);
}

void Objects::set_name(Name name, StrObject* string) {
  u32 id = static_cast<u32>(name);
  if (id >= by_name_.size()) by_name_.resize(std::max<std::size_t>(names_.size(), id + 1));
  by_name_[id] = string;
  string->pinned = string->interned = true;
  string->name = name;
}

StrObject* Objects::make_name(Name name) {
  void* room = arena_.room<StrObject>();
  std::string_view text = names_.text(name);
  u32 id = static_cast<u32>(name);
  bool usual = text.size() > 2 && names_.is_short_ascii(name) && id < by_name_.size();
  if (!usual) [[unlikely]]
    return make_unusual_name(room, name);
  Object header{.type = Type::Str, .pinned = true, .interned = true, .ascii = true, .hash = names_.hash(name)};
  return by_name_[id] = new (room) StrObject{header, text, name};
}

// The same for one that is perhaps a character, long, not ASCII, or has come since there was made room for names.
StrObject* Objects::make_unusual_name(void* room, Name name) {
  std::string_view text = names_.text(name);
  Object header{.type = Type::Str, .ascii = names_.is_ascii(name), .hash = names_.hash(name)};
  bool is_character = text.size() <= 2 && is_interned_character(text);
  StrObject* made = is_character ? str(text) : new (room) StrObject{header, text};
  set_name(name, made);
  return made;
}

bool Objects::is_interned_character(std::string_view text) const {
  int index = latin1_index(text);
  return characters_interned_ ? index >= 0 : index >= 128 && index < 256;
}

BytesObject* Objects::bytes(std::string_view value) {
  if (value.size() > 1) return arena_.make<BytesObject>(Object{.type = Type::Bytes}, arena_.copy(value));
  Object*& slot = singles_.bytes1[value.empty() ? 256 : static_cast<u8>(value[0])];
  if (slot != nullptr) return static_cast<BytesObject*>(slot);
  return made(slot, arena_.make<BytesObject>(Object{.type = Type::Bytes, .pinned = true}, arena_.copy(value)));
}

BytesObject* Objects::fresh_bytes(std::string_view value) {
  if (value.empty()) return bytes(value);
  return arena_.make<BytesObject>(Object{.type = Type::Bytes}, arena_.copy(value));
}

TupleObject* Objects::tuple(const Object* const* items, std::size_t count) {
  auto copied = Seq<Object*>::copy(arena_, const_cast<Object* const*>(items), count);
  if (count != 0) return arena_.make<TupleObject>(Object{.type = Type::Tuple}, copied);
  Object*& slot = singles_.empty_tuple;
  if (slot != nullptr) return static_cast<TupleObject*>(slot);
  return made(slot, arena_.make<TupleObject>(Object{.type = Type::Tuple, .pinned = true}));
}

TupleObject* Objects::frozenset(const Object* const* items, std::size_t count) {
  return arena_.make<TupleObject>(Object{.type = Type::FrozenSet},
                                  Seq<Object*>::copy(arena_, const_cast<Object* const*>(items), count));
}

SliceObject* Objects::slice(Object* start, Object* stop, Object* step) {
  return arena_.make<SliceObject>(Object{.type = Type::Slice}, start, stop, step);
}

#ifdef __SSE2__
namespace {

// Up to 16 bytes, those of a shorter text more than once.
template <class Word>
__m128i ends_of(std::string_view text) {
  Word first, last;
  std::memcpy(&first, text.data(), sizeof first);
  std::memcpy(&last, text.data() + text.size() - sizeof last, sizeof last);
  if constexpr (sizeof(Word) == 8)
    return _mm_set_epi64x(static_cast<i64>(last), static_cast<i64>(first));
  else
    return _mm_set1_epi64x(static_cast<i64>(u64{last} << 32 | first));
}

__m128i bytes_of_tiny(std::string_view text) {
  u32 first = static_cast<u8>(text[0]), middle = static_cast<u8>(text[text.size() / 2]);
  u32 last = static_cast<u8>(text.back());
  return _mm_set1_epi32(static_cast<i32>(first | middle << 8 | last << 16 | last << 24));
}

bool all_name_chars_of_long(std::string_view text) {
  const char *at = text.data(), *last = at + text.size() - 16;
  for (; at < last; at += 16)
    if (!simd::all_name_chars(simd::load(at))) return false;
  return simd::all_name_chars(simd::load(last));
}

}  // namespace

bool all_name_chars(std::string_view text) {
  if (text.size() >= 16) return all_name_chars_of_long(text);
  if (text.size() >= 8) return simd::all_name_chars(ends_of<u64>(text));
  if (text.size() >= 4) return simd::all_name_chars(ends_of<u32>(text));
  return text.empty() || simd::all_name_chars(bytes_of_tiny(text));
}
#else
bool all_name_chars(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  });
}
#endif

}  // namespace mkpyc
