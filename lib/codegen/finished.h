// Units that have been left and wait for their code objects to be made.
//
// CPython makes a code object when it leaves the block. Here some units go through flow/ and assemble/ together, a pass
// over all of them before the next: a unit alone has so few instructions that fetching the code of the passes would
// take longer than running it. Nobody can tell, because what the passes and tables of one unit register as constants
// are equal to no code object, and of equal ones it does not matter which was first (object/constants.h). Only code
// objects are compared with others whose tables must be there: one that could be equal to an earlier one is not kept
// waiting.
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
};

}  // namespace mkpyc::codegen
