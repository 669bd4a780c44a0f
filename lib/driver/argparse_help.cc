// argparse.HelpFormatter and the part of textwrap that it uses, for tables of ArgSpec (CPython: argparse.py,
// textwrap.py). The texts are ASCII, so bytes are columns.
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "driver/argparse.h"
#include "driver/pystr.h"

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

std::string metavar(const ArgSpec& spec) {
  if (spec.choices.empty()) return std::string(spec.metavar);
  std::string text = "{";
  for (std::string_view choice : spec.choices) text += (text.size() > 1 ? "," : "") + std::string(choice);
  return text + "}";
}

// CPython: argparse.py _format_args
std::string format_values(const ArgSpec& spec) {
  std::string name = metavar(spec);
  if (spec.kind == ArgKind::kAny) return "[" + name + " ...]";
  if (spec.kind == ArgKind::kSome) return name + " [" + name + " ...]";
  return spec.takes_value() ? name : std::string();
}

std::string usage_part(const ArgSpec& spec) {
  if (spec.positional()) return format_values(spec);
  std::string part(spec.short_name.empty() ? spec.long_name : spec.short_name);
  if (spec.takes_value()) part += " " + format_values(spec);
  return "[" + part + "]";
}

// CPython: argparse.py _format_action_invocation
std::string invocation(const ArgSpec& spec, bool names_joined) {
  if (spec.positional()) return metavar(spec);
  std::string text, value = spec.takes_value() ? " " + format_values(spec) : std::string();
  for (std::string_view name : {spec.short_name, spec.long_name}) {
    if (name.empty()) continue;
    if (!text.empty()) text += ", ";
    text += name;
    if (!names_joined) text += value;
  }
  return names_joined ? text + value : text;
}

// The pieces that a usage may be broken between: a bracketed option, or a word.
std::vector<std::string> usage_parts(const ArgParser& parser, bool positionals) {
  std::vector<std::string> parts;
  for (const ArgSpec& spec : parser.specs) {
    if (spec.own || spec.positional() != positionals) continue;
    std::string part = usage_part(spec);
    std::size_t bracket = part.find(" [");
    if (part[0] != '[' && bracket != std::string::npos) {
      parts.push_back(part.substr(0, bracket));
      part.erase(0, bracket + 1);
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) text += separator;
    text += part;
  }
  return text;
}

// CPython: argparse.py _format_usage, get_lines. `used`: columns already taken in the first line.
std::vector<std::string> fill_lines(const std::vector<std::string>& parts, std::size_t indent, std::size_t used,
                                    int width) {
  std::vector<std::string> lines;
  std::string margin(indent, ' ');
  std::string line;
  int length = static_cast<int>(used) - 1;
  for (const std::string& part : parts) {
    if (length + 1 + static_cast<int>(part.size()) > width && !line.empty()) {
      lines.push_back(margin + line);
      line.clear();
      length = static_cast<int>(indent) - 1;
    }
    if (!line.empty()) line += ' ';
    line += part;
    length += static_cast<int>(part.size()) + 1;
  }
  if (!line.empty()) lines.push_back(margin + line);
  return lines;
}

constexpr std::string_view kUsage = "usage: ";

std::string wrapped_usage(const ArgParser& parser, int width) {
  std::vector<std::string> options = usage_parts(parser, false), positionals = usage_parts(parser, true), lines;
  auto append = [&](const std::vector<std::string>& more) { lines.insert(lines.end(), more.begin(), more.end()); };
  std::string prog(parser.prog);
  if (static_cast<double>(kUsage.size() + prog.size()) <= 0.75 * width) {
    std::size_t indent = kUsage.size() + prog.size() + 1;
    options.insert(options.begin(), prog);
    append(fill_lines(options, indent, kUsage.size(), width));
    lines[0].erase(0, indent);
    append(fill_lines(positionals, indent, indent, width));
    return join(lines, "\n");
  }
  std::vector<std::string> all = options;
  all.insert(all.end(), positionals.begin(), positionals.end());
  append(fill_lines(all, kUsage.size(), kUsage.size(), width));
  if (lines.size() > 1) {
    lines.clear();
    append(fill_lines(options, kUsage.size(), kUsage.size(), width));
    append(fill_lines(positionals, kUsage.size(), kUsage.size(), width));
  }
  return prog + "\n" + join(lines, "\n");
}

// CPython: argparse.py _format_action, at indentation 2
void append_action(std::string& to, const ArgSpec& spec, bool names_joined, int width, int help_position) {
  std::string header = invocation(spec, names_joined);
  int action_width = help_position - 4;
  bool short_name = static_cast<int>(header.size()) <= action_width;
  to += "  " + header;
  if (short_name)
    to.append(static_cast<std::size_t>(action_width) - header.size() + 2, ' ');
  else
    to += '\n';
  bool first = short_name;
  for (const std::string& line : wrap_text(spec.help, std::max(width - help_position, 11))) {
    if (!first) to.append(static_cast<std::size_t>(help_position), ' ');
    to += line + "\n";
    first = false;
  }
}

void append_section(std::string& to, std::string_view title, const ArgParser& parser, bool positionals, int width,
                    int help_position) {
  std::string body;
  for (const ArgSpec& spec : parser.specs)
    if (!spec.own && spec.positional() == positionals)
      append_action(body, spec, parser.names_joined, width, help_position);
  if (!body.empty()) to += "\n" + std::string(title) + ":\n" + body;
}

}  // namespace

std::vector<std::string> wrap_text(std::string_view text, int width) {
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
    if (chunk.size() > room) {
      line += cut_long_word(chunk, room - line.size());  // even if that is nothing, the space before it stays
    } else {
      std::size_t last = line.find_last_not_of(' ');
      line.resize(last == std::string::npos ? 0 : last + 1);
    }
    if (!line.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

std::string format_usage(const ArgParser& parser, int columns) {
  int width = columns - 2;
  std::vector<std::string> parts = usage_parts(parser, false), positionals = usage_parts(parser, true);
  parts.insert(parts.begin(), std::string(parser.prog));
  parts.insert(parts.end(), positionals.begin(), positionals.end());
  std::string usage = join(parts, " ");
  if (static_cast<int>(kUsage.size() + usage.size()) > width) usage = wrapped_usage(parser, width);
  return std::string(kUsage) + usage + "\n";
}

std::string format_help(const ArgParser& parser, int columns) {
  int width = columns - 2;
  int longest = 0;
  for (const ArgSpec& spec : parser.specs)
    if (!spec.own) longest = std::max(longest, static_cast<int>(invocation(spec, parser.names_joined).size()) + 2);
  int help_position = std::min(longest + 2, std::min(24, std::max(width - 20, 4)));
  std::string text = format_usage(parser, columns) + "\n";
  text += join(wrap_text(parser.description, std::max(width, 11)), "\n") + "\n";
  append_section(text, "positional arguments", parser, true, width, help_position);
  append_section(text, "options", parser, false, width, help_position);
  return text;
}

// CPython: shutil.get_terminal_size
int terminal_columns() {
  i64 columns = 0;
  if (const char* text = std::getenv("COLUMNS")) parse_int(text, columns);
  winsize size{};
  if (columns <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) columns = size.ws_col;
  return columns > 0 ? static_cast<int>(std::min<i64>(columns, 1 << 20)) : 80;
}

}  // namespace mkpyc::driver
