// The rewriting that CPython does on the syntax tree before anything else looks at it (CPython: ast_opt.c, later
// ast_preprocess.c): constant folding where the flow graph does not do it, __debug__, '%' formats to f-strings,
// docstrings, warnings of jumps out of `finally`.
//
// In: ast::Module. Out: the same tree, changed in place, and what it takes to change it back. Errors: RecursionError
// from the depth limit; a SyntaxError for a warning that the filters turn into one.
#pragma once

#include "ast/ast.h"
#include "diag/diag.h"
#include "fold/changes.h"
#include "object/object.h"
#include "target/target.h"

namespace mkpyc::fold {

struct Context {
  const Target& target;
  Arena& arena;
  NameTable& names;
  Objects& objects;
  diag::Sink& sink;
  int optimize = 0;  // 0, 1, 2
  bool future_annotations = false;
  /// How many nodes deep the tree may be before CPython raises RecursionError. It hangs on the Python frames of the
  /// driver (grammar/recursion_limits.def): 2970 accepts a sum of 2,969 names, which is one statement, 2,968 sums and a
  /// name deep.
  int recursion_limit = 2970;
  /// Where changes are remembered; null: nowhere.
  Changes* changes = nullptr;
};

/// Folds the whole tree in place. Returns true if the result holds for context.optimize only, because the module reads
/// __debug__ or lost a docstring: another level then needs the tree as it was.
bool fold(ast::Module& module, Context& context);

}  // namespace mkpyc::fold
