// Units that have been left and wait for their code objects to be made.
//
// CPython makes a code object when it leaves the block. Here some units go through flow/ and assemble/ together, a pass
// over all of them before the next: a unit alone has so few instructions that fetching the code of the passes would
// take longer than running it. Nobody can tell, because of the equal constants that units register it does not matter
// which was first (object/constants.h), but for two things. Code objects are compared with others, whose tables must be
// there then: one that may be equal to an earlier one is not kept waiting. And of the empty bytes objects, the one that
// most exception tables are is special: none waits before one of them is registered.
#pragma once

#include <memory>
#include <vector>

#include "codegen/codegen.h"

namespace mkpyc::codegen {

struct Unit;

class FinishedUnits {
 public:
  FinishedUnits();
  ~FinishedUnits();

  /// Forgets those that wait: a compilation starts.
  void reset();
  /// Memory for a unit that begins.
  std::unique_ptr<Unit> take_spare();
  /// Takes a unit that was left. What comes back is valid until the next call.
  FinishedUnit add(std::unique_ptr<Unit> unit, Context& context);
  /// Makes the code objects of all that wait.
  void complete(Context& context);

 private:
  bool is_first_of_its_kind(const CodeUnit& unit);

  std::vector<std::unique_ptr<Unit>> units_;  // the first waiting_.size() wait, the others are spare
  std::vector<FinishedUnit> waiting_;
  std::size_t instructions_ = 0;  // of those that wait
  std::vector<u64> seen_;         // a bit by hash of first line and name
  bool knows_empty_bytes_ = false;
};

}  // namespace mkpyc::codegen
