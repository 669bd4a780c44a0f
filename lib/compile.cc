// The pipeline, from a file's bytes to marshalled code objects. Each stage's header says what goes in and what comes
// out; this file only puts them in order and says what holds from each line on.
#include <algorithm>
#include <new>
#include <optional>
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
    CodeObject* code = assemble::assemble(unit, graph, context_);
    graph.give_back(unit);
    return code;
  }

 private:
  flow::Flow& flow_;
  flow::Context& flow_context_;
  assemble::Context& context_;
};

// What was read of a file, and the state of everything then: where other levels and targets begin.
struct Front {
  ast::Module* module = nullptr;   // null: nothing was read, or it is wrong
  std::optional<diag::Sink> sink;  // with the warnings
  const Target* target = nullptr;  // that it was read for
  int int_max_str_digits = 0;
  std::optional<Target> asking;  // the target, noting what reading asks of it
  Asked asked;
  Arena::Mark arena;
  u32 names = 0;
  std::size_t singles = 0;
  fold::Changes changes;  // since
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
  assemble::Scratch scratch_tables;
  std::vector<ByteWriter> outputs;  // by level; they keep their memory
  std::string_view bytes;
  bool padded = false;
  Front front;

  ast::Module* read(const Options& options, diag::Sink& sink);
  bool front_serves(const Options& options) const;
  void go_back(const Target& target, diag::Sink& sink);
  scope::SymbolTable analyse(int level, const Options& options, diag::Sink& sink, bool& level_matters);
  CodeObject* back(const ast::Module& module, const scope::SymbolTable& symbols, int level, const Options& options,
                   diag::Sink& sink);
  void compile(const Options& options, const diag::WarningFilter& filter, Result& result);
  LevelResult finish_level(CodeObject* code, const Options& options, const diag::Sink& sink, ByteWriter& out);
};

ast::Module* Compiler::State::read(const Options& options, diag::Sink& sink) {
  front.module = nullptr;
  arena.reset();
  names.reset();
  objects.reset();
  front.changes.forget();
  front.asked = {};
  const Target& target = front.asking.emplace(options.target->noting(front.asked));
  source::Source source = source::decode(bytes, padded, target, arena, &sink);
  source.reread = options.shown != Options::Shown::kNone;
  if (options.shown == Options::Shown::kOther) source.bytes = options.shown_bytes;
  // The source is UTF-8 text with "\n" line ends.
  token::Lines lines(source, target, names, tokens);
  // The text is not read again but for literals and messages.
  parse::Context context{target, arena, names, objects, sink, options.int_max_str_digits, scratch.get()};
  ast::Module* module = explain::parse(lines, context);
  // From here on the front is the same for every target that answers the same.
  front.sink = sink;
  front.target = options.target;
  front.int_max_str_digits = options.int_max_str_digits;
  front.arena = arena.mark();
  front.names = names.size();
  front.singles = objects.singles();
  objects.rewind(front.singles, *options.target);
  front.module = module;
  return module;
}

// Could the front be of the last call? What a filter makes of a warning may hang on the target.
bool Compiler::State::front_serves(const Options& options) const {
  return front.module != nullptr && front.sink->silent() && front.int_max_str_digits == options.int_max_str_digits &&
         front.target->agrees_with(*options.target, front.asked);
}

void Compiler::State::go_back(const Target& target, diag::Sink& sink) {
  front.changes.undo();
  arena.rewind(front.arena);
  names.rewind(front.names);
  objects.rewind(front.singles, target);
  if (!front.sink->silent()) sink = *front.sink;
}

scope::SymbolTable Compiler::State::analyse(int level, const Options& options, diag::Sink& sink, bool& level_matters) {
  const Target& target = *options.target;
  scope::Context scope_context{target, arena, names, sink, options.recursion_limit};
  scope::Future future = scope::read_future(*front.module, scope_context);
  bool text_annotations = (future.flags & CO_FUTURE_ANNOTATIONS) != 0;
  fold::Context fold_context{
      target, arena, names, objects, sink, level, text_annotations, options.recursion_limit, &front.changes};
  level_matters = fold::fold(*front.module, fold_context);
  // The tree does not change after this line, but for the scope fields.
  return scopes.build(*front.module, future, scope_context);
}

CodeObject* Compiler::State::back(const ast::Module& module, const scope::SymbolTable& symbols, int level,
                                  const Options& options, diag::Sink& sink) {
  const Target& target = *options.target;
  constants.reset(target);
  flow::Context flow_context{target, arena, names, objects, constants};
  assemble::Context assemble_context{
      target, objects, constants, objects.str(options.filename), scratch_tables, options.debug_ranges};
  Assembler assembler(flow, flow_context, assemble_context);
  codegen::Context context{
      target, arena, names, objects, constants, sink, assembler, level, options.int_max_str_digits};
  return codegen.generate(module, symbols, context);
}

LevelResult Compiler::State::finish_level(CodeObject* code, const Options& options, const diag::Sink& sink,
                                          ByteWriter& out) {
  LevelResult result;
  marshal::write(code, *options.target, out);
  result.warnings = sink.warnings();
  return result;
}

// The levels that the result has not got.
void Compiler::State::compile(const Options& options, const diag::WarningFilter& filter, Result& result) {
  const Target& target = *options.target;
  diag::Sink front_sink(filter);
  scope::SymbolTable symbols;
  bool ready = false, reads = !front_serves(options);
  if (outputs.size() < options.levels.size()) outputs.resize(options.levels.size());
  for (std::size_t i = result.levels.size(); i < outputs.size(); ++i) outputs[i].clear();
  while (result.levels.size() < options.levels.size()) {
    const int level = options.levels[result.levels.size()];
    diag::Sink level_sink(filter);
    diag::Sink* current = &front_sink;
    try {
      if (!ready) {
        front_sink = diag::Sink(filter);
        if (reads) read(options, front_sink);
        if (!reads) go_back(target, front_sink);
        reads = front.module == nullptr;
        bool level_matters = false;
        symbols = analyse(level, options, front_sink, level_matters);
        ready = !level_matters;
      }
      level_sink = front_sink;
      current = &level_sink;
      CodeObject* code = back(*front.module, symbols, level, options, level_sink);
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
  bytes_ = bytes;
  padded_ = padded;
  if (state_ != nullptr) state_->front.module = nullptr;
  return compile_again(options);
}

// Memory was short while the next level was compiled. What is half done is no state to go on with.
void Compiler::give_up(Result& result) {
  std::vector<ByteWriter> outputs;
  if (state_ != nullptr) outputs = std::move(state_->outputs);
  state_.reset();
  state_ = std::make_unique<State>();
  state_->outputs = std::move(outputs);
  LevelResult failed;
  failed.failed = true;
  failed.error.exception = diag::Exception::MemoryError;
  result.levels.push_back(std::move(failed));
}

Result Compiler::compile_again(const Options& options) {
  static const diag::DefaultFilter default_filter;
  const diag::WarningFilter& filter = options.warnings != nullptr ? *options.warnings : default_filter;
  Result result;
  result.levels.reserve(options.levels.size());
  while (result.levels.size() < options.levels.size()) {
    try {
      if (state_ == nullptr) state_ = std::make_unique<State>();
      state_->bytes = bytes_;
      state_->padded = padded_;
      state_->compile(options, filter, result);
    } catch (const std::bad_alloc&) {
      give_up(result);
    }
  }
  for (std::size_t i = 0; i < result.levels.size(); ++i)
    if (!result.levels[i].failed) result.levels[i].code = state_->outputs[i].view();
  return result;
}

}  // namespace mkpyc
