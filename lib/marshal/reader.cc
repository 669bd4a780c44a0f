// CPython: marshal.c r_object, for the types that a code object can reach. Sizes are checked against the bytes that are
// left before anything is allocated, nesting against marshal's own limit, and a reference to an object that is not
// finished yet is refused, so that what comes out has no cycles.
#include "marshal/reader.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "base/utf8.h"
#include "marshal/marshal.h"

namespace mkpyc::marshal {
namespace {

constexpr u8 kFlagRef = 0x80;
constexpr int kMaxDepth = 2000;
constexpr u32 kDigitBits = 15;

struct Malformed {
  const char* what;
};

class Reader {
 public:
  Reader(std::string_view bytes, Arena& arena) : bytes_(bytes), arena_(arena) {}

  std::size_t offset() const { return at_; }

  Object* object() {
    if (++depth_ > kMaxDepth) throw Malformed{"nested too deeply"};
    u8 byte = u8_();
    char type = static_cast<char>(byte & ~kFlagRef);
    if (type == 'r') {
      --depth_;
      return reference();
    }
    i32 number = -1;
    if ((byte & kFlagRef) != 0) {
      number = static_cast<i32>(numbered_.size());
      numbered_.push_back(nullptr);
    }
    Object* made = value(type);
    if (number >= 0) {
      made->pinned = true;
      made->ref = number;
      numbered_[static_cast<std::size_t>(number)] = made;
    }
    --depth_;
    return made;
  }

 private:
  std::string_view raw(std::size_t count) {
    if (count > bytes_.size() - at_) throw Malformed{"the bytes end inside an object"};
    at_ += count;
    return bytes_.substr(at_ - count, count);
  }
  template <class T>
  T fixed() {
    static_assert(std::endian::native == std::endian::little);
    T value;
    std::memcpy(&value, raw(sizeof value).data(), sizeof value);
    return value;
  }
  u8 u8_() { return fixed<u8>(); }
  /// A size that so many bytes at least must follow.
  std::size_t size() {
    u32 count = fixed<u32>();
    if (count > bytes_.size() - at_) throw Malformed{"a size exceeds what is left"};
    return count;
  }

  Object* reference() {
    u32 number = fixed<u32>();
    if (number >= numbered_.size() || numbered_[number] == nullptr) throw Malformed{"reference to no object"};
    return numbered_[number];
  }

  // Apart from the leaves, which would make the frames of a deep recursion large.
  Object* value(char type) {
    switch (type) {
      case ')': return sequence(Type::Tuple, u8_());
      case '(': return sequence(Type::Tuple, size());
      case '>': return sequence(Type::FrozenSet, size());
      case ':': return slice();
      case 'c': return code();
      default: return leaf(type);
    }
  }

  [[gnu::noinline]] Object* leaf(char type) {
    switch (type) {
      case 'N': return arena_.make<Object>(Object{.type = Type::None});
      case 'F': return arena_.make<Object>(Object{.type = Type::False});
      case 'T': return arena_.make<Object>(Object{.type = Type::True});
      case '.': return arena_.make<Object>(Object{.type = Type::Ellipsis});
      case 'i': return arena_.make<IntObject>(Object{.type = Type::Int}, fixed<i32>());
      case 'l': return integer();
      case 'g': return arena_.make<FloatObject>(Object{.type = Type::Float}, fixed<double>());
      case 'y': {
        double real = fixed<double>();
        return arena_.make<ComplexObject>(Object{.type = Type::Complex}, real, fixed<double>());
      }
      case 's': return arena_.make<BytesObject>(Object{.type = Type::Bytes}, raw(size()));
      case 'z': return string(raw(u8_()), false, true);
      case 'Z': return string(raw(u8_()), true, true);
      case 'a': return string(raw(size()), false, true);
      case 'A': return string(raw(size()), true, true);
      case 'u': return string(raw(size()), false, false);
      case 't': return string(raw(size()), true, false);
      default: throw Malformed{"no type of a code object"};
    }
  }

  Object* string(std::string_view text, bool interned, bool ascii) {
    if (ascii ? !is_ascii(text) : !is_text(text)) throw Malformed{"a string is not valid"};
    return arena_.make<StrObject>(Object{.type = Type::Str, .interned = interned, .ascii = ascii}, text);
  }

  // UTF-8, in which surrogates are written as three bytes.
  static bool is_text(std::string_view text) {
    std::optional<Utf8Error> error = find_utf8_error(text);
    while (error) {
      std::string_view rest = text.substr(error->start, 3);
      bool surrogate = rest.size() == 3 && rest[0] == '\xed' && (rest[1] & 0xE0) == 0xA0 && (rest[2] & 0xC0) == 0x80;
      if (!surrogate) return false;
      error = find_utf8_error(text, error->start + 3);
    }
    return true;
  }

  // Items wait on a stack until the last is there, so that a large size alone allocates nothing.
  Object* sequence(Type type, std::size_t count) {
    if (count > bytes_.size() - at_) throw Malformed{"a size exceeds what is left"};
    std::size_t first = items_.size();
    for (std::size_t i = 0; i < count; ++i) items_.push_back(object());
    auto items = Seq<Object*>::copy(arena_, items_.data() + first, count);
    items_.resize(first);
    return arena_.make<TupleObject>(Object{.type = type}, items);
  }

  Object* slice() {
    Object* start = object();
    Object* stop = object();
    return arena_.make<SliceObject>(Object{.type = Type::Slice}, start, stop, object());
  }

  Object* integer() {
    i32 signed_count = fixed<i32>();
    u32 count = signed_count < 0 ? 0 - static_cast<u32>(signed_count) : static_cast<u32>(signed_count);
    if (count > (bytes_.size() - at_) / 2) throw Malformed{"a size exceeds what is left"};
    std::size_t limb_count = (std::size_t{count} * kDigitBits + 63) / 64;
    u64* limbs = arena_.array<u64>(limb_count);
    std::fill_n(limbs, limb_count, 0);
    for (std::size_t i = 0; i < count; ++i) {
      u64 digit = fixed<u16>();
      if (digit >> kDigitBits != 0 || (digit == 0 && i + 1 == count))
        throw Malformed{"digit of an integer out of range"};
      std::size_t at = i * kDigitBits;
      limbs[at / 64] |= digit << (at % 64);
      if (at % 64 > 64 - kDigitBits && at / 64 + 1 < limb_count) limbs[at / 64 + 1] |= digit >> (64 - at % 64);
    }
    while (limb_count > 0 && limbs[limb_count - 1] == 0) --limb_count;
    auto* made = arena_.make<IntObject>(Object{.type = Type::Int});
    bool negative = signed_count < 0;
    if (limb_count == 0 || (limb_count == 1 && limbs[0] >> 63 == 0)) {
      i64 small = limb_count == 0 ? 0 : static_cast<i64>(limbs[0]);
      made->small = negative ? -small : small;
    } else {
      made->limbs = {limbs, static_cast<u32>(limb_count)};
      made->negative = negative;
    }
    return made;
  }

  template <class T>
  T* field(Type type) {
    Object* object = this->object();
    if (object->type != type) throw Malformed{"a field of a code object has the wrong type"};
    return static_cast<T*>(object);
  }

  [[gnu::noinline]] Object* code() {
    auto* code = arena_.make<CodeObject>(Object{.type = Type::Code});
    for (i32* number : {&code->argcount, &code->posonlyargcount, &code->kwonlyargcount, &code->stacksize})
      *number = fixed<i32>();
    code->flags = fixed<u32>();
    code->code = field<BytesObject>(Type::Bytes);
    code->consts = field<TupleObject>(Type::Tuple);
    code->names = field<TupleObject>(Type::Tuple);
    code->localsplusnames = field<TupleObject>(Type::Tuple);
    code->localspluskinds = field<BytesObject>(Type::Bytes);
    code->filename = field<StrObject>(Type::Str);
    code->name = field<StrObject>(Type::Str);
    code->qualname = field<StrObject>(Type::Str);
    code->firstlineno = fixed<i32>();
    code->linetable = field<BytesObject>(Type::Bytes);
    code->exceptiontable = field<BytesObject>(Type::Bytes);
    for (const TupleObject* names : {code->names, code->localsplusnames})
      for (const Object* name : names->items)
        if (name->type != Type::Str) throw Malformed{"a name is not a string"};
    return code;
  }

  std::string_view bytes_;
  Arena& arena_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::vector<Object*> items_;
  std::vector<Object*> numbered_;  // null: not finished
};

}  // namespace

Unmarshalled read(std::string_view bytes, Arena& arena) {
  Reader reader(bytes, arena);
  Unmarshalled result;
  try {
    result.object = reader.object();
  } catch (const Malformed& malformed) {
    result.error = malformed.what;
  }
  result.offset = reader.offset();
  return result;
}

const Target* target_of_pyc(std::string_view bytes) {
  if (bytes.size() < kHeaderSize) return nullptr;
  u32 magic;
  std::memcpy(&magic, bytes.data(), sizeof magic);
  return Target::find_magic(magic);
}

}  // namespace mkpyc::marshal
