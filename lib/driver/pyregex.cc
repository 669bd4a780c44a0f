#include "driver/pyregex.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/utf8.h"
#include "driver/pystr.h"

namespace mkpyc::driver::re {
namespace {

constexpr u32 kEnd = 0xFFFFFFFF;
// CPython's parser dies of recursion at about half as many nested groups (two frames each).
constexpr int kMaxNesting = 960;
constexpr u64 kMaxRepeat = 4294967295;  // CPython: _sre.MAXREPEAT

struct Error {
  std::string message;
};

// A character, or an escape's backslash and the character after it (CPython: Tokenizer).
struct Unit {
  u32 code = kEnd;
  bool escaped = false;
  bool operator==(char c) const { return !escaped && code == static_cast<u8>(c); }
  bool at_end() const { return code == kEnd; }
  std::size_t length() const { return at_end() ? 0 : escaped ? 2 : 1; }
};

// Shortest and longest match, to refuse look-behind of variable width.
struct Width {
  u64 low = 0, high = 0;
};

u64 add(u64 a, u64 b) { return a > kUnlimited - b ? kUnlimited : a + b; }
u64 multiply(u64 a, u64 b) { return a != 0 && b > kUnlimited / a ? kUnlimited : a * b; }

bool is_octal(u32 code) { return code >= '0' && code <= '7'; }
bool is_digit(u32 code) { return code >= '0' && code <= '9'; }
bool is_hex(u32 code) { return is_digit(code) || (code >= 'a' && code <= 'f') || (code >= 'A' && code <= 'F'); }
bool is_letter(u32 code) { return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z'); }

std::unique_ptr<Node> make(Kind kind) {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  return node;
}
std::unique_ptr<Node> make_literal(u32 code) {
  auto node = make(Kind::kLiteral);
  node->code = code;
  return node;
}

class Parser {
 public:
  Parser(std::string_view pattern, UnicodeVersion version) : version_(version) {
    for (std::size_t at = 0; at < pattern.size();) text_.push_back(next_character(pattern, at));
  }
  Pattern run();

 private:
  // The reader.
  void advance();
  Unit get() {
    Unit unit = next_;
    advance();
    return unit;
  }
  bool match(char c) {
    if (!(next_ == c)) return false;
    advance();
    return true;
  }
  std::size_t tell() const { return index_ - next_.length(); }
  void seek(std::size_t index) {
    index_ = index;
    advance();
  }
  std::string get_while(std::size_t count, bool (*wanted)(u32));
  std::string get_until(char terminator, const std::string& name, std::size_t& length);
  [[noreturn]] void fail(const std::string& message, std::size_t offset = 0) const {
    fail_at(message, tell() - offset);
  }
  [[noreturn]] void fail_at(const std::string& message, std::size_t position) const;

  // The grammar, by CPython's functions.
  std::unique_ptr<Node> parse_sub(bool verbose, int nested);
  std::unique_ptr<Node> parse_items(bool verbose, int nested, bool first);
  std::unique_ptr<Node> parse_group(bool& verbose, int nested, bool at_start);
  std::unique_ptr<Node> parse_python_extension(std::string& name, std::size_t& name_length);
  std::unique_ptr<Node> parse_assertion(bool verbose, int nested, std::size_t start, u32 mark);
  std::unique_ptr<Node> parse_conditional(bool verbose, int nested, std::size_t start);
  std::unique_ptr<Node> parse_contents(bool verbose, int nested, std::size_t start, std::unique_ptr<Node> node);
  std::unique_ptr<Node> parse_set();
  bool parse_repeat(Unit mark, Node& sequence);
  bool parse_bounds(std::size_t here, u64& min, u64& max);
  std::unique_ptr<Node> parse_escape(Unit escape);
  std::unique_ptr<Node> parse_numeric_escape(Unit escape);
  std::optional<u32> parse_code_escape(Unit escape);
  SetItem parse_class_escape(Unit escape);
  SetItem parse_set_member(Unit unit);
  bool parse_flags(u32 letter, Node& group);
  u8 flag_of(u32 letter) const;
  void skip_comment(std::size_t start);
  int open_group(const std::string& name, std::size_t name_length);
  void check_reference(int group, std::size_t offset) const;
  void check_look_behind(int group) const;
  bool is_identifier(std::string_view name) const;
  std::string spelling(Unit unit) const;
  Width width(const Node& node) const;
  void check_assertions(const Node& node) const;

  std::vector<u32> text_;
  UnicodeVersion version_;
  std::size_t index_ = 0;
  Unit next_;
  u8 flags_ = 0;
  std::map<std::string, int> names_;
  std::vector<std::optional<Width>> groups_{std::nullopt};  // widths of closed groups; [0] is the whole
  std::map<int, std::size_t> references_;                   // conditions on groups not seen yet
  int look_behind_groups_ = -1;
};

void Parser::advance() {
  next_ = Unit();
  if (index_ >= text_.size()) return;
  u32 code = text_[index_++];
  if (code != '\\') {
    next_ = {code, false};
    return;
  }
  if (index_ >= text_.size()) fail_at("bad escape (end of pattern)", text_.size() - 1);
  next_ = {text_[index_++], true};
}

void Parser::fail_at(const std::string& message, std::size_t position) const {
  std::string text = message + " at position " + std::to_string(position);
  if (std::find(text_.begin(), text_.end(), u32{'\n'}) != text_.end()) {
    auto here = text_.begin() + static_cast<std::ptrdiff_t>(std::min(position, text_.size()));
    auto lines = std::count(text_.begin(), here, u32{'\n'});
    auto column = here;
    while (column != text_.begin() && column[-1] != '\n') --column;
    text += " (line " + std::to_string(lines + 1) + ", column " + std::to_string(here - column + 1) + ")";
  }
  throw Error{text};
}

std::string Parser::get_while(std::size_t count, bool (*wanted)(u32)) {
  std::string result;
  for (; count > 0 && !next_.at_end() && !next_.escaped && wanted(next_.code); --count)
    result += static_cast<char>(get().code);
  return result;
}

std::string Parser::spelling(Unit unit) const {
  std::string text;
  if (unit.escaped) text += '\\';
  if (unit.code >= 0xDC80 && unit.code <= 0xDCFF)
    text += static_cast<char>(unit.code - 0xDC00);
  else if (!unit.at_end())
    append_code_point(text, unit.code);
  return text;
}

std::string Parser::get_until(char terminator, const std::string& name, std::size_t& length) {
  std::string result;
  length = 0;
  while (true) {
    Unit unit = get();
    if (unit.at_end()) {
      if (result.empty()) fail("missing " + name);
      fail("missing " + std::string(1, terminator) + ", unterminated name", length);
    }
    if (unit == terminator) {
      if (result.empty()) fail("missing " + name, 1);
      return result;
    }
    result += spelling(unit);
    length += unit.length();
  }
}

bool Parser::is_identifier(std::string_view name) const {
  for (std::size_t at = 0; at < name.size();) {
    bool first = at == 0;
    u32 code = next_character(name, at);
    if (first ? !unicode::is_xid_start(code, version_) : !unicode::is_xid_continue(code, version_)) return false;
  }
  return !name.empty();
}

int Parser::open_group(const std::string& name, std::size_t name_length) {
  int group = static_cast<int>(groups_.size());
  groups_.emplace_back();
  if (name.empty()) return group;
  auto [at, added] = names_.emplace(name, group);
  if (!added)
    fail("redefinition of group name " + repr(name, version_) + " as group " + std::to_string(group) + "; was group " +
             std::to_string(at->second),
         name_length + 1);
  return group;
}

void Parser::check_look_behind(int group) const {
  if (look_behind_groups_ < 0) return;
  if (group >= static_cast<int>(groups_.size()) || !groups_[static_cast<std::size_t>(group)])
    fail("cannot refer to an open group");
  if (group >= look_behind_groups_) fail("cannot refer to group defined in the same lookbehind subpattern");
}

void Parser::check_reference(int group, std::size_t offset) const {
  if (!groups_[static_cast<std::size_t>(group)]) fail("cannot refer to an open group", offset);
  check_look_behind(group);
}

// \x41 \u0041 \U00000041 \N{...}: nothing if the escape is none of these.
std::optional<u32> Parser::parse_code_escape(Unit escape) {
  std::size_t digits = escape.code == 'x' ? 2 : escape.code == 'u' ? 4 : escape.code == 'U' ? 8 : 0;
  if (digits != 0) {
    std::string text = get_while(digits, is_hex);
    std::string whole = spelling(escape) + text;
    if (text.size() != digits) fail("incomplete escape " + whole, whole.size());
    u64 code = std::stoull(text, nullptr, 16);
    if (code > 0x10FFFF) fail("bad escape " + whole, whole.size());
    return static_cast<u32>(code);
  }
  if (escape.code != 'N') return std::nullopt;
  if (!match('{')) fail("missing {");
  std::size_t length = 0;
  std::string name = get_until('}', "character name", length);
  u32 code = unicode::lookup_name(name, version_, false);
  if (code == unicode::kNoCharacter) fail("undefined character name " + repr(name, version_), length + 4);
  return code;
}

Category category_of(u32 letter) {
  switch (letter) {
    case 'd': return Category::kDigit;
    case 'D': return Category::kNotDigit;
    case 's': return Category::kSpace;
    case 'S': return Category::kNotSpace;
    case 'w': return Category::kWord;
    case 'W': return Category::kNotWord;
    default: return Category::kNone;
  }
}

std::optional<u32> control_escape(u32 letter) {
  constexpr std::string_view kLetters = "abfnrtv\\", kValues = "\a\b\f\n\r\t\v\\";
  std::size_t at = letter < 0x80 ? kLetters.find(static_cast<char>(letter)) : std::string_view::npos;
  return at == std::string_view::npos ? std::nullopt : std::optional<u32>(static_cast<u8>(kValues[at]));
}

// CPython: _class_escape
SetItem Parser::parse_class_escape(Unit escape) {
  if (auto code = control_escape(escape.code)) return {*code, *code};
  if (Category category = category_of(escape.code); category != Category::kNone) return {0, 0, category};
  if (auto code = parse_code_escape(escape)) return {*code, *code};
  if (is_octal(escape.code)) {
    std::string text = spelling(escape) + get_while(2, is_octal);
    u32 code = static_cast<u32>(std::stoul(text.substr(1), nullptr, 8));
    if (code > 0377) fail("octal escape value " + text + " outside of range 0-0o377", text.size());
    return {code, code};
  }
  if (is_digit(escape.code) || is_letter(escape.code)) fail("bad escape " + spelling(escape), 2);
  return {escape.code, escape.code};
}

// \0, \123, \1: an octal code or a reference to a group (CPython: _escape)
std::unique_ptr<Node> Parser::parse_numeric_escape(Unit escape) {
  std::string digits(1, static_cast<char>(escape.code));
  if (escape.code == '0') {
    digits += get_while(2, is_octal);
    return make_literal(static_cast<u32>(std::stoul(digits, nullptr, 8)));
  }
  if (!next_.escaped && is_digit(next_.code)) {
    digits += static_cast<char>(get().code);
    if (is_octal(static_cast<u8>(digits[0])) && is_octal(static_cast<u8>(digits[1])) && !next_.escaped &&
        is_octal(next_.code)) {
      digits += static_cast<char>(get().code);
      u32 code = static_cast<u32>(std::stoul(digits, nullptr, 8));
      if (code > 0377) fail("octal escape value \\" + digits + " outside of range 0-0o377", digits.size() + 1);
      return make_literal(code);
    }
  }
  int group = std::stoi(digits);
  if (group >= static_cast<int>(groups_.size())) fail("invalid group reference " + digits, digits.size());
  check_reference(group, digits.size() + 1);
  auto node = make(Kind::kBackReference);
  node->group = group;
  return node;
}

// CPython: _escape
std::unique_ptr<Node> Parser::parse_escape(Unit escape) {
  constexpr std::pair<char, At> kAts[] = {
      {'A', At::kBeginningOfString}, {'b', At::kBoundary}, {'B', At::kNotBoundary}, {'Z', At::kEndOfString}};
  for (auto [letter, at] : kAts) {
    if (escape.code != static_cast<u8>(letter)) continue;
    auto node = make(Kind::kAt);
    node->at = at;
    return node;
  }
  if (Category category = category_of(escape.code); category != Category::kNone) {
    auto node = make(Kind::kSet);
    node->items.push_back({0, 0, category});
    return node;
  }
  if (auto code = control_escape(escape.code)) return make_literal(*code);
  if (auto code = parse_code_escape(escape)) return make_literal(*code);
  if (is_digit(escape.code)) return parse_numeric_escape(escape);
  if (is_letter(escape.code)) fail("bad escape " + spelling(escape), 2);
  return make_literal(escape.code);
}

SetItem Parser::parse_set_member(Unit unit) {
  return unit.escaped ? parse_class_escape(unit) : SetItem{unit.code, unit.code};
}

// Behind the "[".
std::unique_ptr<Node> Parser::parse_set() {
  std::size_t here = tell() - 1;
  auto node = make(Kind::kSet);
  node->negated = match('^');
  auto get_member = [&] {
    Unit unit = get();
    if (unit.at_end()) fail("unterminated character set", tell() - here);
    return unit;
  };
  while (true) {
    Unit low_unit = get_member();
    if (low_unit == ']' && !node->items.empty()) return node;
    SetItem low = parse_set_member(low_unit);
    if (!match('-')) {
      node->items.push_back(low);
      continue;
    }
    Unit high_unit = get_member();
    if (high_unit == ']') {
      node->items.push_back(low);
      node->items.push_back({'-', '-'});
      return node;
    }
    SetItem high = parse_set_member(high_unit);
    if (low.category != Category::kNone || high.category != Category::kNone || high.low < low.low)
      fail("bad character range " + spelling(low_unit) + "-" + spelling(high_unit),
           low_unit.length() + 1 + high_unit.length());
    node->items.push_back({low.low, high.low});
  }
}

// Behind the "{" at `here` - 1. False if it is no quantifier but a brace.
bool Parser::parse_bounds(std::size_t here, u64& min, u64& max) {
  min = 0;
  max = kUnlimited;
  if (next_ == '}') return false;
  std::string low = get_while(text_.size(), is_digit), high = low;
  if (match(',')) high = get_while(text_.size(), is_digit);
  if (!match('}')) {
    seek(here);
    return false;
  }
  auto number = [&](const std::string& digits) {
    std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
    u64 value = digits.size() - zeros > 12 ? kMaxRepeat : std::stoull("0" + digits);
    if (value >= kMaxRepeat) throw Error{"the repetition number is too large"};
    return value;
  };
  if (!low.empty()) min = number(low);
  if (!high.empty()) max = number(high);
  if (max < min) fail("min repeat greater than max repeat", tell() - here);
  return true;
}

// One of *, +, ?, { has been read; makes the last item of the sequence repeat. False: it was a brace.
bool Parser::parse_repeat(Unit mark, Node& sequence) {
  std::size_t here = tell();
  u64 min = mark == '+' ? 1 : 0, max = mark == '?' ? 1 : kUnlimited;
  if (mark == '{' && !parse_bounds(here, min, max)) return false;
  std::size_t offset = tell() - here + 1;
  if (sequence.children.empty() || sequence.children.back()->kind == Kind::kAt) fail("nothing to repeat", offset);
  if (sequence.children.back()->kind == Kind::kRepeat) fail("multiple repeat", offset);
  auto node = make(Kind::kRepeat);
  node->min = min;
  node->max = max;
  node->greed = match('?') ? Greed::kLazy : match('+') ? Greed::kPossessive : Greed::kGreedy;
  node->children.push_back(std::move(sequence.children.back()));
  sequence.children.back() = std::move(node);
  return true;
}

u8 Parser::flag_of(u32 letter) const {
  switch (letter) {
    case 'i': return kIgnoreCase;
    case 'm': return kMultiLine;
    case 's': return kDotAll;
    case 'x': return kVerbose;
    case 'a': return kAscii;
    case 'u': return kUnicode;
    case 't': return kTemplate;
    case 'L': fail("bad inline flags: cannot use 'L' flag with a str pattern");
    default: return 0;
  }
}

// CPython: _parse_flags. False: flags of the whole pattern.
bool Parser::parse_flags(u32 letter, Node& group) {
  auto unknown = [&](u32 code, const char* expected) { fail(is_letter(code) ? "unknown flag" : expected, 1); };
  if (letter != '-') {
    while (true) {
      group.add_flags |= flag_of(letter);
      if ((group.add_flags & kAscii) != 0 && (group.add_flags & kUnicode) != 0)
        fail("bad inline flags: flags 'a', 'u' and 'L' are incompatible");
      Unit unit = get();
      if (unit.at_end()) fail("missing -, : or )");
      letter = unit.code;
      if (unit == ')' || unit == '-' || unit == ':') break;
      if (unit.escaped || (flag_of(letter) == 0)) unknown(unit.escaped ? '\\' : letter, "missing -, : or )");
    }
  }
  if (letter == ')') {
    flags_ |= group.add_flags;
    return false;
  }
  if ((group.add_flags & kTemplate) != 0) fail("bad inline flags: cannot turn on global flag", 1);
  if (letter != '-') return true;
  Unit unit = get();
  if (unit.at_end()) fail("missing flag");
  if (unit.escaped || flag_of(unit.code) == 0) unknown(unit.escaped ? '\\' : unit.code, "missing flag");
  while (!(unit == ':')) {
    u8 flag = flag_of(unit.code);
    if ((flag & (kAscii | kUnicode)) != 0) fail("bad inline flags: cannot turn off flags 'a', 'u' and 'L'");
    group.del_flags |= flag;
    unit = get();
    if (unit.at_end()) fail("missing :");
    if (!(unit == ':') && (unit.escaped || flag_of(unit.code) == 0))
      unknown(unit.escaped ? '\\' : unit.code, "missing :");
  }
  if ((group.del_flags & kTemplate) != 0) fail("bad inline flags: cannot turn off global flag", 1);
  if ((group.add_flags & group.del_flags) != 0) fail("bad inline flags: flag turned on and off", 1);
  return true;
}

// (?P<name>...), which continues as a group, or (?P=name), which is whole.
std::unique_ptr<Node> Parser::parse_python_extension(std::string& name, std::size_t& name_length) {
  bool definition = match('<');
  if (!definition && !match('=')) {
    Unit unit = get();
    if (unit.at_end()) fail("unexpected end of pattern");
    fail("unknown extension ?P" + spelling(unit), unit.length() + 2);
  }
  name = get_until(definition ? '>' : ')', "group name", name_length);
  if (!is_identifier(name)) fail("bad character in group name " + repr(name, version_), name_length + 1);
  if (definition) return nullptr;
  auto at = names_.find(name);
  if (at == names_.end()) fail("unknown group name " + repr(name, version_), name_length + 1);
  check_reference(at->second, name_length + 1);
  auto node = make(Kind::kBackReference);
  node->group = at->second;
  return node;
}

std::unique_ptr<Node> Parser::parse_assertion(bool verbose, int nested, std::size_t start, u32 mark) {
  auto node = make(Kind::kAssert);
  node->behind = mark == '<';
  int outer = look_behind_groups_;
  if (node->behind) {
    Unit unit = get();
    if (unit.at_end()) fail("unexpected end of pattern");
    if (!(unit == '=') && !(unit == '!')) fail("unknown extension ?<" + spelling(unit), unit.length() + 2);
    mark = unit.code;
    if (outer < 0) look_behind_groups_ = static_cast<int>(groups_.size());
  }
  node->negated = mark == '!';
  node->children.push_back(parse_sub(verbose, nested + 1));
  if (node->behind) look_behind_groups_ = outer;
  if (!match(')')) fail("missing ), unterminated subpattern", tell() - start);
  return node;
}

std::unique_ptr<Node> Parser::parse_conditional(bool verbose, int nested, std::size_t start) {
  std::size_t length = 0;
  std::string name = get_until(')', "group name", length);
  auto node = make(Kind::kConditional);
  i64 number = 0;
  if (is_identifier(name)) {
    auto at = names_.find(name);
    if (at == names_.end()) fail("unknown group name " + repr(name, version_), length + 1);
    number = at->second;
  } else {
    if (!parse_int(name, number) || number < 0) fail("bad character in group name " + repr(name, version_), length + 1);
    if (number == 0) fail("bad group number", length + 1);
    if (number >= 1 << 30) fail("invalid group reference " + std::to_string(number), length + 1);
    references_.emplace(static_cast<int>(number), tell() - length - 1);
  }
  node->group = static_cast<int>(number);
  check_look_behind(node->group);
  node->children.push_back(parse_items(verbose, nested + 1, false));
  if (match('|')) {
    node->children.push_back(parse_items(verbose, nested + 1, false));
    if (next_ == '|') fail("conditional backref with more than two branches");
  }
  if (!match(')')) fail("missing ), unterminated subpattern", tell() - start);
  return node;
}

void Parser::skip_comment(std::size_t start) {
  while (true) {
    if (next_.at_end()) fail("missing ), unterminated comment", tell() - start);
    if (get() == ')') return;
  }
}

std::unique_ptr<Node> Parser::parse_contents(bool verbose, int nested, std::size_t start, std::unique_ptr<Node> node) {
  bool inner_verbose = (verbose || (node->add_flags & kVerbose) != 0) && (node->del_flags & kVerbose) == 0;
  node->children.push_back(parse_sub(inner_verbose, nested + 1));
  if (!match(')')) fail("missing ), unterminated subpattern", tell() - start);
  if (node->group > 0) groups_[static_cast<std::size_t>(node->group)] = width(*node->children[0]);
  return node;
}

// Behind a "(". Null for what leaves no item: a comment or flags of the whole pattern.
std::unique_ptr<Node> Parser::parse_group(bool& verbose, int nested, bool at_start) {
  std::size_t start = tell() - 1;
  auto node = make(Kind::kGroup);
  if (!match('?')) {
    node->group = open_group("", 0);
    return parse_contents(verbose, nested, start, std::move(node));
  }
  Unit unit = get();
  if (unit.at_end()) fail("unexpected end of pattern");
  if (unit == 'P') {
    std::string name;
    std::size_t name_length = 0;
    if (auto reference = parse_python_extension(name, name_length)) return reference;
    node->group = open_group(name, name_length);
  } else if (unit == '#') {
    skip_comment(start);
    return nullptr;
  } else if (unit == '=' || unit == '!' || unit == '<') {
    return parse_assertion(verbose, nested, start, unit.code);
  } else if (unit == '(') {
    return parse_conditional(verbose, nested, start);
  } else if (unit == '>') {
    node->kind = Kind::kAtomic;
  } else if (unit == '-' || (!unit.escaped && flag_of(unit.code) != 0)) {
    if (!parse_flags(unit.code, *node)) {
      if (!at_start) fail("global flags not at the start of the expression", tell() - start);
      verbose = (flags_ & kVerbose) != 0;
      return nullptr;
    }
  } else if (!(unit == ':')) {
    fail("unknown extension ?" + spelling(unit), unit.length() + 1);
  }
  return parse_contents(verbose, nested, start, std::move(node));
}

// CPython: _parse
std::unique_ptr<Node> Parser::parse_items(bool verbose, int nested, bool first) {
  if (nested > kMaxNesting) throw Error{"maximum recursion depth exceeded"};
  auto sequence = make(Kind::kSequence);
  while (!next_.at_end() && !(next_ == '|') && !(next_ == ')')) {
    Unit unit = get();
    if (verbose && !unit.escaped && (unit.code == ' ' || (unit.code >= 9 && unit.code <= 13))) continue;
    if (verbose && unit == '#') {
      while (!next_.at_end() && !(next_ == '\n')) get();
      get();
      continue;
    }
    std::unique_ptr<Node> node;
    if (unit.escaped) {
      node = parse_escape(unit);
    } else if (unit == '[') {
      node = parse_set();
    } else if (unit == '*' || unit == '+' || unit == '?' || unit == '{') {
      if (parse_repeat(unit, *sequence)) continue;
      node = make_literal('{');
    } else if (unit == '.') {
      node = make(Kind::kAny);
    } else if (unit == '^' || unit == '$') {
      node = make(Kind::kAt);
      node->at = unit == '^' ? At::kBeginning : At::kEnd;
    } else if (unit == '(') {
      node = parse_group(verbose, nested, first && sequence->children.empty());
      if (node == nullptr) continue;
    } else {
      node = make_literal(unit.code);
    }
    sequence->children.push_back(std::move(node));
  }
  return sequence;
}

// CPython: _parse_sub
std::unique_ptr<Node> Parser::parse_sub(bool verbose, int nested) {
  auto branch = make(Kind::kBranch);
  do {
    branch->children.push_back(parse_items(verbose, nested + 1, nested == 0 && branch->children.empty()));
    if (nested == 0) verbose = (flags_ & kVerbose) != 0;
  } while (match('|'));
  if (branch->children.size() == 1) return std::move(branch->children[0]);
  return branch;
}

// CPython: SubPattern.getwidth
Width Parser::width(const Node& node) const {
  Width sum;
  switch (node.kind) {
    case Kind::kLiteral:
    case Kind::kAny:
    case Kind::kSet: return {1, 1};
    case Kind::kAt:
    case Kind::kAssert: return {};
    case Kind::kRepeat: {
      Width item = width(*node.children[0]);
      return {multiply(item.low, node.min), item.high == 0 ? 0 : multiply(item.high, node.max)};
    }
    case Kind::kBackReference: return groups_[static_cast<std::size_t>(node.group)].value_or(Width{});
    case Kind::kBranch:
    case Kind::kConditional:
      sum.low = node.kind == Kind::kConditional && node.children.size() == 1 ? 0 : kUnlimited;
      for (const auto& child : node.children) {
        Width item = width(*child);
        sum = {std::min(sum.low, item.low), std::max(sum.high, item.high)};
      }
      return sum;
    case Kind::kGroup:
    case Kind::kAtomic:
    case Kind::kSequence:
      for (const auto& child : node.children) {
        Width item = width(*child);
        sum = {add(sum.low, item.low), add(sum.high, item.high)};
      }
      return sum;
  }
  return sum;
}

// CPython: _compiler.py _compile
void Parser::check_assertions(const Node& node) const {
  for (const auto& child : node.children) check_assertions(*child);
  if (node.kind != Kind::kAssert || !node.behind) return;
  Width item = width(*node.children[0]);
  if (item.low != item.high) throw Error{"look-behind requires fixed-width pattern"};
}

Pattern Parser::run() {
  Pattern result;
  try {
    advance();
    result.root = parse_sub(false, 0);
    if ((flags_ & kAscii) != 0 && (flags_ & kUnicode) != 0) throw Error{"ASCII and UNICODE flags are incompatible"};
    if (!next_.at_end()) fail("unbalanced parenthesis");
    for (auto [group, position] : references_)
      if (group >= static_cast<int>(groups_.size()))
        fail_at("invalid group reference " + std::to_string(group), position);
    check_assertions(*result.root);
    result.flags = flags_;
  } catch (const Error& error) {
    result.error = error.message;
  }
  return result;
}

}  // namespace

Pattern parse(std::string_view pattern, UnicodeVersion version) { return Parser(pattern, version).run(); }

}  // namespace mkpyc::driver::re
