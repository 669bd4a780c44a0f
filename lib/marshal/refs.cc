// marshal gives an object that may come again a number, and the bit FLAG_REF where it comes first. CPython takes a
// reference count above one for "may come again" (marshal.c w_ref). When a compiled module is marshalled the compiler's
// own tables are gone, so an object's count is the number of places in the distinct containers of the code that hold
// it, and more if the interpreter holds it elsewhere. The walk counts the places, up to two, because more is the same.
//
// The low two bits of Object::owners are the count, the others the number of the walk, so that nothing has to be
// cleared before the next walk over the same objects. Interned strings are flagged whatever their count is (bpo-34093):
// the tuples of names, which are most of what a module holds, are not looked into.
#include "marshal/refs.h"

#include "base/likely.h"
#include "diag/diag.h"
#include "target/features.h"

namespace mkpyc::marshal {
namespace {

// CPython: marshal.c MAX_MARSHAL_STACK_DEPTH.
constexpr int kMaxDepth = 2000;

u32 next_walk() {
  static thread_local u32 walk = 0;
  return ++walk << 2;
}

class OwnerCounter {
 public:
  explicit OwnerCounter(bool skips_names) : walk_(next_walk()), skips_names_(skips_names) {}

  // A place that holds the object. `held`: the interpreter holds it, too.
  void place(Object* object, bool held = false) {
    if ((object->owners & ~u32{3}) == walk_) {
      object->owners = walk_ | 2;
      return;
    }
    object->owners = walk_ | (unlikely(held) ? 2 : 1);
    object->ref = -1;
    if (object->type >= Type::Tuple) contents(object);
  }

 private:
  [[gnu::noinline]] void contents(Object* object) {
    if (object->type == Type::Tuple || object->type == Type::FrozenSet) {
      const auto* tuple = static_cast<TupleObject*>(object);
      if (tuple->items.empty()) return;
      enter();
      if (!skips_names_ || !tuple->of_names)
        for (Object* item : tuple->items) place(item);
    } else if (object->type == Type::Slice) {
      enter();
      auto* slice = static_cast<SliceObject*>(object);
      for (Object* item : {slice->start, slice->stop, slice->step}) place(item);
    } else {
      enter();
      code(*static_cast<CodeObject*>(object));
    }
    --depth_;
  }

  void enter() {
    if (++depth_ >= kMaxDepth)
      throw diag::SourceError{.exception = diag::Exception::ValueError,
                              .message = "object too deeply nested to marshal"};
  }

  void code(CodeObject& code) {
    place(code.code, true);  // co_code is made of the quickened code, and the code object keeps it (bpo-46841)
    for (Object* field : {code.consts, code.names, code.localsplusnames}) place(field);
    place(code.localspluskinds);
    place(code.filename, true);
    for (Object* field : {code.name, code.qualname}) place(field);
    for (Object* field : {code.linetable, code.exceptiontable}) place(field);
  }

  u32 walk_;
  bool skips_names_;
  int depth_ = 0;
};
static_assert(Type::Tuple < Type::FrozenSet && Type::FrozenSet < Type::Slice && Type::Slice < Type::Code);

}  // namespace

void count_owners(CodeObject* code, const Target& target, bool all) {
  OwnerCounter(!all).place(code, target.on(Feature::module_code_is_held));
}

}  // namespace mkpyc::marshal
