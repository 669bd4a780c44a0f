// parse/literals.h: values of numbers and strings, against CPython's.
#include "parse/literals.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "lexing_cases.h"

namespace mkpyc {
namespace {

std::string hex(std::string_view bytes) {
  std::string out;
  char digits[4];
  for (char c : bytes) {
    std::snprintf(digits, sizeof digits, "%02x", static_cast<u8>(c));
    out += digits;
  }
  return out;
}

std::string bits(double value) {
  u64 word;
  std::memcpy(&word, &value, sizeof word);
  char text[20];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(word));
  return text;
}

std::string integer_hex(const IntObject& value) {
  char digits[20];
  if (value.is_small()) {
    std::snprintf(digits, sizeof digits, "%llx", static_cast<unsigned long long>(value.small));
    return digits;
  }
  std::string out;
  for (u32 i = value.limbs.size(); i-- > 0;) {
    std::snprintf(digits, sizeof digits, out.empty() ? "%llx" : "%016llx",
                  static_cast<unsigned long long>(value.limbs[i]));
    out += digits;
  }
  return out;
}

class PrintAll : public diag::WarningFilter {
 public:
  diag::Action action(const diag::Warning&) const override { return diag::Action::kPrint; }
};

class RaiseAll : public diag::WarningFilter {
 public:
  diag::Action action(const diag::Warning&) const override { return diag::Action::kError; }
};

class Literals : public testing::Test {
 protected:
  // The literal in "x = LITERAL\n" as make_lexing_cases writes it.
  std::string outcome(std::string_view literal, const diag::WarningFilter& filter, const char* version = "3.11.7") {
    const Target& target = *Target::find(version);
    arena_.reset();
    names_.reset();
    objects_.reset();
    diag::Sink sink(filter);
    std::string text = "x = " + std::string(literal) + "\n";
    source::Source source = source::decode(text, false, target, arena_);
    source.reread = false;
    token::tokenize(source, target, names_, tokens_);
    parse::Context context{.target = target, .arena = arena_, .names = names_, .objects = objects_, .sink = sink};
    u32 token = tokens_.kind(2) == token::Kind::Minus ? 3 : 2;
    std::string out;
    try {
      out = value(token, context);
    } catch (const parse::LiteralError& error) {
      diag::SourceError e = parse::located(error, tokens_, token, token + 1);
      out = "SyntaxError|" + e.message + "|" + std::to_string(e.line) + "|" + std::to_string(e.offset) + "|" +
            std::to_string(e.end_line) + "|" + std::to_string(e.end_offset) + "|" + e.text;
    }
    for (const diag::Warning& warning : sink.warnings())
      out += "\n" + std::to_string(warning.line) + " DeprecationWarning " + warning.message;
    return out;
  }

  std::string value(u32 token, parse::Context& context) {
    if (tokens_.kind(token) == token::Kind::Number)
      return number(parse::decode_number(tokens_.spelling(token), context));
    parse::StringLiteral literal = parse::split_string(tokens_.spelling(token));
    int line = tokens_.loc(token).line;
    if (literal.bytes) return "bytes " + hex(parse::decode_bytes(literal, line, context));
    return "str " + hex(parse::decode_str(literal, tokens_.source.valid_utf8, line, context));
  }

  static std::string number(const Object* object) {
    if (object->type == Type::Int) return "int " + integer_hex(*static_cast<const IntObject*>(object));
    if (object->type == Type::Float) return "float " + bits(static_cast<const FloatObject*>(object)->value);
    return "complex " + bits(static_cast<const ComplexObject*>(object)->imag);
  }

  Arena arena_;
  NameTable names_;
  Objects objects_{arena_, names_};
  token::TokenBuffer tokens_;
};

TEST_F(Literals, Strings) {
  for (const lexing::Case& c : lexing::kStrings)
    EXPECT_EQ(outcome({c.source, c.size}, PrintAll()), c.expected) << c.source;
}

TEST_F(Literals, Numbers) {
  for (const lexing::Case& c : lexing::kNumbers)
    EXPECT_EQ(outcome({c.source, c.size}, PrintAll()), c.expected) << c.source;
}

TEST_F(Literals, StringWithoutEscapesIsNotCopied) {
  outcome("'abc'", PrintAll());
  parse::StringLiteral literal = parse::split_string(tokens_.spelling(2));
  diag::DefaultFilter filter;
  diag::Sink sink(filter);
  parse::Context context{
      .target = *tokens_.target, .arena = arena_, .names = names_, .objects = objects_, .sink = sink};
  EXPECT_EQ(parse::decode_str(literal, true, 1, context).data(), literal.body.data());
}

TEST_F(Literals, WarningAsErrorIsAtTheLiteral) {
  EXPECT_EQ(outcome(R"('\d')", RaiseAll()), "SyntaxError|invalid escape sequence '\\d'|1|5|1|9|x = '\\d'\n");
  EXPECT_EQ(outcome(R"(b'\400')", RaiseAll()),
            "SyntaxError|invalid octal escape sequence '\\400'|1|5|1|12|x = b'\\400'\n");
}

// gh-102310
TEST_F(Literals, BytesErrorIsAtTheNextTokenBefore3_11_4) {
  EXPECT_EQ(outcome("b'\xC3\xA9'", PrintAll(), "3.11.3"),
            "SyntaxError|bytes can only contain ASCII literal characters|1|10|1|10|x = b'\xC3\xA9'\n");
  EXPECT_EQ(outcome("b'\xC3\xA9'", PrintAll(), "3.11.4"),
            "SyntaxError|bytes can only contain ASCII literal characters|1|5|1|10|x = b'\xC3\xA9'\n");
}

TEST_F(Literals, SplitTakesPrefixesInAnyCase) {
  parse::StringLiteral literal = parse::split_string("Rb'''a'''");
  EXPECT_TRUE(literal.raw && literal.bytes && !literal.format && !literal.unicode);
  EXPECT_EQ(literal.quotes, 3);
  EXPECT_EQ(literal.body, "a");
  EXPECT_EQ(parse::split_string("f''").body, "");
  EXPECT_EQ(parse::split_string("u\"\"\"\"\"\"").body, "");
}

}  // namespace
}  // namespace mkpyc
