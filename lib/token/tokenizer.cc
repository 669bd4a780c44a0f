// Lines, indentation, brackets and operators: the loop of the tokenizer. One pass over the text; a character class
// decides, runs of characters are skipped sixteen at a time (scan.h).
#include "token/tokenizer.h"

#include <algorithm>

#include "base/unicode.h"
#include "target/features.h"
#include "token/scan.h"

namespace mkpyc::token {

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
      fstring_tokens_(target.on(Feature::fstring_tokens)),
      spec_state_(target.on(Feature::fstring_spec_state)) {
  out_.clear();
  out_.text = source.text;
  out_.source = source;
  out_.target = &target;
  out_.line_start.push_back(0);
  // A token takes six bytes of ordinary code.
  resize(static_cast<u32>(source.text.size() / 5 + 16));
}

void Tokenizer::resize(u32 capacity) {
  capacity_ = capacity;
  out_.kind.resize(capacity);
  out_.start.resize(capacity);
  out_.end.resize(capacity);
  out_.line.resize(capacity);
  out_.end_line.resize(capacity);
  out_.name.resize(capacity);
  columns_ = {out_.kind.data(), out_.start.data(),    out_.end.data(),
              out_.line.data(), out_.end_line.data(), out_.name.data()};
}

void Tokenizer::run() {
  while (line()) {
  }
  resize(count_);
}

u32 Tokenizer::run_to(u32 token) {
  while (line() && count_ <= token) {
  }
  return offset(buffer_start_);
}

// Enters the line at at_, if there is one more: at the end of the text the last line stays the current one.
void Tokenizer::next_line() {
  if (at_end()) return;
  ++line_;
  line_start_ = at_;
  out_.line_start.push_back(offset(at_));
}

bool Tokenizer::line() {
  bool blank = false;
  return start_line(blank) && rest_of_line(blank);
}

// The white space that a line starts with. A line with nothing but a comment does not count (`blank`); inside
// brackets none does.
bool Tokenizer::start_line(bool& blank) {
  next_line();
  if (!at_end()) buffer_start_ = line_start_;
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
  blank = *at_ == '#' || *at_ == '\n';
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

// The tokens up to the end of the line, which ends inside no token; false at the end of the text, too.
bool Tokenizer::rest_of_line(bool blank) {
  for (;;) {
    const char* comment = nullptr;
    bool fine = true;
    switch (class_at(at_)) {
      case Class::kBlank: ++at_; continue;
      case Class::kName: fine = name(); break;
      case Class::kOperator: fine = operator_token(); break;
      case Class::kOpen: fine = open_bracket(); break;
      case Class::kClose: fine = close_bracket(); break;
      case Class::kDot: fine = number_or_dot(); break;
      case Class::kQuote: fine = string(at_); break;
      case Class::kDigit: fine = number(); break;
      case Class::kNonAscii: fine = non_ascii_name(at_); break;
      case Class::kBackslash: fine = line_continuation(at_); break;
      case Class::kComment:
        comment = at_;
        at_ = end_of_line(at_);
        if (at_end()) return end_of_text();
        [[fallthrough]];
      case Class::kNewline:
        if (!blank && level_ == 0) emit(Kind::Newline, comment != nullptr ? comment : at_, at_);
        ++at_;
        return true;
      case Class::kEnd: return end_of_text();
      case Class::kOther: fine = other(); break;
    }
    if (!fine) return false;
    if (*at_ == ' ') ++at_;
  }
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
  if (kind == Kind::Op && fstring_tokens_) kind = Kind::Exclamation;
  emit(kind, start, at_);
  return true;
}

bool Tokenizer::open_bracket() {
  if (level_ >= kMaxLevel) return fail(at_ + 1, "too many nested parentheses");
  ++level_;
  if (in_fstring()) {
    FString& f = fstring();
    if (*at_ == '{' && f.fields >= 0 && f.depth == 0) f.text_ended = false;
    ++f.depth;
  }
  out_.open_brackets.push_back({*at_, line_, static_cast<u32>(at_ - line_start_)});
  emit(kOperators[static_cast<u8>(*at_)].alone, at_, at_ + 1);
  ++at_;
  return true;
}

bool Tokenizer::close_bracket() {
  char c = *at_;
  if (in_fstring() && c == '}' && fstring().depth == 0) return fail_fstring(at_ + 1, "single '}' is not allowed");
  if (level_ == 0) return fail(at_ + 1, std::string("unmatched '") + c + "'");
  --level_;
  TokenBuffer::Open open = out_.open_brackets.back();
  out_.open_brackets.pop_back();
  char expected = open.bracket == '(' ? ')' : open.bracket == '[' ? ']' : '}';
  if (c != expected) {
    // A bracket that was not opened in the field is not held against the field's own brace.
    if (in_fstring() && open.bracket == '{' && fstring().depth - 1 == fstring().fields)
      return fail_fstring(at_ + 1, std::string("unmatched '") + c + "'");
    std::string message =
        std::string("closing parenthesis '") + c + "' does not match opening parenthesis '" + open.bracket + "'";
    if (open.line != line_) message += " on line " + std::to_string(open.line);
    return fail(at_ + 1, message);
  }
  bool field_ends = false;
  if (in_fstring()) {
    FString& f = fstring();
    if (c == '}' && f.depth == 1) f.text_ended = true;
    if (--f.depth < 0 && spec_state_) return fail_fstring(at_ + 1, std::string("unmatched '") + c + "'");
    field_ends = c == '}' && f.depth == f.fields;
  }
  emit(kOperators[static_cast<u8>(c)].alone, at_, at_ + 1);
  ++at_;
  if (!field_ends) return true;
  --fstring().fields;
  fstring().in_spec = false;
  return fstring_text();
}

// An ASCII character that starts nothing.
bool Tokenizer::other() {
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

void TokenBuffer::clear() {
  kind.clear();
  start.clear();
  end.clear();
  line.clear();
  end_line.clear();
  name.clear();
  line_start.clear();
  open_brackets.clear();
  warnings.clear();
  error = {};
  ends_in_fstring = false;
  done = Done::kEof;
}

void tokenize(const source::Source& source, const Target& target, NameTable& names, TokenBuffer& out) {
  Tokenizer(source, target, names, out).run();
}

}  // namespace mkpyc::token
