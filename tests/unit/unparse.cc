// The text of annotations against CPython's (unparse_cases.h).
#include "codegen/unparse.h"

#include <gtest/gtest.h>

#include <map>

#include "front_end.h"
#include "unparse_cases.h"

namespace mkpyc::codegen {
namespace {

struct Unparse : testing::Test {
  std::string text(std::string_view source, int max_digits = 4300) { return text(front, source, max_digits); }
  // The annotation of the last statement: that of the variable or of *x.
  std::string text(FrontEnd& one, std::string_view source, int max_digits = 4300) {
    one.reset();
    ast::Module* module = one.parse(source);
    const ast::Stmt* last = module->body.back();
    const ast::Expr* annotation = last->kind == ast::StmtKind::AnnAssign
                                      ? last->as<ast::AnnAssign>()->annotation
                                      : last->as<ast::FunctionDef>()->args->vararg->annotation;
    StrObject* made = unparse(*annotation, one.objects, one.target, max_digits, scratch);
    return std::string(made->text);
  }
  FrontEnd front;
  std::string scratch;
};

TEST_F(Unparse, WritesWhatCPythonWrites) {
  int count = 0;
  std::map<std::string, std::unique_ptr<FrontEnd>> fronts;
  for (const Case& test : kCases) {
    std::unique_ptr<FrontEnd>& one = fronts[test.target];
    if (one == nullptr) one = std::make_unique<FrontEnd>(test.target);
    EXPECT_EQ(text(*one, test.source), test.expected) << test.target << "\n" << test.source;
    ++count;
  }
  EXPECT_GT(count, 200);
}

TEST_F(Unparse, ALongIntegerIsAnError) {
  std::string source = "x: 0x1" + std::string(4000, '0') + "\n";
  EXPECT_EQ(text(source, 0).size(), 4817u);
  try {
    text(source);
    FAIL();
  } catch (const diag::SourceError& error) {
    EXPECT_EQ(error.exception, diag::Exception::ValueError);
  }
}

// CPython's object for the character becomes the interned one as soon as an identifier is spelled so.
TEST_F(Unparse, ANameOfOneLatin1CharacterIsInterned) {
  text("x: \xc3\xa9\n");
  EXPECT_TRUE(front.objects.str("\xc3\xa9")->interned);
  text("x: '\xc3\xa9'\n");
  EXPECT_FALSE(front.objects.str("\xc3\xa9")->interned);
}

}  // namespace
}  // namespace mkpyc::codegen
