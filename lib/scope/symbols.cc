// A scope's symbols once they are an array: finding one among many, and adding one.
#include <algorithm>
#include <bit>

#include "scope/scratch.h"

namespace mkpyc::scope {
namespace {

// Blocks with more symbols than this get a table for find().
constexpr u32 kMostToScan = 16;

void put(Scope* scope, u32 place) {
  u32 mask = ~u32{0} >> scope->bucket_shift;
  u32 at = Scope::bucket_of(scope->symbols[place].name, scope->bucket_shift);
  while (scope->buckets[at] != 0) at = (at + 1) & mask;
  scope->buckets[at] = place + 1;
}

}  // namespace

void index_symbols(Scope* scope, Arena& arena) {
  u32 count = scope->symbols.size();
  scope->buckets = nullptr;
  if (count <= kMostToScan) return;
  u32 size = std::bit_ceil(count * 2);
  scope->bucket_shift = 32 - static_cast<u32>(std::bit_width(size) - 1);
  scope->buckets = arena.array<u32>(size);
  std::fill_n(scope->buckets, size, 0);
  for (u32 i = 0; i < count; ++i) put(scope, i);
}

void append_symbol(Scope* scope, const Symbol& symbol, Arena& arena) {
  u32 count = scope->symbols.size();
  Symbol* symbols = scope->symbols.begin();
  if (count >= scope->symbols_capacity) {
    scope->symbols_capacity = std::bit_ceil(count + 1);
    symbols = arena.array<Symbol>(scope->symbols_capacity);
    std::copy(scope->symbols.begin(), scope->symbols.end(), symbols);
  }
  symbols[count] = symbol;
  scope->symbols = {symbols, count + 1};
  bool fits = scope->buckets != nullptr && (count + 1) * 2 <= (~u32{0} >> scope->bucket_shift) + 1;
  if (fits)
    put(scope, count);
  else
    index_symbols(scope, arena);
}

}  // namespace mkpyc::scope
