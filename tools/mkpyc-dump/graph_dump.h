// The control-flow graph of each unit as text, after each pass that changed it.
#pragma once

#include <string>

#include "code_dump.h"
#include "flow/flow.h"

namespace mkpyc::dump {

/// Prints each unit as UnitPrinter does, and then what each pass makes of it.
class GraphPrinter : public UnitPrinter, private flow::PassObserver {
 public:
  GraphPrinter(flow::Context context, std::string& out)
      : UnitPrinter(context.objects, out, false), context_(context), out_(out) {}
  CodeObject* finish(codegen::CodeUnit& unit) override;

 private:
  void after(const char* pass, flow::Graph& graph) override;

  flow::Context context_;
  std::string& out_;
  std::string last_;  // the graph as the last pass left it
  flow::Flow flow_;
};

/// Blocks in the order of the layout, with their instructions.
void dump_graph(flow::Graph& graph, std::string& out);

}  // namespace mkpyc::dump
