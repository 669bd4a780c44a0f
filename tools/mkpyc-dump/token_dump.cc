#include "token_dump.h"

#include "base/check.h"

namespace mkpyc::dump {

static const char* kind_name(token::Kind kind) {
  using token::Kind;
  switch (kind) {
    case Kind::EndMarker: return "ENDMARKER";
    case Kind::Name: return "NAME";
    case Kind::Number: return "NUMBER";
    case Kind::String: return "STRING";
    case Kind::Newline: return "NEWLINE";
    case Kind::Indent: return "INDENT";
    case Kind::Dedent: return "DEDENT";
    case Kind::ErrorToken: return "ERRORTOKEN";
    default: return kind > Kind::ErrorToken ? "KEYWORD" : "OP";
  }
}

void dump_tokens(const token::TokenBuffer& tokens, std::string& out) {
  for (u32 i = 0; i < tokens.size(); ++i) {
    for (u32 value : {tokens.loc(i).line, tokens.loc(i).col, tokens.loc(i).end_line, tokens.loc(i).end_col})
      out += std::to_string(value) + " ";
    out += kind_name(tokens.kind(i));
    out += " ";
    out += tokens.spelling(i);
    out += "\n";
  }
}

}  // namespace mkpyc::dump
