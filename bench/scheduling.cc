// Which scheduler: the driver's work-stealing one, or the simplest that could do, an atomic index over a list of all
// files, the largest first. Both compile the machine's Python library in memory. The simple one needs the whole list
// before it begins, which a tree on a disk does not have: it is the bound to compare with.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <numeric>
#include <thread>

#include "corpus.h"
#include "driver/scheduler.h"
#include "mkpyc.h"

namespace mkpyc::bench {
namespace {

void compile(Compiler& compiler, const File& file) {
  Options options;
  options.target = Target::find("3.11");
  options.filename = file.name;
  benchmark::DoNotOptimize(compiler.compile({file.bytes.data(), file.size()}, options, true));
}

void report(benchmark::State& state) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(corpus().bytes));
}

// One thread's share of the list. A large stack, as the driver's threads have, is not needed for a library.
void BM_AtomicIndex(benchmark::State& state) {
  const std::vector<File>& files = corpus().files;
  std::vector<std::size_t> order(files.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return files[a].size() > files[b].size(); });
  for (auto _ : state) {
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < state.range(0); ++i)
      threads.emplace_back([&] {
        Compiler compiler;
        for (std::size_t at; (at = next.fetch_add(1)) < order.size();) compile(compiler, files[order[at]]);
      });
    for (std::thread& thread : threads) thread.join();
  }
  report(state);
}

struct CompilerState : driver::WorkerState {
  Compiler compiler;
};

class FileTask : public driver::Task {
 public:
  explicit FileTask(const File& file) : file_(file) {}
  void run(driver::Worker& worker) override { compile(static_cast<CompilerState&>(worker.state()).compiler, file_); }
  bool needs_worker() const override { return true; }

 private:
  const File& file_;
};

// A folder's files become tasks when the folder's own task runs, as in the driver.
class FolderTask : public driver::Task {
 public:
  void add(const File& file) { files_.emplace_back(file); }
  void run(driver::Worker& worker) override {
    for (auto file = files_.rbegin(); file != files_.rend(); ++file) worker.spawn(&*file);
  }
  bool needs_worker() const override { return false; }

 private:
  std::vector<FileTask> files_;
};

void BM_WorkStealing(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<FolderTask> folders;
    std::string last;
    for (const File& file : corpus().files) {
      std::string folder = file.name.substr(0, file.name.rfind('/'));
      if (folders.empty() || folder != last) folders.emplace_back();
      last = folder;
      folders.back().add(file);
    }
    driver::Scheduler scheduler([] { return std::make_unique<CompilerState>(); });
    for (FolderTask& folder : folders) scheduler.owner().spawn(&folder);
    auto threads = static_cast<std::size_t>(state.range(0));
    scheduler.start(threads, threads);
    while (!scheduler.wait(1000)) {
    }
  }
  report(state);
}

void thread_counts(benchmark::internal::Benchmark* bench) {
  int processors = static_cast<int>(std::thread::hardware_concurrency());
  for (int threads = 1; threads < processors; threads *= 2) bench->Arg(threads);
  bench->Arg(processors);
}

BENCHMARK(BM_AtomicIndex)->Apply(thread_counts)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_WorkStealing)->Apply(thread_counts)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace mkpyc::bench

BENCHMARK_MAIN();
