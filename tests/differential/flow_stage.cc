// Runs the flow stage and the assembler on instruction sequences that a real CPython's code generator made
// (_testinternalcapi.compiler_codegen), for tests/differential/flow_compare.
//
//   flow-stage TARGET       a JSON object a line on standard input, one on standard output for each
//
// In: "instrs": [[number, arg, line, end line, column, end column], ...], where the argument of what names a block is
// an instruction's index; "consts": a tuple as marshal.dumps() gives it, in hexadecimal; "names", "varnames",
// "cellvars", "freevars", "hidden": lists of names; "flags", "firstlineno", "argcount", "posonlyargcount",
// "kwonlyargcount". "whole": false for what optimize_cfg does, true for a code object. Out: "instrs" in the same form
// and "consts" as a list of texts; or the fields of the code object, bytes in hexadecimal.
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "assemble/assemble.h"
#include "flow/flow.h"
#include "flow/op_traits.h"
#include "marshal/reader.h"
#include "object/repr.h"

namespace mkpyc {
namespace {

using nlohmann::json;

std::string from_hex(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  return bytes;
}

std::string to_hex(std::string_view bytes) {
  std::string text;
  char pair[3];
  for (char c : bytes) {
    std::snprintf(pair, sizeof pair, "%02x", static_cast<unsigned char>(c));
    text += pair;
  }
  return text;
}

// CPython's numbers of pseudo instructions, as the line in has them: by name.
using PseudoNumbers = std::map<int, Op>;

class Stage {
 public:
  explicit Stage(const Target& target) : target_(target) {}

  json run(const json& in) {
    arena_.reset();
    names_.reset();
    objects_.reset(target_);
    pool_.reset(target_);
    codegen::CodeUnit unit;
    read(in, unit);
    flow::Context context{target_, arena_, names_, objects_, pool_};
    if (!in["whole"].get<bool>()) return optimized(flow_.optimize(unit, context), in["pseudo"]);
    flow::Graph& graph = flow_.run(unit, context);
    assemble::Scratch scratch;
    assemble::Context assemble_context{target_, objects_, pool_, objects_.str("file.py"), scratch};
    return fields(*assemble::assemble(unit, graph, assemble_context));
  }

 private:
  void add_names(const json& list, codegen::NameIndex& index) {
    for (const json& name : list) index.add(names_.intern(name.get<std::string>()));
  }

  void read(const json& in, codegen::CodeUnit& unit) {
    pseudo_.clear();
    for (const auto& [name, number] : in["pseudo"].items())
      for (std::size_t i = 0; i < kOpCount; ++i)
        if (name == op_name(static_cast<Op>(i))) pseudo_[number.get<int>()] = static_cast<Op>(i);
    add_names(in["names"], unit.names);
    add_names(in["varnames"], unit.varnames);
    add_names(in["cellvars"], unit.cellvars);
    add_names(in["freevars"], unit.freevars);
    add_names(in["hidden"], unit.hidden);
    unit.name = unit.qualname = objects_.str("name");
    unit.flags = in["flags"];
    unit.firstlineno = in["firstlineno"];
    unit.argcount = in["argcount"];
    unit.posonlyargcount = in["posonlyargcount"];
    unit.kwonlyargcount = in["kwonlyargcount"];
    marshalled_ = from_hex(in["consts"]);
    marshal::Unmarshalled consts = marshal::read(marshalled_, arena_);
    if (!consts.error.empty()) throw std::runtime_error(consts.error);
    for (Object* item : static_cast<TupleObject*>(consts.object)->items)
      unit.consts.objects.push_back(in["whole"].get<bool>() ? pool_.merge(fresh(item)) : fresh(item));
    read_code(in["instrs"], unit.code);
  }

  // As the compiler would have made it.
  Object* fresh(Object* read) {
    switch (read->type) {
      case Type::None: return objects_.none();
      case Type::False: return objects_.boolean(false);
      case Type::True: return objects_.boolean(true);
      case Type::Ellipsis: return objects_.ellipsis();
      case Type::Int: {
        auto* value = static_cast<IntObject*>(read);
        if (value->is_small()) return objects_.integer(value->small);
        return objects_.integer(value->limbs.begin(), value->limbs.size(), value->negative);
      }
      case Type::Str: return objects_.str(static_cast<StrObject*>(read)->text);
      case Type::Bytes: return objects_.bytes(static_cast<BytesObject*>(read)->bytes);
      case Type::Tuple:
      case Type::FrozenSet: {
        std::vector<Object*> items;
        for (Object* item : static_cast<TupleObject*>(read)->items) items.push_back(fresh(item));
        return read->type == Type::Tuple ? objects_.tuple(items.data(), items.size())
                                         : objects_.frozenset(items.data(), items.size());
      }
      case Type::Slice: {
        auto* slice = static_cast<SliceObject*>(read);
        return arena_.make<SliceObject>(Object{.type = Type::Slice}, fresh(slice->start), fresh(slice->stop),
                                        fresh(slice->step));
      }
      case Type::Float: return objects_.floating(static_cast<FloatObject*>(read)->value);
      case Type::Complex:
        return objects_.complex(static_cast<ComplexObject*>(read)->real, static_cast<ComplexObject*>(read)->imag);
      case Type::Code: return read;
    }
    return read;
  }

  Op op(int number) const {
    auto found = pseudo_.find(number);
    if (found != pseudo_.end()) return found->second;
    if (number > 255 || target_.ops().by_number[number] == Op::kCount)
      throw std::runtime_error("no instruction " + std::to_string(number));
    return target_.ops().by_number[number];
  }

  bool names_block(Op op) const {
    return target_.ops()[op].jump || op == Op::SETUP_FINALLY || op == Op::SETUP_CLEANUP || op == Op::SETUP_WITH ||
           op == Op::JUMP || op == Op::JUMP_NO_INTERRUPT || op == Op::JUMP_IF_TRUE || op == Op::JUMP_IF_FALSE;
  }

  void read_code(const json& instrs, codegen::InstrSequence& code) {
    std::map<int, codegen::Label> labels;
    for (const json& instr : instrs)
      if (names_block(op(instr[0]))) labels.emplace(instr[1], codegen::Label::kNone);
    for (auto& [at, label] : labels) label = codegen::Label{code.label_count++};
    flow::OpTraits traits(target_);
    int at = 0;
    for (const json& instr : instrs) {
      if (code.block_ended()) code.mark(codegen::Label::kNone);
      if (auto label = labels.find(at++); label != labels.end()) code.mark(label->second);
      ast::Loc loc;
      loc.line = instr[2];
      loc.end_line = instr[3];
      loc.col = instr[4];
      loc.end_col = instr[5];
      Op made = op(instr[0]);
      if (names_block(made))
        code.add_naming(made, labels[instr[1]], loc, codegen::facts_of(made));
      else
        code.add(made, instr[1], loc, codegen::facts_of(made));
      if (loc.line == codegen::kNextLocation.line) code.note_next_location();
      if (traits.terminates(made)) code.end_block();
    }
  }

  std::string text(const Object* object) {
    if (object->type == Type::Code) return "<code>";
    if (object->type == Type::Slice) {
      const auto* slice = static_cast<const SliceObject*>(object);
      return "slice(" + text(slice->start) + ", " + text(slice->stop) + ", " + text(slice->step) + ")";
    }
    if (object->type == Type::FrozenSet) {
      std::vector<std::string> items;
      for (const Object* item : static_cast<const TupleObject*>(object)->items) items.push_back(text(item));
      std::sort(items.begin(), items.end());
      std::string joined = "frozenset(";
      for (const std::string& item : items) joined += item + " ";
      return joined + ")";
    }
    if (object->type == Type::Tuple) {
      std::string joined = "(";
      for (const Object* item : static_cast<const TupleObject*>(object)->items) joined += text(item) + ", ";
      return joined + ")";
    }
    std::string repr;
    append_repr(object, {target_.unicode_version(), 0}, repr);
    return repr;
  }

  json texts(const auto& consts) {
    json list = json::array();
    for (const Object* item : consts) list.push_back(text(item));
    return list;
  }

  json optimized(flow::Graph& graph, const json& pseudo) {
    std::vector<int> starts(graph.blocks.size(), -1);
    int at = 0;
    for (flow::Block& block : graph.layout()) {
      starts[static_cast<std::size_t>(&block - graph.blocks.data())] = at;
      at += static_cast<int>(block.count);
    }
    json instrs = json::array();
    for (flow::Block& block : graph.layout())
      for (const flow::Instr& instr : graph.code(block)) {
        Op op = flow::written(block, instr.op);
        int number = target_.ops()[op].number;
        if (number < 0) number = pseudo.value(op_name(op), -1);
        int arg = names_block(instr.op) ? starts[static_cast<std::size_t>(instr.target)] : instr.arg;
        instrs.push_back({number, arg, instr.loc.line, instr.loc.end_line, instr.loc.col, instr.loc.end_col});
      }
    return {{"instrs", instrs}, {"consts", texts(graph.consts)}};
  }

  json fields(const CodeObject& code) {
    json names = json::array();
    for (const Object* name : code.localsplusnames->items)
      names.push_back(std::string(static_cast<const StrObject*>(name)->text));
    return {{"code", to_hex(code.code->bytes)},
            {"linetable", to_hex(code.linetable->bytes)},
            {"exceptiontable", to_hex(code.exceptiontable->bytes)},
            {"kinds", to_hex(code.localspluskinds->bytes)},
            {"localsplusnames", names},
            {"stacksize", code.stacksize},
            {"consts", texts(code.consts->items)}};
  }

  const Target& target_;
  Arena arena_;
  NameTable names_;
  Objects objects_{arena_, names_};
  ConstantPool pool_{objects_};
  flow::Flow flow_;
  PseudoNumbers pseudo_;
  std::string marshalled_;
};

}  // namespace
}  // namespace mkpyc

int main(int argc, char** argv) {
  const mkpyc::Target* target = argc == 2 ? mkpyc::Target::find(argv[1]) : nullptr;
  if (target == nullptr) {
    std::fprintf(stderr, "usage: flow-stage TARGET\n");
    return 2;
  }
  mkpyc::Stage stage(*target);
  std::string line;
  while (std::getline(std::cin, line)) {
    nlohmann::json out;
    try {
      out = stage.run(nlohmann::json::parse(line));
    } catch (const std::exception& error) {
      out = {{"error", error.what()}};
    }
    std::cout << out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n" << std::flush;
  }
}
