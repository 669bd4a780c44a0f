#include "scope_dump.h"

#include <algorithm>
#include <vector>

namespace mkpyc::dump {
namespace {

using scope::Scope;
using scope::Symbol;

constexpr u32 kScopeOffset = 12;

const char* type_name(scope::BlockType type) {
  switch (type) {
    case scope::BlockType::Function: return "function";
    case scope::BlockType::Class: return "class";
    case scope::BlockType::Module: return "module";
    case scope::BlockType::Annotation: return "annotation";
    case scope::BlockType::TypeAlias: return "type-alias";
    case scope::BlockType::TypeParameters: return "type-parameters";
    case scope::BlockType::TypeVariable: return "type-variable";
  }
  return "?";
}

// Names like "<lambda>" have no brackets in CPython's symbol table.
std::string_view block_name(std::string_view name) {
  return name.starts_with('<') ? name.substr(1, name.size() - 2) : name;
}

u32 raw_flags(const Symbol& symbol) { return symbol.flags | static_cast<u32>(symbol.scope) << kScopeOffset; }

void dump_symbols(const Scope* scope, const NameTable& names, std::string& out) {
  std::vector<std::string_view> passed_on;
  for (const Symbol& symbol : scope->symbols) {
    if (symbol.flags == 0)
      passed_on.push_back(names.text(symbol.name));
    else
      out.append(" ").append(names.text(symbol.name)).append(":").append(std::to_string(raw_flags(symbol)));
  }
  std::sort(passed_on.begin(), passed_on.end());
  out += " +";
  for (std::string_view name : passed_on) out.append(" ").append(name);
}

void dump_block(const Scope* scope, const NameTable& names, std::size_t depth, std::string& out) {
  out.append(depth, ' ').append(type_name(scope->type)).append(" ").append(block_name(names.text(scope->name)));
  out.append(" ").append(std::to_string(scope->loc.line)).append(scope->nested ? " nested (" : " - (");
  for (u32 i = 0; i < scope->varnames.size(); ++i) out.append(i > 0 ? " " : "").append(names.text(scope->varnames[i]));
  out += ")";
  dump_symbols(scope, names, out);
  out += "\n";
  for (const Scope* inner : scope->children) dump_block(inner, names, depth + 1, out);
}

}  // namespace

void dump_scopes(const scope::SymbolTable& table, const NameTable& names, std::string& out) {
  dump_block(table.top, names, 0, out);
}

}  // namespace mkpyc::dump
