#include "explain/explain.h"

namespace mkpyc::explain {

static diag::SourceError error_at(const token::TokenBuffer& tokens, u32 token, const char* message) {
  diag::SourceError error;
  error.message = message;
  error.located = true;
  error.text_from = diag::TextFrom::kSource;
  error.line = static_cast<int>(tokens.line[token]);
  error.end_line = static_cast<int>(tokens.end_line[token]);
  error.offset = static_cast<int>(tokens.col(token)) + 1;
  error.end_offset = static_cast<int>(tokens.end_col(token)) + 1;
  return error;
}

ast::Module* parse(const token::TokenBuffer& tokens, parse::Context& context) {
  try {
    return parse::parse(tokens, context);
  } catch (const parse::ParseFailure& failure) {
    if (tokens.kind[failure.furthest_token] == token::Kind::ErrorToken) throw tokens.error;
    throw error_at(tokens, failure.furthest_token, "invalid syntax");
  }
}

}  // namespace mkpyc::explain
