// Proves marshalling and its reference flags without a compiler: reads real .pycs, forgets which objects were shared,
// shares them again by the rules that the compiler follows (constants by key, names, cached objects), writes the result
// and compares the bytes.
//
//   rebuild_pycs FILE.pyc...      or file names on standard input, a line each
//
// Exit status 0 if all are the same, 1 if one differs, 2 if nothing was compared.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <unordered_map>
#include <vector>

#include "assemble/interning.h"
#include "marshal/marshal.h"
#include "marshal/reader.h"
#include "target/features.h"
#include "target/held_names.h"

namespace mkpyc {
namespace {

class Rebuilder {
 public:
  Rebuilder(const Target& target, Arena& arena) : target_(target), objects_(arena, names_), pool_(objects_) {
    objects_.reset(target);
    pool_.reset(target);
  }

  CodeObject* rebuild(const CodeObject& module) {
    filename_ = objects_.str(module.filename->text);
    note_identifiers(module);
    note_first_uses(module);
    return code(module);
  }

 private:
  // Identifiers are interned when the source is parsed, before any constant.
  void note_identifiers(const CodeObject& code) {
    for (const TupleObject* tuple : {code.names, code.localsplusnames})
      for (const Object* name : tuple->items) intern(*static_cast<const StrObject*>(name));
    if (code.name->interned) intern(*code.name);
    for (const Object* constant : code.consts->items)
      if (constant->type == Type::Code) note_identifiers(*static_cast<const CodeObject*>(constant));
  }

  // Which code object has a string constant first, in the order of code generation.
  void note_first_uses(const CodeObject& code) {
    for (const Object* constant : code.consts->items) {
      if (constant->type == Type::Code)
        note_first_uses(*static_cast<const CodeObject*>(constant));
      else if (constant->type == Type::Str)
        first_use_.emplace(static_cast<const StrObject*>(constant)->text, &code);
    }
  }

  StrObject* intern(const StrObject& string) { return objects_.name(names_.intern(string.text)); }

  // A constant is not interned yet; one outside ASCII can only be so because it is an identifier too.
  StrObject* fresh_constant(const StrObject& string) {
    return string.interned && !string.ascii ? intern(string) : objects_.str(string.text);
  }

  Object* fresh(const Object* object) {
    switch (object->type) {
      case Type::None: return objects_.none();
      case Type::False: return objects_.boolean(false);
      case Type::True: return objects_.boolean(true);
      case Type::Ellipsis: return objects_.ellipsis();
      case Type::Int: {
        const auto* value = static_cast<const IntObject*>(object);
        if (value->is_small()) return objects_.integer(value->small);
        return objects_.integer(value->limbs.begin(), value->limbs.size(), value->negative);
      }
      case Type::Float: return objects_.floating(static_cast<const FloatObject*>(object)->value);
      case Type::Complex:
        return objects_.complex(static_cast<const ComplexObject*>(object)->real,
                                static_cast<const ComplexObject*>(object)->imag);
      case Type::Str: return fresh_constant(*static_cast<const StrObject*>(object));
      case Type::Bytes: return objects_.bytes(static_cast<const BytesObject*>(object)->bytes);
      case Type::Tuple:
      case Type::FrozenSet: {
        std::vector<Object*> items;
        for (const Object* item : static_cast<const TupleObject*>(object)->items) items.push_back(fresh(item));
        return object->type == Type::Tuple ? objects_.tuple(items.data(), items.size())
                                           : objects_.frozenset(items.data(), items.size());
      }
      case Type::Slice: {
        const auto* slice = static_cast<const SliceObject*>(object);
        return objects_.arena().make<SliceObject>(Object{.type = Type::Slice}, fresh(slice->start), fresh(slice->stop),
                                                  fresh(slice->step));
      }
      case Type::Code: break;
    }
    return code(*static_cast<const CodeObject*>(object));
  }

  TupleObject* fresh_names(const TupleObject& tuple) {
    std::vector<Object*> items;
    for (const Object* name : tuple.items) items.push_back(intern(*static_cast<const StrObject*>(name)));
    return objects_.tuple(items.data(), items.size());
  }

  TupleObject* merge_names(const TupleObject& tuple) {
    std::vector<Name> names;
    for (const Object* name : tuple.items) names.push_back(names_.intern(static_cast<const StrObject*>(name)->text));
    return pool_.merge_names(names);
  }

  StrObject* code_name(const StrObject& name) {
    if (name.interned) return intern(name);
    if (name.text.starts_with("<generic parameters of")) return objects_.str(name.text);
    StrObject*& known = anonymous_[name.text];  // "<lambda>": a static string
    if (known == nullptr) {
      known = objects_.str(name.text);
      known->pinned = true;
    }
    return known;
  }

  // A string that code object interns, which is a class's constant, too, unless an equal one was interned before.
  StrObject* interned_qualname(const CodeObject& from, const TupleObject& consts) {
    for (Object* constant : consts.items)
      if (ConstantPool::same_key(constant, from.qualname) && is_class(from))
        return pool_.intern_qualified(static_cast<StrObject*>(constant),
                                      interpreter_holds(target_, from.qualname->text));
    return pool_.intern_qualified(objects_.str(from.qualname->text));
  }

  static bool is_class(const CodeObject& code) {
    for (const Object* name : code.names->items)
      if (static_cast<const StrObject*>(name)->text == "__qualname__") return true;
    return false;
  }

  // Users see another name of the parameter than the compiler (CPython: codegen_leave_annotations_scope), so that the
  // tuple is a new one.
  bool has_renamed_parameter(const CodeObject& code) const {
    return target_.on(Feature::lazy_annotations) && code.name->text == "__annotate__" &&
           code.localsplusnames->items.size() != 0 &&
           static_cast<const StrObject*>(code.localsplusnames->items[0])->text == "format";
  }

  // A class shares its qualified name with the constant that it stores as __qualname__, if that was the first of its
  // equals.
  StrObject* qualname(const CodeObject& from, CodeObject& to, const TupleObject& consts) {
    if (target_.on(Feature::code_names_interned)) return interned_qualname(from, consts);
    if (from.qualname->text == from.name->text) return to.name;
    auto first = first_use_.find(from.qualname->text);
    if (is_class(from) && first != first_use_.end() && first->second == &from)
      for (Object* constant : consts.items)
        if (ConstantPool::same_key(constant, from.qualname)) return static_cast<StrObject*>(constant);
    return objects_.str(from.qualname->text);
  }

  CodeObject* code(const CodeObject& from) {
    auto* to = objects_.arena().make<CodeObject>(from);
    to->pinned = false;
    std::vector<Object*> consts;
    for (const Object* constant : from.consts->items) {
      Object* made = fresh(constant);
      consts.push_back(made->type == Type::Code ? made : pool_.merge(made));
    }
    to->exceptiontable = pool_.merge_one(from.exceptiontable->bytes);
    to->linetable = pool_.merge_one(from.linetable->bytes);
    to->code = objects_.fresh_bytes(from.code->bytes);
    to->names = merge_names(*from.names);
    to->consts = pool_.merge_one(consts.data(), consts.size());
    to->localsplusnames =
        has_renamed_parameter(from) ? fresh_names(*from.localsplusnames) : merge_names(*from.localsplusnames);
    to->localspluskinds = objects_.fresh_bytes(from.localspluskinds->bytes);
    to->filename = filename_;
    to->name = code_name(*from.name);
    to->qualname = qualname(from, *to, *to->consts);
    assemble::Context context{target_, objects_, pool_, filename_, scratch_};
    assemble::intern_constants(to->consts, context);
    if (target_.on(Feature::code_names_interned)) to->filename = intern(*filename_);
    return to;
  }

  const Target& target_;
  NameTable names_;
  Objects objects_;
  ConstantPool pool_;
  assemble::Scratch scratch_;
  StrObject* filename_ = nullptr;
  std::unordered_map<std::string_view, const CodeObject*> first_use_;
  std::unordered_map<std::string_view, StrObject*> anonymous_;
};

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The first byte that differs, or -1.
long first_difference(std::string_view a, std::string_view b) {
  if (a == b) return -1;
  std::size_t i = 0;
  while (i < a.size() && i < b.size() && a[i] == b[i]) ++i;
  return static_cast<long>(i);
}

enum class Outcome { kSame, kDiffers, kUnreadable };

Outcome check(const std::string& path) {
  std::string bytes = read_file(path);
  const Target* target = marshal::target_of_pyc(bytes);
  if (target == nullptr) return Outcome::kUnreadable;
  Arena arena;
  std::string_view body = std::string_view(bytes).substr(marshal::kHeaderSize);
  marshal::Unmarshalled read = marshal::read(body, arena);
  if (read.object == nullptr || read.object->type != Type::Code) {
    std::printf("%s: %s at %zu\n", path.c_str(), read.error.c_str(), read.offset);
    return Outcome::kUnreadable;
  }
  ByteWriter out;
  Rebuilder rebuilder(*target, arena);
  marshal::write(rebuilder.rebuild(*static_cast<CodeObject*>(read.object)), *target, out);
  long at = first_difference(out.view(), body);
  if (at < 0) return Outcome::kSame;
  std::printf("%s: differs at byte %ld\n", path.c_str(), at);
  return Outcome::kDiffers;
}

}  // namespace
}  // namespace mkpyc

int main(int argc, char** argv) {
  std::vector<std::string> paths(argv + 1, argv + argc);
  if (paths.empty())
    for (std::string line; std::getline(std::cin, line);) paths.push_back(line);
  long counts[3] = {};
  for (const std::string& path : paths) ++counts[static_cast<int>(mkpyc::check(path))];
  std::printf("%ld the same, %ld differ, %ld unreadable\n", counts[0], counts[1], counts[2]);
  if (counts[0] + counts[1] == 0) return 2;
  return counts[1] + counts[2] == 0 ? 0 : 1;
}
