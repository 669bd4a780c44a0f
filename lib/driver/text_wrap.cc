// CPython: textwrap.py. Bytes are columns.
#include "driver/text_wrap.h"

#include <algorithm>

namespace mkpyc::driver {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }
bool is_word_punctuation(char c) {
  return is_word(c) || std::string_view("!\"'&.,?").find(c) != std::string_view::npos;
}

// The end of a run of two or more dashes at `at` that a word follows, or `at` (textwrap: "em-dash between words").
std::size_t dash_end(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && text[end] == '-') ++end;
  return end - at >= 2 && end < text.size() && is_word(text[end]) ? end : at;
}

// May a line break after the hyphen at `at`? (textwrap: "hyphenated word")
bool breaks_after_hyphen(std::string_view text, std::size_t at) {
  auto letter = [&](std::size_t i) { return i < text.size() && is_letter(text[i]); };
  bool before = at >= 2 && letter(at - 1) && (letter(at - 2) || (at >= 3 && text[at - 2] == '-' && letter(at - 3)));
  if (!before || !letter(at + 1)) return false;
  return letter(at + 2) || (at + 2 < text.size() && text[at + 2] == '-' && letter(at + 3));
}

// CPython: textwrap.TextWrapper.wordsep_re
std::size_t chunk_end(std::string_view text, std::size_t at) {
  if (text[at] == ' ') return std::min(text.find_first_not_of(' ', at), text.size());
  if (at > 0 && is_word_punctuation(text[at - 1]) && dash_end(text, at) > at) return dash_end(text, at);
  for (std::size_t end = at + 1; end < text.size(); ++end) {
    if (text[end] == ' ') return end;
    if (text[end] != '-') continue;
    if (breaks_after_hyphen(text, end)) return end + 1;
    if (is_word_punctuation(text[end - 1]) && dash_end(text, end) > end) return end;
  }
  return text.size();
}

// CPython: textwrap.TextWrapper._handle_long_word
std::string_view cut_long_word(std::string_view& chunk, std::size_t room) {
  std::size_t end = std::min(room, chunk.size());
  std::size_t hyphen = room == 0 ? std::string_view::npos : chunk.rfind('-', room - 1);
  if (hyphen != std::string_view::npos && hyphen > 0 &&
      chunk.substr(0, hyphen).find_first_not_of('-') != std::string_view::npos)
    end = hyphen + 1;
  std::string_view head = chunk.substr(0, end);
  chunk.remove_prefix(end);
  return head;
}

}  // namespace

std::vector<std::string> wrap_text(std::string_view text, int width, bool full_lines_drop_blanks) {
  std::vector<std::string> lines;
  std::size_t room = static_cast<std::size_t>(std::max(width, 1)), at = 0;
  std::string_view chunk;
  auto refill = [&] {
    if (!chunk.empty() || at >= text.size()) return;
    std::size_t end = chunk_end(text, at);
    chunk = text.substr(at, end - at);
    at = end;
  };
  for (refill(); !chunk.empty(); refill()) {
    if (chunk[0] == ' ' && !lines.empty()) {
      chunk = {};
      refill();
    }
    std::string line;
    while (!chunk.empty() && line.size() + chunk.size() <= room) {
      line += chunk;
      chunk = {};
      refill();
    }
    bool cut = chunk.size() > room && (!full_lines_drop_blanks || room > line.size());
    if (cut) {
      line += cut_long_word(chunk, room - line.size());  // even if that is nothing, the space before it stays
    } else {
      std::size_t last = line.find_last_not_of(' ');
      line.resize(last == std::string::npos ? 0 : last + 1);
    }
    if (!line.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace mkpyc::driver
