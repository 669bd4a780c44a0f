// What the PEG interpreter builds: as much of a tree as the messages about errors ask for.
#pragma once

#include "base/arena.h"

namespace mkpyc::explain {

enum class NodeKind : u8 {
  kToken,
  kSeq,    // the items of a repetition
  kOther,  // something that was matched, without a place
  // expressions, by what CPython calls them in messages (action_helpers.c _PyPegen_get_expr_name)
  kAttribute,
  kSubscript,
  kStarred,
  kName,
  kList,
  kTuple,
  kLambda,
  kCall,
  kOperation,  // BoolOp, BinOp, UnaryOp
  kGeneratorExp,
  kYield,
  kAwait,
  kListComp,
  kSetComp,
  kDictComp,
  kDict,
  kSet,
  kJoinedStr,
  kTemplateStr,
  kNumber,
  kImaginary,
  kLiteral,
  kBytes,  // one bytes literal
  kNone,
  kFalse,
  kTrue,
  kEllipsis,
  kCompare,
  kIfExp,
  kNamedExpr,
  kSlice,
  // parts
  kArg,
  kArguments,
  kKeyword,
  kKeywordUnpacking,
  kComprehension,
  kIn,  // a comparison's `in x`
  kPattern,
};

/// What _PyPegen_get_invalid_target is asked for.
enum class TargetKind : u8 { kStar, kDel, kFor };

struct Node {
  NodeKind kind = NodeKind::kOther;
  u32 first = 0;  // tokens
  u32 last = 0;
  Seq<Node*> children;
};

}  // namespace mkpyc::explain
