#include "driver/path_filter.h"

#include <re2/re2.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <cstdio>
#include <mutex>

#include "base/utf8.h"
#include "driver/pyregex.h"
#include "driver/pystr.h"

namespace mkpyc::driver {
namespace {

// The engines read UTF-8 and know no surrogates. File names have U+DC80..U+DCFF for undecodable bytes; they are shown
// to the engines as characters of a private plane that no file name has.
constexpr u32 kEscapeLow = 0xDC80, kEscapeHigh = 0xDCFF, kEscapeShift = 0x100000;
constexpr u32 kMaxCode = 0x10FFFF;

std::string engine_text(std::string_view path) {
  std::string text;
  text.reserve(path.size());
  for (std::size_t at = 0; at < path.size();) {
    u32 code = next_character(path, at);
    append_code_point(text, code >= kEscapeLow && code <= kEscapeHigh ? code + kEscapeShift : code);
  }
  return text;
}

std::string code_escape(u32 code) {
  char digits[16];
  std::snprintf(digits, sizeof digits, "\\x{%X}", code);
  return digits;
}

enum class Dialect { kRe2, kPcre2 };

// The engines fold case over all of Unicode; with the flag ASCII Python folds A to Z alone, which is written out.
bool engine_folds(u8 flags) { return (flags & re::kIgnoreCase) != 0 && (flags & re::kAscii) == 0; }
bool ascii_folds(u8 flags) { return (flags & re::kIgnoreCase) != 0 && (flags & re::kAscii) != 0; }

// Writes a pattern's tree for one engine.
class Writer {
 public:
  explicit Writer(Dialect dialect) : dialect_(dialect) {}

  std::string write(const re::Pattern& pattern) {
    node(*pattern.root, pattern.flags);
    return std::move(out_);
  }
  /// Something in the pattern is beyond RE2.
  bool needs_pcre2() const { return needs_pcre2_; }
  /// RE2 is right only on ASCII paths, only on paths without a newline.
  bool ascii_only() const { return ascii_only_; }
  bool no_newlines() const { return no_newlines_; }

 private:
  void node(const re::Node& node, u8 flags);
  void set(const re::Node& node, u8 flags);
  void range(u32 low, u32 high);
  void folded_range(u32 low, u32 high, u8 flags);
  void category(re::Category category, u8 flags);
  void at(re::At at, u8 flags);
  void boundary(bool negated, bool ascii);
  void repeat(const re::Node& node, u8 flags);
  void children(const re::Node& node, u8 flags, const char* separator);
  void pcre2_only(const std::string& open, const re::Node& node, u8 flags, const char* separator = "");

  Dialect dialect_;
  std::string out_;
  bool needs_pcre2_ = false, ascii_only_ = false, no_newlines_ = false;
};

// A range of characters inside a set; what no path can hold is left out, and the escaped bytes are moved.
void Writer::range(u32 low, u32 high) {
  auto plain = [&](u32 from, u32 to) {
    if (from > to) return;
    out_ += code_escape(from);
    if (to > from) out_ += "-" + code_escape(to);
  };
  plain(low, std::min(high, 0xD7FFu));
  if (std::max(low, kEscapeLow) <= std::min(high, kEscapeHigh))
    plain(std::max(low, kEscapeLow) + kEscapeShift, std::min(high, kEscapeHigh) + kEscapeShift);
  plain(std::max(low, 0xE000u), std::min(high, kMaxCode));
}

void Writer::folded_range(u32 low, u32 high, u8 flags) {
  range(low, high);
  if (!ascii_folds(flags)) return;
  constexpr u32 kShift = 'a' - 'A';
  u32 upper_low = std::max<u32>(low, 'A'), upper_high = std::min<u32>(high, 'Z');
  if (upper_low <= upper_high) range(upper_low + kShift, upper_high + kShift);
  u32 lower_low = std::max<u32>(low, 'a'), lower_high = std::min<u32>(high, 'z');
  if (lower_low <= lower_high) range(lower_low - kShift, lower_high - kShift);
}

// Characters of a category, for the inside of a set.
void Writer::category(re::Category category, u8 flags) {
  bool ascii = (flags & re::kAscii) != 0;
  switch (category) {
    case re::Category::kDigit: out_ += ascii ? "0-9" : "\\p{Nd}"; return;
    case re::Category::kNotDigit: out_ += ascii ? "\\x{0}-/:-\\x{10FFFF}" : "\\P{Nd}"; return;
    case re::Category::kSpace:
      out_ += "\\x{9}-\\x{D}\\x{20}";
      if (!ascii)
        out_ +=
            "\\x{1C}-\\x{1F}\\x{85}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}";
      return;
    case re::Category::kNotSpace:
      if (ascii)
        out_ += "\\x{0}-\\x{8}\\x{E}-\\x{1F}\\x{21}-\\x{10FFFF}";
      else
        out_ +=
            "\\x{0}-\\x{8}\\x{E}-\\x{1B}\\x{21}-\\x{84}\\x{86}-\\x{9F}\\x{A1}-\\x{167F}\\x{1681}-\\x{1FFF}"
            "\\x{200B}-\\x{2027}\\x{202A}-\\x{202E}\\x{2030}-\\x{205E}\\x{2060}-\\x{2FFF}\\x{3001}-\\x{10FFFF}";
      return;
    case re::Category::kWord: out_ += ascii ? "0-9A-Za-z_" : "\\p{L}\\p{N}_"; return;
    case re::Category::kNotWord:
    case re::Category::kNone: return;  // see set()
  }
}

void Writer::set(const re::Node& node, u8 flags) {
  // \W in a set has no listing in either engine, so such a set becomes alternatives: [^ab\W] is (?!...) of them.
  bool has_not_word = std::any_of(node.items.begin(), node.items.end(),
                                  [](const re::SetItem& item) { return item.category == re::Category::kNotWord; });
  const char* not_word = (flags & re::kAscii) != 0 ? "[^0-9A-Za-z_]" : "[^\\p{L}\\p{N}_]";
  bool alternatives = has_not_word && node.items.size() > 1;
  if (has_not_word && !alternatives) {
    out_ += node.negated ? ((flags & re::kAscii) != 0 ? "[0-9A-Za-z_]" : "[\\p{L}\\p{N}_]") : not_word;
    return;
  }
  if (alternatives) {
    needs_pcre2_ |= node.negated;
    out_ += node.negated ? "(?:(?!" : "(?:";
    out_ += not_word;
    out_ += "|";
  }
  std::size_t start = out_.size();
  out_ += node.negated && !alternatives ? "[^" : "[";
  std::size_t empty = out_.size();
  for (const re::SetItem& item : node.items) {
    if (item.category == re::Category::kNone)
      folded_range(item.low, item.high, flags);
    else
      category(item.category, flags);
  }
  if (out_.size() == empty) {  // only surrogates that no path holds
    out_.resize(start);
    out_ += node.negated && !alternatives ? "[\\x{0}-\\x{10FFFF}]" : "[^\\x{0}-\\x{10FFFF}]";
  } else {
    out_ += ']';
  }
  if (alternatives) out_ += node.negated ? ")(?s:.))" : ")";
}

void Writer::boundary(bool negated, bool ascii) {
  if (dialect_ == Dialect::kRe2) {
    ascii_only_ |= !ascii;
    out_ += negated ? "\\B" : "\\b";
    return;
  }
  std::string word = ascii ? "[0-9A-Za-z_]" : "[\\p{L}\\p{N}_]";
  std::string before = "(?<=" + word + ")", not_before = "(?<!" + word + ")";
  std::string after = "(?=" + word + ")", not_after = "(?!" + word + ")";
  out_ += negated ? "(?:" + before + after + "|" + not_before + not_after + ")"
                  : "(?:" + before + not_after + "|" + not_before + after + ")";
}

void Writer::at(re::At at, u8 flags) {
  bool lines = (flags & re::kMultiLine) != 0;
  switch (at) {
    case re::At::kBeginning: out_ += lines ? "(?m:^)" : "\\A"; return;
    case re::At::kEnd:
      if (lines) {
        out_ += "(?m:$)";
      } else if (dialect_ == Dialect::kPcre2) {
        out_ += "\\Z";
      } else {
        no_newlines_ = true;
        out_ += "\\z";
      }
      return;
    case re::At::kBeginningOfString: out_ += "\\A"; return;
    case re::At::kEndOfString: out_ += "\\z"; return;
    case re::At::kBoundary:
    case re::At::kNotBoundary: boundary(at == re::At::kNotBoundary, (flags & re::kAscii) != 0); return;
  }
}

void Writer::repeat(const re::Node& item, u8 flags) {
  out_ += "(?:";
  children(item, flags, "");
  out_ += "){" + std::to_string(item.min) + ",";
  if (item.max != re::kUnlimited) out_ += std::to_string(item.max);
  out_ += '}';
  if (item.greed == re::Greed::kLazy) out_ += '?';
  if (item.greed == re::Greed::kPossessive) {
    needs_pcre2_ = true;
    out_ += '+';
  }
}

void Writer::children(const re::Node& node, u8 flags, const char* separator) {
  bool first = true;
  for (const auto& child : node.children) {
    if (!first) out_ += separator;
    first = false;
    this->node(*child, flags);
  }
}

void Writer::pcre2_only(const std::string& open, const re::Node& node, u8 flags, const char* separator) {
  needs_pcre2_ = true;
  out_ += open;
  children(node, flags, separator);
  out_ += ')';
}

void Writer::node(const re::Node& node, u8 flags) {
  switch (node.kind) {
    case re::Kind::kLiteral: {
      std::size_t start = out_.size();
      folded_range(node.code, node.code, flags);
      if (out_.size() == start) out_ += "[^\\x{0}-\\x{10FFFF}]";
      if (ascii_folds(flags)) out_ = out_.substr(0, start) + "[" + out_.substr(start) + "]";
      return;
    }
    case re::Kind::kAny: out_ += (flags & re::kDotAll) != 0 ? "(?s:.)" : "[^\\n]"; return;
    case re::Kind::kSet: set(node, flags); return;
    case re::Kind::kAt: at(node.at, flags); return;
    case re::Kind::kRepeat: repeat(node, flags); return;
    case re::Kind::kGroup: {
      u8 inner = static_cast<u8>((flags | node.add_flags) & ~node.del_flags);
      if ((node.add_flags & re::kUnicode) != 0) inner &= static_cast<u8>(~re::kAscii);
      out_ += node.group > 0 ? "(" : engine_folds(inner) ? "(?i:" : "(?-i:";
      children(node, inner, "");
      out_ += ')';
      return;
    }
    case re::Kind::kAtomic: pcre2_only("(?>", node, flags); return;
    case re::Kind::kBranch:
      out_ += "(?:";
      children(node, flags, "|");
      out_ += ')';
      return;
    case re::Kind::kSequence: children(node, flags, ""); return;
    case re::Kind::kBackReference:
      needs_pcre2_ = true;
      out_ += (ascii_folds(flags) ? "(?i:\\g{" : "(?:\\g{") + std::to_string(node.group) + "})";
      return;
    case re::Kind::kConditional: pcre2_only("(?(" + std::to_string(node.group) + ")", node, flags, "|"); return;
    case re::Kind::kAssert:
      pcre2_only(std::string("(?") + (node.behind ? "<" : "") + (node.negated ? "!" : "="), node, flags);
      return;
  }
}

struct Pcre2Deleter {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
  void operator()(pcre2_compile_context* context) const { pcre2_compile_context_free(context); }
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
template <class T>
using Pcre2 = std::unique_ptr<T, Pcre2Deleter>;

// Steps of back-tracking after which a pattern counts as endless: half a second.
constexpr u32 kMatchLimit = 10'000'000;

}  // namespace

struct PathFilter::Engines {
  std::unique_ptr<re2::RE2> re2;
  bool ascii_only = false, no_newlines = false;
  std::string pcre2_pattern;
  bool ignore_case = false;
  mutable std::once_flag pcre2_once;
  mutable Pcre2<pcre2_code> pcre2;
  mutable Pcre2<pcre2_match_context> limits;

  bool re2_is_right(std::string_view path) const {
    return re2 != nullptr && (!ascii_only || is_ascii(path)) &&
           (!no_newlines || path.find('\n') == std::string_view::npos);
  }
  bool compile_pcre2(std::string& error) const;
  Outcome search_pcre2(std::string_view text) const;
};

bool PathFilter::Engines::compile_pcre2(std::string& error) const {
  Pcre2<pcre2_compile_context> context(pcre2_compile_context_create(nullptr));
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  pcre2_set_parens_nest_limit(context.get(), 10000);
  u32 options = PCRE2_UTF | PCRE2_ALT_CIRCUMFLEX | PCRE2_NEVER_BACKSLASH_C | (ignore_case ? PCRE2_CASELESS : 0u);
  int code = 0;
  PCRE2_SIZE offset = 0;
  pcre2.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pcre2_pattern.data()), pcre2_pattern.size(), options, &code,
                            &offset, context.get()));
  limits.reset(pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(limits.get(), kMatchLimit);
  if (pcre2 != nullptr) return true;
  unsigned char message[256] = {};
  pcre2_get_error_message(code, message, sizeof message);
  error = reinterpret_cast<const char*>(message);
  return false;
}

PathFilter::Outcome PathFilter::Engines::search_pcre2(std::string_view text) const {
  std::call_once(pcre2_once, [&] {
    std::string error;
    if (pcre2 == nullptr) compile_pcre2(error);
  });
  if (pcre2 == nullptr) return Outcome::kGaveUp;
  Pcre2<pcre2_match_data> data(pcre2_match_data_create_from_pattern(pcre2.get(), nullptr));
  int result =
      pcre2_match(pcre2.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, data.get(), limits.get());
  if (result >= 0) return Outcome::kMatch;
  return result == PCRE2_ERROR_NOMATCH ? Outcome::kNoMatch : Outcome::kGaveUp;
}

PathFilter::PathFilter(std::unique_ptr<Engines> engines) : engines_(std::move(engines)) {}
PathFilter::~PathFilter() = default;

std::unique_ptr<PathFilter> PathFilter::make(std::string_view pattern, UnicodeVersion version, std::string& error) {
  re::Pattern parsed = re::parse(pattern, version);
  error = parsed.error;
  if (parsed.root == nullptr || !error.empty()) return nullptr;
  auto engines = std::make_unique<Engines>();
  engines->ignore_case = engine_folds(parsed.flags);
  engines->pcre2_pattern = Writer(Dialect::kPcre2).write(parsed);
  Writer writer(Dialect::kRe2);
  std::string re2_pattern = writer.write(parsed);
  if (!writer.needs_pcre2()) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_case_sensitive(!engines->ignore_case);
    engines->re2 = std::make_unique<re2::RE2>(re2_pattern, options);
    engines->ascii_only = writer.ascii_only();
    engines->no_newlines = writer.no_newlines();
    if (!engines->re2->ok()) engines->re2.reset();  // too large for it
  }
  if (engines->re2 == nullptr && !engines->compile_pcre2(error)) return nullptr;
  return std::unique_ptr<PathFilter>(new PathFilter(std::move(engines)));
}

PathFilter::Outcome PathFilter::search(std::string_view path) const {
  if (!engines_->re2_is_right(path)) return engines_->search_pcre2(engine_text(path));
  bool found = is_ascii(path) ? re2::RE2::PartialMatch(re2::StringPiece(path.data(), path.size()), *engines_->re2)
                              : re2::RE2::PartialMatch(engine_text(path), *engines_->re2);
  return found ? Outcome::kMatch : Outcome::kNoMatch;
}

}  // namespace mkpyc::driver
