// Reads grammar/python.gram, which the build puts into the program as text. The notation is described at its head.
#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

#include "base/check.h"
#include "explain/actions.h"
#include "explain/grammar.h"
#include "explain/grammar_text.h"
#include "target/features.h"

namespace mkpyc::explain {
namespace {

using token::Kind;

struct TokenName {
  const char* text;
  Kind kind;
};
constexpr TokenName kTokenNames[] = {
    {"NAME", Kind::Name},
    {"NUMBER", Kind::Number},
    {"STRING", Kind::String},
    {"NEWLINE", Kind::Newline},
    {"INDENT", Kind::Indent},
    {"DEDENT", Kind::Dedent},
    {"ENDMARKER", Kind::EndMarker},
    {"(", Kind::LPar},
    {")", Kind::RPar},
    {"[", Kind::LSqb},
    {"]", Kind::RSqb},
    {":", Kind::Colon},
    {",", Kind::Comma},
    {";", Kind::Semi},
    {"+", Kind::Plus},
    {"-", Kind::Minus},
    {"*", Kind::Star},
    {"/", Kind::Slash},
    {"|", Kind::VBar},
    {"&", Kind::Amper},
    {"<", Kind::Less},
    {">", Kind::Greater},
    {"=", Kind::Equal},
    {".", Kind::Dot},
    {"%", Kind::Percent},
    {"{", Kind::LBrace},
    {"}", Kind::RBrace},
    {"==", Kind::EqEqual},
    {"!=", Kind::NotEqual},
    {"<=", Kind::LessEqual},
    {">=", Kind::GreaterEqual},
    {"~", Kind::Tilde},
    {"^", Kind::Circumflex},
    {"<<", Kind::LeftShift},
    {">>", Kind::RightShift},
    {"**", Kind::DoubleStar},
    {"+=", Kind::PlusEqual},
    {"-=", Kind::MinEqual},
    {"*=", Kind::StarEqual},
    {"/=", Kind::SlashEqual},
    {"%=", Kind::PercentEqual},
    {"&=", Kind::AmperEqual},
    {"|=", Kind::VBarEqual},
    {"^=", Kind::CircumflexEqual},
    {"<<=", Kind::LeftShiftEqual},
    {">>=", Kind::RightShiftEqual},
    {"**=", Kind::DoubleStarEqual},
    {"//", Kind::DoubleSlash},
    {"//=", Kind::DoubleSlashEqual},
    {"@", Kind::At},
    {"@=", Kind::AtEqual},
    {"->", Kind::RArrow},
    {"...", Kind::Ellipsis},
    {":=", Kind::ColonEqual},
    {"!", Kind::Exclamation},
    {"FSTRING_START", Kind::FStringStart},
    {"FSTRING_MIDDLE", Kind::FStringMiddle},
    {"FSTRING_END", Kind::FStringEnd},
    {"TSTRING_START", Kind::TStringStart},
    {"TSTRING_MIDDLE", Kind::TStringMiddle},
    {"TSTRING_END", Kind::TStringEnd},
#define KEYWORD(cpp, text) {text, Kind::Kw_##cpp},
#define STATIC_NAME(cpp, text)
#include "names.def"
#undef KEYWORD
#undef STATIC_NAME
};

Kind token_kind(std::string_view text) {
  auto found = std::find_if(std::begin(kTokenNames), std::end(kTokenNames),
                            [text](const TokenName& name) { return name.text == text; });
  MKPYC_CHECK(found != std::end(kTokenNames));
  return found->kind;
}

Name soft_keyword(std::string_view text) {
  if (text == "match") return names::match_;
  if (text == "case") return names::case_;
  if (text == "type") return names::type_;
  if (text == "lazy") return names::lazy_;
  MKPYC_CHECK(text == "_");
  return names::underscore;
}

Feature feature_named(std::string_view text) {
  for (std::size_t i = 0; i < kFeatureCount; ++i)
    if (text == feature_name(static_cast<Feature>(i))) return static_cast<Feature>(i);
  check_failed(__FILE__, __LINE__, "python.gram names an unknown feature");
}

bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
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
  void expect(std::string_view wanted) { MKPYC_CHECK(accept(wanted)); }
  std::string_view word();
  std::string_view quoted(char quote);
  bool at_word() const { return std::isalpha(static_cast<u8>(*rest())) != 0 || *rest() == '_'; }
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
  Item loop(const Item& inner, Rule::Kind kind);
  Item gather(const Item& separator, const Item& element);
  void action(Alternative& to);
  Action::Part part(const Alternative& of);
  static u8 item_named(const Alternative& of, std::string_view name);
  u16 index_of(std::string_view name);
  void finish_rules();

  std::string_view text_;
  std::size_t at_ = 0;
  Grammar grammar_;
  std::map<std::string, u16, std::less<>> indices_;
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
  MKPYC_CHECK(at_ != start);
  return text_.substr(start, at_ - start);
}

// The text between quotes; at_ is at the first one.
std::string_view Reader::quoted(char quote) {
  std::size_t start = ++at_;
  while (text_[at_] != quote) at_ += text_[at_] == '\\' ? 2 : 1;
  return text_.substr(start, at_++ - start);
}

u16 Reader::index_of(std::string_view name) {
  auto found = indices_.find(name);
  if (found != indices_.end()) return found->second;
  u16 index = static_cast<u16>(grammar_.rules.size());
  grammar_.rules.emplace_back().name = name;
  indices_.emplace(name, index);
  return index;
}

Grammar Reader::read() {
  grammar_.rules.reserve(512);
  for (skip_blanks(true); at_ < text_.size(); skip_blanks(true)) rule();
  grammar_.file = index_of("file");
  grammar_.fstring = index_of("fstring");
  finish_rules();
  return std::move(grammar_);
}

// name [(memo) | (left) | (in cycle)]: alternatives
void Reader::rule() {
  std::string_view name = word();
  u16 index = index_of(name);
  bool memo = accept("(memo)");
  bool left = accept("(left)");
  bool in_cycle = accept("(in cycle)");
  expect(":");
  std::vector<Alternative> all = alternatives(false);
  Rule& made = grammar_.rules[index];
  MKPYC_CHECK(made.alternatives.empty());
  made.memo = memo;
  made.left = left;
  made.in_cycle = in_cycle;
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
    made.has_feature = true;
    made.feature_on = !accept("!");
    made.feature = feature_named(word());
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
  MKPYC_CHECK(!made.items.empty());
  const Item& only = made.items[0];
  made.only_invalid = made.items.size() == 1 && only.op == Item::Op::kRule && !only.optional &&
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
  Item::Ahead ahead = Item::Ahead::kNo;
  bool forced = accept("&&");
  if (!forced && accept("&")) ahead = Item::Ahead::kMust;
  if (!forced && looking_at("!")) ++at_, ahead = Item::Ahead::kMustNot;
  Item made;
  if (accept("~"))
    made.op = Item::Op::kCut;
  else
    made = suffixed(primary());
  made.forced = forced;
  made.ahead = ahead;
  to.items.push_back(made);
  to.item_names.push_back(name);
}

Item Reader::suffixed(Item inner) {
  if (looking_at("?")) {
    ++at_;
    inner.optional = true;
  } else if (looking_at("*")) {
    ++at_;
    return loop(inner, Rule::Kind::kLoop0);
  } else if (looking_at("+")) {
    ++at_;
    return loop(inner, Rule::Kind::kLoop1);
  } else if (looking_at(".")) {
    ++at_;
    Item element = primary();
    MKPYC_CHECK(looking_at("+"));
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
    made.op = Item::Op::kSoftKeyword;
    made.text = quoted('"');
    made.soft = soft_keyword(made.text);
    return made;
  }
  std::string_view name = word();
  if (std::isupper(static_cast<u8>(name[0])) == 0) return rule_item(name);
  if (name == "TYPE_COMMENT")
    made.op = Item::Op::kNever;
  else if (name == "SOFT_KEYWORD")
    made.op = Item::Op::kAnySoftKeyword;
  else
    made.kind = token_kind(name);
  return made;
}

Item Reader::rule_item(std::string_view name) {
  Item made;
  made.op = Item::Op::kRule;
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
  if (made.alternatives.size() == 1 && only.items.size() == 1 && only.action.op == Action::Op::kDefault)
    return only.items[0];
  return part_rule(std::move(made));
}

u8 Reader::item_named(const Alternative& of, std::string_view name) {
  auto found = std::find(of.item_names.begin(), of.item_names.end(), name);
  MKPYC_CHECK(found != of.item_names.end());
  return static_cast<u8>(found - of.item_names.begin());
}

Item Reader::part_rule(Rule part) {
  Item made;
  made.op = Item::Op::kRule;
  made.rule = static_cast<u16>(grammar_.rules.size());
  grammar_.rules.push_back(std::move(part));
  return made;
}

Item Reader::loop(const Item& inner, Rule::Kind kind) {
  Rule made;
  made.kind = kind;
  made.alternatives.emplace_back().items.push_back(inner);
  made.alternatives[0].item_names.emplace_back();
  return part_rule(std::move(made));
}

// CPython: _gather_N, an element and a _loop0_N of a separator and an element.
Item Reader::gather(const Item& separator, const Item& element) {
  Rule rest;
  rest.kind = Rule::Kind::kLoop0;
  Alternative& more = rest.alternatives.emplace_back();
  more.items = {separator, element};
  more.action.op = Action::Op::kPart;
  more.action.parts = {{1}};
  Item loop_item = part_rule(std::move(rest));
  Rule made;
  Alternative& all = made.alternatives.emplace_back();
  all.items = {element, loop_item};
  all.action.op = Action::Op::kCall;
  all.action.function = &prepend;
  all.action.parts = {{0}, {1}};
  return part_rule(std::move(made));
}

// name | name(parts... "message"...)
void Reader::action(Alternative& to) {
  skip_blanks(false);
  std::size_t start = at_;
  std::string_view name = word();
  if (!looking_at("(")) {
    at_ = start;
    to.action.op = Action::Op::kPart;
    to.action.parts.push_back(part(to));
    return;
  }
  ++at_;
  bind_action(name, to.action);
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
      to.action.target = target == "star" ? TargetKind::kStar : target == "del" ? TargetKind::kDel : TargetKind::kFor;
    } else {
      to.action.parts.push_back(part(to));
    }
  }
  ++at_;
}

// name[.first | .last[.last]]
Action::Part Reader::part(const Alternative& of) {
  std::string_view name = word();
  Action::Part made;
  made.item = item_named(of, name);
  using Select = Action::Part::Select;
  if (looking_at(".first")) at_ += 6, made.select = Select::kFirst;
  if (looking_at(".last.last"))
    at_ += 10, made.select = Select::kLastOfLast;
  else if (looking_at(".last"))
    at_ += 5, made.select = Select::kLast;
  return made;
}

// ---- FIRST sets ----

// What an alternative can begin with, as far as it is known; true if something was added. Look-ahead and what may
// match nothing is passed over; anything that may raise an error without matching makes it "any token".
bool add_first(Alternative& alternative, const std::vector<Rule>& rules) {
  KindSet before = alternative.first;
  bool any_before = alternative.any;
  bool open = true;
  for (const Item& item : alternative.items) {
    if (!open) break;
    if (item.op == Item::Op::kCut || item.ahead != Item::Ahead::kNo) continue;
    if (item.forced) alternative.any = true;
    open = item.optional;
    if (item.op == Item::Op::kToken) {
      alternative.first.set(static_cast<std::size_t>(item.kind));
    } else if (item.op == Item::Op::kSoftKeyword || item.op == Item::Op::kAnySoftKeyword) {
      alternative.first.set(static_cast<std::size_t>(Kind::Name));
    } else if (item.op == Item::Op::kRule) {
      const Rule& rule = rules[item.rule];
      open = open || rule.kind == Rule::Kind::kLoop0;
      for (const Alternative& inner : rule.alternatives) {
        alternative.first |= inner.first;
        alternative.any = alternative.any || inner.any;
      }
    }
  }
  if (open) alternative.any = true;
  return alternative.first != before || alternative.any != any_before;
}

void Reader::finish_rules() {
  for (const Rule& rule : grammar_.rules) MKPYC_CHECK(!rule.alternatives.empty());
  // From the last to the first: a rule mostly uses later ones.
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = grammar_.rules.size(); i-- > 0;)
      for (Alternative& alternative : grammar_.rules[i].alternatives)
        changed = add_first(alternative, grammar_.rules) || changed;
  }
}

}  // namespace

const Grammar& Grammar::get() {
  static const Grammar grammar = Reader(kGrammarText).read();
  return grammar;
}

}  // namespace mkpyc::explain
