// Each stage of a compilation by itself and the whole, in bytes and lines of source a second, over the machine's own
// Python library. A stage's figure is the time of the pipeline up to and with it less that up to the stage before, so
// that every stage works on fresh input; the benchmark of a prefix is named for its last stage.
#include <benchmark/benchmark.h>

#include "assemble/assemble.h"
#include "codegen/codegen.h"
#include "corpus.h"
#include "flow/flow.h"
#include "fold/fold.h"
#include "marshal/marshal.h"
#include "mkpyc.h"
#include "parse/parse.h"
#include "scope/scope.h"
#include "source/source.h"
#include "token/token.h"

namespace mkpyc::bench {
namespace {

// Timed, but for five_targets.
const Target& timed_target() { return *Target::find("3.11"); }

enum class Stage { Decode, Tokenize, Parse, Fold, Scope, Codegen, Flow, Assemble, Marshal };

class Pipeline : public codegen::UnitSink {
 public:
  void run(const File& file, Stage last) {
    arena_.reset();
    names_.reset();
    objects_.reset();
    sink_.keep(0);
    last_ = last;
    source::Source source = source::decode({file.bytes.data(), file.size()}, true, target_, arena_);
    if (last == Stage::Decode) return benchmark::DoNotOptimize(source);
    // A few lines at a time, as the program does it: what the parser asks for, or without it all that there is.
    token::Lines lines(source, target_, names_, tokens_);
    if (last == Stage::Tokenize) {
      do lines.next();
      while (tokens_.kind(tokens_.size() - 1) == token::Kind::Newline);
      return benchmark::DoNotOptimize(tokens_.tokens.data());
    }
    parse::Context parse_context{target_, arena_, names_, objects_, sink_};
    ast::Module* module = parse::parse(lines, parse_context);
    if (last == Stage::Parse) return benchmark::DoNotOptimize(module);
    scope::Context scope_context{target_, arena_, names_, sink_};
    scope::Future future = scope::read_future(*module, scope_context);
    fold::Context fold_context{target_, arena_, names_, objects_, sink_};
    fold::fold(*module, fold_context);
    if (last == Stage::Fold) return benchmark::DoNotOptimize(module);
    scope::SymbolTable symbols = scopes_.build(*module, future, scope_context);
    if (last == Stage::Scope) return benchmark::DoNotOptimize(symbols);
    constants_.reset(target_);
    assemble_context_.filename = objects_.str(file.name);
    codegen::Context context{target_, arena_, names_, objects_, constants_, sink_, *this};
    CodeObject* code = codegen_.generate(*module, symbols, context);
    if (last != Stage::Marshal) return benchmark::DoNotOptimize(code);
    out_.clear();
    marshal::write(code, target_, out_);
    benchmark::DoNotOptimize(out_.data());
  }

  CodeObject* finish(codegen::CodeUnit& unit) override {
    if (last_ == Stage::Codegen) return empty_code();
    flow::Graph& graph = flow_.run(unit, flow_context_);
    if (last_ == Stage::Flow) return empty_code();
    return assemble::assemble(unit, graph, assemble_context_);
  }

 private:
  // Stands for an inner code object where the stages that would make it are left out.
  CodeObject* empty_code() {
    CodeObject* code = arena_.make<CodeObject>(Object{.type = Type::Code});
    code->code = code->linetable = code->exceptiontable = code->localspluskinds = objects_.bytes("");
    code->consts = code->names = code->localsplusnames = objects_.tuple(nullptr, 0);
    code->filename = code->name = code->qualname = objects_.str("");
    return code;
  }

  const Target& target_ = timed_target();
  const diag::DefaultFilter filter_{};
  diag::Sink sink_{filter_};
  Arena arena_;
  NameTable names_;
  Objects objects_{arena_, names_};
  ConstantPool constants_{objects_};
  token::TokenBuffer tokens_;
  scope::Builder scopes_;
  codegen::Codegen codegen_;
  flow::Flow flow_;
  flow::Context flow_context_{target_, arena_, names_, objects_, constants_};
  assemble::Scratch scratch_;
  assemble::Context assemble_context_{target_, objects_, constants_, nullptr, scratch_};
  ByteWriter out_;
  Stage last_ = Stage::Marshal;
};

void report(benchmark::State& state) {
  state.SetBytesProcessed(static_cast<i64>(state.iterations() * corpus().bytes));
  state.counters["lines/s"] =
      benchmark::Counter(static_cast<double>(state.iterations() * corpus().lines), benchmark::Counter::kIsRate);
}

void prefix(benchmark::State& state, Stage last) {
  Pipeline pipeline;
  for (auto _ : state)
    for (const File& file : corpus().files) pipeline.run(file, last);
  state.SetLabel("for " + timed_target().name());
  report(state);
}

// The library's front door: one Compiler, all files, one level or three.
void whole(benchmark::State& state, std::vector<int> levels) {
  Compiler compiler;
  Options options;
  options.target = &timed_target();
  options.levels = std::move(levels);
  for (auto _ : state)
    for (const File& file : corpus().files) {
      options.filename = file.name;
      benchmark::DoNotOptimize(compiler.compile({file.bytes.data(), file.size()}, options, true));
    }
  state.SetLabel("for " + timed_target().name());
  report(state);
}

// All targets, each file read anew for each of them or not.
void five_targets(benchmark::State& state, bool again) {
  Compiler compiler;
  Options options;
  for (auto _ : state)
    for (const File& file : corpus().files) {
      bool first = true;
      for (const char* target : {"3.11", "3.12", "3.13", "3.14", "3.15"}) {
        options.target = Target::find(target);
        options.filename = file.name;
        benchmark::DoNotOptimize(first || !again ? compiler.compile({file.bytes.data(), file.size()}, options, true)
                                                 : compiler.compile_again(options));
        first = false;
      }
    }
  report(state);
}

BENCHMARK_CAPTURE(prefix, decode, Stage::Decode)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(prefix, tokenize, Stage::Tokenize)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(prefix, parse, Stage::Parse)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(prefix, fold, Stage::Fold)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(prefix, scope, Stage::Scope)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(prefix, codegen, Stage::Codegen)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(prefix, flow, Stage::Flow)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(prefix, assemble, Stage::Assemble)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(prefix, marshal, Stage::Marshal)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(whole, one_level, std::vector<int>{0})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(whole, three_levels, std::vector<int>{0, 1, 2})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(five_targets, apart, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(five_targets, together, true)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace mkpyc::bench

BENCHMARK_MAIN();
