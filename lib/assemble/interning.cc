// CPython cannot change a frozenset in place. If interning replaces one of its strings, the code object gets a
// frozenset of its own; if not, code objects share the merged one, which marshal's reference flags show. A literal is
// replaced if an equal string was interned before: an identifier of the source, or a name that the interpreter holds
// (CPython: codeobject.c intern_constants; golden cases frozenset_of_... in flow.txt).
#include "assemble/interning.h"

#include <algorithm>

#include "base/likely.h"
#include "target/held_names.h"

namespace mkpyc::assemble {

namespace {

bool is_replaced(const Object* item, const Context& context) {
  if (item->type != Type::Str) return false;
  const auto* string = static_cast<const StrObject*>(item);
  if (!context.constants.literal_came_first(string->name)) return false;
  // '' and characters are cached objects: a name of the source with the same text is the same string.
  bool cached = string->text.size() <= 1;
  return (!cached && !context.constants.introduced_here(string->name)) ||
         interpreter_holds(context.target, string->text);
}

}  // namespace

void intern_constants(TupleObject* consts, Context& context) {
  for (Object*& item : consts->items) {
    if (likely(item->type != Type::FrozenSet) || !context.constants.registered(item)) continue;
    const auto& items = static_cast<TupleObject*>(item)->items;
    if (!std::ranges::any_of(items, [&](const Object* element) { return is_replaced(element, context); })) continue;
    item = context.objects.frozenset(items.begin(), items.size());
  }
}

}  // namespace mkpyc::assemble
