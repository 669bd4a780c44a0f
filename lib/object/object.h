// Python values that a code object can hold. A pointer is an identity: two Objects that are the same CPython object
// must be the same Object, because marshal's reference flags show which objects are shared (CPython: marshal.c w_ref).
// Objects live in an arena and are immutable once reachable from the syntax tree or from a finished code object.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "object/names.h"
#include "target/target.h"

namespace mkpyc {

enum class Type : u8 { None, False, True, Ellipsis, Int, Float, Complex, Str, Bytes, Tuple, FrozenSet, Slice, Code };

struct Object {
  Type type;
  /// CPython would hold this object elsewhere too (a cached small integer, '', a latin-1 character, b'', a one-byte
  /// bytes object, (), an interned or static string): its reference count is never 1, so marshal flags it always.
  bool pinned = false;
  /// Str only: an interned string (marshal writes Z or t in place of z or u).
  bool interned = false;
  /// Str only: all bytes are below 128.
  bool ascii = false;
  /// Scratch of one marshal run (marshal/refs.cc): in-edges and the index handed out. Reset there.
  u32 owners = 0;
  i32 ref = -1;
  /// Scratch of constant merging: the compilation in which the object stands for itself.
  u32 epoch = 0;
  /// Of the value, when object/constants.cc has asked for it; 0: it has not.
  mutable u32 hash = 0;
  /// Scratch of code generation: the index in the last code object that had this as a constant.
  u32 const_index = 0;
};

struct IntObject : Object {
  /// The value if it fits; else `limbs` holds the magnitude, least significant first, and `negative` its sign.
  i64 small = 0;
  Seq<u64> limbs;  // empty: use `small`
  bool negative = false;
  bool is_small() const { return limbs.empty(); }
};

/// True for what LOAD_SMALL_INT can load.
inline bool is_small_int(const Object* object) {
  if (object->type != Type::Int) return false;
  const auto* integer = static_cast<const IntObject*>(object);
  return integer->is_small() && integer->small >= 0 && integer->small <= 255;
}

struct FloatObject : Object {
  double value = 0;
};

struct ComplexObject : Object {
  double real = 0, imag = 0;
};

struct StrObject : Object {
  std::string_view text;    // UTF-8; lone surrogates as their three bytes (CPython's surrogatepass)
  Name name = Name::kNone;  // for an interned string, its id if it has one
};

struct BytesObject : Object {
  std::string_view bytes;
};

/// A tuple, or a frozenset whose items are in the order in which marshal writes them.
struct TupleObject : Object {
  Seq<Object*> items;
  bool of_names = false;  // its items are interned strings
};

struct SliceObject : Object {
  Object *start = nullptr, *stop = nullptr, *step = nullptr;
};

/// A code object, with the fields of the newest CPython; marshal writes those that a target has, in its order.
struct CodeObject : Object {
  i32 argcount = 0, posonlyargcount = 0, kwonlyargcount = 0;
  i32 stacksize = 0;
  u32 flags = 0;
  i32 firstlineno = 0;
  BytesObject* code = nullptr;
  TupleObject* consts = nullptr;
  TupleObject* names = nullptr;
  TupleObject* localsplusnames = nullptr;
  BytesObject* localspluskinds = nullptr;
  StrObject* filename = nullptr;
  StrObject* name = nullptr;
  StrObject* qualname = nullptr;
  BytesObject* linetable = nullptr;
  BytesObject* exceptiontable = nullptr;
};

/// co_flags (CPython: Include/cpython/code.h).
enum CodeFlags : u32 {
  CO_OPTIMIZED = 0x0001,
  CO_NEWLOCALS = 0x0002,
  CO_VARARGS = 0x0004,
  CO_VARKEYWORDS = 0x0008,
  CO_NESTED = 0x0010,
  CO_GENERATOR = 0x0020,
  CO_COROUTINE = 0x0080,
  CO_ITERABLE_COROUTINE = 0x0100,
  CO_ASYNC_GENERATOR = 0x0200,
  CO_FUTURE_DIVISION = 0x20000,
  CO_FUTURE_ABSOLUTE_IMPORT = 0x40000,
  CO_FUTURE_WITH_STATEMENT = 0x80000,
  CO_FUTURE_PRINT_FUNCTION = 0x100000,
  CO_FUTURE_UNICODE_LITERALS = 0x200000,
  CO_FUTURE_BARRY_AS_BDFL = 0x400000,
  CO_FUTURE_GENERATOR_STOP = 0x800000,
  CO_FUTURE_ANNOTATIONS = 0x1000000,
  CO_HAS_DOCSTRING = 0x4000000,
  CO_METHOD = 0x8000000,
};

/// Makes objects in one arena. What CPython keeps single (None, small integers, one-character strings, ...) is
/// single here; all else is a fresh object a call, as in CPython before constants are merged.
class Objects {
 public:
  Objects(Arena& arena, NameTable& names);
  /// Forgets every object made; to be called when the arena was reset. Which objects are single depends on the target.
  void reset(const Target& target);
  /// The same for what is made of a source before it is known whom it is for: no object is single that is so for some
  /// targets only. rewind() says for whom the rest is made.
  void reset();
  static constexpr i64 kSmallIntFirst = -5;
  static constexpr i64 kMostSmallInts = 1024 - kSmallIntFirst + 1;
  /// How many objects there are of which there is one each: a point to go back to.
  std::size_t singles() const { return made_.size(); }
  /// Goes back to the first so many, with the arena and the names gone back as far, for a target that may treat them
  /// otherwise. Strings and names that were made since are forgotten, and none is interned.
  void rewind(std::size_t singles, const Target& target);

  Object* none() { return singles_.none != nullptr ? singles_.none : singleton(singles_.none, Type::None); }
  Object* ellipsis();
  Object* boolean(bool value);
  /// Small integers (-5..256, or to 1024) are cached objects of CPython and pinned.
  IntObject* integer(i64 value);
  /// The integer itself, or the single one of its value.
  IntObject* single(IntObject* integer) {
    bool fresh = !integer->pinned && integer->is_small() && integer->small >= 0 && integer->small <= small_int_last_;
    return fresh ? this->integer(integer->small) : integer;
  }
  /// An integer of any size, from its magnitude (least significant limb first); normalises to `small` if it fits.
  IntObject* integer(const u64* limbs, std::size_t count, bool negative);
  FloatObject* floating(double value);
  ComplexObject* complex(double real, double imag);
  /// A fresh string; '' and latin-1 characters are the cached ones. The text is copied.
  StrObject* str(std::string_view text);
  /// A string that is a cached one only if it is ''.
  StrObject* fresh_str(std::string_view text);
  /// The same as str() without the copy: the text must live as long as the arena.
  StrObject* str_stable(std::string_view text);
  /// The same for text that is known to be ASCII.
  StrObject* ascii_stable(std::string_view text) {
    return text.size() > 1 ? arena_.make<StrObject>(Object{.type = Type::Str, .ascii = true}, text) : str_stable(text);
  }
  /// The interned string of a name: one object a name.
  StrObject* name(Name name) {
    u32 id = static_cast<u32>(name);
    return id < by_name_.size() && by_name_[id] != nullptr ? by_name_[id] : make_name(name);
  }
  /// Makes a string the interned one of a name.
  void set_name(Name name, StrObject* string);
  /// A fresh bytes object; b'' and one-byte values are the cached ones. Copied.
  BytesObject* bytes(std::string_view value);
  /// A bytes object that is never a cached one, as C code makes it with PyBytes_FromStringAndSize and fills it later
  /// (co_localspluskinds); b'' is the cached one all the same.
  BytesObject* fresh_bytes(std::string_view value);
  /// A tuple with these items; () is the cached one.
  TupleObject* tuple(const Object* const* items, std::size_t count);
  TupleObject* frozenset(const Object* const* items, std::size_t count);
  SliceObject* slice(Object* start, Object* stop, Object* step);

  Arena& arena() { return arena_; }
  NameTable& names() { return names_; }

 private:
  StrObject* make_name(Name name);
  StrObject* make_unusual_name(void* room, Name name);
  StrObject* uncached_str(std::string_view text);
  bool is_interned_character(std::string_view text) const;
  void intern_character(StrObject* string);

  Object* singleton(Object*& slot, Type type);
  template <class T>
  T* made(Object*& slot, T* object);
  void forget(std::size_t kept);
  void forget(std::size_t kept, const Target& target);

  /// The objects of which there is one each; null: not made yet.
  struct Singles {
    Object *none, *ellipsis, *true_object, *false_object;
    Object* empty_tuple;
    Object* latin1[257];  // the last is ''
    Object* bytes1[257];  // the last is b''
    Object* small_ints[kMostSmallInts];
  };
  Arena& arena_;
  NameTable& names_;
  i64 small_int_last_ = -1;
  bool characters_interned_ = false;  // one-character strings are interned ones
  Singles singles_ = {};
  std::vector<Object**> made_;  // what is not null of that, in order: most files need few of so many
  std::vector<StrObject*> by_name_;
};

/// True if the text is one that CPython interns when it is a constant of a code object: [A-Za-z0-9_]*.
bool all_name_chars(std::string_view text);

}  // namespace mkpyc
