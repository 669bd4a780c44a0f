// '%' formats with a tuple on the right become f-strings (CPython: ast_opt.c optimize_format). Private to this folder.
#pragma once

#include "fold/fold.h"

namespace mkpyc::fold {

/// The JoinedStr for `format % values`, or null if the format has more than %s, %r and %a with simple widths, or does
/// not take as many values as there are.
ast::Expr* format_to_joined_str(const ast::BinOp& node, std::string_view format, Seq<ast::Expr*> values,
                                Context& context);

}  // namespace mkpyc::fold
