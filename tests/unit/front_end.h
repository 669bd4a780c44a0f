// The pipeline up to the symbol tables, for the tests of the stages behind the parser.
#pragma once

#include <string>

#include "explain/explain.h"
#include "fold/fold.h"
#include "parse/parse.h"
#include "scope/scope.h"
#include "source/source.h"
#include "token/token.h"

namespace mkpyc {

/// "CLASS LINE OFFSET END_LINE END_OFFSET: MESSAGE", without the numbers if the error has no place.
inline std::string describe(const diag::SourceError& error) {
  std::string text = diag::exception_name(error.exception);
  if (error.located)
    for (int value : {error.line, error.offset, error.end_line, error.end_offset}) text += " " + std::to_string(value);
  return text + ": " + error.message;
}

/// One compilation, or with reset() one after the other.
struct FrontEnd {
  explicit FrontEnd(const char* target_name = "3.11.7") : target(*Target::find(target_name)) {}

  void reset() {
    arena.reset();
    names.reset();
    objects.reset();
  }
  ast::Module* parse(std::string_view text) {
    source::Source source = source::decode(text, false, target, arena);
    token::tokenize(source, target, names, tokens);
    parse::Context context{target, arena, names, objects, sink, 4300, scratch.get()};
    return explain::parse(tokens, context);
  }
  /// Returns what fold() returns.
  bool fold(ast::Module& module, int optimize = 0, int recursion_limit = 2970) {
    fold::Context context{target, arena, names, objects, sink, optimize, future_annotations(module), recursion_limit};
    return fold::fold(module, context);
  }
  bool future_annotations(const ast::Module& module) {
    scope::Context context{target, arena, names, sink};
    return (scope::read_future(module, context).flags & CO_FUTURE_ANNOTATIONS) != 0;
  }
  scope::SymbolTable symbols(const ast::Module& module, int recursion_limit = 2970) {
    scope::Context context{target, arena, names, sink, recursion_limit};
    return scopes.build(module, scope::read_future(module, context), context);
  }

  const Target& target;
  Arena arena;
  NameTable names;
  Objects objects{arena, names};
  token::TokenBuffer tokens;
  parse::ScratchPtr scratch = parse::make_scratch();
  scope::Builder scopes;
  diag::DefaultFilter filter;
  diag::Sink sink{filter};
};

}  // namespace mkpyc
