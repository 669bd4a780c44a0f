// CPython (ast_preprocess.c) keeps a stack of what encloses a statement but only asks for its top: inside of a loop or
// a function within the `finally`, nothing is said.
#include "fold/finally_check.h"
#include "target/features.h"

namespace mkpyc::fold {
namespace {

const char* keyword(ast::StmtKind kind) {
  if (kind == ast::StmtKind::Return) return "return";
  return kind == ast::StmtKind::Break ? "break" : "continue";
}

}  // namespace

FinallyCheck::FinallyCheck(Context& context)
    : context_(context), is_on_(context.target.on(Feature::warns_of_leaving_finally)) {}

void FinallyCheck::warn(const ast::Stmt* node) {
  std::string message = "'" + std::string(keyword(node->kind)) + "' in a 'finally' block";
  if (!context_.sink.warn(diag::Category::SyntaxWarning, node->loc.line, message, diag::Origin::Compiler)) return;
  throw diag::SourceError{.exception = diag::Exception::SyntaxError,
                          .message = std::move(message),
                          .line = node->loc.line,
                          .offset = node->loc.col + 1,
                          .end_line = node->loc.end_line,
                          .end_offset = node->loc.end_col + 1,
                          .located = true,
                          .text_from = diag::TextFrom::kFile};
}

}  // namespace mkpyc::fold
