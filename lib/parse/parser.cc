#include "parse/parser.h"

#include "parse/check_strings.h"
#include "parse/literals.h"

namespace mkpyc::parse {

static constexpr KindFacts make_kind_facts() {
  KindFacts facts;
  auto index = [](Kind kind) { return static_cast<std::size_t>(kind); };
  auto binary = [&](Kind kind, Level level, ast::Operator op) {
    facts.level[index(kind)] = level;
    facts.op[index(kind)] = static_cast<u8>(op);
  };
  auto augmented = [&](Kind kind, ast::Operator op) {
    facts.augmented[index(kind)] = true;
    facts.op[index(kind)] = static_cast<u8>(op);
  };
  using ast::Operator;
  binary(Kind::VBar, kBitOr, Operator::BitOr);
  binary(Kind::Circumflex, kBitXor, Operator::BitXor);
  binary(Kind::Amper, kBitAnd, Operator::BitAnd);
  binary(Kind::LeftShift, kShift, Operator::LShift);
  binary(Kind::RightShift, kShift, Operator::RShift);
  binary(Kind::Plus, kSum, Operator::Add);
  binary(Kind::Minus, kSum, Operator::Sub);
  binary(Kind::Star, kTerm, Operator::Mult);
  binary(Kind::Slash, kTerm, Operator::Div);
  binary(Kind::DoubleSlash, kTerm, Operator::FloorDiv);
  binary(Kind::Percent, kTerm, Operator::Mod);
  binary(Kind::At, kTerm, Operator::MatMult);
  augmented(Kind::PlusEqual, Operator::Add);
  augmented(Kind::MinEqual, Operator::Sub);
  augmented(Kind::StarEqual, Operator::Mult);
  augmented(Kind::AtEqual, Operator::MatMult);
  augmented(Kind::SlashEqual, Operator::Div);
  augmented(Kind::PercentEqual, Operator::Mod);
  augmented(Kind::AmperEqual, Operator::BitAnd);
  augmented(Kind::VBarEqual, Operator::BitOr);
  augmented(Kind::CircumflexEqual, Operator::BitXor);
  augmented(Kind::LeftShiftEqual, Operator::LShift);
  augmented(Kind::RightShiftEqual, Operator::RShift);
  augmented(Kind::DoubleStarEqual, Operator::Pow);
  augmented(Kind::DoubleSlashEqual, Operator::FloorDiv);
  facts.level[index(Kind::Kw_or_)] = kOr;
  facts.level[index(Kind::Kw_and_)] = kAnd;
  for (Kind kind : {Kind::EqEqual, Kind::NotEqual, Kind::Less, Kind::LessEqual, Kind::Greater, Kind::GreaterEqual,
                    Kind::Kw_in_, Kind::Kw_is_, Kind::Kw_not_})
    facts.level[index(kind)] = kCompare;
  for (Kind kind : {Kind::Name, Kind::Number, Kind::String, Kind::FStringStart, Kind::TStringStart, Kind::LPar,
                    Kind::LSqb, Kind::LBrace, Kind::Minus, Kind::Plus, Kind::Tilde, Kind::Ellipsis, Kind::Kw_not_,
                    Kind::Kw_lambda_, Kind::Kw_await_, Kind::Kw_True_, Kind::Kw_False_, Kind::Kw_None_})
    facts.starts_expression[index(kind)] = true;
  for (Kind kind : {Kind::Name, Kind::Number, Kind::String, Kind::FStringStart, Kind::TStringStart, Kind::LPar,
                    Kind::LSqb, Kind::LBrace, Kind::Ellipsis, Kind::Kw_True_, Kind::Kw_False_, Kind::Kw_None_})
    facts.starts_primary[index(kind)] = true;
  facts.level[index(Kind::DoubleStar)] = kPower;
  for (std::size_t i = 0; i < static_cast<std::size_t>(Kind::kCount); ++i)
    facts.continues_primary[i] = facts.level[i] != 0 || i == index(Kind::Kw_if_);
  for (std::size_t i = 0; i < static_cast<std::size_t>(Kind::kCount); ++i)
    facts.continues_atom[i] = facts.continues_primary[i];
  for (Kind kind : {Kind::Dot, Kind::LPar, Kind::LSqb, Kind::String, Kind::FStringStart, Kind::TStringStart})
    facts.continues_atom[index(kind)] = true;
  return facts;
}
constinit const KindFacts kKindFacts = make_kind_facts();

Parser::Parser(const token::TokenBuffer& tokens, Context& context, Scratch& scratch, token::Lines* lines)
    : pos_(tokens.tokens.data()),
      last_literal_(pos_),
      statement_start_(pos_),
      arena_(context.arena),
      tokens_(tokens),
      lines_(lines),
      context_(context),
      scratch_(scratch),
      stack_(scratch.stack),
      keywords_(scratch.keywords) {}

void Parser::fail() { throw ParseFailure{}; }

// A statement whose header has a line end, after a decorator or `match`, goes for one to be folded.
void Parser::next_lines() {
  lines_->next();
  pos_ = statement_start_ = last_literal_ = tokens_.tokens.data();
  may_fold_ = ast::kUnknown;
  end_of_lines_ = pos_ + tokens_.size();
}

void Parser::raise_more_warnings(Pos last) {
  while (next_warning_ < tokens_.warnings.size() &&
         tokens_.warnings[next_warning_].token <= tokens_.before + index(last)) {
    diag::Warning warning = tokens_.warnings[next_warning_++].warning;
    warning.line += tokens_.line_shift();
    if (context_.sink.warn(warning.category, warning.line, warning.message, warning.origin)) throw warning.as_error();
  }
}

void Nested::too_deep() { throw ParseFailure{true}; }

ast::Expr* Parser::fstring() {
  // One rule call a start rule: nesting is counted from here (CPython makes a parser of its own).
  Nested nested(*this, Nested::kStatement);
  ast::Expr* value = star_expressions();
  raise_warnings(pos_);
  return value;
}

ast::Module* Parser::file() {
  Nested nested(*this, Nested::kStatement);
  ast::Module* module = arena_.make<ast::Module>();
  if (lines_ != nullptr) next_lines();
  module->body = statements(Kind::EndMarker);
  raise_warnings(pos_);
  return module;
}

void ScratchDeleter::operator()(Scratch* scratch) const { delete scratch; }

ScratchPtr make_scratch() { return ScratchPtr(new Scratch); }

static ast::Module* parse(const token::TokenBuffer& tokens, token::Lines* lines, Context& context, Depth depth) {
  ScratchPtr own;
  Scratch* scratch = context.scratch;
  if (scratch == nullptr) {
    own = make_scratch();
    scratch = own.get();
  }
  scratch->stack.clear();
  scratch->keywords.clear();
  scratch->open_pieces = 0;
  scratch->limit_depth = depth == Depth::kLimited;
  Parser parser(tokens, context, *scratch, lines);
  try {
    return parser.file();
  } catch (const LiteralError&) {
    // What a literal's error is worth depends on what else CPython's parser has seen by then: explain/ finds out.
  } catch (const PieceFailure& failure) {
    if (failure.deep) throw ParseFailure{true};
  } catch (const diag::SourceError&) {
    // A warning that the filters made an error: the same.
  }
  throw ParseFailure{};
}

ast::Module* parse(const token::TokenBuffer& tokens, Context& context, Depth depth) {
  if (tokens.has_refused_names) throw ParseFailure{};
  return parse(tokens, nullptr, context, depth);
}

ast::Module* parse(token::Lines& lines, Context& context) {
  return parse(lines.tokens(), &lines, context, Depth::kLimited);
}

}  // namespace mkpyc::parse
