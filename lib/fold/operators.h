// What becomes of an operator on constants: the limits that CPython sets to folding (CPython: ast_opt.c safe_multiply
// and its sisters; flowgraph.c const_folding_safe_multiply from 3.14 on).
#pragma once

#include "object/arith.h"

namespace mkpyc::fold {

/// The value of `left op right`, or null: CPython would raise, or the result could be large.
Object* fold_binary(arith::Binary op, Object* left, Object* right, arith::Evaluator& evaluator);

}  // namespace mkpyc::fold
