// The deques and the scheduler under stress; meant for the thread sanitizer too (-Db_sanitize=thread).
#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/large_stack.h"
#include "driver/deque.h"
#include "driver/scheduler.h"

namespace mkpyc::driver {
namespace {

struct Item {
  std::atomic<int> taken{0};
  int value = 0;  // not atomic: the deque has to publish it
};

// The deque with a lock: slower, and plainly right.
template <class T>
class MutexDeque {
 public:
  void push(T* item) {
    std::lock_guard lock(mutex_);
    items_.push_back(item);
  }
  T* pop() {
    std::lock_guard lock(mutex_);
    if (items_.empty()) return nullptr;
    T* item = items_.back();
    items_.pop_back();
    return item;
  }
  T* steal() {
    std::lock_guard lock(mutex_);
    if (items_.empty()) return nullptr;
    T* item = items_.front();
    items_.pop_front();
    return item;
  }
  bool empty() const {
    std::lock_guard lock(mutex_);
    return items_.empty();
  }

 private:
  mutable std::mutex mutex_;
  std::deque<T*> items_;
};

template <class D>
struct Deque : testing::Test {};
using Deques = testing::Types<ChaseLevDeque<Item>, MutexDeque<Item>>;
TYPED_TEST_SUITE(Deque, Deques);

TYPED_TEST(Deque, OwnerGetsTheNewestThiefTheOldest) {
  TypeParam deque;
  Item items[3];
  EXPECT_EQ(deque.pop(), nullptr);
  EXPECT_EQ(deque.steal(), nullptr);
  for (Item& item : items) deque.push(&item);
  EXPECT_FALSE(deque.empty());
  EXPECT_EQ(deque.steal(), &items[0]);
  EXPECT_EQ(deque.pop(), &items[2]);
  EXPECT_EQ(deque.pop(), &items[1]);
  EXPECT_EQ(deque.pop(), nullptr);
  EXPECT_TRUE(deque.empty());
}

TYPED_TEST(Deque, GrowsAndWrapsAround) {
  TypeParam deque;
  std::vector<Item> items(5000);
  std::size_t pushed = 0, stolen = 0;
  while (pushed < items.size()) {
    for (int i = 0; i < 7 && pushed < items.size(); ++i) deque.push(&items[pushed++]);
    for (int i = 0; i < 5; ++i) {
      Item* item = deque.steal();
      if (item == nullptr) break;
      EXPECT_EQ(item, &items[stolen++]);
    }
  }
  for (std::size_t last = items.size(); last > stolen;) EXPECT_EQ(deque.pop(), &items[--last]);
}

// The owner pushes and pops in bursts while thieves steal: each item is taken once, with what was written to it.
TYPED_TEST(Deque, EachItemIsTakenOnceUnderStress) {
  constexpr int kItems = 60000, kThieves = 3;
  TypeParam deque;
  std::vector<Item> items(kItems);
  std::atomic<bool> finished{false};
  std::atomic<int> taken{0};
  std::atomic<long> sum{0};
  auto take = [&](Item* item) {
    EXPECT_EQ(item->taken.fetch_add(1), 0);
    sum += item->value;
    taken.fetch_add(1);
  };
  std::vector<std::thread> thieves;
  for (int i = 0; i < kThieves; ++i)
    thieves.emplace_back([&] {
      while (!finished.load())
        if (Item* item = deque.steal()) take(item);
    });
  unsigned random = 12345;
  for (int next = 0; next < kItems;) {
    random = random * 1103515245 + 12345;
    for (unsigned burst = random >> 16 & 63; burst > 0 && next < kItems; --burst, ++next) {
      items[static_cast<std::size_t>(next)].value = next;
      deque.push(&items[static_cast<std::size_t>(next)]);
    }
    for (unsigned burst = random >> 24 & 31; burst > 0; --burst)
      if (Item* item = deque.pop()) take(item);
  }
  while (Item* item = deque.pop()) take(item);
  while (taken.load() < kItems) std::this_thread::yield();
  finished = true;
  for (std::thread& thief : thieves) thief.join();
  EXPECT_EQ(sum.load(), static_cast<long>(kItems) * (kItems - 1) / 2);
}

// The last item, fought over by owner and thieves.
TYPED_TEST(Deque, TheLastItemHasOneTaker) {
  constexpr int kRounds = 20000;
  TypeParam deque;
  std::vector<Item> items(kRounds);
  std::atomic<bool> finished{false};
  std::thread thief([&] {
    while (!finished.load())
      if (Item* item = deque.steal()) item->taken.fetch_add(1);
  });
  for (Item& item : items) {
    deque.push(&item);
    if (Item* popped = deque.pop()) popped->taken.fetch_add(1);
    while (item.taken.load() == 0) std::this_thread::yield();
  }
  finished = true;
  thief.join();
  for (Item& item : items) EXPECT_EQ(item.taken.load(), 1);
}

// A tree of tasks: each makes `children` more until the depth is used up.
class TreeTask : public Task {
 public:
  TreeTask(int depth, int children, std::atomic<int>& count) : depth_(depth), children_(children), count_(count) {}
  void run(Worker& worker) override {
    count_.fetch_add(1);
    for (int i = 0; depth_ > 0 && i < children_; ++i) {
      tasks_.push_back(std::make_unique<TreeTask>(depth_ - 1, children_, count_));
      worker.spawn(tasks_.back().get());
    }
  }
  bool needs_worker() const override { return depth_ == 0; }

 private:
  int depth_, children_;
  std::atomic<int>& count_;
  std::vector<std::unique_ptr<TreeTask>> tasks_;
};

struct State : WorkerState {};
std::unique_ptr<WorkerState> make_state() { return std::make_unique<State>(); }

TEST(Scheduler, RunsEveryTaskOnce) {
  for (std::size_t threads : {1, 2, 4, 8}) {
    std::atomic<int> count{0};
    TreeTask root(6, 5, count);
    Scheduler scheduler(make_state);
    scheduler.owner().spawn(&root);
    ASSERT_TRUE(scheduler.start(threads, threads));
    while (!scheduler.wait(1000)) {
    }
    EXPECT_EQ(count.load(), (15625 * 5 - 1) / 4) << threads;
  }
}

TEST(Scheduler, TheOwnerRunsWhatNeedsNoWorkerBeforeTheStart) {
  std::atomic<int> count{0};
  TreeTask root(1, 3, count);
  Scheduler scheduler(make_state);
  scheduler.owner().spawn(&root);
  Task* task = scheduler.take_back();
  ASSERT_EQ(task, &root);
  EXPECT_EQ(scheduler.take_back(), nullptr);
  task->run(scheduler.owner());
  EXPECT_EQ(count.load(), 1);
  Task* leaf = scheduler.take_back();
  ASSERT_NE(leaf, nullptr);
  EXPECT_TRUE(leaf->needs_worker());
  scheduler.owner().spawn(leaf);
  ASSERT_TRUE(scheduler.start(2, 2));
  while (!scheduler.wait(1000)) {
  }
  EXPECT_EQ(count.load(), 4);
}

TEST(Scheduler, TakesMoreWorkAndMoreThreadsLater) {
  std::atomic<int> count{0};
  Scheduler scheduler(make_state);
  std::vector<std::unique_ptr<TreeTask>> roots;
  for (std::size_t round = 1; round <= 30; ++round) {
    roots.push_back(std::make_unique<TreeTask>(3, 4, count));
    scheduler.owner().spawn(roots.back().get());
    ASSERT_TRUE(scheduler.start(round, 6));
    while (!scheduler.wait(1000)) {
    }
    EXPECT_EQ(count.load(), static_cast<int>(round) * 85);
  }
}

TEST(Scheduler, OwnerWorksAloneUntilThereAreThreads) {
  std::atomic<int> count{0};
  Scheduler scheduler(make_state);
  TreeTask first(3, 4, count), second(3, 4, count);
  scheduler.owner().spawn(&first);
  ASSERT_TRUE(scheduler.start_alone());
  EXPECT_FALSE(scheduler.has_threads());
  EXPECT_EQ(count.load(), 0);
  while (!scheduler.wait(1000)) {
  }
  EXPECT_EQ(count.load(), 85);
  scheduler.owner().spawn(&second);
  ASSERT_TRUE(scheduler.start(2, 2));
  EXPECT_TRUE(scheduler.has_threads());
  while (!scheduler.wait(1000)) {
  }
  EXPECT_EQ(count.load(), 170);
}

TEST(Scheduler, StopsInTheMiddle) {
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> count{0};
    TreeTask root(7, 5, count);
    {
      Scheduler scheduler(make_state);
      scheduler.owner().spawn(&root);
      ASSERT_TRUE(scheduler.start(3, 3));
      while (count.load() < 50) std::this_thread::yield();
      scheduler.cancel();
    }
    EXPECT_LE(count.load(), (78125 * 5 - 1) / 4);
  }
}

std::size_t stack_size() {
  pthread_attr_t attributes;
  pthread_getattr_np(pthread_self(), &attributes);
  std::size_t size = 0;
  pthread_attr_getstacksize(&attributes, &size);
  pthread_attr_destroy(&attributes);
  return size;
}

class StackTask : public Task {
 public:
  void run(Worker&) override { size = stack_size(); }
  bool needs_worker() const override { return true; }
  std::size_t size = 0;
};

TEST(Scheduler, WorkersHaveLargeStacks) {
  StackTask task;
  Scheduler scheduler(make_state);
  scheduler.owner().spawn(&task);
  ASSERT_TRUE(scheduler.start(1, 1));
  while (!scheduler.wait(1000)) {
  }
  EXPECT_GE(task.size, kLargeStack);
  std::size_t size = 0;
  on_large_stack([&] { size = stack_size(); });
  EXPECT_GE(size, kLargeStack);
}

// Frames that no optimiser takes away.
[[gnu::noinline]] std::size_t deeper(std::size_t kilobytes) {
  volatile char frame[1024];
  frame[0] = static_cast<char>(kilobytes);
  std::size_t below = kilobytes == 0 ? 0 : deeper(kilobytes - 1);
  return below + static_cast<std::size_t>(frame[0] == static_cast<char>(kilobytes));
}

TEST(LargeStack, IsAsLargeOnTheThreadAtHand) {
  LargeStack stack;
  ASSERT_TRUE(stack.map());
  ASSERT_TRUE(stack.map());
  constexpr std::size_t kKilobytes = kLargeStack >> 12;  // a quarter: a sanitizer widens frames
  for (int round = 0; round < 3; ++round) {
    std::size_t frames = 0;
    stack.run([&] { frames = deeper(kKilobytes); });
    EXPECT_EQ(frames, kKilobytes + 1);
  }
}

}  // namespace
}  // namespace mkpyc::driver
