#include "explain/explain.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/utf8.h"
#include "explain/explain_strings.h"
#include "explain/peg.h"
#include "parse/check_strings.h"
#include "parse/field_text.h"
#include "target/features.h"

namespace mkpyc::explain {
namespace {

using diag::Exception;
using diag::SourceError;
using token::Done;
using token::Kind;

// Says nothing: CPython does not repeat its warnings on the second pass.
class Mute : public diag::WarningFilter {
 public:
  diag::Action action(const diag::Warning&) const override { return diag::Action::kIgnore; }
};

bool is_syntax_error(const SourceError& error) {
  return error.exception == Exception::SyntaxError || error.exception == Exception::IndentationError ||
         error.exception == Exception::TabError;
}

parse::Context with_sink(const parse::Context& context, diag::Sink& sink) {
  return {context.target, context.arena, context.names, context.objects, sink, context.int_max_str_digits};
}

// The last bracket that is open where the tokens end. CPython: raise_unclosed_parentheses_error.
SourceError unclosed_bracket(const Peg& peg) {
  const Input& input = peg.input();
  token::TokenBuffer::Open open = input.tokens.open_brackets.back();
  Place place;
  place.line = place.end_line = static_cast<int>(open.line) + input.first_line - 1;
  place.column = static_cast<int>(open.col) + 1;
  place.end_column = 0;
  return peg.located(Exception::SyntaxError, place, std::string("'") + open.bracket + "' was never closed");
}

constexpr std::string_view kUnicodeError = "(unicode error) ";

// The message may be one about a field of an f-string.
std::string undecodable_text(const std::string& message) {
  return message.substr(message.find(kUnicodeError) + kUnicodeError.size());
}

// An identifier that is not UTF-8, met when only the tokenizer reads on: nobody makes it a SyntaxError.
SourceError undecodable(const SourceError& error) {
  SourceError plain;
  plain.exception = Exception::UnicodeDecodeError;
  plain.message = undecodable_text(error.message);
  return plain;
}

// Is this token inside of an f-string whose parts are tokens?
bool in_fstring(const token::TokenBuffer& tokens, u32 token) {
  int depth = 0;
  for (u32 i = 0; i < token; ++i) {
    depth += token::starts_fstring(tokens.kind(i));
    depth -= token::ends_fstring(tokens.kind(i));
  }
  return depth > 0;
}

// An error of the tokenizer anywhere in the rest wins over one of the parser, and so does a bracket that was never
// closed on an earlier line. CPython: _PyPegen_tokenize_full_source_to_check_for_errors.
SourceError checked_against_rest(Peg& peg, SourceError error) {
  const Input& input = peg.input();
  const token::TokenBuffer& tokens = input.tokens;
  int line = peg.error_line();
  try {
    peg.read_all();
    return error;
  } catch (const Raised& raised) {
    if (raised.by == Raised::By::kWarning) return in_fstring(tokens, peg.last_read()) ? error : raised.error;
    if (tokens.ends_in_fstring) return error;
    bool own = tokens.done == Done::kError || tokens.done == Done::kEofInString || tokens.done == Done::kEolInString;
    if (own) return raised.error;
    if (tokens.done == Done::kDecode) return undecodable(raised.error);
    bool open = !tokens.open_brackets.empty();
    if (open && line > static_cast<int>(tokens.open_brackets.back().line) + input.first_line - 1)
      return unclosed_bracket(peg);
    return error;
  }
}

// No rule had anything to say. CPython: _Pypegen_set_syntax_error.
SourceError plain_error(Peg& peg, u32 last_token) {
  Kind kind = peg.input().tokens.kind(last_token);
  if (kind == Kind::Indent) return peg.at_last_token(Exception::IndentationError, "unexpected indent");
  if (kind == Kind::Dedent) return peg.at_last_token(Exception::IndentationError, "unexpected unindent");
  Place place = peg.place(last_token);
  if (peg.is_barry_not_equal(last_token)) ++place.end_column;
  ++place.column;
  ++place.end_column;
  return checked_against_rest(peg, peg.located(Exception::SyntaxError, place, "invalid syntax"));
}

SourceError final_error(Peg& peg, const Raised& raised) {
  if (raised.by != Raised::By::kParser || !is_syntax_error(raised.error)) return raised.error;
  return checked_against_rest(peg, raised.error);
}

// Both passes. CPython: _PyPegen_run_parser. Nothing if the tokens match after all.
std::optional<SourceError> run_passes(Peg& peg, u16 start, bool thorough) {
  try {
    if (peg.run(start, false, thorough)) return std::nullopt;
  } catch (const Raised& raised) {
    // The second pass fails in the same way.
    SourceError error = final_error(peg, raised);
    if (is_syntax_error(error)) error.last_statement = 0;
    return error;
  }
  u32 last_token = peg.last_read();
  SourceError error;
  try {
    peg.run(start, true, thorough);
    error = plain_error(peg, last_token);
  } catch (const Raised& raised) {
    error = final_error(peg, raised);
  }
  if (is_syntax_error(error)) error.last_statement = peg.last_statement();
  return error;
}

// Deep programs are run again to count the depth exactly, unless that takes too long: CPython's parser takes
// exponential time for some.
std::optional<SourceError> run_parser(const Input& input, u16 start, parse::Context& context) {
  Peg peg(input, context);
  std::optional<SourceError> error = run_passes(peg, start, false);
  if (peg.deepest() < Peg::kDeep) return error;
  Mute mute;
  diag::Sink silence(mute);
  parse::Context quiet = with_sink(context, silence);
  Peg thorough(input, quiet);
  try {
    return run_passes(thorough, start, true);
  } catch (const TooManySteps&) {
    return error;
  }
}

}  // namespace

namespace {

// The first field that fails, and fails again when looked at closely; none if something else is wrong.
const char* bad_piece(const Peg& peg, u32 first, const parse::Relocation& where, const parse::KnownPieces& known,
                      parse::Context& quiet) {
  u32 token = first;
  try {
    parse::check_strings(peg.input().tokens, first, where, known, quiet, token);
  } catch (const parse::LiteralError&) {
  } catch (const parse::PieceFailure& failure) {
    return failure.begin;
  }
  return nullptr;
}

// An error that is none of syntax is made one by whoever evaluates the literal.
void explain_piece(Peg& peg, const parse::PieceFailure& failure, parse::Context& context) {
  token::TokenBuffer tokens;
  token::tokenize(failure.source, context.target, context.names, tokens);
  Input piece{tokens, true, failure.line, failure.column};
  std::optional<SourceError> error = run_parser(piece, Grammar::kFString, context);
  if (!error) return;
  if (error->exception == Exception::UnicodeDecodeError)
    peg.raise(Exception::SyntaxError, std::string(kUnicodeError) + error->message);
  throw Raised{*error};
}

}  // namespace

// Warnings are to come in CPython's order and once: those of a field that fails come from its explanation.
bool check_strings(Peg& peg, u32 first) {
  const Input& input = peg.input();
  parse::Relocation where{input.piece, input.first_line, input.first_column};
  Mute mute;
  diag::Sink silence(mute);
  parse::Context quiet = with_sink(peg.context(), silence);
  parse::Context context = with_sink(peg.context(), peg.context().sink);
  context.silent_escapes = peg.invalid_rules_on() && context.target.on(Feature::second_pass_is_silent);
  parse::KnownPieces known;
  for (;;) {
    known.bad = bad_piece(peg, first, where, known, quiet);
    u32 token = first;
    try {
      return parse::check_strings(input.tokens, first, where, known, context, token);
    } catch (const parse::LiteralError& error) {
      peg.raise_literal(error, token);
    } catch (const parse::PieceFailure& failure) {
      explain_piece(peg, failure, context);
      MKPYC_CHECK(std::find(known.fine.begin(), known.fine.end(), failure.begin) == known.fine.end());
      known.fine.push_back(failure.begin);
      known.bad = nullptr;
    }
  }
}

static parse::Context literal_context(Peg& peg) {
  parse::Context context = with_sink(peg.context(), peg.context().sink);
  context.silent_escapes = peg.invalid_rules_on() && context.target.on(Feature::second_pass_is_silent);
  return context;
}

bool check_string(Peg& peg, u32 token) {
  parse::Context context = literal_context(peg);
  try {
    return parse::check_string(peg.input().tokens, token, context);
  } catch (const parse::LiteralError& error) {
    peg.raise_literal(error, token);
  }
}

// `start`: the token that begins an f-string or t-string.
static bool is_raw(const Peg& peg, u32 start) { return parse::starts_raw(peg.input().tokens.spelling(start)); }

void check_text(Peg& peg, u32 token, u32 start, u32 line_token) {
  parse::Context context = literal_context(peg);
  try {
    parse::check_fstring_text(peg.input().tokens, token, is_raw(peg, start), line_token, context);
  } catch (const parse::LiteralError& error) {
    bool warned = error.where == parse::LiteralError::Where::kEscape;
    if (warned || !context.target.on(Feature::fstring_escape_error_at_part)) peg.raise_literal(error, line_token);
    peg.raise_literal({error.message, parse::LiteralError::Where::kToken}, token);
  }
}

void check_field_text(Peg& peg, u32 brace, u32 end_token, u32 start, u32 line_token) {
  parse::Context context = literal_context(peg);
  if (context.target.on(Feature::debug_text_is_raw)) return;
  const token::TokenBuffer& tokens = peg.input().tokens;
  const token::Token* all = tokens.tokens.data();
  std::string_view text = parse::field_text(tokens, {all + brace, all + end_token}, 0, context);
  try {
    parse::decode_fstring_text(text, is_raw(peg, start), tokens.source.valid_utf8, tokens.loc(line_token).line,
                               context);
  } catch (const parse::LiteralError& error) {
    peg.raise_literal(error, line_token);
  }
}

// Whether it is raw is asked of the string that the tokenizer is in by now: on the second pass it is far ahead.
void check_spec_text(Peg& peg, u32 token) {
  parse::Context context = literal_context(peg);
  u32 start = peg.fstring_start(peg.last_read());
  bool raw = context.target.on(Feature::fstring_spec_raw) && start != Peg::kNoString && is_raw(peg, start);
  const token::TokenBuffer& tokens = peg.input().tokens;
  try {
    // It is taken apart in search of escapes even if there is none.
    if (!raw && !tokens.source.valid_utf8) parse::check_utf8_runs(parse::fstring_text(tokens.spelling(token)));
    parse::check_fstring_text(tokens, token, raw, token, context);
  } catch (const parse::LiteralError& error) {
    using Where = parse::LiteralError::Where;
    bool warned = error.where == Where::kEscape || error.where == Where::kKnownToken;
    if (warned) peg.raise_literal(error, token);
    peg.raise_plain(Exception::UnicodeDecodeError, undecodable_text(error.message));
  }
}

void check_utf8(Peg& peg, u32 token) {
  const token::TokenBuffer& tokens = peg.input().tokens;
  if (tokens.source.valid_utf8) return;
  std::string_view text = parse::fstring_text(tokens.spelling(token));
  if (auto error = find_utf8_error(text))
    peg.raise_plain(Exception::UnicodeDecodeError,
                    decode_error_text("utf-8", text, error->start, error->end, error->reason));
}

// CPython: pegen.c _is_end_of_source, once the first pass has failed
static bool is_at_end(const Peg& peg) {
  const token::TokenBuffer& tokens = peg.input().tokens;
  u32 last = peg.last_read();
  if (tokens.kind(last) == Kind::ErrorToken)
    return tokens.done == Done::kEof || tokens.done == Done::kEofInString || tokens.done == Done::kEolInString;
  // What stands behind the last line is read as soon as the first token there is asked for.
  u32 end = tokens.size() - 1;
  if (tokens.kind(end) != Kind::EndMarker) return false;
  while (end > 0 && tokens.kind(end - 1) == Kind::Dedent) --end;
  return last >= end;
}

FirstPass first_pass(const token::TokenBuffer& tokens, parse::Context& context) {
  Input input{tokens};
  Peg peg(input, context);
  bool syntax_error = true;
  try {
    if (peg.run(Grammar::kFile, false, false)) return FirstPass::kAccepted;
  } catch (const Raised& raised) {
    syntax_error = is_syntax_error(raised.error);
  }
  if (is_at_end(peg)) return FirstPass::kIncomplete;
  return syntax_error ? FirstPass::kRefused : FirstPass::kFailed;
}

bool accepts(const token::TokenBuffer& tokens, parse::Context& context) {
  return !run_parser({tokens}, Grammar::kFile, context);
}

namespace {

const token::TokenBuffer& all_tokens(const token::TokenBuffer& tokens) { return tokens; }
const token::TokenBuffer& all_tokens(token::Lines& lines) { return lines.all(); }

template <class Input>
ast::Module* parse_or_explain(Input& input, parse::Context& context) {
  bool deep = false;
  std::size_t warned = context.sink.warnings().size();
  try {
    return parse::parse(input, context);
  } catch (const parse::ParseFailure& failure) {
    deep = failure.deep;
  }
  const token::TokenBuffer& tokens = all_tokens(input);
  context.sink.keep(warned);
  if (auto error = run_parser({tokens}, Grammar::kFile, context)) throw *error;
  MKPYC_CHECK(deep);
  context.sink.keep(warned);
  return parse::parse(tokens, context, parse::Depth::kAny);
}

}  // namespace

ast::Module* parse(const token::TokenBuffer& tokens, parse::Context& context) {
  return parse_or_explain(tokens, context);
}

ast::Module* parse(token::Lines& lines, parse::Context& context) { return parse_or_explain(lines, context); }

}  // namespace mkpyc::explain
