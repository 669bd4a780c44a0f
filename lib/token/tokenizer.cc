// Lines, indentation, brackets and operators: the loop of the tokenizer. One pass over the text; a character
// decides, runs of characters are skipped sixteen at a time (scan.h).
#include "token/tokenizer.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "base/likely.h"
#include "base/unicode.h"
#include "target/features.h"
#include "token/scan.h"

namespace mkpyc::token {
namespace {

constexpr std::array<Kind, 128> kAlone = [] {
  std::array<Kind, 128> table{};
  for (std::size_t c = 0; c < table.size(); ++c) table[c] = kOperators[c].alone;
  return table;
}();

Kind alone(const char* at) { return kAlone[static_cast<u8>(*at)]; }

}  // namespace

Tokenizer::Tokenizer(const source::Source& source, const Target& target, NameTable& names, TokenBuffer& out)
    : source_(source),
      target_(target),
      names_(names),
      out_(out),
      text_(source.text.data()),
      end_(text_ + source.text.size()),
      at_(text_),
      line_start_(text_),
      buffer_start_(text_),
      skips_carriage_returns_(target.on(Feature::carriage_return_skipped)) {
  out_.clear();
  out_.text = source.text;
  out_.source = source;
  out_.target = &target;
  line_capacity_ = static_cast<u32>(source.text.size() / 32);
  grow_line_starts();
  line_starts_[0] = 0;
}

void Tokenizer::resize(u32 capacity) {
  u32 count = this->count();
  out_.tokens.resize(capacity);
  tokens_ = out_.tokens.data();
  next_ = tokens_ + count;
  limit_ = tokens_ + capacity;
  stop_ = tokens_ + std::min(enough_, capacity);
}

void Tokenizer::grow_line_starts() {
  line_capacity_ = line_capacity_ * 2 + 16;
  out_.line_start.resize(line_capacity_);
  line_starts_ = out_.line_start.data();
}

void Tokenizer::run() {
  // A token takes six bytes of ordinary code, and a line 35.
  resize(static_cast<u32>(source_.text.size() / 5 + 16));
  lines();
  resize(count());
  for (u32 level = 0; level < level_; ++level) out_.open_brackets.push_back(open_bracket_at(level));
}

void Tokenizer::run_some() {
  out_.before += count();
  next_ = tokens_;
  enough_ = kFewTokens;
  by_lines_ = true;
  resize(static_cast<u32>(std::max(out_.tokens.capacity(), std::size_t{2} * kFewTokens)));
  lines();
  out_.tokens.resize(count());
}

u32 Tokenizer::run_to(u32 token) {
  enough_ = token;
  in_brackets_too_ = true;
  resize(token + 16);
  lines();
  return offset(buffer_start_);
}

TokenBuffer::Open Tokenizer::open_bracket_at(u32 level) const {
  const Token& token = tokens_[open_[level]];
  char bracket = token.kind == Kind::LPar ? '(' : token.kind == Kind::LSqb ? '[' : '{';
  return {bracket, static_cast<u32>(token.loc.line), static_cast<u32>(token.loc.col)};
}

// Lines until there are more tokens than enough, or to the end of the text; false at the latter. A line ends inside no
// token, but perhaps inside brackets. One with nothing but a comment does not count.
//
// What nearly all tokens are made of is done here, with the state in local variables; a step that has a function of its
// own finds it in the members.
bool Tokenizer::lines() {
  const char* at = at_;
  const char* line_start = line_start_;
  Token* next = next_;
  i32 line = static_cast<i32>(line_);
  auto save = [&] { at_ = at, next_ = next; };
  auto step = [&](auto function) {
    save();
    bool fine = function();
    at = at_, next = next_, line_start = line_start_, line = static_cast<i32>(line_);
    return fine;
  };
  auto put = [&](Kind kind, const char* start, const char* end, Name name = Name::kNone) {
    if (next == limit_) [[unlikely]] {
      save();
      resize(count() * 2);
      next = next_;
    }
    *next++ = {{line, line, static_cast<i32>(start - line_start), static_cast<i32>(end - line_start)}, name, kind};
  };
  for (;;) {
    if (unlikely(next > stop_) && (level_ == 0 || in_brackets_too_)) {
      save();
      return true;
    }
    const char* before = at;
    if (at != end_) [[likely]] {
      if (static_cast<u32>(++line) == line_capacity_) [[unlikely]]
        grow_line_starts();
      line_ = static_cast<u32>(line);
      line_start = line_start_ = buffer_start_ = at;
      line_starts_[line] = offset(at);
    }
    if (*at != '\n') at = end_of_spaces(at);
    if (*at == '\n') {
      ++at;
      continue;
    }
    bool blank = false;
    if (class_at(at) <= Class::kLastOddStart) [[unlikely]] {
      at = before;
      if (!step([&] { return odd_indentation(blank); })) return false;
    } else if (level_ == 0) {
      u32 col = static_cast<u32>(at - before);
      u32 top = indent_;
      while (top > 0 && col < indents_[top]) --top;
      if (col == indents_[top] && col == alt_indents_[top]) {
        for (; indent_ > top; --indent_) put(Kind::Dedent, at, at);
      } else if (top == indent_ && col > alt_indents_[top] && col > indents_[top] && top + 1 < kMaxIndents) {
        ++indent_;
        indents_[indent_] = alt_indents_[indent_] = col;
        put(Kind::Indent, at, at);
      } else if (!step([&] { return indentation(col, col); })) {
        return false;
      }
    }
    // A token that a space rarely follows goes on to the next one at once.
    for (bool in_line = true; in_line;) {
      const char* start = at;
      // By character, not by class: what comes next is hard to guess, so a look-up less on the way to it is time won.
      switch (*start) {
        CASES_OF_LETTERS {
          ShortName name = short_name(start);
          const char* end = start + name.length;
          if (name.length > NameTable::kShort || class_at(end) >= Class::kQuote) [[unlikely]] {
            if (!step([&] { return long_name(); })) return false;
            break;
          }
          at = end;
          Name id = names_.intern_short(name.words, {start, name.length});
          put(is_keyword(id) ? keyword_kind(id) : Kind::Name, start, end, id);
          if (*end == ' ') ++at;
          continue;
        }
        CASES_OF_OPERATORS
        if (class_at(start + 1) == Class::kOperator || in_fstring()) {
          if (!step([&] { return operator_token(); })) return false;
          break;
        }
        [[fallthrough]];
        case ',':
        case ';':
        case '~': put(alone(start), start, ++at); break;
        case '(':
        case '[':
        case '{':
          if (level_ >= kMaxLevel || in_fstring()) [[unlikely]] {
            if (!step([&] { return open_bracket(); })) return false;
            break;
          }
          open_[level_++] = static_cast<u32>(next - tokens_);
          put(alone(start), start, ++at);
          continue;
        case ')':
        case ']':
        case '}': {
          Kind kind = alone(start);
          if (level_ == 0 || in_fstring() || tokens_[open_[level_ - 1]].kind != opening_of(kind)) [[unlikely]] {
            if (!step([&] { return close_bracket(); })) return false;
            break;
          }
          --level_;
          put(kind, start, ++at);
          break;
        }
        case '.':
          if (is_digit(start[1]) || start[1] == '.') [[unlikely]] {
            if (!step([&] { return number_or_dot(); })) return false;
            break;
          }
          put(Kind::Dot, start, ++at);
          continue;
          CASES_OF_DIGITS {
            const char* end = start + 1;
            while (is_digit(*end) && *start != '0') ++end;
            if (class_at(end) >= Class::kName) [[unlikely]] {
              if (!step([&] { return number(); })) return false;
              break;
            }
            at = end;
            put(Kind::Number, start, end);
            break;
          }
        case '#':
          at = end_of_line(at);
          if (skips_carriage_returns_) [[unlikely]] {
            const void* found = std::memchr(start, '\r', static_cast<std::size_t>(at - start));
            if (found != nullptr) {
              at = static_cast<const char*>(found);
              if (!step([&] { return carriage_return(start, blank); })) return false;
              continue;
            }
          }
          if (at == end_) {
            save();
            return end_of_text();
          }
          [[fallthrough]];
        case '\n':
          if (!blank && level_ == 0) put(Kind::Newline, start, at);
          ++at;
          in_line = false;
          continue;
        case ' ':
        case '\t':
        case '\f': ++at; break;
        case '\0': save(); return end_of_text();
        case '\'':
        case '"': {  // most hold nothing special, and something
          const char* end = end_of_plain_string(start + 1, *start);
          if (*end != *start || end == start + 1) {
            if (!step([&] { return string(start); })) return false;
            break;
          }
          at = end + 1;
          put(Kind::String, start, at);
          break;
        }
        case '\\':
          if (!step([&] { return line_continuation(start); })) return false;
          break;
        default:
          if (!step([&] { return is_non_ascii(*start) ? non_ascii_name(start) : other(blank); })) return false;
          break;
      }
      if (*at == ' ') ++at;
    }
  }
}

// A line that starts with more than spaces. A backslash joins the next line to it.
bool Tokenizer::odd_indentation(bool& blank) {
  u32 col = 0, alt_col = 0;
  u32 continued_col = 0;  // the column of the first backslash: it decides for what follows on the next lines
  for (;;) {
    const char* spaces_end = end_of_spaces(at_);
    col += static_cast<u32>(spaces_end - at_);
    alt_col += static_cast<u32>(spaces_end - at_);
    at_ = spaces_end;
    if (*at_ == '\t') {
      col = (col / kTabSize + 1) * kTabSize;
      ++alt_col;
    } else if (*at_ == '\f') {
      col = alt_col = 0;
    } else if (*at_ == '\\') {
      if (continued_col == 0) continued_col = col;
      if (!line_continuation(at_)) return false;
      buffer_start_ = line_start_;
      continue;
    } else {
      break;
    }
    ++at_;
  }
  blank = *at_ == '#' || *at_ == '\n' || (*at_ == '\r' && skips_carriage_returns_);
  if (blank || level_ > 0) return true;
  if (continued_col != 0) col = alt_col = continued_col;
  return (col == indents_[indent_] && alt_col == alt_indents_[indent_]) || indentation(col, alt_col);
}

// A line that may start or end blocks. Columns have to compare alike with tabs of eight and of one.
bool Tokenizer::indentation(u32 col, u32 alt_col) {
  auto tab_error = [this] {
    return fail_indentation(Done::kTabSpace, diag::Exception::TabError,
                            "inconsistent use of tabs and spaces in indentation");
  };
  if (col > indents_[indent_]) {
    if (indent_ + 1 >= kMaxIndents)
      return fail_indentation(Done::kTooDeep, diag::Exception::IndentationError, "too many levels of indentation");
    if (alt_col <= alt_indents_[indent_]) return tab_error();
    ++indent_;
    indents_[indent_] = col;
    alt_indents_[indent_] = alt_col;
    emit(Kind::Indent, at_, at_);
    return true;
  }
  u32 dedents = 0;
  for (; indent_ > 0 && col < indents_[indent_]; --indent_) ++dedents;
  if (col != indents_[indent_]) return fail_dedent();
  if (alt_col != alt_indents_[indent_]) return tab_error();
  for (; dedents > 0; --dedents) emit(Kind::Dedent, at_, at_);
  return true;
}

// CPython: tok_continuation_line. The line after the backslash has to exist.
bool Tokenizer::line_continuation(const char* backslash) {
  if (backslash[1] == '\r' && skips_carriage_returns_) ++backslash;
  if (backslash[1] != '\n') {
    const char* cursor = backslash + 1 == end_ ? end_ : backslash + 2;
    return fail_by_parser(cursor, Done::kLineCont, diag::Exception::SyntaxError,
                          "unexpected character after line continuation character",
                          static_cast<int>(cursor - buffer_start_), 0);
  }
  at_ = backslash + 2;
  if (at_end()) return fail_at_end();
  next_line();
  return true;
}

bool Tokenizer::end_of_text() {
  if (level_ > 0) return fail_at_end();
  out_.done = Done::kEof;
  emit(Kind::EndMarker, end_, end_);
  return false;
}

bool Tokenizer::operator_token() {
  const char* start = at_;
  const Operators& row = kOperators[static_cast<u8>(*start)];
  Kind kind = row.alone;
  char next = start[1];
  if (in_fstring() && (*start == ':' || *start == '!')) [[unlikely]] {
    FString& f = fstring();
    if (f.fields >= 0 && f.depth == 1) f.text_ended = true;
    if (*start == ':' && f.depth - 1 == f.fields) return field_colon();
  }
  ++at_;
  if (next == '=' && row.equal != Kind::kCount) {
    kind = row.equal;
    ++at_;
  } else if (next == *start && row.doubled != Kind::kCount) {
    bool equal = start[2] == '=';
    kind = equal ? row.doubled_equal : row.doubled;
    at_ += equal ? 2 : 1;
  } else if (next == '>' && row.greater != Kind::kCount &&
             (*start != '<' || !target_.on(Feature::less_greater_is_two_tokens))) {
    kind = row.greater;
    ++at_;
  }
  if (kind == Kind::Op && target_.on(Feature::fstring_tokens)) kind = Kind::Exclamation;
  emit(kind, start, at_);
  return true;
}

bool Tokenizer::open_bracket() {
  if (level_ >= kMaxLevel) return fail(at_ + 1, "too many nested parentheses");
  if (in_fstring()) {
    FString& f = fstring();
    if (*at_ == '{' && f.fields >= 0 && f.depth == 0) f.text_ended = false;
    ++f.depth;
  }
  open_[level_++] = count();
  emit(kOperators[static_cast<u8>(*at_)].alone, at_, at_ + 1);
  ++at_;
  return true;
}

// The bracket at hand does not close the one that is open.
bool Tokenizer::mismatch(TokenBuffer::Open open) {
  char c = *at_;
  // A bracket that was not opened in the field is not held against the field's own brace.
  if (in_fstring() && open.bracket == '{' && fstring().depth - 1 == fstring().fields)
    return fail_fstring(at_ + 1, std::string("unmatched '") + c + "'");
  if (generous_) return true;
  std::string message =
      std::string("closing parenthesis '") + c + "' does not match opening parenthesis '" + open.bracket + "'";
  if (open.line != line_) message += " on line " + std::to_string(open.line);
  return fail(at_ + 1, message);
}

bool Tokenizer::close_bracket() {
  char c = *at_;
  if (in_fstring() && c == '}' && fstring().depth == 0) return fail_fstring(at_ + 1, "single '}' is not allowed");
  if (level_ > 0) {
    --level_;
    TokenBuffer::Open open = open_bracket_at(level_);
    char expected = open.bracket == '(' ? ')' : open.bracket == '[' ? ']' : '}';
    if (c != expected && !mismatch(open)) return false;
  } else if (!generous_) {
    return fail(at_ + 1, std::string("unmatched '") + c + "'");
  }
  bool field_ends = false;
  if (in_fstring()) {
    FString& f = fstring();
    if (c == '}' && f.depth == 1) f.text_ended = true;
    if (--f.depth < 0 && spec_state()) return fail_fstring(at_ + 1, std::string("unmatched '") + c + "'");
    field_ends = c == '}' && f.depth == f.fields;
  }
  emit(kOperators[static_cast<u8>(c)].alone, at_, at_ + 1);
  ++at_;
  if (!field_ends) return true;
  --fstring().fields;
  fstring().in_spec = false;
  return fstring_text();
}

// An ASCII character that starts nothing, or not much.
bool Tokenizer::other(bool& blank) {
  if (*at_ == '!') return operator_token();
  if (*at_ == '\r' && skips_carriage_returns_) return carriage_return(at_, blank);
  return stray();
}

// A character that starts no token.
bool Tokenizer::stray() {
  u32 code = static_cast<u8>(*at_);
  if (!unicode::is_printable(code, target_.unicode_version())) {
    char hex[8];
    std::snprintf(hex, sizeof hex, "%04X", code);
    return fail(at_ + 1, std::string("invalid non-printable character U+") + hex);
  }
  emit(Kind::Op, at_, at_ + 1);
  ++at_;
  return true;
}

// CPython takes a carriage return for the start of a line end where a token may begin, and behind a comment, and then
// goes on as if nothing were there: what follows is a token that starts at `start`, which is the carriage return at
// at_ or the comment before it. A name is not looked for any more.
bool Tokenizer::carriage_return(const char* start, bool& blank) {
  ++at_;
  if (at_end()) return fail(at_, "invalid non-printable character U+FFFFFFFF");
  if (*at_ == '\n') {
    if (!blank && level_ == 0) emit(Kind::Newline, start, at_);
    blank = true;  // the line's end has been noted
    return true;
  }
  if (*at_ == '\\') {
    if (!line_continuation(at_)) return false;
    while (class_at(at_) == Class::kBlank) ++at_;
    blank = blank && (*at_ == '#' || *at_ == '\n');
    return true;
  }
  u32 index = count();
  bool fine = token_behind(start);
  Token& token = tokens_[index];
  token.loc.col = static_cast<i32>(start - text_ - line_starts_[token.loc.line]);
  if (token.kind == Kind::NotEqual) token.kind = Kind::Op;  // CPython compares its text
  blank = false;
  return fine;
}

// The token at at_, which no letter starts.
bool Tokenizer::token_behind(const char* start) {
  switch (*at_) {
    CASES_OF_OPERATORS
    case '!': return operator_token();
    case ',':
    case ';':
    case '~': emit(alone(at_), start, at_ + 1); break;
    case '(':
    case '[':
    case '{': return open_bracket();
    case ')':
    case ']':
    case '}': return close_bracket();
    case '.': return number_or_dot(); CASES_OF_DIGITS return number();
    case '\'':
    case '"': return string(start);
    default: return stray();
  }
  ++at_;
  return true;
}

void TokenBuffer::clear() {
  tokens.clear();
  line_start.clear();
  line_shift_ = column_shift_ = 0;
  open_brackets.clear();
  before = 0;
  warnings.clear();
  error = {};
  has_refused_names = ends_in_fstring = false;
  done = Done::kEof;
}

void TokenBuffer::relocate(i32 first_line, i32 first_column) {
  line_shift_ = first_line - 1;
  column_shift_ = first_column;
  for (Token& token : tokens) {
    token.loc.line += line_shift_;
    token.loc.end_line += line_shift_;
    i32 shift = column_shift(token);
    token.loc.col += shift;
    token.loc.end_col += shift;
  }
}

void tokenize(const source::Source& source, const Target& target, NameTable& names, TokenBuffer& out) {
  Tokenizer(source, target, names, out).run();
}

void tokenize_generously(const source::Source& source, const Target& target, NameTable& names, TokenBuffer& out) {
  Tokenizer tokenizer(source, target, names, out);
  tokenizer.be_generous();
  tokenizer.run();
}

Lines::Lines(const source::Source& source, const Target& target, NameTable& names, TokenBuffer& out)
    : names_(names), out_(out), tokenizer_(std::make_unique<Tokenizer>(source, target, names, out)) {}

Lines::~Lines() = default;

void Lines::next() { tokenizer_->run_some(); }

const TokenBuffer& Lines::all() {
  source::Source source = out_.source;
  tokenize(source, *out_.target, names_, out_);
  return out_;
}

}  // namespace mkpyc::token
