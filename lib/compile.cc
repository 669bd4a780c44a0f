// The pipeline, from a file's bytes to marshalled code objects. Each stage's header says what goes in and what comes
// out; this file only puts them in order and says what holds from each line on.
#include <algorithm>
#include <utility>

#include "assemble/assemble.h"
#include "base/arena.h"
#include "codegen/codegen.h"
#include "explain/explain.h"
#include "flow/flow.h"
#include "fold/fold.h"
#include "marshal/marshal.h"
#include "mkpyc.h"
#include "object/constants.h"
#include "parse/parse.h"
#include "scope/scope.h"
#include "source/source.h"
#include "token/token.h"

namespace mkpyc {

bool Result::ok() const {
  return std::none_of(levels.begin(), levels.end(), [](const LevelResult& level) { return level.failed; });
}

namespace {

// Turns each finished unit into a code object while the code generator is still in the enclosing one.
class Assembler : public codegen::UnitSink {
 public:
  Assembler(flow::Flow& flow, flow::Context& flow_context, assemble::Context& context)
      : flow_(flow), flow_context_(flow_context), context_(context) {}
  CodeObject* finish(codegen::CodeUnit& unit) override {
    flow::Graph& graph = flow_.run(unit, flow_context_);
    return assemble::assemble(unit, graph, context_);
  }

 private:
  flow::Flow& flow_;
  flow::Context& flow_context_;
  assemble::Context& context_;
};

// What is the same for all levels: everything up to the scopes.
struct Front {
  ast::Module* module = nullptr;
  bool folds_by_level = false;  // the folded tree is right for the level it was folded for alone
};

}  // namespace

struct Compiler::State {
  Arena arena;
  NameTable names;
  Objects objects{arena, names};
  token::TokenBuffer tokens;
  parse::ScratchPtr scratch = parse::make_scratch();
  ConstantPool constants{objects};
  codegen::Codegen codegen;
  scope::Builder scopes;
  flow::Flow flow;
  std::vector<ByteWriter> outputs;  // by level; they keep their memory
  const diag::DefaultFilter default_filter{};

  Front front(std::string_view bytes, bool padded, const Options& options, diag::Sink& sink);
  CodeObject* back(const ast::Module& module, const scope::SymbolTable& symbols, int level, const Options& options,
                   diag::Sink& sink);
  scope::SymbolTable analyse(Front& front, int level, const Options& options, diag::Sink& sink);
  void compile(std::string_view bytes, bool padded, const Options& options, Result& result);
  LevelResult finish_level(CodeObject* code, const Options& options, const diag::Sink& sink, ByteWriter& out);
};

Front Compiler::State::front(std::string_view bytes, bool padded, const Options& options, diag::Sink& sink) {
  const Target& target = *options.target;
  source::Source source = source::decode(bytes, padded, target, arena);
  source.reread = options.shown != Options::Shown::kNone;
  if (options.shown == Options::Shown::kOther) source.bytes = options.shown_bytes;
  // The source is UTF-8 text with "\n" line ends.
  token::tokenize(source, target, names, tokens);
  // The text is not read again but for literals and messages.
  parse::Context context{target, arena, names, objects, sink, options.int_max_str_digits, scratch.get()};
  Front front;
  front.module = explain::parse(tokens, context);
  return front;
}

scope::SymbolTable Compiler::State::analyse(Front& front, int level, const Options& options, diag::Sink& sink) {
  const Target& target = *options.target;
  scope::Context scope_context{target, arena, names, sink, options.recursion_limit};
  scope::Future future = scope::read_future(*front.module, scope_context);
  fold::Context fold_context{
      target, arena, names, objects, sink, level, (future.flags & CO_FUTURE_ANNOTATIONS) != 0, options.recursion_limit};
  front.folds_by_level = fold::fold(*front.module, fold_context);
  // The tree does not change after this line, but for the scope fields.
  return scopes.build(*front.module, future, scope_context);
}

CodeObject* Compiler::State::back(const ast::Module& module, const scope::SymbolTable& symbols, int level,
                                  const Options& options, diag::Sink& sink) {
  const Target& target = *options.target;
  constants.reset(target);
  flow::Context flow_context{target, arena, names, objects, constants};
  assemble::Context assemble_context{target, objects, constants, objects.str(options.filename), options.debug_ranges};
  Assembler assembler(flow, flow_context, assemble_context);
  codegen::Context context{
      target, arena, names, objects, constants, sink, assembler, level, options.int_max_str_digits};
  return codegen.generate(module, symbols, context);
}

LevelResult Compiler::State::finish_level(CodeObject* code, const Options& options, const diag::Sink& sink,
                                          ByteWriter& out) {
  LevelResult result;
  marshal::write(code, *options.target, arena, out);
  result.warnings = sink.warnings();
  return result;
}

void Compiler::State::compile(std::string_view bytes, bool padded, const Options& options, Result& result) {
  const diag::WarningFilter& filter = options.warnings != nullptr ? *options.warnings : default_filter;
  diag::Sink front_sink(filter);
  Front shared;
  scope::SymbolTable symbols;
  bool ready = false;
  if (outputs.size() < options.levels.size()) outputs.resize(options.levels.size());
  for (ByteWriter& out : outputs) out.clear();
  for (int level : options.levels) {
    diag::Sink level_sink(filter);
    diag::Sink* current = &front_sink;
    try {
      if (!ready) {
        arena.reset();
        names.reset();
        objects.reset(*options.target);
        front_sink.clear();
        shared = front(bytes, padded, options, front_sink);
        symbols = analyse(shared, level, options, front_sink);
        ready = !shared.folds_by_level;
      }
      level_sink = front_sink;
      current = &level_sink;
      CodeObject* code = back(*shared.module, symbols, level, options, level_sink);
      result.levels.push_back(finish_level(code, options, level_sink, outputs[result.levels.size()]));
    } catch (const diag::SourceError& error) {
      LevelResult failed;
      failed.failed = true;
      failed.error = error;
      failed.warnings = current->warnings();
      result.levels.push_back(std::move(failed));
    }
  }
}

Compiler::Compiler() : state_(std::make_unique<State>()) {}
Compiler::~Compiler() = default;

Result Compiler::compile(std::string_view bytes, const Options& options, bool padded) {
  Result result;
  state_->compile(bytes, padded, options, result);
  for (std::size_t i = 0; i < result.levels.size(); ++i)
    if (!result.levels[i].failed) result.levels[i].code = state_->outputs[i].view();
  return result;
}

}  // namespace mkpyc
