#include "assemble/bytecode_writer.h"

namespace mkpyc::assemble {

[[gnu::noinline]] char* put_extended(char* to, i16 extended, u32 arg) {
  for (int shift = arg > 0xFFFFFF ? 24 : arg > 0xFFFF ? 16 : 8; shift > 0; shift -= 8, to += 2)
    put_unit(to, extended, arg >> shift);
  return to;
}

}  // namespace mkpyc::assemble
