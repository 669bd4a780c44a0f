#include "explain/peg.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "parse/field_text.h"
#include "source/program_line.h"
#include "target/features.h"
#include "token/error_text.h"

namespace mkpyc::explain {

using parse::kMaxRules;
using token::Kind;

namespace {

// Rules entered by a thorough run before it gives up: a few seconds.
constexpr u32 kMostSteps = 100'000'000;
// Rules that a hopeless alternative would go through are fewer than this.
constexpr u32 kHopelessRules = 100;

bool is_white(Kind kind) { return !token::has_text(kind) || kind == Kind::Newline; }

}  // namespace

void Peg::set_barry() {
  if (!barry() && context_.target.on(Feature::barry_in_files)) barry_from_ = fill_;
}

bool Peg::is_barry_not_equal(u32 token) const {
  if (token < barry_from_ || tokens_.kind(token) != Kind::Less) return false;
  return tokens_.end(token) < tokens_.text.size() && tokens_.text[tokens_.end(token)] == '>';
}

Peg::Peg(const Input& input, parse::Context& context) : input_(input), tokens_(input.tokens), context_(context) {
  token_nodes_.resize(tokens_.size());
  levels_.resize(tokens_.size());
  u32 level = 0;
  for (u32 i = 0; i < tokens_.size(); ++i) {
    Kind kind = tokens_.kind(i);
    if (kind == Kind::LPar || kind == Kind::LSqb || kind == Kind::LBrace) ++level;
    if (kind == Kind::RPar || kind == Kind::RSqb || kind == Kind::RBrace) --level;
    levels_[i] = level;
  }
  if (std::ranges::any_of(tokens_.tokens, [](const token::Token& token) { return token::starts_fstring(token.kind); }))
    find_strings();
}

void Peg::find_strings() {
  strings_.resize(tokens_.size());
  std::vector<InString> open(1);
  for (u32 i = 0; i < tokens_.size(); ++i) {
    Kind kind = tokens_.kind(i);
    if (token::ends_fstring(kind) && open.size() > 1) open.pop_back();
    if (token::starts_fstring(kind)) open.push_back({i, 0});
    strings_[i] = open.back();
    if (kind == Kind::LBrace) ++open.back().braces;
    if (kind == Kind::RBrace) --open.back().braces;
    if (kind == Kind::LPar || kind == Kind::LSqb || kind == Kind::LBrace) ++open.back().brackets;
    if (kind == Kind::RPar || kind == Kind::RSqb || kind == Kind::RBrace) --open.back().brackets;
  }
}

bool Peg::run(u16 start, bool invalid, bool thorough) {
  memo_.assign(tokens_.size(), nullptr);
  pos_ = level_ = deepest_ = 0;
  invalid_ = invalid;
  thorough_ = thorough;
  steps_ = 0;
  pending_.reset();
  stop_.reset();
  bool matched = rule(start) != nullptr;
  if (stop_) throw *stop_;
  if (pending_) throw *pending_;
  return matched;
}

// ---- tokens ----

// Reads tokens up to this one, as CPython's parser fetches them from its tokenizer.
void Peg::touch(u32 position) {
  if (position < fill_) return;
  fill_ = position + 1;
  raise_warnings(position);
  if (tokens_.kind(position) == Kind::ErrorToken) throw Raised{located_tokenizer_error(), Raised::By::kTokenizer};
}

void Peg::read_all() {
  constexpr u64 kMostLooked = u64{1} << 24;
  u64 looked = !tokens_.source.valid_utf8 && !strings_.empty() ? 0 : kMostLooked;
  while (fill_ < tokens_.size()) {
    if (looked < kMostLooked) {
      ShownText text = shown_text(fill_, looked);
      if (text == ShownText::kBroken) return;
      // CPython reads on into one token, which keeps the first text: no other is decoded.
      if (text == ShownText::kFine) looked = kMostLooked;
    }
    touch(fill_);
  }
}

// A mark that ends the text of `{x=}`, which is then decoded. Where it is not UTF-8, that is inside of an f-string an
// error which does not replace another, but ends the reading. Each mark looks back to its brace: `looked` counts the
// tokens, so that a field with any number of marks takes bounded time.
Peg::ShownText Peg::shown_text(u32 token, u64& looked) {
  Kind kind = tokens_.kind(token);
  bool mark = kind == Kind::RBrace || kind == Kind::Colon || kind == Kind::Exclamation || kind == Kind::ColonEqual ||
              kind == Kind::NotEqual;
  if (!mark) return ShownText::kNone;
  u32 start = fstring_start(token);
  if (start == kNoString) return ShownText::kNone;
  bool shown = false;
  for (u32 i = token; --i > start;) {
    ++looked;
    if (fstring_start(i) != start) continue;
    shown = shown || tokens_.kind(i) == Kind::Equal;
    if (tokens_.kind(i) != Kind::LBrace || strings_[i].brackets + 1 != strings_[token].brackets) continue;
    int level = open_braces(i);
    int deepest = context_.target.on(Feature::fstring_spec_state) ? 1 : 0;
    if (!shown || level > deepest) return ShownText::kNone;
    const token::Token* all = tokens_.tokens.data();
    return find_utf8_error(parse::field_text(tokens_, {all + i, all + token}, level, context_)) ? ShownText::kBroken
                                                                                                : ShownText::kFine;
  }
  return ShownText::kNone;
}

void Peg::raise_warnings(u32 token) {
  for (; next_warning_ < tokens_.warnings.size() && tokens_.warnings[next_warning_].token <= token; ++next_warning_) {
    diag::Warning warning = tokens_.warnings[next_warning_].warning;
    std::size_t start = tokens_.line_start[static_cast<u32>(warning.line)];
    warning.line += input_.first_line - 1;
    if (!context_.sink.warn(warning.category, warning.line, warning.message, warning.origin)) continue;
    diag::SourceError error = warning.as_error();
    error.text_from = diag::TextFrom::kGiven;
    error.text = source::replace_errors(tokens_.text.substr(start, tokens_.text.find('\n', start) - start));
    throw Raised{error, Raised::By::kWarning};
  }
}

diag::SourceError Peg::located_tokenizer_error() const {
  diag::SourceError error = tokens_.error;
  if (!input_.piece) return error;
  // Put into words by the parser: the one such error that the text of a field can have.
  if (tokens_.done == token::Done::kDecode) return at_last_token(error.exception, error.message);
  error.line += input_.first_line - 1;
  error.end_line += input_.first_line - 1;
  return error;
}

Node* Peg::token_node(u32 token) {
  Node*& node = token_nodes_[token];
  if (node != nullptr) return node;
  NodeKind kind = tokens_.kind(token) == Kind::Name ? NodeKind::kName : NodeKind::kToken;
  node = arena_.make<Node>(kind, token, token);
  return node;
}

// CPython: pegen.c _PyPegen_number_token.
Node* Peg::number_node(u32 token) {
  Node*& node = token_nodes_[token];
  if (node != nullptr) return node;
  try {
    const Object* value = parse::decode_number(tokens_.spelling(token), context_);
    node = arena_.make<Node>(value->type == Type::Complex ? NodeKind::kImaginary : NodeKind::kNumber, token, token);
    return node;
  } catch (const parse::LiteralError& error) {
    raise_literal(error, token);
  }
}

// ---- rules ----

void Peg::too_deep() {
  deepest_ever_ = kMaxRules;
  diag::SourceError error;
  error.exception = diag::Exception::MemoryError;
  throw Raised{error};
}

void Peg::enter() {
  if (level_++ >= kMaxRules) too_deep();
  deepest_ = std::max(deepest_, level_);
  deepest_ever_ = std::max(deepest_ever_, level_);
  if (thorough_ && ++steps_ > kMostSteps) throw TooManySteps{};
}

Node* Peg::rule(u16 index) {
  const Rule& rule = Grammar::kRules[index];
  enter();
  if (rule.left) return left_recursive(index, rule);
  if (pending_) {
    --level_;
    return nullptr;
  }
  u32 mark = pos_;
  bool extra = !rule.memo && !rule.fresh && rule.named && !thorough_;
  if (rule.memo || extra) {
    if (rule.memo) touch(mark);
    if (Memo* memo = find(index, mark, extra)) {
      if (extra && level_ + memo->height > kMaxRules) too_deep();
      --level_;
      pos_ = memo->end;
      return memo->node;
    }
  }
  bool invalid_before = invalid_;
  if (rule.without_invalid) invalid_ = false;
  u32 deepest_before = std::exchange(deepest_, level_);
  Node* node = rule.kind == Rule::Kind::kPlain ? plain(rule, mark) : loop(rule, mark);
  if (stop_) return nullptr;
  u32 height = deepest_ - level_;
  deepest_ = std::max(deepest_, deepest_before);
  invalid_ = invalid_before;
  if (rule.memo || extra) remember(index, mark, node, extra, height);
  --level_;
  return node;
}

Node* Peg::plain(const Rule& rule, u32 mark) {
  for (const Alternative& alternative : rule.alternatives) {
    if (pending_) return nullptr;
    if (skipped(alternative)) continue;
    Node* result = nullptr;
    Outcome outcome = this->alternative(alternative, mark, result);
    if (outcome == Outcome::kMatched) return result;  // which may be nothing: an action that fails fails the rule
    if (outcome == Outcome::kStopped) return nullptr;
    pos_ = mark;
    if (outcome == Outcome::kCut) return nullptr;
  }
  return nullptr;
}

Node* Peg::loop(const Rule& rule, u32 mark) {
  std::size_t bottom = stack_.size();
  while (Node* node = loop_item(rule)) stack_.push_back(node);
  if (stop_) return nullptr;
  std::size_t count = stack_.size() - bottom;
  if (rule.kind == Rule::Kind::kLoop1 && (count == 0 || pending_)) {
    pos_ = mark;
    stack_.resize(bottom);
    return nullptr;
  }
  Node* list = arena_.make<Node>(NodeKind::kSeq);
  list->children = Seq<Node*>::copy(arena_, stack_.data() + bottom, count);
  stack_.resize(bottom);
  return list;
}

// An error in an item of a repetition that may be empty only ends the repetition, for CPython's generated code forgets
// to look there; what follows may still match, as long as it is tokens, and raise an error in place of the first.
Node* Peg::loop_item(const Rule& rule) {
  u32 start = pos_;
  std::size_t bottom = stack_.size();
  u32 level = level_;
  bool invalid = invalid_;
  Node* node = nullptr;
  Outcome outcome = alternative(rule.alternatives[0], start, node);
  if (outcome == Outcome::kStopped && rule.kind == Rule::Kind::kLoop0) {
    pending_ = std::exchange(stop_, std::nullopt);
    stack_.resize(bottom);
    level_ = level;
    invalid_ = invalid;
  }
  if (outcome != Outcome::kMatched) node = nullptr;
  if (node == nullptr) pos_ = start;
  return node;
}

// Grows the match from a failure: each round may use the result of the one before.
Node* Peg::left_recursive(u16 index, const Rule& rule) {
  touch(pos_);
  u32 mark = pos_;
  if (Memo* memo = find(index, mark, false)) {
    --level_;
    pos_ = memo->end;
    return memo->node;
  }
  Node* best = nullptr;
  u32 best_end = mark;
  remember(index, mark, nullptr, false, 0);
  Memo* memo = memo_[mark];
  for (;;) {
    memo->node = best;
    memo->end = best_end;
    pos_ = mark;
    enter();
    Node* node = plain(rule, mark);
    if (stop_) return nullptr;
    --level_;
    if (pending_) {
      --level_;
      return nullptr;
    }
    if (node == nullptr || pos_ <= best_end) break;
    best = node;
    best_end = pos_;
  }
  pos_ = best_end;
  --level_;
  return best;
}

bool Peg::skipped(const Alternative& alternative) const {
  if (alternative.only_invalid && !invalid_) return true;
  return alternative.has_feature && context_.target.on(alternative.feature) != alternative.feature_on;
}

// The next token can begin nothing that the alternative matches.
bool Peg::hopeless(const Alternative& alternative) {
  if (alternative.any || thorough_ || level_ + kHopelessRules > kMaxRules) return false;
  touch(pos_);
  return !alternative.first.test(tokens_.kind(pos_));
}

// An error in the alternative itself is caught right here: unwinding the rules around it would cost more than all else.
Peg::Outcome Peg::alternative(const Alternative& alternative, u32 mark, Node*& result) {
  try {
    return attempt(alternative, mark, result);
  } catch (const Raised& raised) {
    stop_ = raised;
    return Outcome::kStopped;
  }
}

Peg::Outcome Peg::attempt(const Alternative& alternative, u32 mark, Node*& result) {
  if (hopeless(alternative)) return Outcome::kFailed;
  constexpr std::size_t kMostItems = 16;
  Node* nodes[kMostItems];
  std::size_t count = 0;
  bool cut = false;
  for (const Item& wanted : alternative.items) {
    Node*& node = nodes[count++] = nullptr;
    if (wanted.op == Item::Op::kCut)
      cut = true;
    else if (!item(wanted, node))
      return stop_ ? Outcome::kStopped : cut ? Outcome::kCut : Outcome::kFailed;
  }
  mark_ = mark;
  result = act(alternative, {nodes, count});
  return Outcome::kMatched;
}

bool Peg::item(const Item& item, Node*& node) {
  if (item.ahead != Item::Ahead::kNo) {
    u32 before = pos_;
    bool found = match(item) != nullptr;
    pos_ = before;
    return !stop_ && found == (item.ahead == Item::Ahead::kMust);
  }
  node = match(item);
  if (stop_) return false;
  if (item.optional) return !pending_;
  if (node == nullptr && item.forced && !pending_) forced(item);
  return node != nullptr;
}

Node* Peg::match(const Item& item) {
  if (item.op == Item::Op::kRule) return rule(item.rule);
  touch(pos_);
  Kind kind = tokens_.kind(pos_);
  auto is_soft = [&](Name name) {
    return tokens_.name(pos_) == name && tokens_.spelling(pos_) == context_.names.text(name);
  };
  bool found = false;
  switch (item.op) {
    case Item::Op::kToken: found = kind == item.kind; break;
    case Item::Op::kSoftKeyword: found = kind == Kind::Name && is_soft(item.soft); break;
    case Item::Op::kAnySoftKeyword: found = kind == Kind::Name && starts_soft_keyword(tokens_.spelling(pos_)); break;
    case Item::Op::kNever:
    case Item::Op::kRule:
    case Item::Op::kCut: break;
  }
  if (!found) return nullptr;
  if (kind == Kind::Number) return number_node(pos_++);
  if (kind == Kind::Name && tokens_.has_refused_names) check_name(pos_);
  return token_node(pos_++);
}

// CPython: _PyPegen_new_identifier.
void Peg::check_name(u32 token) {
  Name name = tokens_.name(token);
  if (name != names::None_ && name != names::True_ && name != names::False_) return;
  raise_plain(diag::Exception::ValueError,
              "identifier field can't represent '" + std::string(context_.names.text(name)) + "' constant");
}

// CPython: _PyPegen_soft_keyword_token compares only as many bytes as the token has: `m` is taken for `match`.
bool Peg::starts_soft_keyword(std::string_view spelling) const {
  const Target& target = context_.target;
  bool whole = target.on(Feature::soft_keywords_whole);
  auto fits = [&](std::string_view keyword) { return whole ? keyword == spelling : keyword.starts_with(spelling); };
  return fits("_") || fits("case") || fits("match") || (target.on(Feature::type_params) && fits("type")) ||
         (target.on(Feature::lazy_imports) && fits("lazy"));
}

void Peg::forced(const Item& item) {
  Place place = this->place(pos_);
  raise_at(diag::Exception::SyntaxError, place, "expected '" + std::string(item.text) + "'");
}

Node* Peg::act(const Alternative& alternative, std::span<Node* const> items) {
  const Action& action = alternative.action;
  switch (action.op) {
    case Action::Op::kPart: return items[action.parts[0].item];
    case Action::Op::kMake:
    case Action::Op::kCall: return Grammar::kFunctions[action.function](*this, action, items);
    case Action::Op::kDefault: break;
  }
  Node* only = nullptr;
  std::size_t parts = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Item& item = alternative.items[i];
    if (item.ahead != Item::Ahead::kNo || item.op == Item::Op::kCut) continue;
    ++parts;
    only = items[i];
  }
  if (parts == 1) return only;
  static Node other;
  return &other;
}

Node* Peg::make(NodeKind kind) {
  u32 last = pos_ - 1;
  while (last > 0 && is_white(tokens_.kind(last))) --last;
  return arena_.make<Node>(kind, mark_, last);
}

// What is decorated counts without its decorators, and functions do not: on the second pass an `invalid_` rule reads
// them. A statement does not count if one inside of it did.
void Peg::set_last_statement(u32 token) {
  while (tokens_.kind(token) == Kind::At) {
    while (tokens_.kind(token) != Kind::Newline) ++token;
    ++token;
  }
  bool async = tokens_.kind(token) == Kind::Kw_async_;
  if (tokens_.kind(token + (async ? 1 : 0)) == Kind::Kw_def_) return;
  last_statement_ = std::max(last_statement_, place(token).line);
}

// ---- memory ----

Peg::Memo* Peg::find(u16 index, u32 mark, bool extra) {
  for (Memo* memo = memo_[mark]; memo != nullptr; memo = memo->next) {
    if (memo->rule == index && (!extra || memo->invalid == invalid_)) return memo;
  }
  return nullptr;
}

void Peg::remember(u16 index, u32 mark, Node* node, bool extra, u32 height) {
  memo_[mark] = arena_.make<Memo>(index, invalid_, extra, pos_, height, node, memo_[mark]);
}

// ---- places ----

u32 Peg::bracket_level(u32 token) const { return levels_[token]; }

// CPython: pegen.c initialize_token. Whether a token is on the first line of a piece is asked of its last line.
Place Peg::place(u32 token) const {
  i32 shift = input_.piece && tokens_.loc(token).end_line == 1 ? input_.first_column : 0;
  bool text = token::has_text(tokens_.kind(token));
  Place place;
  place.line = tokens_.loc(token).line + input_.first_line - 1;
  place.end_line = tokens_.loc(token).end_line + input_.first_line - 1;
  place.column = (text ? tokens_.loc(token).col : -1) + shift;
  place.end_column = (text ? tokens_.loc(token).end_col : -1) + shift;
  if (tokens_.kind(token) == Kind::Newline && context_.target.on(Feature::newline_has_width)) ++place.end_column;
  return place;
}

Place Peg::range(const Node& from, const Node& to) const {
  if (from.kind == NodeKind::kOther || to.kind == NodeKind::kOther) return {1, 0, 1, 0};  // _PyPegen_dummy_name
  Place place = this->place(from.first);
  Place end = this->place(to.last);
  place.end_line = end.end_line;
  place.end_column = end.end_column;
  return place;
}

void Peg::tokenizer_position(int& line, int& column) const {
  u32 token = last_read();
  line = tokens_.loc(token).end_line + input_.first_line - 1;
  column = tokens_.loc(token).end_col + (tokens_.kind(token) == Kind::Newline ? 1 : 0);
}

// ---- errors ----

// CPython: pegen_errors.c _PyPegen_raise_error_known_location.
diag::SourceError Peg::located(diag::Exception exception, const Place& place, std::string message) const {
  diag::SourceError error;
  error.exception = exception;
  error.message = input_.piece ? "f-string: " + message : std::move(message);
  error.located = true;
  error.line = place.line;
  error.end_line = place.end_line;
  i32 shift = input_.piece ? input_.first_column : 0;
  token::ErrorLine line(tokens_, last_read(), static_cast<u32>(place.line - input_.first_line + 1));
  error.offset = line.offset(place.column - shift);
  error.end_offset = line.offset(place.end_column - shift);
  error.text_from = diag::TextFrom::kGiven;
  error.text = line.text();
  return error;
}

// CPython: pegen_errors.c _PyPegen_raise_error.
diag::SourceError Peg::at_token(u32 token, diag::Exception exception, std::string message) const {
  Place place = this->place(token);
  if (place.column == -1) {
    tokenizer_position(place.line, place.column);
  } else {
    ++place.column;
  }
  if (place.end_column != -1) ++place.end_column;
  return located(exception, place, std::move(message));
}

void Peg::raise(diag::Exception exception, std::string message) {
  if (pending_) throw *pending_;
  throw Raised{at_last_token(exception, std::move(message))};
}

void Peg::raise_next(diag::Exception exception, std::string message) {
  if (pending_) throw *pending_;
  touch(pos_);
  throw Raised{at_token(pos_, exception, std::move(message))};
}

void Peg::raise_plain(diag::Exception exception, std::string message) {
  if (pending_) throw *pending_;
  diag::SourceError error;
  error.exception = exception;
  error.message = std::move(message);
  throw Raised{error};
}

void Peg::raise_literal(const parse::LiteralError& error, u32 token) {
  Place place = this->place(token);
  switch (error.where) {
    case parse::LiteralError::Where::kLastToken: raise(diag::Exception::SyntaxError, error.message);
    case parse::LiteralError::Where::kTokenLine: place.column = place.end_column = -1; break;
    case parse::LiteralError::Where::kKnownToken: known_error_token_ = token; break;
    case parse::LiteralError::Where::kToken: break;
    case parse::LiteralError::Where::kEscape: {
      parse::EscapePlace escape = parse::escape_place(error, tokens_, token);
      known_error_token_ = token;
      place = {escape.line, escape.column - 1, escape.line, escape.column + 1};
      break;
    }
  }
  raise_at(diag::Exception::SyntaxError, place, error.message);
}

void Peg::raise_at(diag::Exception exception, const Place& place, std::string message) {
  if (pending_ && context_.target.on(Feature::first_error_stays)) throw *pending_;
  Place moved = place;
  ++moved.column;
  ++moved.end_column;
  throw Raised{located(exception, moved, std::move(message))};
}

}  // namespace mkpyc::explain
