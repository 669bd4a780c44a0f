#include "graph_dump.h"

#include <cstdio>

namespace mkpyc::dump {
namespace {

std::string number(flow::BlockId id) { return std::to_string(static_cast<u32>(id)); }

void dump_instr(const flow::Block& block, const flow::Instr& instr, std::string& out) {
  char where[80];
  const ast::Loc& loc = instr.loc;
  std::snprintf(where, sizeof where, "    %3d:%-3d %3d:%-3d ", loc.line, loc.col, loc.end_line, loc.end_col);
  out += where;
  out += op_name(flow::written(block, instr.op));
  out += ' ' + std::to_string(instr.arg);
  if (instr.target != flow::BlockId::kNone) out += " -> " + number(instr.target);
  if (instr.handler != flow::BlockId::kNone) out += " handler " + number(instr.handler);
  out += '\n';
}

}  // namespace

void dump_graph(flow::Graph& graph, std::string& out) {
  for (flow::Block& block : graph.layout()) {
    out += "  block " + std::to_string(&block - graph.blocks.data());
    if (block.cold) out += " cold";
    if (block.predecessors != 0) out += " predecessors " + std::to_string(block.predecessors);
    out += '\n';
    for (const flow::Instr& instr : graph.code(block)) dump_instr(block, instr, out);
  }
}

CodeObject* GraphPrinter::finish(codegen::CodeUnit& unit) {
  CodeObject* code = UnitPrinter::finish(unit);  // before the passes take the instructions
  last_.clear();
  flow_.run(unit, context_, this);
  return code;
}

void GraphPrinter::after(const char* pass, flow::Graph& graph) {
  std::string text;
  dump_graph(graph, text);
  out_ += pass;
  if (text == last_) {
    out_ += ": no change\n\n";
    return;
  }
  out_ += " (stack size " + std::to_string(graph.stacksize) + ")\n";
  out_ += text + '\n';
  last_ = std::move(text);
}

}  // namespace mkpyc::dump
