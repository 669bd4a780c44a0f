// make-grammar PYTHON.GRAM TABLES.CC: turns the grammar of explain/ into constant tables when mkpyc is built, so that
// a run that has an error to explain need not read it.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "draft.h"

namespace mkpyc::make_grammar {

void give_up(const std::string& complaint) {
  std::fprintf(stderr, "make-grammar: %s\n", complaint.c_str());
  std::exit(1);
}

}  // namespace mkpyc::make_grammar

int main(int argc, char** argv) {
  namespace make = mkpyc::make_grammar;
  if (argc != 3) make::give_up("usage: make-grammar PYTHON.GRAM TABLES.CC");
  std::ifstream in(argv[1], std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) make::give_up(std::string("cannot read ") + argv[1]);
  std::string held = text.str();
  make::Grammar grammar = make::read(held);
  make::find_first_sets(grammar);
  std::ofstream out(argv[2], std::ios::binary);
  out << make::as_cpp(grammar);
  out.close();
  if (!out) make::give_up(std::string("cannot write ") + argv[2]);
  return 0;
}
