// SWAPs that pattern matching and tuple assignment leave: shorter runs of them, and stores in another order in place of
// swapping their values.
#include <algorithm>

#include "flow/passes.h"

namespace mkpyc::flow {

// CPython: compile.c swaptimize. The run's permutation of the stack is taken apart into cycles; each cycle is written
// as swaps with the top, from the end of the run backwards, and what is left of the run becomes NOPs.
std::size_t swaptimize(std::span<Instr> code, std::size_t at, std::vector<i32>& stack) {
  i32 depth = code[at].arg;
  bool more = false;
  std::size_t end = at + 1;
  for (; end < code.size() && (code[end].op == Op::SWAP || code[end].op == Op::NOP); ++end) {
    if (code[end].op == Op::NOP) continue;
    depth = std::max(depth, code[end].arg);
    more = true;
  }
  if (!more) return at;

  stack.resize(static_cast<std::size_t>(depth));
  for (i32 i = 0; i < depth; ++i) stack[static_cast<std::size_t>(i)] = i;
  for (std::size_t i = at; i < end; ++i)
    if (code[i].op == Op::SWAP) std::swap(stack[0], stack[static_cast<std::size_t>(code[i].arg) - 1]);

  constexpr i32 kVisited = -1;
  std::size_t current = end;
  for (i32 i = 0; i < depth; ++i) {
    if (stack[static_cast<std::size_t>(i)] == kVisited || stack[static_cast<std::size_t>(i)] == i) continue;
    for (i32 j = i;;) {
      if (j != 0) {
        --current;
        code[current].op = Op::SWAP;
        code[current].arg = j + 1;
      }
      i32 next = std::exchange(stack[static_cast<std::size_t>(j)], kVisited);
      if (next == kVisited) break;
      j = next;
    }
  }
  while (current > at) code[--current].op = Op::NOP;
  return end - 1;
}

namespace {

constexpr std::size_t kNowhere = ~std::size_t{0};

// They only touch the top of the stack, and cannot raise or jump.
bool swappable(Op op) { return op == Op::STORE_FAST || op == Op::STORE_FAST_MAYBE_NULL || op == Op::POP_TOP; }

// The next instruction that can change places, on the given line if it is one (CPython: next_swappable_instruction).
std::size_t next_swappable(std::span<Instr> code, std::size_t i, i32 line) {
  while (++i < code.size()) {
    if (line >= 0 && code[i].loc.line != line) return kNowhere;
    if (code[i].op == Op::NOP) continue;
    return swappable(code[i].op) ? i : kNowhere;
  }
  return kNowhere;
}

i32 stores_to(const Instr& instr) {
  return instr.op == Op::STORE_FAST || instr.op == Op::STORE_FAST_MAYBE_NULL ? instr.arg : -1;
}

// True if exchanging the stores at j and k changes which of them a variable keeps.
bool order_matters(std::span<Instr> code, std::size_t j, std::size_t k) {
  i32 store_j = stores_to(code[j]), store_k = stores_to(code[k]);
  if (store_j < 0 && store_k < 0) return false;
  if (store_j == store_k) return true;
  for (std::size_t i = j + 1; i < k; ++i) {
    i32 store = stores_to(code[i]);
    if (store >= 0 && (store == store_j || store == store_k)) return true;
  }
  return false;
}

}  // namespace

// CPython: compile.c apply_static_swaps, from the SWAP at `at` back.
void apply_static_swaps(std::span<Instr> code, std::size_t at, bool safe) {
  for (std::size_t i = at + 1; i-- > 0;) {
    Instr& swap = code[i];
    if (swap.op == Op::NOP || swappable(swap.op)) continue;
    if (swap.op != Op::SWAP) return;
    std::size_t j = next_swappable(code, i, -1);
    if (j == kNowhere) return;
    std::size_t k = j;
    for (i32 count = swap.arg - 1; count > 0; --count) {
      k = next_swappable(code, k, code[j].loc.line);
      if (k == kNowhere) return;
    }
    if (safe && order_matters(code, j, k)) return;
    swap.op = Op::NOP;
    std::swap(code[j], code[k]);
  }
}

}  // namespace mkpyc::flow
