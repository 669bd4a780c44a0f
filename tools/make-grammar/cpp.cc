#include "draft.h"

namespace mkpyc::make_grammar {
namespace {

constexpr const char* kHead = R"(// Made from grammar/python.gram by tools/make-grammar.
#include "explain/actions.h"
#include "explain/grammar.h"
#include "target/features.h"

namespace mkpyc::explain {

using token::Kind;

)";

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

std::string number(std::size_t value) { return std::to_string(value); }
std::string truth(bool value) { return value ? "true" : "false"; }

// The rows of one table.
class Table {
 public:
  Table(const char* declaration) : declaration_(declaration) {}
  void add(const std::string& row) { add_scalar("{" + row + "}"); }
  void add_scalar(const std::string& row) { rows_ += "    " + row + ",\n", ++size_; }
  std::size_t size() const { return size_; }
  // The last `count` rows as a List.
  std::string last(std::size_t count) const {
    return count == 0 ? "{}" : "{" + number(size_ - count) + ", " + number(count) + "}";
  }
  std::string text() const { return declaration_ + "[] = {\n" + rows_ + "};\n"; }

 private:
  std::string declaration_, rows_;
  std::size_t size_ = 0;
};

class Writer {
 public:
  std::string write(const Grammar& grammar);

 private:
  std::string add(const Action& action);
  void add(const Item& item);
  void add(const Alternative& alternative);
  void add(const Rule& rule);

  Table messages_{"const std::string_view Grammar::kMessages"};
  Table parts_{"const Action::Part Grammar::kParts"};
  Table functions_{"const Action::Function Grammar::kFunctions"};
  Table items_{"const Item Grammar::kItems"};
  Table alternatives_{"const Alternative Grammar::kAlternatives"};
  Table rules_{"constexpr Rule kAllRules"};
  std::map<std::string, std::size_t> function_places_;
};

std::string Writer::add(const Action& action) {
  for (const Part& part : action.parts) parts_.add(number(part.item) + ", Action::Part::Select::" + part.select);
  for (const std::string& message : action.messages) messages_.add(quoted(message));
  auto [function, added] = function_places_.try_emplace(action.function, functions_.size());
  if (added) functions_.add_scalar(action.function.empty() ? "nullptr" : "&actions::" + action.function);
  return "{Action::Op::" + action.op + ", NodeKind::" + action.make + ", " + number(function->second) + ", " +
         parts_.last(action.parts.size()) + ", TargetKind::" + action.target + ", " +
         messages_.last(action.messages.size()) + ", " + number(action.message_item) + "}";
}

void Writer::add(const Item& item) {
  items_.add("Item::Op::" + item.op + ", Item::Ahead::" + item.ahead + ", " + truth(item.optional) + ", " +
             truth(item.forced) + ", Kind::" + item.kind + ", " + number(item.rule) + ", " + item.soft + ", " +
             quoted(item.text));
}

void Writer::add(const Alternative& alternative) {
  for (const Item& item : alternative.items) add(item);
  std::string first;
  for (const std::string& kind : alternative.first) first += (first.empty() ? "Kind::" : ", Kind::") + kind;
  bool has_feature = !alternative.feature.empty();
  alternatives_.add(items_.last(alternative.items.size()) + ", " + add(alternative.action) + ", " +
                    truth(alternative.only_invalid) + ", " + truth(has_feature) + ", " + truth(alternative.feature_on) +
                    ", " + (has_feature ? "Feature::" + alternative.feature : "Feature{}") + ", {" + first + "}, " +
                    truth(alternative.any));
}

void Writer::add(const Rule& rule) {
  for (const Alternative& alternative : rule.alternatives) add(alternative);
  rules_.add(truth(!rule.name.empty()) + ", " + truth(rule.name.starts_with("invalid_")) + ", Rule::Kind::" +
             rule.kind + ", " + truth(rule.memo) + ", " + truth(rule.left) + ", " + truth(rule.fresh) + ", " +
             truth(rule.without_invalid) + ", " + alternatives_.last(rule.alternatives.size()));
}

std::string Writer::write(const Grammar& grammar) {
  for (const Rule& rule : grammar.rules) add(rule);
  return std::string(kHead) + messages_.text() + parts_.text() + functions_.text() + items_.text() +
         alternatives_.text() + "static " + rules_.text() +
         "const std::span<const Rule> Grammar::kRules = kAllRules;\n" +
         "const u16 Grammar::kFile = " + number(grammar.file) +
         ";\nconst u16 Grammar::kFString = " + number(grammar.fstring) + ";\n\n}  // namespace mkpyc::explain\n";
}

}  // namespace

std::string as_cpp(const Grammar& grammar) { return Writer().write(grammar); }

}  // namespace mkpyc::make_grammar
