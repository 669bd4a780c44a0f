#include "fold/format.h"
#include "target/features.h"

#include <string>

namespace mkpyc::fold {
namespace {

using ast::Expr;
using ast::ExprKind;

constexpr ast::Loc kNowhere{-1, -1, -1, -1};
// A width or precision of this many digits is too long.
constexpr int kTooManyDigits = 3;

struct Spec {
  char conversion = 0;
  bool left_justified = false;
  int width = -1;
  int precision = -1;
};

class FormatParser {
 public:
  FormatParser(std::string_view format, Context& context) : format_(format), context_(context) {}

  bool at_end() const { return at_ == format_.size(); }
  /// The text up to the next conversion, "%%" undoubled, as a Constant; null if there is none.
  Expr* literal();
  /// A conversion, from its '%' on. False: not one that can be an f-string's.
  bool conversion(Spec* spec);

 private:
  bool next(char* c);
  bool number(char* c, int* value);
  Object* undouble(std::string_view text);

  std::string_view format_;
  std::size_t at_ = 0;
  Context& context_;
};

Expr* constant(Object* value, Arena& arena) {
  ast::Constant* node = ast::make<ast::Constant>(arena, ExprKind::Constant, kNowhere);
  node->value = value;
  return node;
}

bool FormatParser::next(char* c) {
  if (at_end()) return false;
  *c = format_[at_++];
  return true;
}

Expr* FormatParser::literal() {
  std::size_t start = at_;
  bool doubled = false;
  while (!at_end()) {
    if (format_[at_] != '%') {
      ++at_;
    } else if (at_ + 1 < format_.size() && format_[at_ + 1] == '%') {
      doubled = true;
      at_ += 2;
    } else {
      break;
    }
  }
  if (at_ == start) return nullptr;
  std::string_view text = format_.substr(start, at_ - start);
  return constant(doubled ? undouble(text) : context_.objects.str_stable(text), context_.arena);
}

// CPython makes this string with replace(), so that even "%" alone is not the cached one-character string.
Object* FormatParser::undouble(std::string_view text) {
  char* to = context_.arena.array<char>(text.size());
  std::size_t size = 0;
  bool ascii = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    to[size++] = text[i];
    ascii = ascii && static_cast<u8>(text[i]) < 128;
    if (text[i] == '%') ++i;
  }
  return context_.arena.make<StrObject>(Object{.type = Type::Str, .ascii = ascii}, std::string_view(to, size));
}

// Digits from *c on; *c is then the character behind them.
bool FormatParser::number(char* c, int* value) {
  *value = 0;
  for (int digits = 0; '0' <= *c && *c <= '9';) {
    *value = *value * 10 + (*c - '0');
    if (!next(c) || ++digits >= kTooManyDigits) return false;
  }
  return true;
}

// CPython: simple_format_arg_parse.
bool FormatParser::conversion(Spec* spec) {
  char c = format_[at_++];
  std::string_view flags = context_.target.on(Feature::percent_format_z_flag) ? "-+ #0z" : "-+ #0";
  do {
    if (!next(&c)) return false;
    spec->left_justified |= c == '-';
  } while (flags.find(c) != std::string_view::npos);
  if ('0' <= c && c <= '9' && !number(&c, &spec->width)) return false;
  if (c == '.' && (!next(&c) || !number(&c, &spec->precision))) return false;
  spec->conversion = c;
  return c == 's' || c == 'r' || c == 'a';
}

Expr* formatted_value(Expr* value, const Spec& spec, Context& context) {
  std::string text;
  if (!spec.left_justified && spec.width > 0) text += '>';
  if (spec.width >= 0) text += std::to_string(spec.width);
  if (spec.precision >= 0) text += '.' + std::to_string(spec.precision);
  ast::FormattedValue* node = ast::make<ast::FormattedValue>(context.arena, ExprKind::FormattedValue, value->loc);
  node->value = value;
  node->conversion = spec.conversion;
  node->format_spec = text.empty() ? nullptr : constant(context.objects.str(text), context.arena);
  return node;
}

}  // namespace

Expr* format_to_joined_str(const ast::BinOp& node, std::string_view format, Seq<Expr*> values, Context& context) {
  FormatParser parser(format, context);
  Expr** pieces = context.arena.array<Expr*>(std::size_t{values.size()} * 2 + 1);
  u32 count = 0, used = 0;
  while (true) {
    if (Expr* literal = parser.literal()) pieces[count++] = literal;
    if (parser.at_end()) break;
    Spec spec;
    if (used == values.size() || !parser.conversion(&spec)) return nullptr;
    pieces[count++] = formatted_value(values[used++], spec, context);
  }
  if (used < values.size()) return nullptr;
  ast::JoinedStr* joined = ast::make<ast::JoinedStr>(context.arena, ExprKind::JoinedStr, node.loc);
  joined->values = {pieces, count};
  return joined;
}

}  // namespace mkpyc::fold
