// Arguments of CALL_INTRINSIC_1, CALL_INTRINSIC_2 and other instructions that number what they do (CPython:
// pycore_intrinsics.h, pycore_opcode_utils.h, opcode.h).
#pragma once

#include "base/int.h"

namespace mkpyc::codegen {

enum class Intrinsic1 : u8 {
  ImportStar = 2,
  StopIterationError,
  AsyncGenWrap,
  UnaryPositive,
  ListToTuple,
  TypeVar,
  ParamSpec,
  TypeVarTuple,
  SubscriptGeneric,
  TypeAlias,
};

enum class Intrinsic2 : u8 {
  PrepReraiseStar = 1,
  TypeVarWithBound,
  TypeVarWithConstraints,
  SetFunctionTypeParams,
  SetTypeparamDefault,
};

/// Flags of MAKE_FUNCTION, and arguments of SET_FUNCTION_ATTRIBUTE: what lies on the stack below the function.
enum FunctionFlags : u32 {
  kDefaults = 0x01,
  kKeywordDefaults = 0x02,
  kAnnotations = 0x04,
  kClosure = 0x08,
  kAnnotate = 0x10,
};

/// Arguments of RESUME.
enum ResumeKind : u32 { kAtStart = 0, kAfterYield, kAfterYieldFrom, kAfterAwait, kAtGeneratorExpression };

/// Arguments of LOAD_COMMON_CONSTANT.
enum CommonConstant : u32 { kAssertionError = 0, kNotImplementedError, kTuple, kAll, kAny, kList, kSet };

/// Arguments of LOAD_SPECIAL.
enum SpecialMethod : u32 { kEnter = 0, kExit, kAenter, kAexit };

}  // namespace mkpyc::codegen
