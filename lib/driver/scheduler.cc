#include "driver/scheduler.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <new>

#include "base/check.h"
#include "driver/memory.h"

namespace mkpyc::driver {
namespace {

// Where there is no memory even for the run itself, it ends; what has been written is whole.
template <class Work>
void or_end_without_memory(const Work& work) {
  try {
    work();
  } catch (const std::bad_alloc&) {
    end_without_memory();
  }
}

}  // namespace

void Worker::spawn(Task* task) {
  scheduler_.pending_.fetch_add(1, std::memory_order_relaxed);
  deque_.push(task);
  scheduler_.wake_one();
}

WorkerState& Worker::state() {
  if (state_ == nullptr) state_ = scheduler_.make_state_();
  return *state_;
}

Scheduler::Scheduler(MakeState make_state) : make_state_(std::move(make_state)), owner_(*this) {}

Scheduler::~Scheduler() {
  cancel();
  for (pthread_t thread : threads_) pthread_join(thread, nullptr);
}

Task* Scheduler::take_back() {
  Task* task = owner_.deque_.pop();
  if (task != nullptr) finish_task();
  return task;
}

bool Scheduler::start(std::size_t threads, std::size_t limit) {
  if (workers_ == nullptr) {
    limit_ = std::max<std::size_t>(limit, 1);
    workers_.reset(new std::unique_ptr<Worker>[limit_]);
  }
  return make_threads(std::clamp<std::size_t>(threads, 1, limit_)) || stack_.map();
}

// Signals stay with the owner's thread.
bool Scheduler::make_threads(std::size_t threads) {
  if (threads <= threads_.size()) return true;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kLargeStack);
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &old);
  while (threads_.size() < threads) {
    std::size_t index = threads_.size();
    workers_[index] = std::make_unique<Worker>(*this, index);
    pthread_t thread;
    if (pthread_create(&thread, &attributes, &thread_main, workers_[index].get()) != 0) break;
    threads_.push_back(thread);
    worker_count_.store(index + 1, std::memory_order_release);
  }
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  pthread_attr_destroy(&attributes);
  return !threads_.empty();
}

void* Scheduler::thread_main(void* argument) {
  Worker& worker = *static_cast<Worker*>(argument);
  or_end_without_memory([&] { worker.scheduler_.run_worker(worker); });
  return nullptr;
}

void Scheduler::run_worker(Worker& worker) {
  while (!cancelled_.load(std::memory_order_acquire)) {
    if (Task* task = find_task(worker)) {
      task->run(worker);
      finish_task();
    } else {
      sleep();
    }
  }
  worker.state_.reset();
}

Task* Scheduler::steal_from(Worker& victim) {
  while (!victim.deque_.empty())
    if (Task* task = victim.deque_.steal()) return task;
  return nullptr;
}

// Own work first; then that of the neighbours, the nearest first; then the owner's.
Task* Scheduler::find_task(Worker& worker) {
  if (Task* task = worker.deque_.pop()) return task;
  std::size_t count = worker_count_.load(std::memory_order_acquire);
  for (std::size_t i = 1; i < count; ++i)
    if (Task* task = steal_from(*workers_[(worker.index_ + i) % count])) return task;
  return steal_from(owner_);
}

// A sleeper first says that it will sleep, then looks once more; a pusher first pushes, then looks for sleepers. Both
// sides are sequentially consistent, so one of them sees the other.
void Scheduler::sleep() {
  u32 epoch = epoch_.load(std::memory_order_seq_cst);
  sleepers_.fetch_add(1, std::memory_order_seq_cst);
  bool work = cancelled_.load(std::memory_order_seq_cst) || !owner_.deque_.empty();
  std::size_t count = worker_count_.load(std::memory_order_acquire);
  for (std::size_t i = 0; i < count; ++i) work |= !workers_[i]->deque_.empty();
  if (!work) epoch_.wait(epoch, std::memory_order_seq_cst);
  sleepers_.fetch_sub(1, std::memory_order_seq_cst);
}

void Scheduler::wake_one() {
  if (sleepers_.load(std::memory_order_seq_cst) == 0) return;
  epoch_.fetch_add(1, std::memory_order_seq_cst);
  epoch_.notify_one();
}

void Scheduler::wake_all() {
  epoch_.fetch_add(1, std::memory_order_seq_cst);
  epoch_.notify_all();
}

void Scheduler::finish_task() {
  if (pending_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  std::lock_guard lock(mutex_);
  idle_.notify_all();
}

// The oldest task first, as thieves do.
bool Scheduler::work_alone(int milliseconds) {
  auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  auto left = [&] { return pending_.load(std::memory_order_relaxed) > 0; };
  auto work = [&] {
    while (left() && std::chrono::steady_clock::now() < end) {
      Task* task = steal_from(owner_);
      MKPYC_CHECK(task != nullptr);
      task->run(owner_);
      finish_task();
    }
  };
  if (left()) stack_.run([&] { or_end_without_memory(work); });
  return !left();
}

bool Scheduler::wait(int milliseconds) {
  if (threads_.empty()) return work_alone(milliseconds);
  std::unique_lock lock(mutex_);
  return idle_.wait_for(lock, std::chrono::milliseconds(milliseconds),
                        [&] { return pending_.load(std::memory_order_acquire) == 0; });
}

void Scheduler::cancel() {
  cancelled_.store(true, std::memory_order_seq_cst);
  wake_all();
}

}  // namespace mkpyc::driver
