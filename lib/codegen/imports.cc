// import and from-import.
#include "codegen/generator.h"
#include "target/features.h"

namespace mkpyc::codegen {

// CPython: compiler_import.
void Generator::import(const ast::Import& stmt) {
  const ast::Loc& loc = stmt.loc;
  for (const ast::Alias* alias : stmt.names) {
    load_const(loc, context_->objects.integer(i64{0}));
    load_none(loc);
    import_name(loc, alias->name, stmt.is_lazy, false);
    if (alias->asname != Name::kNone) {
      import_as(loc, alias->name, alias->asname);
    } else {
      std::string_view text = context_->names.text(alias->name);
      std::size_t dot = text.find('.');
      store_name(loc, dot == text.npos ? alias->name : part_of_dotted(text.substr(0, dot)));
    }
  }
}

// The import itself. Where imports can be lazy the argument tells: 1 for those that are said to be, 2 for those that
// never are, because they are not at the top of a module, or something there has to see their failure.
void Generator::import_name(const ast::Loc& loc, Name name, bool is_lazy, bool is_star) {
  if (!on(Feature::lazy_imports)) return emit_attribute(loc, Op::IMPORT_NAME, name);
  bool module = unit_->code.type == ScopeType::Module;
  if (is_lazy && !module) error(loc, "lazy imports only allowed in module scope");
  bool eager = is_star || !module || in_exception_handler();
  emit(loc, Op::IMPORT_NAME, name_index(name) << 2 | (is_lazy ? 1 : eager ? 2 : 0));
}

// Binds the module that IMPORT_NAME gave; for `a.b.c` that is `a`, and the last part has to be found (CPython:
// compiler_import_as).
void Generator::import_as(const ast::Loc& loc, Name name, Name asname) {
  std::string_view text = context_->names.text(name);
  std::size_t dot = text.find('.');
  if (dot == text.npos) return store_name(loc, asname);
  for (;;) {
    std::size_t start = dot + 1;
    dot = text.find('.', start);
    emit_plain_name(loc, Op::IMPORT_FROM, part_of_dotted(text.substr(start, dot - start)));
    if (dot == text.npos) break;
    emit(loc, Op::SWAP, 2);
    emit(loc, Op::POP_TOP);
  }
  store_name(loc, asname);
  emit(loc, Op::POP_TOP);
}

// CPython: compiler_from_import.
void Generator::import_from(const ast::ImportFrom& stmt) {
  const ast::Loc& loc = stmt.loc;
  load_const(loc, context_->objects.integer(i64{stmt.level}));
  check_future_import(stmt);
  std::size_t mark = items_.size();
  for (const ast::Alias* alias : stmt.names) items_.push_back(context_->objects.name(alias->name));
  Object* imported = context_->objects.tuple(items_.data() + mark, stmt.names.size());
  items_.resize(mark);
  load_const(loc, imported);
  bool star = stmt.names[0]->name == names::star;
  if (stmt.is_lazy && star) error(loc, "cannot lazy import *");
  import_name(loc, stmt.module == Name::kNone ? names::empty : stmt.module, stmt.is_lazy, star);
  if (star) {
    emit_intrinsic(loc, Intrinsic1::ImportStar, Op::IMPORT_STAR);
    if (on(Feature::intrinsics)) emit(kNoLocation, Op::POP_TOP);
    return;
  }
  for (const ast::Alias* alias : stmt.names) {
    emit_attribute(loc, Op::IMPORT_FROM, alias->name);
    store_name(loc, alias->asname != Name::kNone ? alias->asname : alias->name);
  }
  emit(loc, Op::POP_TOP);
}

void Generator::check_future_import(const ast::ImportFrom& stmt) {
  if (stmt.module != names::dunder_future) return;
  const scope::Future& last = symbols_->future;
  bool later = on(Feature::future_ends_at_other_statement)
                   ? stmt.loc.line > last.last_end_line ||
                         (stmt.loc.line == last.last_end_line && stmt.loc.col > last.last_end_col)
                   : stmt.loc.line > last.last_line;
  if (!later) return;
  if (stmt.level != 0 && on(Feature::future_import_absolute)) return;
  error(stmt.loc, "from __future__ imports must occur at the beginning of the file");
}

}  // namespace mkpyc::codegen
