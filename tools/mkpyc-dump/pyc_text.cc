#include "pyc_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <initializer_list>
#include <iterator>

#include "ast_dump.h"
#include "target/features.h"

namespace mkpyc::dump {
namespace {

void append_items(const Seq<Object*>& items, std::size_t limit, std::string& out) {
  bool first = true;
  for (const Object* item : items) {
    if (!first) out += ", ";
    first = false;
    if (out.size() > limit) {
      out += "...";
      return;
    }
    out += constant_text(item, limit - out.size() + 3);
  }
}

std::string float_text(double value) {
  if (std::isnan(value)) return std::signbit(value) ? "-nan" : "nan";
  FloatObject object;
  object.type = Type::Float;
  object.value = value;
  std::string out = value == 0 && std::signbit(value) ? "-0.0" : "";
  if (out.empty()) dump_constant(&object, out);
  return out;
}

std::string name_at(const TupleObject& names, u32 index) {
  if (index >= names.items.size()) return "index out of range";
  return std::string(static_cast<const StrObject*>(names.items[index])->text);
}

bool is_one_of(Op op, std::initializer_list<Op> ops) { return std::find(ops.begin(), ops.end(), op) != ops.end(); }

std::string jump_text(const assemble::DecodedInstr& instr) {
  std::string_view name = op_name(instr.op);
  u32 after = instr.offset + instr.size, distance = instr.arg * 2;
  // END_ASYNC_FOR names the END_SEND of its loop.
  bool backward = name.find("BACKWARD") != std::string_view::npos || instr.op == Op::END_ASYNC_FOR;
  return "to " + std::to_string(backward ? after - distance : after + distance);
}

// How many low bits of the argument are flags beside the index of a name.
int flag_bits(Op op, const Target& target) {
  bool packed = target.on(Feature::graph_after_codegen);
  if (op == Op::LOAD_GLOBAL) return target.ops()[op].caches != 0 ? 1 : 0;
  if (op == Op::LOAD_ATTR) return packed ? 1 : 0;
  if (op == Op::LOAD_SUPER_ATTR) return 2;
  if (op == Op::IMPORT_NAME) return target.on(Feature::lazy_imports) ? 2 : 0;
  return 0;
}

bool names_global(Op op) {
  return is_one_of(op, {Op::LOAD_NAME, Op::STORE_NAME, Op::DELETE_NAME, Op::LOAD_GLOBAL, Op::STORE_GLOBAL,
                        Op::DELETE_GLOBAL, Op::LOAD_ATTR, Op::STORE_ATTR, Op::DELETE_ATTR, Op::LOAD_METHOD,
                        Op::LOAD_SUPER_ATTR, Op::LOAD_FROM_DICT_OR_GLOBALS, Op::IMPORT_NAME, Op::IMPORT_FROM});
}

bool names_local(Op op) {
  return is_one_of(op, {Op::LOAD_FAST, Op::LOAD_FAST_CHECK, Op::LOAD_FAST_AND_CLEAR, Op::LOAD_FAST_BORROW,
                        Op::STORE_FAST, Op::DELETE_FAST, Op::MAKE_CELL, Op::LOAD_CLOSURE, Op::LOAD_DEREF,
                        Op::STORE_DEREF, Op::DELETE_DEREF, Op::LOAD_CLASSDEREF, Op::LOAD_FROM_DICT_OR_DEREF});
}

bool names_two_locals(Op op) {
  return is_one_of(op, {Op::LOAD_FAST_LOAD_FAST, Op::LOAD_FAST_BORROW_LOAD_FAST_BORROW, Op::STORE_FAST_LOAD_FAST,
                        Op::STORE_FAST_STORE_FAST});
}

// What the argument stands for; empty if it is just a number.
std::string meaning(const assemble::DecodedInstr& instr, const CodeObject& code, const Target& target) {
  if (target.ops()[instr.op].jump) return jump_text(instr);
  if (is_one_of(instr.op, {Op::LOAD_CONST, Op::KW_NAMES, Op::RETURN_CONST})) {
    if (instr.arg >= code.consts->items.size()) return "index out of range";
    return constant_text(code.consts->items[instr.arg]);
  }
  if (names_global(instr.op)) {
    std::string name = name_at(*code.names, instr.arg >> flag_bits(instr.op, target));
    if (instr.op == Op::LOAD_GLOBAL && flag_bits(instr.op, target) != 0 && (instr.arg & 1) != 0) name += " + NULL";
    return name;
  }
  if (names_local(instr.op)) return name_at(*code.localsplusnames, instr.arg);
  if (names_two_locals(instr.op))
    return name_at(*code.localsplusnames, instr.arg >> 4) + ", " + name_at(*code.localsplusnames, instr.arg & 15);
  return "";
}

struct Bit {
  u32 bit;
  const char* name;
};

std::string bits_text(u32 value, const Bit* begin, const Bit* end) {
  std::string out;
  for (const Bit* row = begin; row != end; ++row)
    if ((value & row->bit) != 0) {
      if (!out.empty()) out += '|';
      out += row->name;
    }
  return out;
}

}  // namespace

std::string constant_text(const Object* object, std::size_t limit) {
  std::string out;
  switch (object->type) {
    case Type::None:
    case Type::False:
    case Type::True:
    case Type::Ellipsis:
    case Type::Int:
    case Type::Str:
    case Type::Bytes: dump_constant(object, out); break;
    case Type::Float: out = float_text(static_cast<const FloatObject*>(object)->value); break;
    case Type::Complex: {
      const auto* value = static_cast<const ComplexObject*>(object);
      out = "complex(" + float_text(value->real) + ", " + float_text(value->imag) + ")";
      break;
    }
    case Type::Tuple:
      out = "(";
      append_items(static_cast<const TupleObject*>(object)->items, limit, out);
      out += static_cast<const TupleObject*>(object)->items.size() == 1 ? ",)" : ")";
      break;
    case Type::FrozenSet:
      out = "frozenset({";
      append_items(static_cast<const TupleObject*>(object)->items, limit, out);
      out += "})";
      break;
    case Type::Slice: {
      const auto* slice = static_cast<const SliceObject*>(object);
      out = "slice(" + constant_text(slice->start, limit) + ", " + constant_text(slice->stop, limit) + ", " +
            constant_text(slice->step, limit) + ")";
      break;
    }
    case Type::Code:
      out = "<code " + std::string(static_cast<const CodeObject*>(object)->qualname->text) + ", line " +
            std::to_string(static_cast<const CodeObject*>(object)->firstlineno) + ">";
      break;
  }
  if (out.size() > limit + 10) out = out.substr(0, limit) + "...";
  return out;
}

std::string location_text(const ast::Loc& loc) {
  if (loc.line < 0) return "none";
  std::string out = std::to_string(loc.line);
  if (loc.col < 0 && loc.end_line == loc.line) return out;
  return out + ":" + std::to_string(loc.col) + "-" + std::to_string(loc.end_line) + ":" + std::to_string(loc.end_col);
}

std::string instruction_text(const assemble::DecodedInstr& instr, const CodeObject& code, const Target& target) {
  if (instr.op == Op::kCount) return "<" + std::to_string(instr.number) + "> " + std::to_string(instr.arg);
  std::string out = op_name(instr.op);
  if (target.ops()[instr.op].has_arg() || instr.arg != 0) out += " " + std::to_string(instr.arg);
  std::string text = meaning(instr, code, target);
  if (!text.empty()) out += " (" + text + ")";
  if (!instr.clean_caches) out += " [cache entries are not zero]";
  return out;
}

std::string flags_text(u32 flags) {
  static constexpr Bit bits[] = {
      {CO_OPTIMIZED, "OPTIMIZED"},
      {CO_NEWLOCALS, "NEWLOCALS"},
      {CO_VARARGS, "VARARGS"},
      {CO_VARKEYWORDS, "VARKEYWORDS"},
      {CO_NESTED, "NESTED"},
      {CO_GENERATOR, "GENERATOR"},
      {CO_COROUTINE, "COROUTINE"},
      {CO_ITERABLE_COROUTINE, "ITERABLE_COROUTINE"},
      {CO_ASYNC_GENERATOR, "ASYNC_GENERATOR"},
      {CO_FUTURE_DIVISION, "FUTURE_DIVISION"},
      {CO_FUTURE_ABSOLUTE_IMPORT, "FUTURE_ABSOLUTE_IMPORT"},
      {CO_FUTURE_WITH_STATEMENT, "FUTURE_WITH_STATEMENT"},
      {CO_FUTURE_PRINT_FUNCTION, "FUTURE_PRINT_FUNCTION"},
      {CO_FUTURE_UNICODE_LITERALS, "FUTURE_UNICODE_LITERALS"},
      {CO_FUTURE_BARRY_AS_BDFL, "FUTURE_BARRY_AS_BDFL"},
      {CO_FUTURE_GENERATOR_STOP, "FUTURE_GENERATOR_STOP"},
      {CO_FUTURE_ANNOTATIONS, "FUTURE_ANNOTATIONS"},
      {CO_HAS_DOCSTRING, "HAS_DOCSTRING"},
      {CO_METHOD, "METHOD"},
  };
  return bits_text(flags, std::begin(bits), std::end(bits));
}

std::string kind_text(u8 kind) {
  static constexpr Bit bits[] = {{0x02, "positional"}, {0x04, "keyword"}, {0x08, "variadic"}, {0x10, "hidden"},
                                 {0x20, "local"},      {0x40, "cell"},    {0x80, "free"}};
  std::string out = bits_text(kind, std::begin(bits), std::end(bits));
  return out.empty() ? "0" : out;
}

}  // namespace mkpyc::dump
