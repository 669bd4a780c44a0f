// Code object -> bytes (CPython: marshal.c, version 4 and 5). refs.cc decides which objects carry FLAG_REF; pyc.cc
// writes the header.
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "object/object.h"
#include "target/target.h"

namespace mkpyc::marshal {

/// Appends the marshalled module code. Errors: SourceError ValueError "object too deeply nested to marshal".
void write(CodeObject* code, const Target& target, Arena& arena, ByteWriter& out);

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

/// SipHash of the source with the magic number as key, as importlib.util.source_hash: 2-4 up to 3.10, 1-3 from 3.11.
u64 source_hash(std::string_view source, const Target& target);

}  // namespace mkpyc::marshal
