// Code object -> bytes (CPython: marshal.c, versions 4 to 6, which write a module alike). refs.cc decides which objects
// carry FLAG_REF; pyc.cc writes the header.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "object/object.h"
#include "target/target.h"

namespace mkpyc::marshal {

/// Appends the marshalled module code. Errors: SourceError ValueError "object too deeply nested to marshal".
void write(CodeObject* code, const Target& target, ByteWriter& out);

enum class Invalidation : u8 { kTimestamp, kCheckedHash, kUncheckedHash };

/// What a .pyc's header says of its source (PEP 552).
struct Header {
  Invalidation mode = Invalidation::kTimestamp;
  u32 mtime = 0;  // seconds, modulo 2^32
  u32 size = 0;   // bytes of the source, modulo 2^32
  u64 hash = 0;   // source_hash() for the hash modes
};

inline constexpr std::size_t kHeaderSize = 16;

/// Appends the 16 bytes of the header.
void write_header(const Header& header, const Target& target, ByteWriter& out);

/// importlib.util.source_hash: SipHash-1-3 of the source with the magic number as key (CPython: pyhash.c
/// _Py_KeyedHash).
u64 source_hash(std::string_view source, const Target& target);

}  // namespace mkpyc::marshal
