#include "base/siphash.h"
#include "marshal/marshal.h"

namespace mkpyc::marshal {

// CPython: importlib._bootstrap_external _code_to_timestamp_pyc, _code_to_hash_pyc.
void write_header(const Header& header, const Target& target, ByteWriter& out) {
  out.put32(target.magic());
  switch (header.mode) {
    case Invalidation::kTimestamp:
      out.put32(0);
      out.put32(header.mtime);
      out.put32(header.size);
      return;
    case Invalidation::kCheckedHash:
    case Invalidation::kUncheckedHash:
      out.put32(header.mode == Invalidation::kCheckedHash ? 3 : 1);
      out.put64(header.hash);
      return;
  }
}

u64 source_hash(std::string_view source, const Target& target) { return siphash13(source, target.magic(), 0); }

}  // namespace mkpyc::marshal
