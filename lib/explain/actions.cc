#include "explain/actions.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"
#include "explain/explain_strings.h"
#include "target/features.h"

namespace mkpyc::explain::actions {
namespace {

using diag::Exception;

Node* value(const Action& action, std::size_t part, std::span<Node* const> items) {
  const Action::Part& wanted = action.parts[part];
  Node* node = items[wanted.item];
  switch (wanted.select) {
    case Action::Part::Select::kSelf: return node;
    case Action::Part::Select::kFirst: return node->children[0];
    case Action::Part::Select::kLast: return node->children.back();
    case Action::Part::Select::kLastOfLast: return node->children.back()->children.back();
  }
  return node;
}

// CPython: action_helpers.c _PyPegen_get_expr_name.
const char* expression_name(NodeKind kind) {
  switch (kind) {
    case NodeKind::kAttribute: return "attribute";
    case NodeKind::kSubscript: return "subscript";
    case NodeKind::kStarred: return "starred";
    case NodeKind::kName: return "name";
    case NodeKind::kList: return "list";
    case NodeKind::kTuple: return "tuple";
    case NodeKind::kLambda: return "lambda";
    case NodeKind::kCall: return "function call";
    case NodeKind::kOperation: return "expression";
    case NodeKind::kGeneratorExp: return "generator expression";
    case NodeKind::kYield: return "yield expression";
    case NodeKind::kAwait: return "await expression";
    case NodeKind::kListComp: return "list comprehension";
    case NodeKind::kSetComp: return "set comprehension";
    case NodeKind::kDictComp: return "dict comprehension";
    case NodeKind::kDict: return "dict literal";
    case NodeKind::kSet: return "set display";
    case NodeKind::kJoinedStr: return "f-string expression";
    case NodeKind::kTemplateStr: return "t-string expression";
    case NodeKind::kNumber:
    case NodeKind::kImaginary:
    case NodeKind::kLiteral: return "literal";
    case NodeKind::kNone: return "None";
    case NodeKind::kFalse: return "False";
    case NodeKind::kTrue: return "True";
    case NodeKind::kEllipsis: return "ellipsis";
    case NodeKind::kCompare: return "comparison";
    case NodeKind::kIfExp: return "conditional expression";
    case NodeKind::kNamedExpr: return "named expression";
    case NodeKind::kToken:
    case NodeKind::kSeq:
    case NodeKind::kOther:
    case NodeKind::kBytes:
    case NodeKind::kSlice:
    case NodeKind::kArg:
    case NodeKind::kArguments:
    case NodeKind::kKeyword:
    case NodeKind::kKeywordUnpacking:
    case NodeKind::kComprehension:
    case NodeKind::kIn:
    case NodeKind::kPattern: break;
  }
  check_failed(__FILE__, __LINE__, "this node is no expression");
}

std::string text_of(const Peg& peg, const Node& node) {
  const token::TokenBuffer& tokens = peg.input().tokens;
  Name name = tokens.name(node.first);
  return std::string(name == Name::kNone ? tokens.spelling(node.first) : peg.names().text(name));
}

// The message with {x.kind}, {x.line} and {x.text} filled in; x is the node.
std::string fill(const Peg& peg, std::string_view wanted, const Node* node) {
  std::string message(wanted);
  for (std::size_t at = message.find('{'); at != message.npos; at = message.find('{', at)) {
    if (message.substr(at + 2, 1) != ".") {
      ++at;
      continue;
    }
    std::size_t end = message.find('}', at);
    std::string_view what = std::string_view(message).substr(at + 3, end - at - 3);
    std::string with = what == "kind"   ? expression_name(node->kind)
                       : what == "line" ? std::to_string(peg.place(node->first).line)
                                        : text_of(peg, *node);
    message.replace(at, end + 1 - at, with);
    at += with.size();
  }
  return message;
}

void flatten(std::vector<Node*>& into, Node* node) {
  if (node == nullptr) return;
  if (node->kind == NodeKind::kSeq)
    into.insert(into.end(), node->children.begin(), node->children.end());
  else
    into.push_back(node);
}

std::string string_prefix(const Peg& peg, u32 token) {
  u32 start = peg.fstring_start(token);
  return peg.input().tokens.kind(start) == token::Kind::TStringStart ? "t-string: " : "f-string: ";
}

void check_conversion(Peg& peg, const Node& name) {
  std::string letter = text_of(peg, name);
  if (letter == "s" || letter == "r" || letter == "a") return;
  peg.raise_at(
      Exception::SyntaxError, peg.range(name, name),
      string_prefix(peg, name.first) + "invalid conversion character '" + letter + "': expected 's', 'r', or 'a'");
}

bool touch_each_other(const Peg& peg, const Node& a, const Node& b) {
  return peg.input().tokens.end(a.last) == peg.input().tokens.start(b.first);
}

[[noreturn]] void raise_between(Peg& peg, const Action& action, const Node& from, const Node& to) {
  peg.raise_at(Exception::SyntaxError, peg.range(from, to), fill(peg, action.messages[0], &from));
}

// The first part of an expression that cannot be a target; null if all can. CPython: _PyPegen_get_invalid_target.
const Node* invalid_target(const Node* node, TargetKind target) {
  switch (node->kind) {
    case NodeKind::kList:
    case NodeKind::kTuple:
      for (const Node* child : node->children) {
        if (const Node* found = invalid_target(child, target)) return found;
      }
      return nullptr;
    case NodeKind::kStarred: return target == TargetKind::kDel ? node : invalid_target(node->children[0], target);
    case NodeKind::kCompare:
      // `a in b` of `for a in b` was read as a comparison.
      if (target != TargetKind::kFor) return node;
      return node->children[1]->kind == NodeKind::kIn ? invalid_target(node->children[0], target) : nullptr;
    case NodeKind::kName:
    case NodeKind::kSubscript:
    case NodeKind::kAttribute: return nullptr;
    default: return node;
  }
}

bool is_legacy_statement(const Peg& peg, const Node& node) {
  if (node.kind != NodeKind::kName) return false;
  std::string name = text_of(peg, node);
  return name == "print" || name == "exec";
}

bool is_keyword_argument(const Node* node) {
  return node->kind == NodeKind::kKeyword || node->kind == NodeKind::kKeywordUnpacking;
}

}  // namespace

// ---- nodes ----

Node* make_node(Peg& peg, const Action& action, std::span<Node* const> items) {
  Node* node = peg.make(action.make);
  if (action.parts.empty()) return node;
  std::vector<Node*> children;
  for (std::size_t i = 0; i < action.parts.size(); ++i) flatten(children, value(action, i, items));
  node->children = Seq<Node*>::copy(peg.arena(), children.data(), children.size());
  return node;
}

Node* strings(Peg& peg, const Action& action, std::span<Node* const> items) {
  const Node* all = value(action, 0, items);
  bool format = check_strings(peg, all->children[0]->first);
  return peg.make(format ? NodeKind::kJoinedStr : NodeKind::kLiteral);
}

// ---- f-strings that are tokens ----

Node* string(Peg& peg, const Action& action, std::span<Node* const> items) {
  Node* token = value(action, 0, items);
  bool bytes = check_string(peg, token->first);
  token->kind = bytes ? NodeKind::kBytes : NodeKind::kLiteral;
  return token;
}

// A piece of text as it is written. CPython: _PyPegen_constant_from_token.
Node* constant(Peg& peg, const Action& action, std::span<Node* const> items) {
  Node* token = value(action, 0, items);
  check_utf8(peg, token->first);
  return token;
}

// The text of a format spec.
Node* text(Peg& peg, const Action& action, std::span<Node* const> items) {
  Node* token = value(action, 0, items);
  check_spec_text(peg, token->first);
  return token;
}

// A whole f-string; its own text is decoded now, and that of its fields once more.
Node* fstring(Peg& peg, const Action& action, std::span<Node* const> items) {
  u32 start = value(action, 0, items)->first, end = value(action, 2, items)->first;
  using token::Kind;
  for (const Node* part : value(action, 1, items)->children) {
    Kind kind = peg.input().tokens.kind(part->first);
    if (token::is_fstring_text(kind)) check_text(peg, part->first, start, end);
    if (part->children.size() == 1) check_field_text(peg, part->first, part->children[0]->last + 1, start, end);
  }
  bool is_template = peg.input().tokens.kind(start) == Kind::TStringStart;
  return peg.make(is_template ? NodeKind::kTemplateStr : NodeKind::kJoinedStr);
}

// CPython: _PyPegen_concatenate_strings.
Node* concatenate(Peg& peg, const Action& action, std::span<Node* const> items) {
  const Seq<Node*>& all = value(action, 0, items)->children;
  bool bytes = false, text = false, format = false, is_template = false;
  for (const Node* part : all) {
    bytes = bytes || part->kind == NodeKind::kBytes;
    text = text || part->kind != NodeKind::kBytes;
    format = format || part->kind == NodeKind::kJoinedStr;
    is_template = is_template || part->kind == NodeKind::kTemplateStr;
  }
  if (bytes && text) peg.raise(Exception::SyntaxError, "cannot mix bytes and nonbytes literals");
  return peg.make(is_template ? NodeKind::kTemplateStr : format ? NodeKind::kJoinedStr : NodeKind::kLiteral);
}

// CPython: _PyPegen_check_fstring_conversion.
Node* conversion(Peg& peg, const Action& action, std::span<Node* const> items) {
  const Node& mark = *value(action, 0, items);
  const Node& name = *value(action, 1, items);
  Place mark_place = peg.range(mark, mark), name_place = peg.range(name, name);
  const Target& target = peg.context().target;
  if (mark_place.line != name_place.line || mark_place.end_column != name_place.column)
    peg.raise_at(Exception::SyntaxError, peg.range(mark, name),
                 string_prefix(peg, mark.first) + "conversion type must come right after the " +
                     (target.on(Feature::exclamation_spelled_right) ? "exclamation" : "exclamanation") + " mark");
  if (target.on(Feature::conversion_checked_at_once)) check_conversion(peg, name);
  return value(action, 1, items);
}

// The text of `{x=}` is not known in every format spec. The sign stays with the node.
Node* field(Peg& peg, const Action& action, std::span<Node* const> items) {
  const Target& target = peg.context().target;
  if (const Node* name = value(action, 1, items)) check_conversion(peg, *name);
  Node* equal = value(action, 0, items);
  if (equal != nullptr && peg.open_braces(items[0]->first) > (target.on(Feature::fstring_spec_state) ? 1u : 0u))
    peg.raise_plain(Exception::ValueError, "field 'value' is required for Constant");
  Node* made = peg.make(NodeKind::kOther);
  made->children = Seq<Node*>::copy(peg.arena(), &equal, equal != nullptr ? 1 : 0);
  return made;
}

// ---- imports ----

Node* import_from(Peg& peg, const Action& action, std::span<Node* const> items) {
  const Node& dots = *value(action, 0, items);
  const Node& module = *value(action, 1, items);
  const Node* lazy = action.parts.size() > 2 ? value(action, 2, items) : nullptr;
  Node* made = peg.make(NodeKind::kOther);
  if (module.kind != NodeKind::kName || text_of(peg, module) != "__future__" || dots.children.size() != 0) return made;
  if (lazy != nullptr)
    peg.raise_at(Exception::SyntaxError, peg.range(*lazy, *lazy), "lazy from __future__ import is not allowed");
  const token::TokenBuffer& tokens = peg.input().tokens;
  for (u32 i = module.last + 2; i < peg.position(); ++i)
    if (tokens.name(i) == names::barry_as_FLUFL && tokens.kind(i - 1) != token::Kind::Kw_as_) peg.set_barry();
  return made;
}

// `<>` is the same token as `!=`; which of the two is meant hangs on a future import, or on nothing a file can do.
// CPython: _PyPegen_check_barry_as_flufl.
Node* not_equal(Peg& peg, const Action& action, std::span<Node* const> items) {
  Node* token = value(action, 0, items);
  bool barry = peg.barry();
  bool less_greater = peg.input().tokens.spelling(token->first) == "<>";
  if (barry && !less_greater) peg.raise(Exception::SyntaxError, "with Barry as BDFL, use '<>' instead of '!='");
  return barry == less_greater ? token : nullptr;
}

// `<>` as two tokens.
Node* barry_not_equal(Peg& peg, const Action& action, std::span<Node* const> items) {
  Node* less = value(action, 0, items);
  return peg.is_barry_not_equal(less->first) ? less : nullptr;
}

Node* less_greater(Peg& peg, const Action& action, std::span<Node* const> items) {
  const Node& less = *value(action, 0, items);
  const Node& greater = *value(action, 1, items);
  bool one_token = peg.is_barry_not_equal(less.first);
  if (!peg.invalid_rules_on() || one_token || !touch_each_other(peg, less, greater)) return nullptr;
  raise_between(peg, action, less, greater);
}

Node* or_pattern(Peg& peg, const Action& action, std::span<Node* const> items) {
  Node* all = value(action, 0, items);
  return all->children.size() == 1 ? all->children[0] : peg.make(NodeKind::kPattern);
}

Node* real(Peg& peg, const Action& action, std::span<Node* const> items) {
  Node* number = value(action, 0, items);
  if (number->kind == NodeKind::kImaginary)
    peg.raise_at(Exception::SyntaxError, peg.range(*number, *number), "real number required in complex literal");
  return number;
}

Node* imaginary(Peg& peg, const Action& action, std::span<Node* const> items) {
  Node* number = value(action, 0, items);
  if (number->kind != NodeKind::kImaginary)
    peg.raise_at(Exception::SyntaxError, peg.range(*number, *number), "imaginary number required in complex literal");
  return number;
}

// ---- errors ----

Node* raise(Peg& peg, const Action& action, std::span<Node* const>) {
  peg.raise(Exception::SyntaxError, std::string(action.messages[0]));
}

Node* raise_indentation(Peg& peg, const Action& action, std::span<Node* const> items) {
  std::string_view message = action.messages[0];
  std::size_t of = message.find('{');
  if (of == message.npos) peg.raise(Exception::IndentationError, std::string(message));
  peg.raise(Exception::IndentationError, fill(peg, message, items[action.message_item]));
}

Node* raise_at(Peg& peg, const Action& action, std::span<Node* const> items) {
  const Node& at = *value(action, 0, items);
  raise_between(peg, action, at, at);
}

Node* raise_range(Peg& peg, const Action& action, std::span<Node* const> items) {
  raise_between(peg, action, *value(action, 0, items), *value(action, 1, items));
}

// To where the tokenizer stands.
Node* raise_from(Peg& peg, const Action& action, std::span<Node* const> items) {
  const Node& from = *value(action, 0, items);
  Place place = peg.range(from, from);
  peg.tokenizer_position(place.end_line, place.end_column);
  --place.end_column;  // raise_at counts from one; CURRENT_POS is taken as it is
  peg.raise_at(Exception::SyntaxError, place, fill(peg, action.messages[0], &from));
}

// The same, in words that ask whether the second part is a tuple.
Node* raise_from_tuple(Peg& peg, const Action& action, std::span<Node* const> items) {
  const Node& from = *value(action, 0, items);
  Place place = peg.range(from, from);
  peg.tokenizer_position(place.end_line, place.end_column);
  --place.end_column;
  bool tuple = value(action, 1, items)->kind == NodeKind::kTuple;
  peg.raise_at(Exception::SyntaxError, place, std::string(action.messages[tuple ? 0 : 1]));
}

// At the token that follows.
Node* raise_next(Peg& peg, const Action& action, std::span<Node* const>) {
  peg.raise_next(Exception::SyntaxError, std::string(action.messages[0]));
}

Node* raise_target(Peg& peg, const Action& action, std::span<Node* const> items) {
  const Node* found = invalid_target(value(action, 0, items), action.target);
  if (found != nullptr) raise_between(peg, action, *found, *found);
  return nullptr;
}

Node* legacy_statement(Peg& peg, const Action& action, std::span<Node* const> items) {
  const Node& name = *value(action, 0, items);
  if (is_legacy_statement(peg, name)) raise_between(peg, action, name, *value(action, 1, items));
  return nullptr;
}

// Two expressions in a row; inside brackets a comma may be missing.
Node* missing_comma(Peg& peg, const Action& action, std::span<Node* const> items) {
  const Node& left = *value(action, 0, items);
  if (is_legacy_statement(peg, left) || peg.bracket_level(peg.position() - 1) == 0) return nullptr;
  Place place = peg.place(left.first), end = peg.place(left.last);
  if (!peg.context().target.on(Feature::missing_comma_at_end) || place.line == end.end_line)
    raise_between(peg, action, left, *value(action, 1, items));
  Place last_line{end.end_line, place.column, end.end_line, end.end_column};
  peg.raise_at(Exception::SyntaxError, last_line, std::string(action.messages[0]));
}

// CPython: _PyPegen_nonparen_genexp_in_call.
Node* generator_in_call(Peg& peg, const Action& action, std::span<Node* const> items) {
  std::vector<const Node*> positional;
  const Seq<Node*>& all = value(action, 0, items)->children;
  std::copy_if(all.begin(), all.end(), std::back_inserter(positional),
               [](const Node* node) { return !is_keyword_argument(node); });
  if (positional.size() <= 1) return nullptr;
  const Node* last_clause = value(action, 1, items)->children.back();
  raise_between(peg, action, *positional.back(), *last_clause->children.back());
}

// CPython: _PyPegen_arguments_parsing_error.
Node* positional_after_keyword(Peg& peg, const Action& action, std::span<Node* const> items) {
  const Seq<Node*>& all = value(action, 0, items)->children;
  bool unpacking =
      std::any_of(all.begin(), all.end(), [](const Node* node) { return node->kind == NodeKind::kKeywordUnpacking; });
  peg.raise(Exception::SyntaxError, std::string(action.messages[unpacking ? 0 : 1]));
}

// At the last character of the key, with no end.
Node* missing_dict_value(Peg& peg, const Action& action, std::span<Node* const> items) {
  const Node& key = *value(action, 0, items);
  Place place = peg.range(key, key);
  place.column = place.end_column - 1;
  place.end_column = -1;
  peg.raise_at(Exception::SyntaxError, place, std::string(action.messages[0]));
}

// CPython: _PyPegen_register_stmts.
Node* compound_statement(Peg& peg, const Action& action, std::span<Node* const> items) {
  if (peg.invalid_rules_on()) peg.set_last_statement(peg.make(NodeKind::kOther)->first);
  return value(action, 0, items);
}

Node* prepend(Peg& peg, const Action&, std::span<Node* const> items) {
  Node* list = peg.arena().make<Node>(NodeKind::kSeq);
  std::vector<Node*> children = {items[0]};
  flatten(children, items[1]);
  list->children = Seq<Node*>::copy(peg.arena(), children.data(), children.size());
  return list;
}

}  // namespace mkpyc::explain::actions
