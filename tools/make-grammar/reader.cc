// Reads grammar/python.gram. The notation is described at its head.
#include <algorithm>
#include <utility>

#include "draft.h"

namespace mkpyc::make_grammar {
namespace {

struct TokenName {
  const char* text;
  const char* kind;  // token::Kind
};
constexpr TokenName kTokenNames[] = {
    {"NAME", "Name"},
    {"NUMBER", "Number"},
    {"STRING", "String"},
    {"NEWLINE", "Newline"},
    {"INDENT", "Indent"},
    {"DEDENT", "Dedent"},
    {"ENDMARKER", "EndMarker"},
    {"(", "LPar"},
    {")", "RPar"},
    {"[", "LSqb"},
    {"]", "RSqb"},
    {":", "Colon"},
    {",", "Comma"},
    {";", "Semi"},
    {"+", "Plus"},
    {"-", "Minus"},
    {"*", "Star"},
    {"/", "Slash"},
    {"|", "VBar"},
    {"&", "Amper"},
    {"<", "Less"},
    {">", "Greater"},
    {"=", "Equal"},
    {".", "Dot"},
    {"%", "Percent"},
    {"{", "LBrace"},
    {"}", "RBrace"},
    {"==", "EqEqual"},
    {"!=", "NotEqual"},
    {"<=", "LessEqual"},
    {">=", "GreaterEqual"},
    {"~", "Tilde"},
    {"^", "Circumflex"},
    {"<<", "LeftShift"},
    {">>", "RightShift"},
    {"**", "DoubleStar"},
    {"+=", "PlusEqual"},
    {"-=", "MinEqual"},
    {"*=", "StarEqual"},
    {"/=", "SlashEqual"},
    {"%=", "PercentEqual"},
    {"&=", "AmperEqual"},
    {"|=", "VBarEqual"},
    {"^=", "CircumflexEqual"},
    {"<<=", "LeftShiftEqual"},
    {">>=", "RightShiftEqual"},
    {"**=", "DoubleStarEqual"},
    {"//", "DoubleSlash"},
    {"//=", "DoubleSlashEqual"},
    {"@", "At"},
    {"@=", "AtEqual"},
    {"->", "RArrow"},
    {"...", "Ellipsis"},
    {":=", "ColonEqual"},
    {"!", "Exclamation"},
    {"FSTRING_START", "FStringStart"},
    {"FSTRING_MIDDLE", "FStringMiddle"},
    {"FSTRING_END", "FStringEnd"},
    {"TSTRING_START", "TStringStart"},
    {"TSTRING_MIDDLE", "TStringMiddle"},
    {"TSTRING_END", "TStringEnd"},
#define KEYWORD(cpp, text) {text, "Kw_" #cpp},
#define STATIC_NAME(cpp, text)
#include "names.def"
#undef KEYWORD
#undef STATIC_NAME
};

void require(bool fine, const char* what) {
  if (!fine) give_up(what);
}

std::string token_kind(std::string_view text) {
  auto found = std::find_if(std::begin(kTokenNames), std::end(kTokenNames),
                            [text](const TokenName& name) { return name.text == text; });
  require(found != std::end(kTokenNames), "unknown token");
  return found->kind;
}

// names.def calls them so; "_" has no letters to be called by.
std::string soft_keyword(std::string_view text) {
  return "names::" + (text == "_" ? "underscore" : std::string(text) + "_");
}

bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// A name with a capital makes a node of that kind; any other is a function of explain/actions.h.
void name_action(std::string_view name, Action& action) {
  action.op = "kCall";
  action.function = name;
  if (name[0] < 'A' || name[0] > 'Z') return;
  action.function = "make_node";
  if (name == "BoolOp" || name == "BinOp" || name == "UnaryOp") name = "Operation";
  if (name == "Constant") name = "Literal";
  action.make = "k" + std::string(name);
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  Grammar read();

 private:
  // text
  void skip_blanks(bool newlines);
  bool looking_at(std::string_view wanted) const {
    return at_ < text_.size() && text_[at_] == wanted[0] && text_.substr(at_).starts_with(wanted);
  }
  bool accept(std::string_view wanted);
  void expect(std::string_view wanted) {
    if (!accept(wanted)) give_up("'" + std::string(wanted) + "' is missing at: " + std::string(text_.substr(at_, 40)));
  }
  std::string_view word();
  std::string_view quoted(char quote);
  bool at_word() const { return std::isalpha(static_cast<unsigned char>(*rest())) != 0 || *rest() == '_'; }
  const char* rest() const { return text_.data() + at_; }

  // grammar
  void rule();
  std::vector<Alternative> alternatives(bool nested);
  Alternative alternative();
  void item(Alternative& to);
  Item suffixed(Item inner);
  Item primary();
  Item group();
  Item rule_item(std::string_view name);
  Item part_rule(Rule part);
  Item loop(const Item& inner, const std::string& kind);
  Item gather(const Item& separator, const Item& element);
  void action(Alternative& to);
  Part part(const Alternative& of);
  static unsigned item_named(const Alternative& of, std::string_view name);
  unsigned index_of(std::string_view name);

  std::string_view text_;
  std::size_t at_ = 0;
  Grammar grammar_;
  std::map<std::string, unsigned, std::less<>> indices_;
};

void Reader::skip_blanks(bool newlines) {
  for (; at_ < text_.size(); ++at_) {
    if (text_[at_] == '#') at_ = std::min(text_.find('\n', at_), text_.size());
    if (at_ == text_.size() || (text_[at_] != ' ' && (text_[at_] != '\n' || !newlines))) return;
  }
}

bool Reader::accept(std::string_view wanted) {
  skip_blanks(false);
  if (!looking_at(wanted)) return false;
  at_ += wanted.size();
  return true;
}

std::string_view Reader::word() {
  std::size_t start = at_;
  while (at_ < text_.size() && is_word_char(text_[at_])) ++at_;
  require(at_ != start, "a word is missing");
  return text_.substr(start, at_ - start);
}

// The text between quotes; at_ is at the first one.
std::string_view Reader::quoted(char quote) {
  std::size_t start = ++at_;
  while (text_[at_] != quote) at_ += text_[at_] == '\\' ? 2 : 1;
  return text_.substr(start, at_++ - start);
}

unsigned Reader::index_of(std::string_view name) {
  auto found = indices_.find(name);
  if (found != indices_.end()) return found->second;
  unsigned index = static_cast<unsigned>(grammar_.rules.size());
  grammar_.rules.emplace_back().name = name;
  indices_.emplace(name, index);
  return index;
}

Grammar Reader::read() {
  grammar_.rules.reserve(512);
  for (skip_blanks(true); at_ < text_.size(); skip_blanks(true)) rule();
  grammar_.file = index_of("file");
  grammar_.fstring = index_of("fstring");
  for (const Rule& rule : grammar_.rules) require(!rule.alternatives.empty(), "a rule that is named is not there");
  return std::move(grammar_);
}

// name [(memo) | (left) | (fresh)]: alternatives
void Reader::rule() {
  std::string_view name = word();
  unsigned index = index_of(name);
  bool memo = accept("(memo)");
  bool left = accept("(left)");
  bool fresh = accept("(fresh)");
  expect(":");
  std::vector<Alternative> all = alternatives(false);
  Rule& made = grammar_.rules[index];
  require(made.alternatives.empty(), "a rule is there twice");
  made.memo = memo;
  made.left = left;
  made.fresh = fresh;
  made.without_invalid = name.ends_with("without_invalid");
  made.alternatives = std::move(all);
}

// Alternatives between bars, or, outside of parentheses, each on an indented line after a bar.
std::vector<Alternative> Reader::alternatives(bool nested) {
  std::vector<Alternative> all;
  skip_blanks(false);
  bool lines = !nested && looking_at("\n");
  constexpr std::string_view kNextLine = "\n  |";
  for (;;) {
    if (lines && !looking_at(kNextLine)) break;
    if (lines) at_ += kNextLine.size();
    if (!lines && !all.empty() && !accept("|")) break;
    all.push_back(alternative());
    skip_blanks(false);
  }
  return all;
}

Alternative Reader::alternative() {
  Alternative made;
  if (accept("{")) {
    made.feature_on = !accept("!");
    made.feature = word();
    expect("}");
  }
  for (skip_blanks(false); at_ < text_.size() && !looking_at("\n") && !looking_at("|") && !looking_at(")");
       skip_blanks(false)) {
    if (accept("=>")) {
      action(made);
      break;
    }
    item(made);
  }
  require(!made.items.empty(), "an alternative is empty");
  const Item& only = made.items[0];
  made.only_invalid = made.items.size() == 1 && only.is_rule() && !only.optional &&
                      grammar_.rules[only.rule].name.starts_with("invalid_");
  return made;
}

// [name=][& ! &&]primary[? * +] or s.x+
void Reader::item(Alternative& to) {
  std::string_view name;
  if (at_word()) {
    std::size_t start = at_;
    std::string_view found = word();
    if (looking_at("="))
      ++at_, name = found;
    else
      at_ = start;
  }
  std::string ahead = "kNo";
  bool forced = accept("&&");
  if (!forced && accept("&")) ahead = "kMust";
  if (!forced && looking_at("!")) ++at_, ahead = "kMustNot";
  Item made;
  if (accept("~"))
    made.op = "kCut";
  else
    made = suffixed(primary());
  made.forced = forced;
  made.ahead = ahead;
  to.items.push_back(made);
  to.item_names.emplace_back(name);
}

Item Reader::suffixed(Item inner) {
  if (looking_at("?")) {
    ++at_;
    inner.optional = true;
  } else if (looking_at("*")) {
    ++at_;
    return loop(inner, "kLoop0");
  } else if (looking_at("+")) {
    ++at_;
    return loop(inner, "kLoop1");
  } else if (looking_at(".")) {
    ++at_;
    Item element = primary();
    require(looking_at("+"), "a list with separators ends in +");
    ++at_;
    return gather(inner, element);
  }
  return inner;
}

Item Reader::primary() {
  Item made;
  if (looking_at("(")) return group();
  if (looking_at("'")) {
    made.text = quoted('\'');
    made.kind = token_kind(made.text);
    return made;
  }
  if (looking_at("\"")) {
    made.op = "kSoftKeyword";
    made.text = quoted('"');
    made.soft = soft_keyword(made.text);
    return made;
  }
  std::string_view name = word();
  if (std::isupper(static_cast<unsigned char>(name[0])) == 0) return rule_item(name);
  if (name == "TYPE_COMMENT")
    made.op = "kNever";
  else if (name == "SOFT_KEYWORD")
    made.op = "kAnySoftKeyword";
  else
    made.kind = token_kind(name);
  return made;
}

Item Reader::rule_item(std::string_view name) {
  Item made;
  made.op = "kRule";
  made.rule = index_of(name);
  return made;
}

// A group that is one item without an action is that item; any other is a rule (CPython: _tmp_N).
Item Reader::group() {
  expect("(");
  Rule made;
  made.alternatives = alternatives(true);
  expect(")");
  const Alternative& only = made.alternatives[0];
  if (made.alternatives.size() == 1 && only.items.size() == 1 && only.action.op == "kDefault") return only.items[0];
  return part_rule(std::move(made));
}

unsigned Reader::item_named(const Alternative& of, std::string_view name) {
  auto found = std::find(of.item_names.begin(), of.item_names.end(), name);
  require(found != of.item_names.end(), "an action names a part that is not there");
  return static_cast<unsigned>(found - of.item_names.begin());
}

Item Reader::part_rule(Rule part) {
  Item made;
  made.op = "kRule";
  made.rule = static_cast<unsigned>(grammar_.rules.size());
  grammar_.rules.push_back(std::move(part));
  return made;
}

Item Reader::loop(const Item& inner, const std::string& kind) {
  Rule made;
  made.kind = kind;
  made.alternatives.emplace_back().items.push_back(inner);
  made.alternatives[0].item_names.emplace_back();
  return part_rule(std::move(made));
}

// CPython: _gather_N, an element and a _loop0_N of a separator and an element.
Item Reader::gather(const Item& separator, const Item& element) {
  Rule rest;
  rest.kind = "kLoop0";
  Alternative& more = rest.alternatives.emplace_back();
  more.items = {separator, element};
  more.action.op = "kPart";
  more.action.parts = {{1, "kSelf"}};
  Item loop_item = part_rule(std::move(rest));
  Rule made;
  Alternative& all = made.alternatives.emplace_back();
  all.items = {element, loop_item};
  all.action.op = "kCall";
  all.action.function = "prepend";
  all.action.parts = {{0, "kSelf"}, {1, "kSelf"}};
  return part_rule(std::move(made));
}

// name | name(parts... "message"...)
void Reader::action(Alternative& to) {
  skip_blanks(false);
  std::size_t start = at_;
  std::string_view name = word();
  if (!looking_at("(")) {
    at_ = start;
    to.action.op = "kPart";
    to.action.parts.push_back(part(to));
    return;
  }
  ++at_;
  name_action(name, to.action);
  for (skip_blanks(false); !looking_at(")"); skip_blanks(false)) {
    if (looking_at("\"")) {
      std::string message(quoted('"'));
      std::erase(message, '\\');
      // "{a.kind}"; but a brace may be one, too.
      if (std::size_t of = message.find('{'); of != message.npos && message.substr(of + 2, 1) == ".")
        to.action.message_item = item_named(to, message.substr(of + 1, 1));
      to.action.messages.push_back(message);
    } else if (looking_at("star") || looking_at("del") || looking_at("for")) {
      std::string_view target = word();
      to.action.target = target == "star" ? "kStar" : target == "del" ? "kDel" : "kFor";
    } else {
      to.action.parts.push_back(part(to));
    }
  }
  ++at_;
}

// name[.first | .last[.last]]
Part Reader::part(const Alternative& of) {
  std::string_view name = word();
  Part made;
  made.item = item_named(of, name);
  if (looking_at(".first")) at_ += 6, made.select = "kFirst";
  if (looking_at(".last.last"))
    at_ += 10, made.select = "kLastOfLast";
  else if (looking_at(".last"))
    at_ += 5, made.select = "kLast";
  return made;
}

}  // namespace

Grammar read(std::string_view text) { return Reader(text).read(); }

}  // namespace mkpyc::make_grammar
