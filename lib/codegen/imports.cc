// import and from-import.
#include "codegen/generator.h"

namespace mkpyc::codegen {

// CPython: compiler_import.
void Generator::import(const ast::Import& stmt) {
  for (const ast::Alias* alias : stmt.names) {
    load_const(context_->objects.integer(i64{0}));
    load_none();
    emit_attribute(Op::IMPORT_NAME, alias->name);
    if (alias->asname != Name::kNone) {
      import_as(alias->name, alias->asname);
    } else {
      std::string_view text = context_->names.text(alias->name);
      std::size_t dot = text.find('.');
      store_name(dot == text.npos ? alias->name : context_->names.intern_stable(text.substr(0, dot)));
    }
  }
}

// Binds the module that IMPORT_NAME gave; for `a.b.c` that is `a`, and the last part has to be found (CPython:
// compiler_import_as).
void Generator::import_as(Name name, Name asname) {
  std::string_view text = context_->names.text(name);
  std::size_t dot = text.find('.');
  if (dot == text.npos) return store_name(asname);
  for (;;) {
    std::size_t start = dot + 1;
    dot = text.find('.', start);
    emit_plain_name(Op::IMPORT_FROM, context_->names.intern_stable(text.substr(start, dot - start)));
    if (dot == text.npos) break;
    emit(Op::SWAP, 2);
    emit(Op::POP_TOP);
  }
  store_name(asname);
  emit(Op::POP_TOP);
}

// CPython: compiler_from_import.
void Generator::import_from(const ast::ImportFrom& stmt) {
  load_const(context_->objects.integer(i64{stmt.level}));
  if (stmt.loc.line > symbols_->future.last_line && stmt.module == names::dunder_future)
    error("from __future__ imports must occur at the beginning of the file");
  std::size_t mark = items_.size();
  for (const ast::Alias* alias : stmt.names) items_.push_back(context_->objects.name(alias->name));
  Object* imported = context_->objects.tuple(items_.data() + mark, stmt.names.size());
  items_.resize(mark);
  load_const(imported);
  emit_attribute(Op::IMPORT_NAME, stmt.module == Name::kNone ? names::empty : stmt.module);
  if (stmt.names[0]->name == names::star) return emit(Op::IMPORT_STAR);
  for (const ast::Alias* alias : stmt.names) {
    emit_attribute(Op::IMPORT_FROM, alias->name);
    store_name(alias->asname != Name::kNone ? alias->asname : alias->name);
  }
  emit(Op::POP_TOP);
}

}  // namespace mkpyc::codegen
