// The exception table: for each run of instructions with one handler its start, length, handler, and the stack depth
// there (CPython: Objects/exception_handling_notes.txt, compile.c assemble_exception_table).
#include "assemble/tables.h"
#include "base/check.h"

namespace mkpyc::assemble {
namespace {

// Six bits a byte, the highest first; 64 says that more follow, 128 that an entry starts.
void put_varint(ByteWriter& out, u32 value, u8 start_bit) {
  MKPYC_CHECK(value < u32{1} << 30);
  u8 mark = start_bit;
  for (int shift = 24; shift > 0; shift -= 6) {
    if (value >> shift == 0) continue;
    out.put8(static_cast<u8>(((value >> shift) & 63) | 64 | mark));
    mark = 0;
  }
  out.put8(static_cast<u8>((value & 63) | mark));
}

void put_entry(ByteWriter& out, i32 start, i32 end, const flow::Block& handler) {
  i32 depth = handler.start_depth - 1 - (handler.preserve_lasti ? 1 : 0);
  MKPYC_CHECK(depth >= 0 && end > start);
  put_varint(out, static_cast<u32>(start), 128);
  put_varint(out, static_cast<u32>(end - start), 0);
  put_varint(out, static_cast<u32>(handler.offset), 0);
  put_varint(out, static_cast<u32>(depth) << 1 | (handler.preserve_lasti ? 1 : 0), 0);
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
