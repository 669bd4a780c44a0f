#include "driver/keyword_typos.h"

#include <fcntl.h>

#include <algorithm>

#include "base/arena.h"
#include "base/utf8.h"
#include "driver/difflib.h"
#include "driver/pystr.h"
#include "driver/source_file.h"
#include "explain/explain.h"
#include "mkpyc.h"
#include "parse/parse.h"
#include "source/codecs.h"
#include "source/source.h"
#include "target/features.h"
#include "token/token.h"

namespace mkpyc::driver {
namespace {

// CPython tries no more: characters of the statement, words in it, keywords for one word.
constexpr std::size_t kMostCharacters = 1024, kMostWords = 10, kMostMatches = 3;
constexpr double kCutoff = 0.5;

class Silence : public diag::WarningFilter {
 public:
  diag::Action action(const diag::Warning&) const override { return diag::Action::kIgnore; }
};

// An exception that is no SyntaxError: CPython gives up without a word.
struct GivenUp {};

const std::vector<std::string_view>& keywords() {
  static const std::vector<std::string_view> all = [] {
    std::vector<std::string_view> words;
#define KEYWORD(cpp, text) words.emplace_back(text);
#define STATIC_NAME(cpp, text)
#include "names.def"
#undef KEYWORD
#undef STATIC_NAME
    std::sort(words.begin(), words.end());
    return words;
  }();
  return all;
}

bool ends_line(u32 code) {
  return (code >= '\n' && code <= '\r') || (code >= 0x1C && code <= 0x1E) || code == 0x85 || code == 0x2028 ||
         code == 0x2029;
}

// str.splitlines() of a text without "\r\n".
std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t before = at;
    if (!ends_line(next_character(text, at))) continue;
    lines.push_back(text.substr(start, before - start));
    start = at;
  }
  if (start < text.size()) lines.push_back(text.substr(start));
  return lines;
}

std::string join_lines(const std::vector<std::string_view>& lines) {
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) text += (i == 0 ? "" : "\n") + std::string(lines[i]);
  return text;
}

// textwrap.dedent() of lines
std::string dedent(std::vector<std::string_view> lines) {
  auto is_blank = [](std::string_view line) { return strip(line).empty(); };
  std::vector<std::string_view> filled;
  std::copy_if(lines.begin(), lines.end(), std::back_inserter(filled), [&](auto line) { return !is_blank(line); });
  std::size_t margin = 0;
  if (!filled.empty()) {
    auto [low, high] = std::minmax_element(filled.begin(), filled.end());
    while (margin < std::min(low->size(), high->size()) && (*low)[margin] == (*high)[margin] &&
           ((*low)[margin] == ' ' || (*low)[margin] == '\t'))
      ++margin;
  }
  for (std::string_view& line : lines) line = is_blank(line) ? std::string_view() : line.substr(margin);
  return join_lines(lines);
}

std::size_t character_count(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) next_character(text, at);
  return count;
}

bool is_syntax_error(const diag::SourceError& error) {
  return error.exception == diag::Exception::SyntaxError || error.exception == diag::Exception::IndentationError ||
         error.exception == diag::Exception::TabError;
}

// The source that CPython remembers: what it has decoded already, decoded again. Nothing if that fails.
std::optional<std::string> remembered_source(std::string_view bytes, const Target& target) {
  Arena arena;
  try {
    source::Source source = source::decode(bytes, true, target, arena);
    if (source.encoding.empty() || is_ascii(source.text)) {
      if (!source.valid_utf8 && find_utf8_error(source.text)) return std::nullopt;
      return std::string(source.text);
    }
    return source::decode_declared(source.text, source.encoding, target);
  } catch (const diag::SourceError&) {
  } catch (const source::CodecError&) {
  }
  return std::nullopt;
}

// The file as text: open() and read(). Nothing if it cannot be read, or is not UTF-8.
std::optional<std::string> file_text(std::string_view filename) {
  SourceFile file;
  if (filename.empty() || !file.read(AT_FDCWD, std::string(filename).c_str())) return std::nullopt;
  std::string_view bytes = file.bytes();
  if (find_utf8_error(bytes)) return std::nullopt;
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    bool pair = bytes[at] == '\r' && at + 1 < bytes.size() && bytes[at + 1] == '\n';
    if (!pair) text += bytes[at] == '\r' ? '\n' : bytes[at];
  }
  return text;
}

// CPython compiles a str here, in which a declared encoding means nothing: spoils the declaration.
std::string without_declaration(std::string code) {
  constexpr std::string_view kWord = "coding";
  std::size_t line = 0;
  for (int number = 0; number < 2 && line < code.size(); ++number) {
    std::size_t end = std::min(code.find('\n', line), code.size());
    std::size_t first = std::min(code.find_first_not_of(" \t\f", line), end);
    if (first < end && code[first] == '#')
      for (std::size_t at = first; (at = code.find(kWord, at)) < end;) code[at + 1] = '_';
    line = end + 1;
  }
  return code;
}

// Blank lines and comments alone.
bool says_nothing(std::string_view code) {
  for (std::size_t at = 0; at <= code.size();) {
    std::size_t end = std::min(code.find('\n', at), code.size());
    std::string_view line = strip(code.substr(at, end - at));
    if (!line.empty() && line[0] != '#') return false;
    at = end + 1;
  }
  return true;
}

class Search {
 public:
  Search(const Target& target, const diag::WarningFilter& tried, const diag::WarningFilter& tokens,
         std::vector<SearchWarning>& warnings)
      : target_(target), tried_filter_(tried), tokens_filter_(tokens), warnings_(warnings) {}

  /// `only_line`: where the words are to be, 0 if anywhere.
  std::optional<KeywordTypo> run(const std::string& code, int only_line);

 private:
  bool is_refused(const std::string& code);
  void warn_of_tokens(const token::TokenBuffer& tokens, u32 up_to);
  std::optional<KeywordTypo> try_word(std::string code, std::size_t start, std::size_t end);

  const Target& target_;
  const diag::WarningFilter& tried_filter_;
  const diag::WarningFilter& tokens_filter_;
  std::vector<SearchWarning>& warnings_;
  std::size_t warned_ = 0;  // so many warnings of the tokens were raised
};

// What the parser alone says of the code.
explain::FirstPass first_pass(const std::string& code, const Target& target) {
  Arena arena;
  NameTable names;
  Objects objects{arena, names};
  objects.reset(target);
  Silence silence;
  diag::Sink quiet(silence);
  try {
    source::Source source = source::decode(code, false, target, arena);
    source.reread = false;
    token::TokenBuffer tokens;
    token::tokenize(source, target, names, tokens);
    parse::Context context{target, arena, names, objects, quiet};
    return explain::first_pass(tokens, context);
  } catch (const diag::SourceError&) {
    return explain::FirstPass::kRefused;  // the last compilation fails in the same way
  }
}

// Does codeop.compile_command() raise a SyntaxError? It only parses, to see whether one more line makes it right or
// lets it go on, and then compiles once more, wholly and no longer deaf to warnings.
bool Search::is_refused(const std::string& code) {
  if (says_nothing(code)) return false;
  using explain::FirstPass;
  FirstPass answer = first_pass(code, target_);
  if (answer == FirstPass::kIncomplete || answer == FirstPass::kRefused) {
    answer = first_pass(code + "\n", target_);
    if (answer == FirstPass::kIncomplete || answer == FirstPass::kAccepted) return false;
  }
  if (answer == FirstPass::kFailed) throw GivenUp();
  Options options;
  options.target = &target_;
  options.filename = "<input>";
  options.warnings = &tried_filter_;
  options.shown = Options::Shown::kNone;
  Compiler compiler;
  Result result = compiler.compile(code, options);
  const LevelResult& only = result.levels[0];
  for (const diag::Warning& warning : only.warnings) warnings_.push_back({warning});
  if (only.failed && !is_syntax_error(only.error)) throw GivenUp();
  return only.failed;
}

std::optional<KeywordTypo> Search::try_word(std::string code, std::size_t start, std::size_t end) {
  // CPython puts the lines together again: an empty last one is lost.
  if (code.ends_with('\n')) code.pop_back();
  std::string word = code.substr(start, end - start);
  std::vector<std::string_view> matches = close_matches(word, keywords(), kMostMatches, kCutoff);
  if (std::string_view nearest = nearest_name(word, keywords()); !nearest.empty())
    matches.insert(matches.begin(), nearest);
  matches.resize(std::min(matches.size(), kMostMatches));
  for (std::string_view keyword : matches) {
    if (is_refused(code.substr(0, start) + std::string(keyword) + code.substr(end))) continue;
    KeywordTypo typo;
    std::size_t line_start = code.rfind('\n', start) + 1;
    typo.line = code.substr(line_start, std::min(code.find('\n', start), code.size() - 1) + 1 - line_start);
    typo.offset = static_cast<int>(character_count(std::string_view(code).substr(line_start, start - line_start))) + 1;
    typo.end_offset = typo.offset + static_cast<int>(character_count(word));
    typo.message = "invalid syntax. Did you mean '" + std::string(keyword) + "'?";
    return typo;
  }
  return std::nullopt;
}

// Warnings come as the tokens are read.
void Search::warn_of_tokens(const token::TokenBuffer& tokens, u32 up_to) {
  for (; warned_ < tokens.warnings.size() && tokens.warnings[warned_].token <= up_to; ++warned_) {
    const diag::Warning& warning = tokens.warnings[warned_].warning;
    switch (tokens_filter_.action(warning)) {
      case diag::Action::kIgnore: break;
      case diag::Action::kPrint: warnings_.push_back({warning, true}); break;
      case diag::Action::kError: throw GivenUp();
    }
  }
}

std::optional<KeywordTypo> Search::run(const std::string& code, int only_line) {
  if (target_.on(Feature::keyword_typos_need_refusal) && !is_refused(code)) return std::nullopt;
  Arena arena;
  NameTable names;
  source::Source source = source::decode(code, false, target_, arena);
  token::TokenBuffer tokens;
  token::tokenize_generously(source, target_, names, tokens);
  std::size_t words = 0;
  for (u32 token = 0; token < tokens.size(); ++token) {
    warn_of_tokens(tokens, token);
    if (tokens.kind(token) != token::Kind::Name) continue;
    if (only_line != 0 && tokens.loc(token).line != only_line) continue;
    if (++words > kMostWords) break;
    if (auto typo = try_word(code, tokens.start(token), tokens.end(token))) return typo;
  }
  return std::nullopt;
}

}  // namespace

std::optional<KeywordTypo> find_keyword_typo(const diag::SourceError& error, std::string_view bytes,
                                             std::string_view filename, std::string_view line, const Target& target,
                                             const diag::WarningFilter& tried, const diag::WarningFilter& tokens,
                                             std::vector<SearchWarning>& warnings) {
  bool asked =
      error.message == "invalid syntax" || error.message.find("Perhaps you forgot a comma") != error.message.npos;
  if (!target.on(Feature::keyword_typos) || !asked || !error.last_statement) return std::nullopt;
  std::optional<std::string> source = remembered_source(bytes, target);
  bool from_file = !source && (source = file_text(filename));
  std::vector<std::string_view> lines = split_lines(source ? std::string_view(*source) : line);
  std::size_t end = std::min(static_cast<std::size_t>(source ? std::max(error.line, 0) : 1), lines.size());
  std::size_t start = std::min(static_cast<std::size_t>(source ? std::max(*error.last_statement - 1, 0) : 0), end);
  auto at = [&](std::size_t i) { return lines.begin() + static_cast<std::ptrdiff_t>(i); };
  std::string code = without_declaration(dedent({at(start), at(end)}));
  if (character_count(code) > kMostCharacters) return std::nullopt;
  try {
    int last_line = error.line - std::max(*error.last_statement - 1, 0);
    return Search(target, tried, tokens, warnings).run(code, from_file ? last_line : 0);
  } catch (const GivenUp&) {
  } catch (const diag::SourceError&) {
  }
  return std::nullopt;
}

}  // namespace mkpyc::driver
