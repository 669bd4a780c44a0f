// argparse.HelpFormatter for tables of ArgSpec (CPython: argparse.py). The texts are ASCII, so bytes are columns.
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "driver/argparse.h"
#include "driver/pystr.h"
#include "driver/text_wrap.h"

namespace mkpyc::driver {
namespace {

std::string metavar(const ArgSpec& spec) {
  if (spec.choices.empty()) return std::string(spec.metavar);
  std::string text = "{";
  for (std::string_view choice : spec.choices) text += (text.size() > 1 ? "," : "") + std::string(choice);
  return text + "}";
}

// The text in a colour; as it is if there is none.
std::string painted(std::string_view colour, const std::string& text, const Palette& palette) {
  return std::string(colour) + text + std::string(palette.reset);
}

// The columns that a text takes, without its colours (CPython: _colorize.py decolor).
std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\x1b')
      at = std::min(text.find('m', at), text.size());
    else
      ++width;
  }
  return width;
}

bool is_long(std::string_view name) { return name.size() > 2; }

// CPython: argparse.py _format_args
std::string format_values(const ArgSpec& spec) {
  std::string name = metavar(spec);
  if (spec.kind == ArgKind::kAny) return "[" + name + " ...]";
  if (spec.kind == ArgKind::kSome) return name + " [" + name + " ...]";
  return spec.takes_value() ? name : std::string();
}

std::string usage_part(const ArgSpec& spec, const Palette& palette) {
  if (spec.positional()) return painted(palette.usage_positional, format_values(spec), palette);
  std::string part(spec.short_name.empty() ? spec.long_name : spec.short_name);
  std::string_view colour = is_long(part) ? palette.usage_long : palette.usage_short;
  if (spec.takes_value()) part += " " + std::string(palette.usage_label) + format_values(spec);
  return "[" + painted(colour, part, palette) + "]";
}

// CPython: argparse.py _format_action_invocation
std::string invocation(const ArgSpec& spec, bool names_joined, const Palette& palette) {
  if (spec.positional()) return painted(palette.positional, metavar(spec), palette);
  std::string text, value;
  if (spec.takes_value()) value = " " + painted(palette.label, format_values(spec), palette);
  for (std::string_view name : {spec.short_name, spec.long_name}) {
    if (name.empty()) continue;
    if (!text.empty()) text += ", ";
    text += painted(is_long(name) ? palette.long_option : palette.short_option, std::string(name), palette);
    if (!names_joined) text += value;
  }
  return names_joined ? text + value : text;
}

// The pieces that a usage may be broken between: a bracketed option, or a word.
std::vector<std::string> usage_parts(const ArgParser& parser, bool positionals, const Palette& palette) {
  std::vector<std::string> parts;
  for (const ArgSpec& spec : parser.specs) {
    if (spec.own || spec.positional() != positionals) continue;
    std::string part = usage_part(spec, palette);
    std::size_t bracket = part.find(" [");
    if (!parser.usage_parts_whole && part[0] != '[' && bracket != std::string::npos) {
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
    int part_width = static_cast<int>(width_of(part));
    if (length + 1 + part_width > width && !line.empty()) {
      lines.push_back(margin + line);
      line.clear();
      length = static_cast<int>(indent) - 1;
    }
    if (!line.empty()) line += ' ';
    line += part;
    length += part_width + 1;
  }
  if (!line.empty()) lines.push_back(margin + line);
  return lines;
}

constexpr std::string_view kUsage = "usage: ";

std::string wrapped_usage(const ArgParser& parser, int width, const Palette& palette) {
  std::vector<std::string> options = usage_parts(parser, false, palette), lines;
  std::vector<std::string> positionals = usage_parts(parser, true, palette);
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

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = text.find_first_not_of(' '); at < text.size(); at = text.find_first_not_of(' ', at)) {
    std::size_t end = std::min(text.find(' ', at), text.size());
    words.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

// CPython: argparse.py _apply_text_markup, for a text whose backticks are in pairs and around no blanks
void split_markup(std::string_view text, const Palette& palette, std::string& plain, std::string& coloured) {
  bool inside = false;
  for (char c : text) {
    if (c == '`') {
      inside = !inside;
      coloured += inside ? palette.code : palette.reset;
    } else {
      plain += c;
      coloured += c;
    }
  }
}

// CPython: argparse.py _split_lines. Where a word had to be broken, colours cannot be put back.
std::vector<std::string> help_lines(std::string_view help, int width, const ArgParser& parser, const Palette& palette) {
  if (!parser.code_in_colour || !palette.on() || help.find('`') == std::string_view::npos)
    return wrap_text(help, width, parser.full_lines_drop_blanks);
  std::string plain, coloured;
  split_markup(help, palette, plain, coloured);
  std::vector<std::string> plain_lines = wrap_text(plain, width, parser.full_lines_drop_blanks), lines;
  std::vector<std::string> plain_words = words_of(plain), words = words_of(coloured);
  std::size_t next = 0;
  for (const std::string& line : plain_lines) {
    lines.emplace_back();
    for (const std::string& word : words_of(line)) {
      if (next == words.size() || word != plain_words[next]) return plain_lines;
      lines.back() += (lines.back().empty() ? "" : " ") + words[next++];
    }
  }
  return lines;
}

// How help is laid out: see format_help.
struct Layout {
  const ArgParser& parser;
  const Palette& palette;
  int width, help_position;
};

// CPython: argparse.py _format_action, at indentation 2
void append_action(std::string& to, const ArgSpec& spec, const Layout& layout) {
  std::string header = invocation(spec, layout.parser.names_joined, layout.palette);
  std::size_t header_width = width_of(header);
  int action_width = layout.help_position - 4;
  bool short_name = static_cast<int>(header_width) <= action_width;
  to += "  " + header;
  if (short_name)
    to.append(static_cast<std::size_t>(action_width) - header_width + 2, ' ');
  else
    to += '\n';
  bool first = short_name;
  int help_position = layout.help_position, help_width = std::max(layout.width - help_position, 11);
  for (const std::string& line : help_lines(spec.help, help_width, layout.parser, layout.palette)) {
    if (!first) to.append(static_cast<std::size_t>(help_position), ' ');
    to += line + "\n";
    first = false;
  }
}

void append_section(std::string& to, const std::string& title, bool positionals, const Layout& layout) {
  std::string body;
  for (const ArgSpec& spec : layout.parser.specs)
    if (!spec.own && spec.positional() == positionals) append_action(body, spec, layout);
  if (!body.empty()) to += "\n" + painted(layout.palette.heading, title + ":", layout.palette) + "\n" + body;
}

}  // namespace

std::string format_usage(const ArgParser& parser, int columns, const Palette& palette) {
  int width = columns - 2;
  std::vector<std::string> parts = usage_parts(parser, false, palette);
  std::vector<std::string> positionals = usage_parts(parser, true, palette);
  parts.insert(parts.begin(), std::string(parser.prog));
  parts.insert(parts.end(), positionals.begin(), positionals.end());
  std::string usage = join(parts, " ");
  if (static_cast<int>(kUsage.size() + width_of(usage)) > width) usage = wrapped_usage(parser, width, palette);
  usage.erase(0, parser.prog.size());
  return painted(palette.usage, std::string(kUsage), palette) + painted(palette.prog, parser.prog, palette) + usage +
         "\n";
}

std::string format_help(const ArgParser& parser, int columns, const Palette& palette) {
  int width = columns - 2;
  int longest = 0;
  for (const ArgSpec& spec : parser.specs)
    if (!spec.own) longest = std::max(longest, static_cast<int>(invocation(spec, parser.names_joined, {}).size()) + 2);
  int help_position = std::min(longest + 2, std::min(24, std::max(width - 20, 4)));
  Layout layout{parser, palette, width, help_position};
  std::string text = format_usage(parser, columns, palette) + "\n";
  text += join(wrap_text(parser.description, std::max(width, 11), parser.full_lines_drop_blanks), "\n") + "\n";
  append_section(text, "positional arguments", true, layout);
  append_section(text, "options", false, layout);
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
