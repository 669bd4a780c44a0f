// The exception table: for each run of instructions with one handler its start, length, handler, and the stack depth
// there (CPython: Objects/exception_handling_notes.txt, compile.c assemble_exception_table).
#include "assemble/tables.h"
#include "base/check.h"

namespace mkpyc::assemble {
namespace {

// Six bits a byte, the highest first; 64 says that more follow, `mark` is put on the first: 128 says that an entry
// starts. Nearly all have one byte or two.
char* put_varint(char* to, u32 value, u8 mark) {
  MKPYC_CHECK(value < u32{1} << 30);
  for (int shift = value < 64 ? 0 : value < 64 * 64 ? 6 : 24; shift > 0; shift -= 6) {
    if (value >> shift == 0) continue;
    *to++ = static_cast<char>(((value >> shift) & 63) | 64 | mark);
    mark = 0;
  }
  *to = static_cast<char>((value & 63) | mark);
  return to + 1;
}
constexpr std::size_t kLongestVarint = 5;

void put_entry(ByteWriter& out, i32 start, i32 end, const flow::Block& handler) {
  i32 depth = handler.start_depth - 1 - (handler.preserve_lasti ? 1 : 0);
  MKPYC_CHECK(depth >= 0 && end > start);
  char* to = out.reserve(4 * kLongestVarint);
  to = put_varint(to, static_cast<u32>(start), 128);
  to = put_varint(to, static_cast<u32>(end - start), 0);
  to = put_varint(to, static_cast<u32>(handler.offset), 0);
  to = put_varint(to, static_cast<u32>(depth) << 1 | (handler.preserve_lasti ? 1 : 0), 0);
  out.end_at(to);
}

}  // namespace

std::string_view emit_exceptions(flow::Graph& graph, const OpTable& ops, i32 code_units, ByteWriter& out) {
  out.clear();
  flow::BlockId handler = flow::BlockId::kNone;
  i32 start = 0;
  for (const flow::Block& block : graph.layout()) {
    std::span<const flow::Instr> code = graph.code(block);
    // Few instructions have another handler than the one before: sizes are added up for these alone.
    i32 offset = block.offset;
    auto measured = code.begin();
    for (auto instr = code.begin(); instr != code.end(); ++instr) {
      if (instr->handler == handler) [[likely]]
        continue;
      for (; measured != instr; ++measured) offset += flow::instr_size(ops, *measured);
      if (handler != flow::BlockId::kNone) put_entry(out, start, offset, graph[handler]);
      start = offset;
      handler = instr->handler;
    }
  }
  if (handler != flow::BlockId::kNone) put_entry(out, start, code_units, graph[handler]);
  return out.view();
}

}  // namespace mkpyc::assemble
