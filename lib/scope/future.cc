// `from __future__` statements (CPython: future.c).
#include <string>

#include "ast/docstring.h"
#include "object/object.h"
#include "scope/scratch.h"
#include "target/features.h"

namespace mkpyc::scope {
namespace {

using ast::Stmt;
using ast::StmtKind;

// CPython's message takes this many bytes of the name.
constexpr std::size_t kMostNameBytes = 100;

// CPython: PyErr_SyntaxLocationObject, which knows no end.
diag::SourceError error_from(const Stmt* stmt, int offset, std::string message) {
  return {.exception = diag::Exception::SyntaxError,
          .message = std::move(message),
          .line = stmt->loc.line,
          .offset = offset,
          .end_line = stmt->loc.line,
          .end_offset = -1,
          .located = true,
          .text_from = diag::TextFrom::kFile};
}

// The first bytes of a name. A character that is cut is U+FFFD, or left out.
std::string shortened(std::string_view name, const Target& target) {
  if (name.size() <= kMostNameBytes) return std::string(name);
  std::size_t size = kMostNameBytes;
  while ((name[size] & 0xC0) == 0x80) --size;
  std::string text(name.substr(0, size));
  if (size < kMostNameBytes && !target.on(Feature::cut_characters_left_out)) text += "\xEF\xBF\xBD";
  return text;
}

bool is_old_feature(Name name) {
  return name == names::nested_scopes || name == names::generators || name == names::division ||
         name == names::absolute_import || name == names::with_statement || name == names::print_function ||
         name == names::unicode_literals || name == names::generator_stop;
}

// Where a feature that is not one is reported.
diag::SourceError feature_error(const ast::ImportFrom* import, const ast::Alias* alias, const Target& target,
                                std::string message) {
  if (!target.on(Feature::future_error_at_name)) return error_from(import, import->loc.col + 1, std::move(message));
  return error_at(alias->loc, std::move(message));
}

void check_features(const ast::ImportFrom* import, Context& context, Future* future) {
  for (const ast::Alias* alias : import->names) {
    if (is_old_feature(alias->name)) continue;
    if (alias->name == names::barry_as_FLUFL) {
      future->flags |= CO_FUTURE_BARRY_AS_BDFL;
    } else if (alias->name == names::annotations) {
      future->flags |= CO_FUTURE_ANNOTATIONS;
    } else if (alias->name == names::braces) {
      throw feature_error(import, alias, context.target, "not a chance");
    } else {
      throw feature_error(
          import, alias, context.target,
          "future feature " + shortened(context.names.text(alias->name), context.target) + " is not defined");
    }
  }
}

bool is_future(const Stmt* stmt, const Target& target) {
  if (stmt->kind != StmtKind::ImportFrom) return false;
  const ast::ImportFrom* import = stmt->as<ast::ImportFrom>();
  if (import->module != names::dunder_future) return false;
  return import->level == 0 || !target.on(Feature::relative_future_is_none);
}

}  // namespace

// Future statements stand at the beginning, after a docstring. What comes later is the error of a later stage; but it
// used to be found here on a line that begins with one.
Future read_future(const ast::Module& module, Context& context) {
  Future future;
  bool done = false;
  i32 last_line = 0;
  u32 first = ast::docstring(module.body) != nullptr ? 1 : 0;
  bool ends_at_once = context.target.on(Feature::future_ends_at_other_statement);
  for (u32 i = first; i < module.body.size(); ++i) {
    const Stmt* stmt = module.body[i];
    if (done && (ends_at_once || stmt->loc.line > last_line)) break;
    last_line = stmt->loc.line;
    if (!is_future(stmt, context.target)) {
      done = true;
      continue;
    }
    if (done) throw error_from(stmt, stmt->loc.col, "from __future__ imports must occur at the beginning of the file");
    check_features(stmt->as<ast::ImportFrom>(), context, &future);
    future.last_line = stmt->loc.line;
    future.last_end_line = stmt->loc.end_line;
    future.last_end_col = stmt->loc.end_col;
  }
  return future;
}

}  // namespace mkpyc::scope
