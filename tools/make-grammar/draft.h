// grammar/python.gram while it is read, and as the text of C++ tables. What is an enumerator or a function there is its
// name here: the C++ compiler says whether it exists.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mkpyc::make_grammar {

/// Ends the program with a complaint, for a grammar that the reader does not understand.
[[noreturn]] void give_up(const std::string& complaint);

struct Item {
  std::string op = "kToken";
  std::string ahead = "kNo";
  bool optional = false;
  bool forced = false;
  std::string kind = "EndMarker";
  unsigned rule = 0;
  std::string soft = "Name::kNone";
  std::string text;  // of a token
  bool is_rule() const { return op == "kRule"; }
};

struct Part {
  unsigned item = 0;
  std::string select = "kSelf";
};

struct Action {
  std::string op = "kDefault";
  std::string make = "kOther";
  std::string function;  // empty: none
  std::vector<Part> parts;
  std::string target = "kStar";
  std::vector<std::string> messages;
  unsigned message_item = 0;
};

struct Alternative {
  std::vector<Item> items;
  std::vector<std::string> item_names;
  Action action;
  bool only_invalid = false;
  std::string feature;  // empty: none
  bool feature_on = true;
  std::set<std::string> first;  // kinds of token that it can begin with
  bool any = false;             // or any token at all
};

struct Rule {
  std::string name;  // empty for a part of another rule
  std::string kind = "kPlain";
  bool memo = false;
  bool left = false;
  bool fresh = false;
  bool without_invalid = false;
  std::vector<Alternative> alternatives;
};

struct Grammar {
  std::vector<Rule> rules;
  unsigned file = 0;
  unsigned fstring = 0;
};

/// Reads the notation that is described at the head of grammar/python.gram.
Grammar read(std::string_view text);
/// Finds what each alternative can begin with.
void find_first_sets(Grammar& grammar);
/// The tables of explain/grammar.h as C++.
std::string as_cpp(const Grammar& grammar);

}  // namespace mkpyc::make_grammar
