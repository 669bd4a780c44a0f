#include "driver/argparse.h"

#include <algorithm>
#include <optional>

#include "driver/difflib.h"
#include "driver/pystr.h"

namespace mkpyc::driver {
namespace {

// CPython: argparse.py _parse_optional's triple. No row: looks like an option, but is none.
struct OptionMatch {
  std::optional<std::size_t> spec;
  std::string_view name;
  std::optional<std::string_view> explicit_value;
  bool glued = false;          // the value follows the letter without "="
  std::string ambiguity = {};  // names of all that it may mean, if that is more than one
};

struct ArgumentError {
  std::string message;
};

// CPython: argparse.py _negative_number_matcher, ^-\d+$|^-\d*\.\d+$ or, loosely, -\.?\d at the start
bool is_negative_number(std::string_view text, bool loosely) {
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!text.starts_with('-')) return false;
  if (loosely) {
    text.remove_prefix(1);
    if (text.starts_with('.')) text.remove_prefix(1);
    return !text.empty() && digit(text[0]);
  }
  if (text.ends_with('\n')) text.remove_suffix(1);
  text.remove_prefix(1);
  std::size_t dot = text.find('.');
  std::string_view whole = text.substr(0, dot);
  if (!std::all_of(whole.begin(), whole.end(), digit)) return false;
  if (dot == std::string_view::npos) return !whole.empty();
  std::string_view part = text.substr(dot + 1);
  return !part.empty() && std::all_of(part.begin(), part.end(), digit);
}

class Parse {
 public:
  Parse(const ArgParser& parser, const std::vector<std::string>& arguments, UnicodeVersion version)
      : parser_(parser), specs_(parser.specs), arguments_(arguments), version_(version) {
    result_.values.resize(specs_.size());
    for (std::size_t i = 0; i < specs_.size(); ++i)
      if (specs_[i].positional()) positional_ = i;
  }

  ParsedArgs run() {
    try {
      classify();
      consume_all();
    } catch (const ArgumentError& error) {
      result_.error = error.message;
    }
    return std::move(result_);
  }

 private:
  [[noreturn]] void fail(std::string message) { throw ArgumentError{std::move(message)}; }
  [[noreturn]] void fail(std::size_t spec, const std::string& message) {
    const ArgSpec& row = specs_[spec];
    std::string name(row.short_name);
    if (!row.long_name.empty()) name += (name.empty() ? "" : "/") + std::string(row.long_name);
    if (row.positional()) name = row.metavar;
    fail("argument " + name + ": " + message);
  }
  [[noreturn]] void fail_ambiguous(std::string_view argument, const std::string& names) {
    fail("ambiguous option: " + std::string(argument) + " could match " + names);
  }
  std::string quoted(std::string_view text) const { return repr(text, version_); }

  std::optional<std::size_t> find(std::string_view name) const;
  void add_prefix_matches(std::string_view argument, std::vector<OptionMatch>& matches) const;
  std::optional<OptionMatch> parse_optional(std::string_view argument);
  void classify();
  void consume_all();
  std::size_t consume_optional(std::size_t at);
  std::vector<OptionMatch> split_glued(OptionMatch match);
  bool next_in_cluster(OptionMatch& match, std::vector<OptionMatch>& found);
  [[noreturn]] void fail_choice(std::size_t spec, std::string_view text);
  std::size_t consume_positionals(std::size_t at);
  void take(const OptionMatch& match);

  const ArgParser& parser_;
  std::span<const ArgSpec> specs_;
  const std::vector<std::string>& arguments_;
  UnicodeVersion version_;
  std::optional<std::size_t> positional_;  // not consumed yet
  std::string pattern_;                    // 'O' an option, 'A' an argument, '-' the first "--"
  std::vector<std::optional<OptionMatch>> matches_;
  std::vector<std::string> extras_;
  ParsedArgs result_;
};

std::optional<std::size_t> Parse::find(std::string_view name) const {
  for (std::size_t i = 0; i < specs_.size(); ++i)
    if (!name.empty() && (specs_[i].short_name == name || specs_[i].long_name == name)) return i;
  return std::nullopt;
}

// CPython: argparse.py _get_option_tuples
void Parse::add_prefix_matches(std::string_view argument, std::vector<OptionMatch>& matches) const {
  if (argument[1] != '-') {
    if (auto spec = find(argument.substr(0, 2)))
      matches.push_back({spec, argument.substr(0, 2), argument.substr(2), true});
    return;
  }
  std::size_t equals = argument.find('=');
  std::string_view prefix = argument.substr(0, equals);
  std::optional<std::string_view> value;
  if (equals != std::string_view::npos) value = argument.substr(equals + 1);
  for (std::size_t i = 0; i < specs_.size(); ++i)
    if (!specs_[i].own && specs_[i].long_name.starts_with(prefix)) matches.push_back({i, specs_[i].long_name, value});
}

// CPython: argparse.py _parse_optional
std::optional<OptionMatch> Parse::parse_optional(std::string_view argument) {
  if (argument.empty() || argument[0] != '-') return std::nullopt;
  if (auto spec = find(argument)) return OptionMatch{spec, argument, std::nullopt};
  if (argument.size() == 1) return std::nullopt;
  if (std::size_t equals = argument.find('='); equals != std::string_view::npos)
    if (auto spec = find(argument.substr(0, equals)))
      return OptionMatch{spec, argument.substr(0, equals), argument.substr(equals + 1)};
  std::vector<OptionMatch> matches;
  add_prefix_matches(argument, matches);
  if (matches.size() > 1) {
    for (const OptionMatch& match : matches)
      matches[0].ambiguity += (match.name == matches[0].name ? "" : ", ") + std::string(match.name);
    if (!parser_.ambiguity_fails_in_turn) fail_ambiguous(argument, matches[0].ambiguity);
  }
  if (!matches.empty()) return matches[0];
  if (is_negative_number(argument, parser_.negative_numbers_loose) || argument.find(' ') != std::string_view::npos)
    return std::nullopt;
  return OptionMatch{std::nullopt, argument, std::nullopt};
}

void Parse::classify() {
  bool after_dashes = false;
  for (const std::string& argument : arguments_) {
    matches_.emplace_back();
    if (after_dashes) {
      pattern_ += 'A';
    } else if (argument == "--") {
      pattern_ += '-';
      after_dashes = true;
    } else {
      matches_.back() = parse_optional(argument);
      pattern_ += matches_.back() ? 'O' : 'A';
    }
  }
}

// CPython: argparse.py _parse_known_args, the loop at its end, and parse_args
void Parse::consume_all() {
  std::size_t at = 0, options_end = pattern_.rfind('O') + 1;
  while (at < options_end) {
    std::size_t next_option = pattern_.find('O', at);
    if (at != next_option) {
      std::size_t end = consume_positionals(at);
      if (end > at) {
        at = end;
        continue;
      }
    }
    for (; at < next_option; ++at) extras_.push_back(arguments_[at]);
    at = consume_optional(at);
    if (result_.help) return;
  }
  at = consume_positionals(at);
  for (; at < arguments_.size(); ++at) extras_.push_back(arguments_[at]);
  if (positional_ && specs_[*positional_].kind == ArgKind::kSome)
    fail("the following arguments are required: " + std::string(specs_[*positional_].metavar));
  if (extras_.empty()) return;
  std::string message = "unrecognized arguments:";
  for (const std::string& extra : extras_) message += " " + extra;
  fail(std::move(message));
}

// Moves on from a flag in a cluster to what follows its letter. False: that is no option, and an argument too many.
bool Parse::next_in_cluster(OptionMatch& match, std::vector<OptionMatch>& found) {
  std::string_view text = *match.explicit_value;
  result_.has_cluster_equals |= !match.glued;
  bool apart = match.name[1] == '-' || text.empty();
  if (parser_.cluster_value_after_equals) apart |= !match.glued || text[0] == '-';
  if (apart) fail(*match.spec, "ignored explicit argument " + quoted(text));
  std::size_t next = 0;
  next_character(text, next);
  auto spec = find("-" + std::string(text.substr(0, next)));
  if (!spec && !parser_.cluster_value_after_equals) fail(*match.spec, "ignored explicit argument " + quoted(text));
  found.push_back({match.spec, match.name, std::nullopt});
  if (!spec) {
    extras_.push_back("-" + std::string(text));
    return false;
  }
  match = {spec, specs_[*spec].short_name, std::nullopt};
  if (next == text.size()) return true;
  result_.has_cluster_equals |= text[next] == '=';
  match.glued = !parser_.cluster_value_after_equals || text[next] != '=';
  match.explicit_value = text.substr(match.glued ? next : next + 1);
  return true;
}

// An option with text behind it is that text's option, or a cluster of one-letter ones; only the last may have a value.
std::vector<OptionMatch> Parse::split_glued(OptionMatch match) {
  std::vector<OptionMatch> found;
  while (match.explicit_value && !specs_[*match.spec].takes_value())
    if (!next_in_cluster(match, found)) return found;
  found.push_back(match);
  return found;
}

// CPython: argparse.py consume_optional. All options of a cluster are recognised before the first one acts.
std::size_t Parse::consume_optional(std::size_t at) {
  if (!matches_[at]->spec) {
    extras_.push_back(arguments_[at]);
    return at + 1;
  }
  if (const std::string& names = matches_[at]->ambiguity; !names.empty())
    fail_ambiguous(parser_.ambiguity_names_last ? arguments_.back() : arguments_[at], names);
  std::vector<OptionMatch> found = split_glued(*matches_[at]);
  OptionMatch& last = found.back();
  std::size_t stop = at + 1;
  if (!last.explicit_value && specs_[*last.spec].takes_value()) {
    if (stop >= pattern_.size() || pattern_[stop] != 'A') fail(*last.spec, "expected one argument");
    last.explicit_value = arguments_[stop++];
  }
  for (const OptionMatch& match : found) {
    take(match);
    if (result_.help) break;
  }
  return stop;
}

void Parse::take(const OptionMatch& match) {
  const ArgSpec& spec = specs_[*match.spec];
  ArgValue& value = result_.values[*match.spec];
  ++value.count;
  if (spec.kind == ArgKind::kHelp) {
    result_.help = true;
    result_.help_name = match.name;
  }
  if (!match.explicit_value) return;
  std::string_view text = *match.explicit_value;
  if (spec.kind == ArgKind::kValue) {
    if (!spec.choices.empty() && std::find(spec.choices.begin(), spec.choices.end(), text) == spec.choices.end())
      fail_choice(*match.spec, text);
    value.strings.assign(1, std::string(text));
    return;
  }
  i64 number = 0;
  if (!parse_int(text, number)) fail(*match.spec, "invalid int value: " + quoted(text));
  if (spec.kind == ArgKind::kInt) value.ints.clear();
  value.ints.push_back(number);
}

// CPython: argparse.py _check_value
void Parse::fail_choice(std::size_t spec, std::string_view text) {
  std::vector<std::string_view> all(specs_[spec].choices.begin(), specs_[spec].choices.end());
  std::string choices, suggestion;
  for (std::string_view choice : all)
    choices += (choices.empty() ? "" : ", ") + (parser_.choices_unquoted ? std::string(choice) : quoted(choice));
  constexpr double kCutoff = 0.6;
  if (parser_.choices_suggested)
    for (std::string_view close : close_matches(text, all, 1, kCutoff))
      suggestion = ", maybe you meant " + quoted(close) + "?";
  fail(spec, "invalid choice: " + quoted(text) + suggestion + " (choose from " + choices + ")");
}

std::size_t Parse::consume_positionals(std::size_t at) {
  if (!positional_) return at;
  std::size_t end = pattern_.find('O', at);
  if (end == std::string::npos) end = pattern_.size();
  std::string_view part = std::string_view(pattern_).substr(at, end - at);
  if (specs_[*positional_].kind == ArgKind::kSome && part.find('A') == std::string_view::npos) return at;
  ArgValue& value = result_.values[*positional_];
  bool dropped = false;
  for (std::size_t i = at; i < end; ++i) {
    if (!dropped && arguments_[i] == "--")
      dropped = true;  // CPython: _get_values strips the first "--"
    else
      value.strings.push_back(arguments_[i]);
  }
  value.count = 1;
  positional_.reset();
  return end;
}

}  // namespace

ParsedArgs parse_arguments(const ArgParser& parser, const std::vector<std::string>& arguments, UnicodeVersion version) {
  return Parse(parser, arguments, version).run();
}

}  // namespace mkpyc::driver
