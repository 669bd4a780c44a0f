#include "assemble/assemble.h"

#include "assemble/interning.h"
#include "assemble/tables.h"
#include "target/features.h"
#include "target/held_names.h"

namespace mkpyc::assemble {
namespace {

// A bytes object that only the code object has.
BytesObject* own_bytes(std::string_view bytes, Objects& objects) {
  return objects.arena().make<BytesObject>(Object{.type = Type::Bytes}, bytes);
}

// CPython from 3.13: codeobject.c init_code.
void intern_code_names(const codegen::CodeUnit& unit, CodeObject& code, Context& context) {
  NameTable& names = context.objects.names();
  if (!code.filename->interned) {
    // A qualified name may be the same: intern() makes it known.
    code.filename = context.filename = context.objects.name(names.intern(code.filename->text));
  }
  if (!code.name->interned) code.name = context.objects.name(names.intern_stable(code.name->text));
  if (unit.qualname == unit.name) {
    code.qualname = code.name;
    return;
  }
  // A class has the string as a constant, too; elsewhere it cannot be seen which of equal ones is interned.
  bool held = unit.type == codegen::ScopeType::Class && !code.qualname->interned &&
              interpreter_holds(context.target, code.qualname->text);
  code.qualname = context.constants.intern_qualified(code.qualname, held);
}

// "<lambda>" and its like are static strings.
void intern_static_name(CodeObject& code, Context& context) {
  if (code.name->interned || !code.name->pinned) return;
  StrObject* interned = context.objects.name(context.objects.names().intern_stable(code.name->text));
  if (code.qualname == code.name) code.qualname = interned;
  code.name = interned;
}

BytesObject* location_table(std::string_view table, Context& context) {
  if (context.debug_ranges) return context.constants.merge_one(table);
  // The table with columns has been merged; the one that replaces it (codeobject.c remove_column_info) is not.
  return own_bytes(context.objects.arena().copy(table), context.objects);
}

}  // namespace

// CPython: the end of compile.c assemble(), makecode(), _PyCode_New(). Tables are merged in this order: a later one can
// be the same object as an earlier one. The bytecode is merged too, but what a code object hands out is a copy of its
// own (_PyCode_GetCode), so that cannot be seen.
CodeObject* assemble(const codegen::CodeUnit& unit, flow::Graph& graph, Context& context) {
  Objects& objects = context.objects;
  CodeObject* code = objects.arena().make<CodeObject>(Object{.type = Type::Code});
  Scratch& scratch = context.scratch;
  Emitted emitted = emit_code(graph, context.target, unit.firstlineno, context.debug_ranges, scratch);
  i32 code_units = static_cast<i32>(emitted.code.size() / 2);
  std::string_view handlers;
  if (graph.has_handlers) handlers = emit_exceptions(graph, context.target.ops(), code_units, scratch.exceptions);
  code->exceptiontable = context.constants.merge_one(handlers);
  code->linetable = location_table(emitted.locations, context);
  code->code = own_bytes(objects.arena().copy(emitted.code), objects);
  code->names = context.constants.merge_names(unit.names.names);
  code->consts = context.constants.merge_one(graph.consts.data(), graph.consts.size());
  code->localsplusnames = context.constants.merge_names(graph.localsplus);
  code->localspluskinds = objects.fresh_bytes({reinterpret_cast<const char*>(graph.kinds.data()), graph.kinds.size()});
  intern_constants(code->consts, context);

  code->argcount = unit.posonlyargcount + unit.argcount;  // CPython: makecode adds them, too
  code->posonlyargcount = unit.posonlyargcount;
  code->kwonlyargcount = unit.kwonlyargcount;
  code->stacksize = graph.stacksize;
  if (code->stacksize == 0 && context.target.on(Feature::stack_size_is_positive)) code->stacksize = 1;
  code->flags = unit.flags;
  code->firstlineno = unit.firstlineno;
  code->filename = context.filename;
  code->name = unit.name;
  code->qualname = unit.qualname;
  if (context.target.on(Feature::code_names_interned)) intern_code_names(unit, *code, context);
  if (context.target.on(Feature::static_names_interned)) intern_static_name(*code, context);
  return code;
}

}  // namespace mkpyc::assemble
