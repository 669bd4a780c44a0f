// f-strings and t-strings as tokens (PEP 701, 750): the start with its quotes, text, the tokens of fields between
// braces, the end. The tokenizer is either in the text of the innermost f-string or format spec, and then it is in the
// functions here; or in a field, and then the usual loop runs until a brace or a colon leads back. CPython:
// Parser/lexer/lexer.c tok_get_fstring_mode; the conditions are its own, because they decide what is accepted.
#include <string>

#include "target/features.h"
#include "token/error_text.h"
#include "token/scan.h"
#include "token/tokenizer.h"

namespace mkpyc::token {

// at_ is at the quote, `start` at the prefix.
bool Tokenizer::fstring_start(const char* start, bool raw, bool is_template) {
  char quote = *at_;
  u8 quote_size = at_[1] == quote && at_[2] == quote ? 3 : 1;
  at_ += quote_size;
  if (fstring_count_ + 1 >= kMaxFStrings)
    return fail(at_, target_.on(Feature::template_strings) ? "too many nested f-strings or t-strings"
                                                           : "too many nested f-strings");
  emit(is_template ? Kind::TStringStart : Kind::FStringStart, start, at_);
  fstrings_[fstring_count_++] = {start, line_start_, line_, quote, quote_size, raw, is_template, false, false, 0, -1};
  return fstring_text();
}

// Text and doubled braces up to a field, which the usual loop goes on with, or to the end of the f-string.
bool Tokenizer::fstring_text() {
  for (;;) {
    FString& f = fstring();
    if (*at_ == '{' && at_[1] != '{') return open_field(f) == Piece::kField;
    if (*at_ == f.quote && (f.quote_size == 1 || (at_[1] == f.quote && at_[2] == f.quote))) {
      const char* quotes = at_;
      at_ += f.quote_size;
      emit(f.is_template ? Kind::TStringEnd : Kind::FStringEnd, quotes, at_);
      --fstring_count_;
      return true;
    }
    switch (fstring_piece(f)) {
      case Piece::kAgain: break;
      case Piece::kField: return true;
      case Piece::kFailed: return false;
    }
  }
}

void Tokenizer::emit_text(const FString& f, const char* start, u32 first_line) {
  emit(f.is_template ? Kind::TStringMiddle : Kind::FStringMiddle, start, at_, first_line);
}

// One token of text. A doubled brace ends it and belongs to it, and so does the brace of \N{...}.
Tokenizer::Piece Tokenizer::fstring_piece(FString& f) {
  const char* start = at_;
  u32 first_line = line_;
  bool named = false;  // behind "\N{"
  for (;;) {
    at_ = end_of_plain_fstring(at_, f.quote);
    char c = *at_;
    if (c == f.quote) {
      if (f.quote_size == 3 && (at_[1] != c || at_[2] != c)) {
        ++at_;
        continue;
      }
      emit_text(f, start, first_line);
      return Piece::kAgain;
    }
    if (c == '{') return opening_brace(f, start, first_line);
    if (c == '}') return closing_brace(f, start, first_line, named);
    if (c == '\\') {
      if (!fstring_escape(f, named)) return Piece::kFailed;
    } else if (at_end() || (c == '\n' && f.quote_size == 1)) {
      return fstring_newline(f, start, first_line);
    } else {
      ++at_;
      if (c == '\n') next_line();
    }
  }
}

// The text of the file ends, or the line of a string in single quotes.
Tokenizer::Piece Tokenizer::fstring_newline(FString& f, const char* start, u32 first_line) {
  if (at_end() || !in_format_spec(f)) {
    unterminated_fstring(f);
    return Piece::kFailed;
  }
  if (target_.on(Feature::fstring_spec_on_one_line)) {
    fail_fstring(at_ + 1, f.is_template ? "newlines are not allowed in format specifiers for single quoted t-strings"
                                        : "newlines are not allowed in format specifiers for single quoted f-strings");
    return Piece::kFailed;
  }
  f.in_spec = false;
  emit_text(f, start, first_line);
  return Piece::kField;
}

Tokenizer::Piece Tokenizer::opening_brace(FString& f, const char* start, u32 first_line) {
  bool doubled = at_[1] == '{' && !in_format_spec(f);
  if (spec_state()) f.text_ended = false;
  if (doubled) {
    at_ += 2;
    emit_text(f, start, first_line);
    return Piece::kAgain;
  }
  if (open_field(f) == Piece::kFailed) return Piece::kFailed;
  f.in_spec = false;
  emit_text(f, start, first_line);
  return Piece::kField;
}

Tokenizer::Piece Tokenizer::closing_brace(FString& f, const char* start, u32 first_line, bool named) {
  if (named) {
    ++at_;
    emit_text(f, start, first_line);
    return Piece::kAgain;
  }
  if (at_[1] == '}' && !in_format_spec(f) && (f.depth == 0 || !spec_state())) {
    at_ += 2;
    emit_text(f, start, first_line);
    return Piece::kAgain;
  }
  emit_text(f, start, first_line);
  return Piece::kField;
}

Tokenizer::Piece Tokenizer::open_field(FString& f) {
  if (++f.fields < kMaxFields) return Piece::kField;
  fail_fstring(at_, "expressions nested too deeply");
  return Piece::kFailed;
}

// at_ is at a backslash. What follows it is skipped, but for a brace, which means what it means.
bool Tokenizer::fstring_escape(const FString& f, bool& named) {
  if (at_[1] == '\r' && skips_carriage_returns_) ++at_;
  char escaped = at_[1];
  if (escaped == '{' || escaped == '}') {
    ++at_;
    if (!f.raw) warn_of_brace(at_ + 1);
    return true;
  }
  ++at_;
  if (at_end()) return true;
  ++at_;
  if (escaped == '\n') next_line();
  if (escaped == 'N' && !f.raw && *at_ == '{') {
    ++at_;
    named = true;
  }
  return true;
}

// CPython: warn_invalid_escape_sequence of the tokenizer.
void Tokenizer::warn_of_brace(const char* cursor) {
  char escape[] = {'\\', cursor[-1]};
  std::string message = invalid_escape_message({escape, 2}, false, target_);
  diag::Warning warning{diag::Category::SyntaxWarning, static_cast<int>(line_), message};
  warning.offset = warning.end_offset = characters_to(cursor);
  warning.error_message = invalid_escape_error({escape, 2}, false, target_);
  out_.warnings.push_back({out_.before + count(), std::move(warning)});
}

// Older CPythons take the colon for what begins a format spec by what they remember of the text of `{x=}`.
bool Tokenizer::in_format_spec(const FString& f) const {
  return f.fields >= 0 && (spec_state() ? f.in_spec : f.text_ended);
}

// A colon that is not inside brackets of the field: a format spec follows.
bool Tokenizer::field_colon() {
  fstring().in_spec = true;
  emit(Kind::Colon, at_, at_ + 1);
  ++at_;
  return fstring_text();
}

}  // namespace mkpyc::token
