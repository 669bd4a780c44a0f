// Runs tasks on a few threads with large stacks. Tasks make more tasks; each thread has a deque of its own and steals
// from the others when that is empty. The thread that owns the scheduler has a deque too: until there are threads it
// may run tasks itself, so that a run that turns out to have nothing to do never makes one; and where there is too
// little to do for a thread, or the system gives none, it runs all of them on a stack that is as large, in wait().
#pragma once

#include <pthread.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/large_stack.h"
#include "driver/deque.h"

namespace mkpyc::driver {

class Scheduler;

/// What a thread keeps from task to task. Derive from it.
class WorkerState {
 public:
  virtual ~WorkerState() = default;
};

/// A thread's side of the scheduler, as tasks see it.
class Worker {
 public:
  explicit Worker(Scheduler& scheduler, std::size_t index = 0) : scheduler_(scheduler), index_(index) {}
  /// Hands over a task, to be run by any worker.
  void spawn(class Task* task);
  WorkerState& state();

 private:
  friend class Scheduler;
  Scheduler& scheduler_;
  std::size_t index_;
  ChaseLevDeque<Task> deque_;
  std::unique_ptr<WorkerState> state_;
};

/// Belongs to its maker, who has to keep it until it has run.
class Task {
 public:
  virtual ~Task() = default;
  virtual void run(Worker& worker) = 0;
  /// Needs a worker's stack: the owner's thread must not run it.
  virtual bool needs_worker() const = 0;
};

class Scheduler {
 public:
  using MakeState = std::function<std::unique_ptr<WorkerState>()>;

  explicit Scheduler(MakeState make_state);
  /// Cancels and joins.
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // For the owner's thread.
  Worker& owner() { return owner_; }
  /// Takes the owner's newest task back, to be run here or spawned again; null if there is none.
  Task* take_back();
  /// Brings the number of threads up to `threads`, at least 1 and at most the `limit` of the first call. False if
  /// the system gives none and no memory for a stack either.
  bool start(std::size_t threads, std::size_t limit);
  /// Makes ready for wait() to run what there is on the owner's thread, if there are no others. False if there is no
  /// memory for its stack.
  bool start_alone() { return has_threads() || stack_.map(); }
  bool has_threads() const { return !threads_.empty(); }
  /// Waits until nothing is left to do, or some milliseconds have gone. True if nothing is left.
  bool wait(int milliseconds);
  /// No more tasks are begun; those that run are finished.
  void cancel();

 private:
  friend class Worker;
  bool make_threads(std::size_t threads);
  static void* thread_main(void* worker);
  void run_worker(Worker& worker);
  bool work_alone(int milliseconds);
  Task* find_task(Worker& worker);
  Task* steal_from(Worker& victim);
  void sleep();
  void finish_task();
  void wake_one();
  void wake_all();

  MakeState make_state_;
  Worker owner_;
  std::size_t limit_ = 0;
  std::unique_ptr<std::unique_ptr<Worker>[]> workers_;  // `limit_` places; a worker stays where it is
  std::atomic<std::size_t> worker_count_{0};            // how many of them are there
  std::vector<pthread_t> threads_;
  LargeStack stack_;             // of the owner, if there are no threads
  std::atomic<i64> pending_{0};  // spawned and not finished
  std::atomic<u32> epoch_{0};    // sleepers wait for a change
  std::atomic<u32> sleepers_{0};
  std::atomic<bool> cancelled_{false};
  std::mutex mutex_;
  std::condition_variable idle_;
};

}  // namespace mkpyc::driver
