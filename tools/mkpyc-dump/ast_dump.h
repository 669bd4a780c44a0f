// The text of a syntax tree as `ast.dump(tree, include_attributes=True)` prints it, but with ascii() in place of
// repr(): whether a character is printable is no concern of ours. (In Python: `import ast; ast.repr = ascii`.)
#pragma once

#include <string>

#include "ast/ast.h"
#include "object/object.h"
#include "target/target.h"

namespace mkpyc::dump {

void dump_ast(const ast::Module& module, const NameTable& names, const Target& target, std::string& out);

/// ascii() of a constant.
void dump_constant(const Object* value, std::string& out);

}  // namespace mkpyc::dump
