#include "source/cookie.h"

#include <algorithm>

namespace mkpyc::source {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

// True if `name`, cut to 12 characters, is `spelling` or goes on after it with '-'.
bool is_variant(std::string_view name, std::string_view spelling) {
  return name == spelling || (name.starts_with(spelling) && name[spelling.size()] == '-');
}

// CPython: tokenizer.c get_normal_name.
std::string normal_name(std::string_view name) {
  std::string start(name.substr(0, 12));
  for (char& c : start) c = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  if (is_variant(start, "utf-8")) return "utf-8";
  if (is_variant(start, "latin-1") || is_variant(start, "iso-8859-1") || is_variant(start, "iso-latin-1"))
    return "iso-8859-1";
  return std::string(name);
}

// The first "coding[:=] *name" in a comment that is alone on its line. At least one character has to follow "coding"
// within the line; the name itself ends where its characters end (CPython: get_coding_spec).
std::optional<std::string> cookie_in_line(std::string_view line, std::string_view rest) {
  constexpr std::string_view kWord = "coding";
  std::size_t start = 0;
  while (start < line.size() && is_blank(line[start])) ++start;
  if (start >= line.size() || line[start] != '#') return std::nullopt;
  for (std::size_t at = start; (at = line.find(kWord, at)) != line.npos; ++at) {
    std::size_t name = at + kWord.size();
    if (name >= line.size()) return std::nullopt;
    if (line[name] != ':' && line[name] != '=') continue;
    do ++name;
    while (rest[name] == ' ' || rest[name] == '\t');
    std::size_t end = name;
    while (is_name_char(rest[end])) ++end;
    if (end > name) return normal_name(rest.substr(name, end - name));
  }
  return std::nullopt;
}

// A line that holds nothing or a comment: a cookie may follow on the next.
bool is_comment_or_blank(std::string_view line) {
  auto first = std::find_if_not(line.begin(), line.end(), is_blank);
  return first == line.end() || *first == '#' || *first == '\n' || *first == '\r';
}

}  // namespace

std::optional<std::string> find_cookie(std::string_view text) {
  std::size_t first_end = text.find('\n');
  if (first_end == text.npos) return std::nullopt;
  std::string_view first = text.substr(0, first_end);
  if (auto cookie = cookie_in_line(first, text)) return cookie;
  if (!is_comment_or_blank(first)) return std::nullopt;
  std::string_view rest = text.substr(first_end + 1);
  std::size_t second_end = rest.find('\n');
  if (second_end == rest.npos) return std::nullopt;
  return cookie_in_line(rest.substr(0, second_end + 1), rest);
}

}  // namespace mkpyc::source
