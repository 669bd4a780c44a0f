// The marshal format (CPython: marshal.c w_object).
#include <algorithm>
#include <bit>
#include <cstring>

#include "marshal/marshal.h"
#include "marshal/refs.h"
#include "target/features.h"

namespace mkpyc::marshal {
namespace {

constexpr u8 kFlagRef = 0x80;
constexpr int kDigitBits = 15;  // of TYPE_LONG

class Writer {
 public:
  // `first`: the number of the first flagged object, above all that objects have from earlier walks.
  Writer(const Target& target, i32 first, ByteWriter& out)
      : target_(target),
        out_(out),
        first_(first),
        next_(first),
        set_keys_held_(target.on(Feature::set_keys_are_held)) {}

  // `held`: somebody holds another reference for the moment.
  void object(Object* object, bool held = false) {
    if (object->type <= Type::Ellipsis) return out_.put8(static_cast<u8>("NFT."[static_cast<int>(object->type)]));
    u8 flag = 0;
    if (held || flagged(object)) {
      if (has_number(object)) return reference(object);
      number(object);
      flag = kFlagRef;
    }
    if (object->type < Type::Tuple) return leaf(object, flag);
    container(object, flag);
  }
  i32 next() const { return next_; }
  static_assert(Type::None < Type::False && Type::False < Type::True && Type::True < Type::Ellipsis &&
                Type::Ellipsis < Type::Int);

 private:
  // ---- numbers of objects. While a set's elements are sorted, each is dumped as if alone, with numbers of its own;
  // these are below -1, and counted from dump_first_ on.
  bool has_number(const Object* object) const {
    return dump_first_ < 0 ? object->ref >= first_ : object->ref <= -2 - dump_first_;
  }
  void reference(const Object* object) {
    sized('r', 0, static_cast<u32>(dump_first_ < 0 ? object->ref - first_ : -2 - object->ref - dump_first_));
  }
  void number(Object* object) {
    if (dump_first_ < 0) {
      object->ref = next_++;
      return;
    }
    dumped_.push_back({object, object->ref});
    object->ref = -1 - dump_first_ - static_cast<i32>(dumped_.size());
  }

  // ---- values ----
  // Apart from containers, which need a larger frame.
  [[gnu::noinline]] void leaf(const Object* object, u8 flag) {
    if (object->type == Type::Str) return string(*static_cast<const StrObject*>(object), flag);
    if (object->type == Type::Bytes) return long_text('s', flag, static_cast<const BytesObject*>(object)->bytes);
    if (object->type == Type::Int) return integer(*static_cast<const IntObject*>(object), flag);
    if (object->type == Type::Float) {
      type('g', flag);
      return out_.put64(std::bit_cast<u64>(static_cast<const FloatObject*>(object)->value));
    }
    type('y', flag);
    out_.put64(std::bit_cast<u64>(static_cast<const ComplexObject*>(object)->real));
    out_.put64(std::bit_cast<u64>(static_cast<const ComplexObject*>(object)->imag));
  }
  static_assert(Type::Bytes < Type::Tuple && Type::Tuple < Type::FrozenSet && Type::FrozenSet < Type::Slice);

  void container(Object* object, u8 flag) {
    switch (object->type) {
      case Type::None:
      case Type::False:
      case Type::True:
      case Type::Ellipsis:
      case Type::Int:
      case Type::Float:
      case Type::Complex:
      case Type::Str:
      case Type::Bytes: return;
      case Type::Tuple: return tuple(*static_cast<TupleObject*>(object), flag);
      case Type::FrozenSet: return frozenset(*static_cast<TupleObject*>(object), flag);
      case Type::Slice: {
        auto* slice = static_cast<SliceObject*>(object);
        type(':', flag);
        for (Object* field : {slice->start, slice->stop, slice->step}) this->object(field);
        return;
      }
      case Type::Code: return code(*static_cast<CodeObject*>(object), flag);
    }
  }

  void type(char kind, u8 flag) { out_.put8(static_cast<u8>(kind) | flag); }
  // A type and the four bytes after it.
  void sized(char kind, u8 flag, u32 size) {
    char* to = out_.room(5);
    to[0] = static_cast<char>(static_cast<u8>(kind) | flag);
    put_le(to + 1, size);
  }
  static char* put_le(char* to, u32 value) {
    for (int i = 0; i < 4; ++i) to[i] = static_cast<char>(value >> (8 * i));
    return to + 4;
  }

  void short_text(char kind, u8 flag, std::string_view text) {
    char* to = out_.room(2 + text.size());
    to[0] = static_cast<char>(static_cast<u8>(kind) | flag);
    to[1] = static_cast<char>(text.size());
    copy_text(to + 2, text);
  }
  void long_text(char kind, u8 flag, std::string_view text) {
    char* to = out_.room(5 + text.size());
    to[0] = static_cast<char>(static_cast<u8>(kind) | flag);
    copy_text(put_le(to + 1, static_cast<u32>(text.size())), text);
  }

  void string(const StrObject& string, u8 flag) {
    if (!string.ascii) return long_text(string.interned ? 't' : 'u', flag, string.text);
    if (string.text.size() < 256) return short_text(string.interned ? 'Z' : 'z', flag, string.text);
    long_text(string.interned ? 'A' : 'a', flag, string.text);
  }

  void integer(const IntObject& value, u8 flag) {
    if (value.is_small() && value.small == static_cast<i32>(value.small)) {
      return sized('i', flag, static_cast<u32>(value.small));
    }
    u64 magnitude = value.small < 0 ? 0 - static_cast<u64>(value.small) : static_cast<u64>(value.small);
    const u64* limbs = value.is_small() ? &magnitude : value.limbs.begin();
    std::size_t count = value.is_small() ? 1 : value.limbs.size();
    std::size_t bits = count * 64 - static_cast<std::size_t>(std::countl_zero(limbs[count - 1]));
    std::size_t digits = (bits + kDigitBits - 1) / kDigitBits;
    bool negative = value.is_small() ? value.small < 0 : value.negative;
    sized('l', flag, negative ? 0 - static_cast<u32>(digits) : static_cast<u32>(digits));
    for (std::size_t at = 0; at < digits * kDigitBits; at += kDigitBits) {
      std::size_t limb = at / 64, shift = at % 64;
      u64 digit = limbs[limb] >> shift;
      if (shift > 64 - kDigitBits && limb + 1 < count) digit |= limbs[limb + 1] << (64 - shift);
      out_.put16(static_cast<u16>(digit & ((1 << kDigitBits) - 1)));
    }
  }

  void tuple(const TupleObject& tuple, u8 flag) {
    if (tuple.items.size() < 256) {
      type(')', flag);
      out_.put8(static_cast<u8>(tuple.items.size()));
    } else {
      sized('(', flag, tuple.items.size());
    }
    if (tuple.of_names && dump_first_ < 0) return names(tuple.items);
    for (Object* item : tuple.items) object(item);
  }
  // Most names have been written before.
  void names(const Seq<Object*>& items) {
    constexpr std::size_t kReference = 5;
    char* to = out_.reserve(kReference * items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      Object* item = items[i];
      if (item->ref >= first_) {
        *to = 'r';
        to = put_le(to + 1, static_cast<u32>(item->ref - first_));
        continue;
      }
      out_.end_at(to);
      item->ref = next_++;
      string(*static_cast<StrObject*>(item), kFlagRef);
      to = out_.reserve(kReference * (items.size() - i));
    }
    out_.end_at(to);
  }

  // The elements are in the order of what they would be marshalled to alone, and each of them is held by the sorted
  // list while it is written (bpo-37596).
  void frozenset(const TupleObject& set, u8 flag) {
    sized('>', flag, set.items.size());
    struct Element {
      std::string_view dump;
      Object* object;
    };
    ByteWriter dumps;
    std::vector<Element> elements;
    std::vector<std::size_t> ends;
    for (Object* item : set.items) {
      dump(item, dumps);
      ends.push_back(dumps.size());
    }
    std::size_t start = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      elements.push_back({dumps.view().substr(start, ends[i] - start), set.items[i]});
      start = ends[i];
    }
    std::stable_sort(elements.begin(), elements.end(),
                     [](const Element& a, const Element& b) { return a.dump < b.dump; });
    for (const Element& element : elements) object(element.object, true);
  }

  // What marshal.dumps() gives for the object alone.
  void dump(Object* object, ByteWriter& to) {
    Writer alone(target_, first_, to);
    alone.dump_first_ = dump_first_ < 0 ? 0 : dump_first_ + static_cast<i32>(dumped_.size());
    alone.object(object, set_keys_held_);
    for (std::size_t i = alone.dumped_.size(); i-- > 0;) alone.dumped_[i].object->ref = alone.dumped_[i].ref;
  }

  void code(CodeObject& code, u8 flag) {
    type('c', flag);
    char* to = out_.room(5 * sizeof(u32));
    for (i32 number :
         {code.argcount, code.posonlyargcount, code.kwonlyargcount, code.stacksize, static_cast<i32>(code.flags)})
      to = put_le(to, static_cast<u32>(number));
    object(code.code);
    for (Object* field : {code.consts, code.names, code.localsplusnames}) object(field);
    object(code.localspluskinds);
    for (Object* field : {code.filename, code.name, code.qualname}) object(field);
    out_.put32(static_cast<u32>(code.firstlineno));
    for (Object* field : {code.linetable, code.exceptiontable}) object(field);
  }

  struct Dumped {
    Object* object;
    i32 ref;  // to be put back
  };

  const Target& target_;
  ByteWriter& out_;
  i32 first_, next_;
  bool set_keys_held_;   // while a set is walked, its items are held once more
  i32 dump_first_ = -1;  // below 0: not a dump
  std::vector<Dumped> dumped_;
};

}  // namespace

void write(CodeObject* code, const Target& target, ByteWriter& out) {
  // Numbers go on from walk to walk, so that those of earlier ones need not be taken off the objects. When they have
  // become large they start again, after a walk that takes them off.
  static thread_local i32 next = 0;
  constexpr i32 kLarge = 1 << 30;
  bool restart = next > kLarge;
  if (restart) next = 0;
  count_owners(code, target, restart);
  Writer writer(target, next, out);
  writer.object(code);
  next = writer.next();
}

}  // namespace mkpyc::marshal
