#include "codegen/docstring.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>

#include "base/utf8.h"
#include "diag/diag.h"

namespace mkpyc::codegen {
namespace {

[[noreturn]] void refuse_surrogates(u32 first, std::size_t from, std::size_t to) {
  char where[80];
  if (to == from + 1)
    std::snprintf(where, sizeof(where), "character '\\u%04x' in position %zu", first, from);
  else
    std::snprintf(where, sizeof(where), "characters in position %zu-%zu", from, to - 1);
  throw diag::SourceError{.exception = diag::Exception::UnicodeEncodeError,
                          .message = "'utf-8' codec can't encode " + std::string(where) + ": surrogates not allowed"};
}

// CPython cleans a docstring in UTF-8, which has no surrogates.
void check_surrogates(std::string_view text) {
  const char* at = text.data();
  const char* end = at + text.size();
  u32 first = 0;
  std::size_t from = 0, position = 0;
  for (; at < end; ++position) {
    u32 code = next_code_point(at);
    if (is_surrogate(code) && first == 0) {
      first = code;
      from = position;
    } else if (!is_surrogate(code) && first != 0) {
      break;
    }
  }
  if (first != 0) refuse_surrogates(first, from, position);
}

// str.expandtabs(): columns count characters, and begin again after \n and \r. The result is in `out`, if there are
// tabs.
std::string_view expand_tabs(std::string_view text, std::string& out) {
  if (text.find('\t') == text.npos) return text;
  constexpr std::size_t kTabSize = 8;
  out.reserve(text.size());
  std::size_t column = 0;
  for (char c : text) {
    if (c == '\t') {
      std::size_t spaces = kTabSize - column % kTabSize;
      out.append(spaces, ' ');
      column += spaces;
      continue;
    }
    out += c;
    if (c == '\n' || c == '\r')
      column = 0;
    else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80)
      ++column;
  }
  return out;
}

std::size_t spaces_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && text[end] == ' ') ++end;
  return end - at;
}

// The start of the next line, or the end of the text.
std::size_t next_line(std::string_view text, std::size_t at) {
  std::size_t end = text.find('\n', at);
  return end == text.npos ? text.size() : end + 1;
}

// The spaces that all lines but the first and the blank ones begin with.
std::size_t margin_of(std::string_view text) {
  std::size_t margin = std::string_view::npos;
  for (std::size_t at = next_line(text, 0); at < text.size(); at = next_line(text, at)) {
    std::size_t spaces = spaces_at(text, at);
    if (at + spaces < text.size() && text[at + spaces] != '\n') margin = std::min(margin, spaces);
  }
  return margin == std::string_view::npos ? 0 : margin;
}

// Copies the text to `to` without the first spaces of each line, `first` on the first one and up to `margin` on the
// others. Returns the end, or null if a line that is not blank has less than that margin.
char* copy_without_margin(std::string_view text, std::size_t first, std::size_t margin, char* to) {
  auto append = [&](std::size_t from, std::size_t end) {
    std::memcpy(to, text.data() + from, end - from);
    to += end - from;
  };
  std::size_t at = next_line(text, 0);
  append(std::min(first, at), at);
  while (at < text.size()) {
    std::size_t spaces = 0;
    while (spaces < margin && at + spaces < text.size() && text[at + spaces] == ' ') ++spaces;
    at += spaces;
    if (spaces < margin && at < text.size() && text[at] != '\n') return nullptr;
    std::size_t end = next_line(text, at);
    append(at, end);
    at = end;
  }
  return to;
}

// The spaces of the second line that is not blank, which are the margin of nearly all texts.
std::size_t likely_margin(std::string_view text) {
  for (std::size_t at = next_line(text, 0); at < text.size(); at = next_line(text, at)) {
    std::size_t spaces = spaces_at(text, at);
    if (at + spaces < text.size() && text[at + spaces] != '\n') return spaces;
  }
  return 0;
}

}  // namespace

StrObject* clean_docstring(StrObject* docstring, Objects& objects) {
  std::string expanded;
  std::string_view text = expand_tabs(docstring->text, expanded);
  if (!docstring->ascii) check_surrogates(text);
  auto unchanged = [&] { return text == docstring->text ? docstring : objects.str(text); };
  std::size_t margin = likely_margin(text);
  std::size_t first = spaces_at(text, 0);
  if (first == 0 && margin == 0) return unchanged();
  char* out = objects.arena().array<char>(text.size());
  char* end = copy_without_margin(text, first, margin, out);
  if (end == nullptr) {
    margin = margin_of(text);
    if (first == 0 && margin == 0) return unchanged();
    end = copy_without_margin(text, first, margin, out);
  }
  objects.arena().trim(end);
  std::string_view cleaned(out, static_cast<std::size_t>(end - out));
  return docstring->ascii ? objects.ascii_stable(cleaned) : objects.str_stable(cleaned);
}

}  // namespace mkpyc::codegen
