// mkpyc-dump: one stage of the pipeline, or a .pyc, as text.
//
//   mkpyc-dump FILE.pyc...
//   mkpyc-dump [--target V] [-O LEVEL] [--crc|--head] --stage=STAGE FILE...
//
// STAGE: tokens, ast (as ast.dump(tree, include_attributes=True), with ascii() for repr()), error (what compile() would
// raise from the front end: class, line, offset, end line, end offset, message, text; "ok" without one), folded (the
// tree after folding), scopes (the symbol tables of the tree that was not folded, as CPython's _symtable has them:
// scope_dump.h), code (what the code generator makes of each block, inner blocks first; -O LEVEL is the optimisation
// level), units (the same, in a form to compare: code_dump.h), graph (the same, and the control-flow graph after each
// pass), pyc (what a .pyc holds, whatever the file is called).
// --crc prints a line a file with the CRC-32 and the length of the text (or "refused 0") in place of the text; --head
// prints "== FILE" before it. FILE may be @LIST, a file with one name a line.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "ast_dump.h"
#include "base/large_stack.h"
#include "code_dump.h"
#include "codegen/codegen.h"
#include "explain/explain.h"
#include "fold/fold.h"
#include "graph_dump.h"
#include "object/constants.h"
#include "parse/parse.h"
#include "pyc_dump.h"
#include "scope/scope.h"
#include "scope_dump.h"
#include "source/source.h"
#include "target/target.h"
#include "token/token.h"
#include "token_dump.h"

namespace mkpyc::dump {
namespace {

struct Options {
  const Target* target = Target::find("3.11.7");
  std::string_view stage = "ast";
  bool crc = false;
  bool head = false;
  int optimize = 0;
  std::vector<std::string> files;
};

// All that one file's compilation needs, kept for the next file.
struct FrontEnd {
  Arena arena;
  NameTable names;
  Objects objects{arena, names};
  token::TokenBuffer tokens;
  parse::ScratchPtr scratch = parse::make_scratch();
  ConstantPool constants{objects};
  scope::Builder scopes;
  codegen::Codegen codegen;
  diag::DefaultFilter filter;
  diag::Sink sink{filter};

  void reset() {
    arena.reset();
    names.reset();
    objects.reset();
    sink.keep(0);
  }
  void tokenize(const std::string& bytes, const Target& target) {
    source::Source source = source::decode(bytes, false, target, arena);
    token::tokenize(source, target, names, tokens);
  }
  ast::Module* parse(const std::string& bytes, const Target& target) {
    tokenize(bytes, target);
    parse::Context context{target, arena, names, objects, sink, 4300, scratch.get()};
    return explain::parse(tokens, context);
  }
  scope::Future fold(ast::Module& module, const Target& target, int optimize) {
    scope::Context scope_context{target, arena, names, sink};
    scope::Future future = scope::read_future(module, scope_context);
    bool text_annotations = (future.flags & CO_FUTURE_ANNOTATIONS) != 0;
    fold::Context fold_context{target, arena, names, objects, sink, optimize, text_annotations};
    fold::fold(module, fold_context);
    return future;
  }
  void fold(const std::string& bytes, const Target& target, int optimize, std::string& out) {
    ast::Module* module = parse(bytes, target);
    fold(*module, target, optimize);
    dump_ast(*module, names, target, out);
    out += '\n';
  }
  void symbols(const std::string& bytes, const Target& target, std::string& out) {
    ast::Module* module = parse(bytes, target);
    scope::Context context{target, arena, names, sink};
    dump_scopes(scopes.build(*module, scope::read_future(*module, context), context), names, out);
  }
  void generate(const std::string& bytes, const Target& target, int optimize, std::string_view stage,
                std::string& out) {
    ast::Module* module = parse(bytes, target);
    scope::Future future = fold(*module, target, optimize);
    scope::Context scope_context{target, arena, names, sink};
    scope::SymbolTable symbols = scopes.build(*module, future, scope_context);
    constants.reset(target);
    UnitPrinter units(objects, out, stage == "units");
    GraphPrinter graphs({target, arena, names, objects, constants}, out);
    codegen::UnitSink& printer = stage == "graph" ? static_cast<codegen::UnitSink&>(graphs) : units;
    codegen::Context context{target, arena, names, objects, constants, sink, printer, optimize};
    context.stage_by_stage = true;
    codegen.generate(*module, symbols, context);
  }
};

void dump_error(const diag::SourceError& error, std::string& out) {
  out += diag::exception_name(error.exception);
  if (error.located) {
    for (int value : {error.line, error.offset, error.end_line, error.end_offset}) out += " " + std::to_string(value);
  }
  out += ": " + error.message;
  if (error.text_from == diag::TextFrom::kGiven) {
    StrObject text;
    text.type = Type::Str;
    text.text = error.text;
    out += " | ";
    dump_constant(&text, out);
  }
  out += '\n';
}

// False if the file was refused.
bool dump_file(const std::string& bytes, const Options& options, FrontEnd& front, std::string& out) {
  front.reset();
  if (options.stage == "pyc") return dump_pyc(bytes, out);
  try {
    if (options.stage == "tokens") {
      front.tokenize(bytes, *options.target);
      dump_tokens(front.tokens, out);
    } else if (options.stage == "folded") {
      front.fold(bytes, *options.target, options.optimize, out);
    } else if (options.stage == "scopes") {
      front.symbols(bytes, *options.target, out);
    } else if (options.stage == "code" || options.stage == "units" || options.stage == "graph") {
      front.generate(bytes, *options.target, options.optimize, options.stage, out);
    } else {
      ast::Module* module = front.parse(bytes, *options.target);
      if (options.stage == "error")
        out += "ok";
      else
        dump_ast(*module, front.names, *options.target, out);
      out += '\n';
    }
    return true;
  } catch (const diag::SourceError& error) {
    dump_error(error, out);
    return false;
  }
}

u32 crc32(std::string_view text) {
  static const auto table = [] {
    std::vector<u32> made(256);
    for (u32 i = 0; i < 256; ++i) {
      u32 value = i;
      for (int bit = 0; bit < 8; ++bit) value = value & 1 ? value >> 1 ^ 0xedb88320u : value >> 1;
      made[i] = value;
    }
    return made;
  }();
  u32 crc = ~0u;
  for (char c : text) crc = crc >> 8 ^ table[(crc ^ static_cast<u8>(c)) & 0xff];
  return ~crc;
}

bool parse_options(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    std::string_view argument = argv[i];
    if (argument.starts_with("--stage=")) {
      options.stage = argument.substr(8);
    } else if (argument == "--crc") {
      options.crc = true;
    } else if (argument == "--head") {
      options.head = true;
    } else if (argument == "--target" && i + 1 < argc) {
      options.target = Target::find(std::string_view(argv[++i]));
    } else if (argument == "-O" && i + 1 < argc) {
      std::string_view level = argv[++i];
      if (level != "0" && level != "1" && level != "2") return false;
      options.optimize = level[0] - '0';
    } else if (argument.starts_with("@")) {
      std::ifstream list{std::string(argument.substr(1))};
      for (std::string line; std::getline(list, line);) options.files.push_back(line);
    } else {
      options.files.emplace_back(argument);
    }
  }
  static constexpr std::string_view stages[] = {"tokens", "ast",   "error", "folded", "scopes",
                                                "code",   "units", "graph", "pyc"};
  auto is_pyc = [](const std::string& file) { return file.ends_with(".pyc"); };
  if (std::all_of(options.files.begin(), options.files.end(), is_pyc)) options.stage = "pyc";
  bool known = std::find(std::begin(stages), std::end(stages), options.stage) != std::end(stages);
  return known && options.target != nullptr && !options.files.empty();
}

int run(const Options& options) {
  FrontEnd front;
  std::string out;
  int failures = 0;
  for (const std::string& path : options.files) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "mkpyc-dump: cannot read %s\n", path.c_str());
      ++failures;
      continue;
    }
    std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    out.clear();
    bool accepted = dump_file(bytes, options, front, out);
    if (options.head) std::printf("== %s\n", path.c_str());
    if (options.crc && accepted)
      std::printf("%08x %zu %s\n", crc32(out), out.size(), path.c_str());
    else if (options.crc)
      std::printf("refused 0 %s\n", path.c_str());
    else
      std::fwrite(out.data(), 1, out.size(), stdout);
  }
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace mkpyc::dump

int main(int argc, char** argv) {
  mkpyc::dump::Options options;
  if (!mkpyc::dump::parse_options(argc, argv, options)) {
    std::fprintf(stderr,
                 "usage: mkpyc-dump FILE.pyc...\n"
                 "       mkpyc-dump [--target V] [-O LEVEL] [--crc|--head] "
                 "--stage=tokens|ast|error|folded|scopes|code|units|graph|pyc FILE|@LIST...\n");
    return 2;
  }
  int status = 0;
  mkpyc::on_large_stack([&] { status = mkpyc::dump::run(options); });
  return status;
}
