#include "codegen/finished.h"

#include <algorithm>

#include "codegen/generator.h"

namespace mkpyc::codegen {
namespace {

// As much as stays in the first level of a processor's cache while the passes go over it.
constexpr std::size_t kMostInstructions = 400;
constexpr std::size_t kMostUnits = 16;

constexpr u32 kSeenBits = 8192;

}  // namespace

FinishedUnits::FinishedUnits() : seen_(kSeenBits / 64) {}
FinishedUnits::~FinishedUnits() = default;

void FinishedUnits::reset() {
  waiting_.clear();
  instructions_ = 0;
  std::ranges::fill(seen_, 0);
  knows_empty_bytes_ = false;
}

std::unique_ptr<Unit> FinishedUnits::take_spare() {
  if (units_.size() == waiting_.size()) return std::make_unique<Unit>();
  std::unique_ptr<Unit> unit = std::move(units_.back());
  units_.pop_back();
  return unit;
}

// False: a code object of the same first line and name may have been made before.
bool FinishedUnits::is_first_of_its_kind(const CodeUnit& unit) {
  u32 bit = (ConstantPool::key_hash(unit.name) ^ static_cast<u32>(unit.firstlineno) * 0x9E3779B1u) % kSeenBits;
  u64& word = seen_[bit / 64];
  u64 mask = u64{1} << bit % 64;
  bool first = (word & mask) == 0;
  word |= mask;
  return first;
}

FinishedUnit FinishedUnits::add(std::unique_ptr<Unit> unit, Context& context) {
  if (instructions_ > kMostInstructions || waiting_.size() >= kMostUnits) complete(context);
  CodeObject* code = context.arena.make<CodeObject>(Object{.type = Type::Code});
  FinishedUnit finished{&unit->code, code};
  instructions_ += unit->code.code.instrs.size();
  if (units_.size() > waiting_.size())
    units_.push_back(std::exchange(units_[waiting_.size()], std::move(unit)));
  else
    units_.push_back(std::move(unit));
  waiting_.push_back(finished);
  bool first = is_first_of_its_kind(*finished.unit);
  if (first) context.constants.expect(code);
  if (!first || !knows_empty_bytes_) complete(context);
  return finished;
}

void FinishedUnits::complete(Context& context) {
  context.units.finish(waiting_);
  for (const FinishedUnit& finished : waiting_)
    if (context.constants.registered(finished.code)) context.constants.add_expected(finished.code);
  waiting_.clear();
  instructions_ = 0;
  knows_empty_bytes_ = knows_empty_bytes_ || context.constants.has_empty_bytes();
}

}  // namespace mkpyc::codegen
