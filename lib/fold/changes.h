// What folding writes over in the tree, so that it can be taken back: the same tree is folded for several levels and
// targets.
#pragma once

#include <cstring>
#include <type_traits>
#include <vector>

namespace mkpyc::fold {

class Changes {
 public:
  /// To be called before `place` is written over.
  template <class T>
  void remember(T& place) {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(Change::old));
    Change& change = all_.emplace_back();
    change.place = &place;
    change.size = sizeof(T);
    std::memcpy(change.old, &place, sizeof(T));
  }
  /// Takes everything back, the last first.
  void undo() {
    for (auto change = all_.rbegin(); change != all_.rend(); ++change)
      std::memcpy(change->place, change->old, change->size);
    all_.clear();
  }
  /// Keeps everything.
  void forget() { all_.clear(); }

 private:
  struct Change {
    void* place;
    std::size_t size;
    char old[16];
  };
  std::vector<Change> all_;
};

}  // namespace mkpyc::fold
