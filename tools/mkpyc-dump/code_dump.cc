#include "code_dump.h"

#include <cstdio>
#include <string_view>
#include <vector>

#include "ast_dump.h"

namespace mkpyc::dump {
namespace {

using codegen::CodeUnit;
using codegen::Label;

const char* type_name(codegen::ScopeType type) {
  switch (type) {
    case codegen::ScopeType::Module: return "module";
    case codegen::ScopeType::Class: return "class";
    case codegen::ScopeType::Function: return "function";
    case codegen::ScopeType::AsyncFunction: return "async function";
    case codegen::ScopeType::Lambda: return "lambda";
    case codegen::ScopeType::Comprehension: return "comprehension";
    case codegen::ScopeType::TypeParams: return "type parameters";
    case codegen::ScopeType::Annotations: return "annotations";
  }
  return "?";
}

void dump_names(const char* title, const codegen::NameIndex& index, const NameTable& names, std::string& out) {
  if (index.names.empty()) return;
  out += "  ";
  out += title;
  for (Name name : index.names) {
    out += ' ';
    out += names.text(name);
  }
  out += '\n';
}

void dump_const(const Object* value, std::string& out) {
  if (value->type == Type::Code) {
    out += "<code ";
    out += static_cast<const CodeObject*>(value)->qualname->text;
    out += '>';
  } else {
    dump_constant(value, out);
  }
}

std::string_view name_at(const codegen::NameIndex& index, u32 at, const NameTable& names) {
  return at < index.size() ? names.text(index.names[at]) : "?";
}

// What an argument stands for, in parentheses.
void dump_meaning(const CodeUnit& unit, const codegen::Instr& instr, const NameTable& names, std::string& out) {
  u32 arg = static_cast<u32>(instr.arg);
  std::string_view op = op_name(instr.op);
  std::string text;
  if (op == "LOAD_CONST" || op == "KW_NAMES")
    dump_const(unit.consts.objects.at(arg), text);
  else if (op.ends_with("_FAST"))
    text = name_at(unit.varnames, arg, names);
  else if (op.ends_with("DEREF") || op == "LOAD_CLOSURE")
    text = arg < unit.cellvars.size() ? name_at(unit.cellvars, arg, names)
                                      : name_at(unit.freevars, arg - unit.cellvars.size(), names);
  else if (op == "LOAD_GLOBAL")
    text = name_at(unit.names, arg >> 1, names);
  else if (op.ends_with("_NAME") || op.ends_with("_GLOBAL") || op.ends_with("_ATTR") || op.ends_with("_METHOD") ||
           op == "IMPORT_FROM")
    text = name_at(unit.names, arg, names);
  if (!text.empty()) out += " (" + text + ")";
}

void dump_instr(const CodeUnit& unit, std::size_t at, const NameTable& names, std::string& out) {
  const codegen::Instr& instr = unit.code.instrs[at];
  const ast::Loc& loc = instr.loc;
  char where[80];
  std::snprintf(where, sizeof where, "    %3d:%-3d %3d:%-3d ", loc.line, loc.col, loc.end_line, loc.end_col);
  out += where;
  out += op_name(instr.op);
  if (instr.target != Label::kNone)
    out += " -> " + std::to_string(static_cast<u32>(instr.target));
  else
    out += " " + std::to_string(instr.arg);
  dump_meaning(unit, instr, names, out);
  out += '\n';
}

}  // namespace

void dump_unit(const CodeUnit& unit, const NameTable& names, std::string& out) {
  char numbers[128];
  std::snprintf(numbers, sizeof numbers, " line %d, arguments %d %d %d, flags 0x%x\n", unit.firstlineno, unit.argcount,
                unit.posonlyargcount, unit.kwonlyargcount, unit.flags);
  out += type_name(unit.type);
  out += ' ';
  out += unit.qualname->text;
  out += numbers;
  dump_names("varnames", unit.varnames, names, out);
  dump_names("cells", unit.cellvars, names, out);
  dump_names("free", unit.freevars, names, out);
  std::size_t mark = 0;
  for (std::size_t i = 0; i <= unit.code.instrs.size(); ++i) {
    for (; mark < unit.code.marks.size() && unit.code.marks[mark].at == i; ++mark)
      if (unit.code.marks[mark].label != Label::kNone)
        out += "  block " + std::to_string(static_cast<u32>(unit.code.marks[mark].label)) + "\n";
    if (i < unit.code.instrs.size()) dump_instr(unit, i, names, out);
  }
  out += '\n';
}

void dump_sequence(const CodeUnit& unit, std::string& out) {
  const codegen::InstrSequence& code = unit.code;
  std::vector<u32> positions(code.label_count);
  for (const codegen::InstrSequence::Mark& mark : code.marks)
    if (mark.label != Label::kNone) positions.at(static_cast<u32>(mark.label)) = mark.at;
  bool separate_annotations = !unit.annotations.instrs.empty();
  out += std::to_string(unit.depth) + (separate_annotations ? "+ " : " ");
  out += unit.qualname->text;
  out += '\n';
  char line[160];
  for (std::size_t i = 0; i < code.instrs.size(); ++i) {
    const codegen::Instr& instr = code.instrs[i];
    const ast::Loc& loc = instr.loc;
    bool jump = instr.target != Label::kNone;
    long arg = jump ? static_cast<long>(positions.at(static_cast<u32>(instr.target))) : static_cast<long>(instr.arg);
    std::snprintf(line, sizeof line, "%s %ld %d %d %d %d\n", op_name(instr.op), arg, loc.line, loc.end_line, loc.col,
                  loc.end_col);
    out += line;
  }
}

CodeObject* UnitPrinter::finish(CodeUnit& unit) {
  if (plain_)
    dump_sequence(unit, out_);
  else
    dump_unit(unit, objects_.names(), out_);
  return stand_in(unit);
}

// A code object with nothing but what tells it from others: two of one text and with the same constants are equal.
CodeObject* UnitPrinter::stand_in(const CodeUnit& unit) {
  CodeObject* code = objects_.arena().make<CodeObject>(Object{.type = Type::Code});
  std::string text;
  dump_sequence(unit, text);
  auto tuple_of = [this](const codegen::NameIndex& index) {
    std::vector<Object*> items;
    for (Name name : index.names) items.push_back(objects_.name(name));
    return objects_.tuple(items.data(), items.size());
  };
  code->firstlineno = unit.firstlineno;
  code->flags = unit.flags;
  code->code = objects_.bytes(text);
  code->consts = objects_.tuple(unit.consts.objects.data(), unit.consts.size());
  code->names = tuple_of(unit.names);
  code->localsplusnames = tuple_of(unit.varnames);
  BytesObject* no_bytes = objects_.bytes("");
  code->localspluskinds = code->linetable = code->exceptiontable = no_bytes;
  code->filename = objects_.str("");
  code->name = unit.name;
  code->qualname = unit.qualname;
  return code;
}

}  // namespace mkpyc::dump
