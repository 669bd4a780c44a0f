// The work of one thread, from which idle threads steal: the lock-free deque of Chase and Lev. The owner pushes and
// pops at the bottom, so that it goes on with what it has just seen; thieves take the oldest item from the top.
//
// The memory orders are those of Le, Pop, Cohen and Zappa Nardelli, "Correct and Efficient Work-Stealing for Weak
// Memory Models" (2013), with the two fences moved into the accesses of `bottom_` and `top_` on either side of them:
// the thread sanitizer does not see fences, and on x86 and ARMv8 a sequentially consistent access costs what the fence
// costs. The stress test (tests/unit/driver_threads.cc) runs with an obvious twin as well.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "base/int.h"

namespace mkpyc::driver {

template <class T>
class ChaseLevDeque {
 public:
  ChaseLevDeque() {
    rings_.push_back(std::make_unique<Ring>(kFirstSize));
    ring_.store(rings_.back().get(), std::memory_order_relaxed);
  }
  ChaseLevDeque(const ChaseLevDeque&) = delete;
  ChaseLevDeque& operator=(const ChaseLevDeque&) = delete;

  /// Owner only.
  void push(T* item) {
    i64 bottom = bottom_.load(std::memory_order_relaxed);
    i64 top = top_.load(std::memory_order_acquire);
    Ring* ring = ring_.load(std::memory_order_relaxed);
    if (bottom - top >= ring->size()) ring = grow(*ring, top, bottom);
    ring->put(bottom, item);
    // Publishes the item; also ordered before the pusher's look for sleepers (scheduler.cc).
    bottom_.store(bottom + 1, std::memory_order_seq_cst);
  }

  /// Owner only. Null if there is nothing left.
  T* pop() {
    i64 bottom = bottom_.load(std::memory_order_relaxed) - 1;
    Ring* ring = ring_.load(std::memory_order_relaxed);
    bottom_.store(bottom, std::memory_order_seq_cst);
    i64 top = top_.load(std::memory_order_seq_cst);
    if (top > bottom) {
      bottom_.store(bottom + 1, std::memory_order_relaxed);
      return nullptr;
    }
    T* item = ring->get(bottom);
    if (top < bottom) return item;
    // The last item: whoever moves `top_` has it.
    if (!top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst, std::memory_order_relaxed))
      item = nullptr;
    bottom_.store(bottom + 1, std::memory_order_relaxed);
    return item;
  }

  /// Any thread. Null if there is nothing, or another thief was faster.
  T* steal() {
    i64 top = top_.load(std::memory_order_seq_cst);
    i64 bottom = bottom_.load(std::memory_order_seq_cst);
    if (top >= bottom) return nullptr;
    T* item = ring_.load(std::memory_order_acquire)->get(top);
    if (!top_.compare_exchange_strong(top, top + 1, std::memory_order_seq_cst, std::memory_order_relaxed))
      return nullptr;
    return item;
  }

  /// A guess, but for the owner when nobody steals.
  bool empty() const { return top_.load(std::memory_order_seq_cst) >= bottom_.load(std::memory_order_seq_cst); }

 private:
  static constexpr i64 kFirstSize = 256;

  class Ring {
   public:
    explicit Ring(i64 size) : size_(size), items_(new std::atomic<T*>[static_cast<std::size_t>(size)]) {}
    i64 size() const { return size_; }
    T* get(i64 at) const { return items_[slot(at)].load(std::memory_order_relaxed); }
    void put(i64 at, T* item) { items_[slot(at)].store(item, std::memory_order_relaxed); }

   private:
    std::size_t slot(i64 at) const { return static_cast<std::size_t>(at & (size_ - 1)); }
    i64 size_;
    std::unique_ptr<std::atomic<T*>[]> items_;
  };

  // Thieves may still read the old ring: it is kept until the deque goes.
  Ring* grow(const Ring& old, i64 top, i64 bottom) {
    rings_.push_back(std::make_unique<Ring>(old.size() * 2));
    Ring* ring = rings_.back().get();
    for (i64 i = top; i < bottom; ++i) ring->put(i, old.get(i));
    ring_.store(ring, std::memory_order_release);
    return ring;
  }

  // Thieves write one, the owner the other: not on one cache line.
  alignas(64) std::atomic<i64> top_{0};
  alignas(64) std::atomic<i64> bottom_{0};
  std::atomic<Ring*> ring_{nullptr};
  std::vector<std::unique_ptr<Ring>> rings_;
};

}  // namespace mkpyc::driver
