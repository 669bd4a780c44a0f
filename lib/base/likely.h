// How a condition nearly always comes out, for the compiler to lay out the code by, where the condition is a part of an
// expression or of a loop's head; [[likely]] and [[unlikely]] say it of statements. Only what was counted over real
// programs is marked so (GCC: -fprofile-use -fdump-ipa-profile beside its own guesses).
#pragma once

namespace mkpyc {

constexpr bool likely(bool condition) { return __builtin_expect(condition, true) != 0; }
constexpr bool unlikely(bool condition) { return __builtin_expect(condition, false) != 0; }

}  // namespace mkpyc
