// marshal/: values to bytes, reference flags, headers and hashes, and reading back. Expected bytes are CPython 3.11.7's
// marshal.dumps and _imp.source_hash (SipHash-2-4: 3.10.13's).
#include "marshal/marshal.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "diag/diag.h"
#include "marshal/reader.h"

namespace mkpyc {
namespace {

std::string hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (char c : bytes) {
    text += digits[static_cast<u8>(c) >> 4];
    text += digits[static_cast<u8>(c) & 15];
  }
  return text;
}

class Marshal : public testing::Test {
 protected:
  Marshal() {
    code_ = arena_.make<CodeObject>(Object{.type = Type::Code});
    code_->code = objects_.fresh_bytes("\x97");
    code_->consts = code_->names = code_->localsplusnames = objects_.tuple(nullptr, 0);
    code_->localspluskinds = code_->exceptiontable = objects_.bytes("");
    code_->filename = objects_.str("file name.py");
    code_->name = code_->qualname = objects_.name(names_.intern("f"));
    code_->linetable = objects_.fresh_bytes("lines");
  }

  std::string write() {
    out_.clear();
    marshal::write(code_, target_, out_);
    return std::string(out_.view());
  }
  // What is written for the only constant.
  std::string constant(Object* value) {
    code_->consts = objects_.tuple(&value, 1);
    std::string all = hex(write());
    std::string before = "e3" + std::string(40, '0') + "f3" + "01000000" + "97" + "2901";
    EXPECT_EQ(all.substr(0, before.size()), before);
    std::string rest = all.substr(before.size());
    return rest.substr(0, rest.find("a900"));  // the empty tuple of names
  }
  Object* tuple(std::vector<Object*> items) { return objects_.tuple(items.data(), items.size()); }

  const Target& target_ = *Target::find("3.11.7");
  Arena arena_;
  NameTable names_;
  Objects objects_{arena_, names_};
  CodeObject* code_;
  ByteWriter out_;
};

TEST_F(Marshal, IntegersOfAllSizes) {
  const u64 two_64[] = {0, 1}, two_63[] = {u64{1} << 63}, ones[] = {~u64{0}, (u64{1} << 56) - 1};
  struct {
    Object* value;
    const char* bytes;
  } cases[] = {
      {objects_.integer(i64{0}), "e900000000"},
      {objects_.integer(-1), "e9ffffffff"},
      {objects_.integer(2147483647), "69ffffff7f"},
      {objects_.integer(2147483648), "6c03000000000000000200"},
      {objects_.integer(-2147483648), "6900000080"},
      {objects_.integer(-2147483649), "6cfdffffff010000000200"},
      {objects_.integer(i64{1} << 62), "6c0500000000000000000000000400"},
      {objects_.integer(-(i64{1} << 45)), "6cfcffffff0000000000000100"},
      {objects_.integer((i64{1} << 60) - 1), "6c04000000ff7fff7fff7fff7f"},
      {objects_.integer(std::numeric_limits<i64>::min()), "6cfbffffff00000000000000000800"},
      {objects_.integer(two_63, 1, false), "6c0500000000000000000000000800"},
      {objects_.integer(two_64, 2, false), "6c0500000000000000000000001000"},
      {objects_.integer(ones, 2, false), "6c08000000ff7fff7fff7fff7fff7fff7fff7fff7f"},
  };
  for (const auto& c : cases) EXPECT_EQ(constant(c.value), c.bytes);
}

TEST_F(Marshal, StringsByContentAndInterning) {
  EXPECT_EQ(constant(objects_.str("a b")), "7a03612062");
  EXPECT_EQ(constant(objects_.name(names_.intern("ab"))), "da026162");
  EXPECT_EQ(constant(objects_.str("\xc3\xa9\xc3\xa9")), "7504000000c3a9c3a9");
  EXPECT_EQ(constant(objects_.str(" ")), "fa0120");
  EXPECT_EQ(constant(objects_.str(std::string(256, ' '))).substr(0, 10), "6100010000");
  EXPECT_EQ(constant(objects_.bytes("ab")), "73020000006162");
  EXPECT_EQ(constant(objects_.floating(-0.0)), "670000000000000080");
  EXPECT_EQ(constant(objects_.complex(1, -2)), "79000000000000f03f00000000000000c0");
}

TEST_F(Marshal, SharedObjectsAreFlaggedOnceAndThenReferredTo) {
  Object* twice = objects_.floating(1.5);
  std::string first = "e7000000000000f83f", again = "7202000000";
  EXPECT_EQ(constant(tuple({twice, objects_.floating(1.5)})),
            "2902" + ("67" + first.substr(2)) + "67" + first.substr(2));
  EXPECT_EQ(constant(tuple({twice, twice})), "2902" + first + again);
  // A shared tuple counts its own items once.
  Object* inner = tuple({objects_.floating(1.5)});
  EXPECT_EQ(constant(tuple({inner, inner})), "2902a90167" + first.substr(2) + again);
}

TEST_F(Marshal, FrozensetsAreSortedByTheirDumps) {
  // CPython 3.11.7, `x in {300, 'b c', b'zz', (1, 301), 7}`: an element that only the set holds has no flag while
  // it is dumped for sorting, and has one when it is written.
  std::vector<Object*> items = {tuple({objects_.integer(i64{1}), objects_.integer(301)}), objects_.integer(300),
                                objects_.str("b c"), objects_.bytes("zz"), objects_.integer(i64{7})};
  EXPECT_EQ(constant(objects_.frozenset(items.data(), items.size())),
            "3e05000000"
            "a902e901000000692d010000"
            "e92c010000"
            "f3020000007a7a"
            "fa03622063"
            "e907000000");
}

TEST_F(Marshal, NestingHasCPythonsLimit) {
  auto nest = [&](int depth) {
    Object* value = objects_.floating(1);
    for (int i = 0; i < depth; ++i) value = tuple({value});
    return value;
  };
  // code, consts, 1,997 tuples and the float are 2,000 levels
  Object* deepest = nest(1997);
  code_->consts = static_cast<TupleObject*>(tuple({deepest}));
  std::string bytes = write();
  EXPECT_TRUE(marshal::read(bytes, arena_).error.empty());
  code_->consts = static_cast<TupleObject*>(tuple({nest(1998)}));
  try {
    write();
    FAIL();
  } catch (const diag::SourceError& error) {
    EXPECT_EQ(error.exception, diag::Exception::ValueError);
    EXPECT_EQ(error.message, "object too deeply nested to marshal");
  }
}

TEST_F(Marshal, WritingTwiceGivesTheSame) {
  Object* shared = objects_.floating(1.5);
  code_->consts = static_cast<TupleObject*>(tuple({shared, shared}));
  std::string first = write();
  EXPECT_EQ(write(), first);
}

TEST_F(Marshal, ReadingGivesBackObjectsFlagsAndSharing) {
  Object* shared = objects_.floating(1.5);
  code_->consts = static_cast<TupleObject*>(tuple({shared, objects_.str("a b"), shared}));
  std::string bytes = write();
  marshal::Unmarshalled read = marshal::read(bytes, arena_);
  ASSERT_EQ(read.error, "");
  EXPECT_EQ(read.offset, bytes.size());
  auto* code = static_cast<CodeObject*>(read.object);
  EXPECT_TRUE(code->pinned);
  EXPECT_EQ(code->consts->items[0], code->consts->items[2]);
  EXPECT_TRUE(code->consts->items[0]->pinned);
  EXPECT_FALSE(code->consts->items[1]->pinned);
  EXPECT_EQ(static_cast<StrObject*>(code->consts->items[1])->text, "a b");
  EXPECT_EQ(code->filename->text, "file name.py");
}

TEST_F(Marshal, ReadingAnyBytesIsSafe) {
  Object* shared = objects_.floating(1.5);
  const u64 limbs[] = {1, 2, 3};
  std::vector<Object*> set = {objects_.integer(300), objects_.str("b c")};
  code_->consts = static_cast<TupleObject*>(tuple(
      {shared, shared, objects_.integer(limbs, 3, true), code_->name, objects_.frozenset(set.data(), set.size())}));
  std::string bytes = write();
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(marshal::read(std::string_view(bytes).substr(0, size), arena_).error, "");
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    std::string mutated = bytes;
    for (int k = 0; k < 3; ++k) mutated[random() % mutated.size()] = static_cast<char>(random());
    arena_.reset();
    marshal::read(mutated, arena_);
  }
  for (const char* text : {"u\2\0\0\0\xc3\xc3", "z\1\xe9....", "u\2\0\0\0\xed\xc0"})
    EXPECT_NE(marshal::read({text, 7}, arena_).error, "");
  EXPECT_EQ(marshal::read({"u\3\0\0\0\xed\xa0\x80", 8}, arena_).error, "");  // a surrogate
  EXPECT_NE(marshal::read(std::string(100000, ')') + "\1", arena_).error, "");
  EXPECT_NE(marshal::read(std::string("\xa9\1r\0\0\0\0", 7), arena_).error, "");  // a tuple that holds itself
}

TEST(MarshalHeader, TimestampAndHashes) {
  const Target& target = *Target::find("3.11.7");
  auto header = [&](marshal::Header fields) {
    ByteWriter out;
    marshal::write_header(fields, target, out);
    return hex(out.view());
  };
  EXPECT_EQ(header({.mtime = 0x01020304, .size = 5}), "a70d0d0a000000000403020105000000");
  EXPECT_EQ(header({.mode = marshal::Invalidation::kCheckedHash, .hash = 0x0102030405060708}),
            "a70d0d0a030000000807060504030201");
  EXPECT_EQ(header({.mode = marshal::Invalidation::kUncheckedHash, .hash = 1}), "a70d0d0a010000000100000000000000");
  ByteWriter out;
  marshal::write_header({}, target, out);
  EXPECT_EQ(marshal::target_of_pyc(out.view())->magic(), target.magic());
  EXPECT_EQ(marshal::target_of_pyc("short"), nullptr);
  EXPECT_EQ(marshal::target_of_pyc(std::string(16, 'x')), nullptr);
}

std::string le_hex(u64 hash) { return hex({reinterpret_cast<const char*>(&hash), sizeof hash}); }

TEST(SourceHash, SipHash13) {
  const Target& target = *Target::find("3.11.7");
  EXPECT_EQ(le_hex(marshal::source_hash("", target)), "738d9cd5d5e87f73");
  EXPECT_EQ(le_hex(marshal::source_hash("a", target)), "fa30db0730dcbf07");
  EXPECT_EQ(le_hex(marshal::source_hash("1234567", target)), "771b330c6bae621e");
  EXPECT_EQ(le_hex(marshal::source_hash("12345678", target)), "34289d744291b0e4");
  EXPECT_EQ(le_hex(marshal::source_hash("x = 1\nx = 1\nx = 1\n", target)), "3d80b907c316b5db");
}

}  // namespace
}  // namespace mkpyc
