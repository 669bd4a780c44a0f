// Both files are read to objects, and these are walked side by side in the order of the stream. An object that came
// before must have come before in the other file, too, at the same place: that compares sharing without looking at
// reference numbers.
#include "pyc_diff.h"

#include <cstring>
#include <unordered_map>

#include "assemble/decode.h"
#include "base/arena.h"
#include "marshal/marshal.h"
#include "marshal/reader.h"
#include "pyc_text.h"

namespace mkpyc::dump {
namespace {

struct Found {
  std::string text;
};

class Comparer {
 public:
  explicit Comparer(const Target& target) : target_(target) {}

  // Throws Found at the first difference.
  void compare(const Object* a, const Object* b, const std::string& place) {
    auto [known, is_new] = pairs_.emplace(a, b);
    bool b_is_new = reverse_.emplace(b, a).second;
    if (is_new != b_is_new || known->second != b)
      fail(place + (is_new     ? ": a new object in A, an earlier one in B"
                    : b_is_new ? ": an earlier object in A, a new one in B"
                               : ": another earlier object"),
           constant_text(a), constant_text(b));
    if (!is_new) return;
    if (a->type != b->type) fail(place, constant_text(a), constant_text(b));
    if (a->type == Type::Code) {
      code(*static_cast<const CodeObject*>(a), *static_cast<const CodeObject*>(b));
      if (a->pinned != b->pinned) flag(a, b, place);
      return;
    }
    value(a, b, place);
    if (a->pinned != b->pinned) flag(a, b, place);
    if (a->interned != b->interned) fail(place + ": interned or not", interned_text(a), interned_text(b));
  }

 private:
  [[noreturn]] void fail(const std::string& place, const std::string& a, const std::string& b) {
    throw Found{where_ + place + "\n  A: " + a + "\n  B: " + b + "\n"};
  }
  [[noreturn]] void flag(const Object* a, const Object* b, const std::string& place) {
    auto text = [](const Object* object) {
      return (object->pinned ? "flagged      " : "not flagged  ") + constant_text(object);
    };
    fail(place + ": reference flag", text(a), text(b));
  }
  static std::string interned_text(const Object* object) {
    return (object->interned ? "interned      " : "not interned  ") + constant_text(object);
  }
  void number(const char* what, i64 a, i64 b) {
    if (a != b) fail(what, std::to_string(a), std::to_string(b));
  }

  void value(const Object* a, const Object* b, const std::string& place) {
    if (a->type == Type::Tuple || a->type == Type::FrozenSet) {
      items(static_cast<const TupleObject*>(a)->items, static_cast<const TupleObject*>(b)->items, place);
    } else if (a->type == Type::Slice) {
      const auto *x = static_cast<const SliceObject*>(a), *y = static_cast<const SliceObject*>(b);
      compare(x->start, y->start, place + ".start");
      compare(x->stop, y->stop, place + ".stop");
      compare(x->step, y->step, place + ".step");
    } else if (leaf_bytes(a) != leaf_bytes(b)) {
      fail(place, constant_text(a, 400), constant_text(b, 400));
    }
  }

  void items(const Seq<Object*>& a, const Seq<Object*>& b, const std::string& place) {
    for (u32 i = 0; i < a.size() && i < b.size(); ++i) compare(a[i], b[i], place + "[" + std::to_string(i) + "]");
    if (a.size() != b.size()) fail(place + ": number of items", extra_text(a, b.size()), extra_text(b, a.size()));
  }
  static std::string extra_text(const Seq<Object*>& items, u32 other) {
    std::string text = std::to_string(items.size());
    if (items.size() > other) text += ", the first that is alone: " + constant_text(items[other]);
    return text;
  }

  // A value as the bytes that marshal would write.
  std::string leaf_bytes(const Object* object) {
    auto bits = [](double value) { return std::string(reinterpret_cast<const char*>(&value), sizeof value); };
    switch (object->type) {
      case Type::Int: {
        const auto* value = static_cast<const IntObject*>(object);
        std::string text = std::to_string(value->small) + (value->negative ? "-" : "+");
        for (u64 limb : value->limbs) text += " " + std::to_string(limb);
        return text;
      }
      case Type::Float: return bits(static_cast<const FloatObject*>(object)->value);
      case Type::Complex:
        return bits(static_cast<const ComplexObject*>(object)->real) +
               bits(static_cast<const ComplexObject*>(object)->imag);
      case Type::Str: return std::string(static_cast<const StrObject*>(object)->text) + (object->ascii ? "a" : "u");
      case Type::Bytes: return std::string(static_cast<const BytesObject*>(object)->bytes);
      case Type::None:
      case Type::False:
      case Type::True:
      case Type::Ellipsis:
      case Type::Tuple:
      case Type::FrozenSet:
      case Type::Slice:
      case Type::Code: return "";
    }
    return "";
  }

  // Fields in the order of the stream, but the ones that explain others first: what code was compiled, then constants
  // and names, then instructions.
  void code(const CodeObject& a, const CodeObject& b) {
    std::string outer = where_;
    where_ = std::string(a.qualname->text) + ", line " + std::to_string(a.firstlineno) + ": ";
    number("argcount", a.argcount, b.argcount);
    number("posonlyargcount", a.posonlyargcount, b.posonlyargcount);
    number("kwonlyargcount", a.kwonlyargcount, b.kwonlyargcount);
    number("firstlineno", a.firstlineno, b.firstlineno);
    if (a.flags != b.flags) fail("flags", flags_text(a.flags), flags_text(b.flags));
    instructions(a, b);
    number("stacksize", a.stacksize, b.stacksize);
    compare(a.code, b.code, "co_code");
    compare(a.consts, b.consts, "consts");
    compare(a.names, b.names, "names");
    compare(a.localsplusnames, b.localsplusnames, "localsplusnames");
    kinds(a, b);
    compare(a.filename, b.filename, "filename");
    compare(a.name, b.name, "name");
    compare(a.qualname, b.qualname, "qualname");
    locations(a, b);
    handlers(a, b);
    where_ = outer;
  }

  void instructions(const CodeObject& a, const CodeObject& b) {
    if (a.code->bytes == b.code->bytes) return;
    auto x = assemble::decode_bytecode(a.code->bytes, target_.ops()).instrs;
    auto y = assemble::decode_bytecode(b.code->bytes, target_.ops()).instrs;
    auto places = assemble::decode_locations(a.linetable->bytes, a.firstlineno).units;
    for (std::size_t i = 0;; ++i) {
      std::string left = i < x.size() ? instruction_text(x[i], a, target_) : "(end of the code)";
      std::string right = i < y.size() ? instruction_text(y[i], b, target_) : "(end of the code)";
      bool ended = i >= x.size() || i >= y.size();
      if (!ended && left == right && x[i].size == y[i].size) continue;
      u32 offset = i < x.size() ? x[i].offset : static_cast<u32>(a.code->bytes.size());
      fail("instruction at byte " + std::to_string(offset) + ", source " + location_at(places, offset), left, right);
    }
  }
  static std::string location_at(const std::vector<ast::Loc>& units, u32 offset) {
    return offset / 2 < units.size() ? location_text(units[offset / 2]) : "none";
  }

  void kinds(const CodeObject& a, const CodeObject& b) {
    std::string_view x = a.localspluskinds->bytes, y = b.localspluskinds->bytes;
    for (std::size_t i = 0; i < x.size() && i < y.size(); ++i)
      if (x[i] != y[i])
        fail("localspluskinds[" + std::to_string(i) + "]", kind_text(static_cast<u8>(x[i])),
             kind_text(static_cast<u8>(y[i])));
    compare(a.localspluskinds, b.localspluskinds, "localspluskinds");
  }

  void locations(const CodeObject& a, const CodeObject& b) {
    if (a.linetable->bytes != b.linetable->bytes) {
      auto x = assemble::decode_locations(a.linetable->bytes, a.firstlineno).units;
      auto y = assemble::decode_locations(b.linetable->bytes, b.firstlineno).units;
      auto code = assemble::decode_bytecode(a.code->bytes, target_.ops()).instrs;
      for (const assemble::DecodedInstr& instr : code) {
        std::string left = location_at(x, instr.offset), right = location_at(y, instr.offset);
        if (left != right)
          fail("location of the instruction at byte " + std::to_string(instr.offset) + ", " +
                   instruction_text(instr, a, target_),
               left, right);
      }
    }
    compare(a.linetable, b.linetable, "linetable");
  }

  void handlers(const CodeObject& a, const CodeObject& b) {
    auto x = assemble::decode_exceptions(a.exceptiontable->bytes).entries;
    auto y = assemble::decode_exceptions(b.exceptiontable->bytes).entries;
    auto text = [](const std::vector<assemble::DecodedHandler>& entries, std::size_t i) {
      if (i >= entries.size()) return std::string("(no entry)");
      const auto& entry = entries[i];
      return std::to_string(entry.start) + " to " + std::to_string(entry.end) + " -> " + std::to_string(entry.target) +
             ", depth " + std::to_string(entry.depth) + (entry.lasti ? ", lasti" : "");
    };
    for (std::size_t i = 0; i < x.size() || i < y.size(); ++i)
      if (text(x, i) != text(y, i)) fail("exception table entry " + std::to_string(i), text(x, i), text(y, i));
    compare(a.exceptiontable, b.exceptiontable, "exceptiontable");
  }

  const Target& target_;
  std::string where_;
  std::unordered_map<const Object*, const Object*> pairs_, reverse_;
};

std::string header_difference(std::string_view a, std::string_view b) {
  static constexpr const char* fields[] = {"magic number", "flags", "mtime or low half of the hash",
                                           "size or high half of the hash"};
  for (std::size_t i = 0; i < 4; ++i) {
    u32 x, y;
    std::memcpy(&x, a.data() + i * 4, 4);
    std::memcpy(&y, b.data() + i * 4, 4);
    if (x != y)
      return std::string("header: ") + fields[i] + "\n  A: " + std::to_string(x) + "\n  B: " + std::to_string(y) + "\n";
  }
  return "";
}

// The module's code object, or null and the reason in `trouble`.
CodeObject* read_module(std::string_view bytes, Arena& arena, const char* which, std::string& trouble) {
  marshal::Unmarshalled read = marshal::read(bytes.substr(marshal::kHeaderSize), arena);
  if (read.object != nullptr && read.object->type == Type::Code) return static_cast<CodeObject*>(read.object);
  trouble = std::string(which) + ": byte " + std::to_string(marshal::kHeaderSize + read.offset) + ": " +
            (read.error.empty() ? "not a code object" : read.error) + "\n";
  return nullptr;
}

}  // namespace

Difference compare_pycs(std::string_view a, std::string_view b) {
  const Target *target_a = marshal::target_of_pyc(a), *target_b = marshal::target_of_pyc(b);
  if (target_a == nullptr) return {2, "A: not a .pyc of a CPython that mkpyc knows\n"};
  if (target_b == nullptr) return {2, "B: not a .pyc of a CPython that mkpyc knows\n"};
  if (a == b) return {};
  std::string header = header_difference(a, b);
  if (target_a != target_b || a.substr(marshal::kHeaderSize) == b.substr(marshal::kHeaderSize)) return {1, header};
  Arena arena;
  std::string trouble;
  CodeObject* code_a = read_module(a, arena, "A", trouble);
  CodeObject* code_b = read_module(b, arena, "B", trouble);
  if (code_a == nullptr || code_b == nullptr) return {2, trouble};
  try {
    Comparer(*target_a).compare(code_a, code_b, "code");
  } catch (const Found& found) {
    return {1, header + found.text};
  }
  return {1, header + "the same objects, but the bytes differ (reference numbers, or bytes after the code object)\n"};
}

}  // namespace mkpyc::dump
