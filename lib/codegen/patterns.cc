// The patterns of match statements, each of which tests the top of the stack and takes it off.
#include <algorithm>
#include <limits>
#include <unordered_map>

#include "codegen/generator.h"
#include "object/equality.h"
#include "object/repr.h"

namespace mkpyc::codegen {
namespace {

// `*_`
bool is_star_wildcard(const ast::Pattern& pattern) {
  return pattern.kind == ast::PatternKind::MatchStar && pattern.as<ast::MatchStar>()->name == Name::kNone;
}

// Literals that differ as Python's == has it.
class LiteralSet {
 public:
  /// False if an equal one is there.
  bool add(const Object* value) {
    u64 hash = equality_hash(value);
    auto [begin, end] = values_.equal_range(hash);
    if (std::any_of(begin, end, [value](const auto& known) { return python_equal(known.second, value); })) return false;
    values_.emplace(hash, value);
    return true;
  }

 private:
  std::unordered_multimap<u64, const Object*> values_;
};

}  // namespace

// CPython: compiler_pattern.
void Generator::pattern(const ast::Pattern& pattern, PatternContext& pc) {
  using Kind = ast::PatternKind;
  set_loc(pattern.loc);
  switch (pattern.kind) {
    case Kind::MatchValue: return pattern_value(*pattern.as<ast::MatchValue>(), pc);
    case Kind::MatchSingleton: return pattern_singleton(*pattern.as<ast::MatchSingleton>(), pc);
    case Kind::MatchSequence: return pattern_sequence(*pattern.as<ast::MatchSequence>(), pc);
    case Kind::MatchMapping: return pattern_mapping(*pattern.as<ast::MatchMapping>(), pc);
    case Kind::MatchClass: return pattern_class(*pattern.as<ast::MatchClass>(), pc);
    case Kind::MatchStar: return capture(pattern.loc, pattern.as<ast::MatchStar>()->name, pc);
    case Kind::MatchAs: return pattern_as(*pattern.as<ast::MatchAs>(), pc);
    case Kind::MatchOr: return pattern_or(*pattern.as<ast::MatchSequence>(), pc);
  }
}

// A pattern within another: it may match anything (CPython: compiler_pattern_subpattern).
void Generator::subpattern(const ast::Pattern& pattern, PatternContext& pc) {
  bool outer = pc.allow_irrefutable;
  pc.allow_irrefutable = true;
  this->pattern(pattern, pc);
  pc.allow_irrefutable = outer;
}

void Generator::pattern_value(const ast::MatchValue& pattern, PatternContext& pc) {
  ast::ExprKind kind = pattern.value->kind;
  if (kind != ast::ExprKind::Constant && kind != ast::ExprKind::Attribute)
    error(pattern.loc, "patterns may only match literals and attribute lookups");
  visit(*pattern.value);
  emit_compare(pattern.loc, ast::CmpOp::Eq);
  emit_to_bool(pattern.loc);
  jump_to_fail_pop(pattern.loc, pc, Op::POP_JUMP_IF_FALSE);
}

void Generator::pattern_singleton(const ast::MatchSingleton& pattern, PatternContext& pc) {
  load_const(pattern.loc, pattern.value);
  emit_compare(pattern.loc, ast::CmpOp::Is);
  jump_to_fail_pop(pattern.loc, pc, Op::POP_JUMP_IF_FALSE);
}

// CPython: compiler_pattern_as.
void Generator::pattern_as(const ast::MatchAs& pattern, PatternContext& pc) {
  if (pattern.pattern == nullptr) {
    if (pc.allow_irrefutable) return capture(pattern.loc, pattern.name, pc);
    if (pattern.name == Name::kNone) error(pattern.loc, "wildcard makes remaining patterns unreachable");
    error(pattern.loc, "name capture '" + std::string(context_->names.text(pattern.name)) +
                           "' makes remaining patterns unreachable");
  }
  ++pc.on_top;
  emit(pattern.loc, Op::COPY, 1);
  this->pattern(*pattern.pattern, pc);
  --pc.on_top;
  capture(pattern.loc, pattern.name, pc);
}

// Fails unless the value on the stack is not None.
void Generator::fail_if_none(const ast::Loc& loc, PatternContext& pc) {
  emit(loc, Op::COPY, 1);
  load_none(loc);
  emit(loc, Op::IS_OP, 1);
  jump_to_fail_pop(loc, pc, Op::POP_JUMP_IF_FALSE);
}

// Fails unless the length of the subject on the stack compares so with `size`.
void Generator::check_length(const ast::Loc& loc, ast::CmpOp op, u32 size, PatternContext& pc) {
  emit(loc, Op::GET_LEN);
  load_const(loc, context_->objects.integer(i64{size}));
  emit_compare(loc, op);
  jump_to_fail_pop(loc, pc, Op::POP_JUMP_IF_FALSE);
}

// ---- sequences ----

// CPython: compiler_pattern_sequence.
void Generator::pattern_sequence(const ast::MatchSequence& pattern, PatternContext& pc) {
  Seq<ast::Pattern*> patterns = pattern.patterns;
  u32 size = patterns.size();
  i32 star = -1;
  bool only_wildcards = true;
  bool star_wildcard = false;
  for (u32 i = 0; i < size; ++i) {
    if (patterns[i]->kind == ast::PatternKind::MatchStar) {
      if (star >= 0) error(pattern.loc, "multiple starred names in sequence pattern");
      star = static_cast<i32>(i);
      star_wildcard = is_star_wildcard(*patterns[i]);
      only_wildcards &= star_wildcard;
    } else {
      only_wildcards &= is_wildcard(*patterns[i]);
    }
  }
  ++pc.on_top;  // the subject stays during the checks
  emit(pattern.loc, Op::MATCH_SEQUENCE);
  jump_to_fail_pop(pattern.loc, pc, Op::POP_JUMP_IF_FALSE);
  if (star < 0)
    check_length(pattern.loc, ast::CmpOp::Eq, size, pc);
  else if (size > 1)
    check_length(pattern.loc, ast::CmpOp::GtE, size - 1, pc);
  --pc.on_top;
  if (only_wildcards)
    emit(pattern.loc, Op::POP_TOP);
  else if (star_wildcard)
    sequence_subscript(pattern.loc, patterns, static_cast<u32>(star), pc);
  else
    sequence_unpack(pattern.loc, patterns, pc);
}

// CPython: pattern_unpack_helper, pattern_helper_sequence_unpack.
void Generator::sequence_unpack(const ast::Loc& loc, Seq<ast::Pattern*> patterns, PatternContext& pc) {
  constexpr u32 kMaxBefore = 1 << 8;
  constexpr u32 kMaxAfter = std::numeric_limits<i32>::max() >> 8;
  u32 size = patterns.size();
  u32 star = 0;
  while (star < size && patterns[star]->kind != ast::PatternKind::MatchStar) ++star;
  if (star == size) {
    emit(loc, Op::UNPACK_SEQUENCE, size);
  } else {
    u32 after = size - star - 1;
    if (star >= kMaxBefore || after >= kMaxAfter) error(loc, "too many expressions in star-unpacking sequence pattern");
    emit(loc, Op::UNPACK_EX, star + (after << 8));
  }
  pc.on_top += size;
  for (const ast::Pattern* pattern : patterns) {
    --pc.on_top;
    subpattern(*pattern, pc);
  }
}

// A sequence with `*_`: the other items are fetched by index (CPython: pattern_helper_sequence_subscr).
void Generator::sequence_subscript(const ast::Loc& loc, Seq<ast::Pattern*> patterns, u32 star, PatternContext& pc) {
  u32 size = patterns.size();
  ++pc.on_top;
  for (u32 i = 0; i < size; ++i) {
    if (i == star || is_wildcard(*patterns[i])) continue;
    emit(loc, Op::COPY, 1);
    if (i < star) {
      load_const(loc, context_->objects.integer(i64{i}));
    } else {
      // From the end; the subject need not support negative indices.
      emit(loc, Op::GET_LEN);
      load_const(loc, context_->objects.integer(i64{size - i}));
      emit_binary(loc, ast::Operator::Sub, false);
    }
    emit_subscript(loc);
    subpattern(*patterns[i], pc);
  }
  --pc.on_top;
  emit(loc, Op::POP_TOP);
}

// ---- mappings ----

// CPython: compiler_pattern_mapping.
void Generator::pattern_mapping(const ast::MatchMapping& pattern, PatternContext& pc) {
  u32 size = pattern.keys.size();
  ++pc.on_top;  // the subject stays during the checks
  emit(pattern.loc, Op::MATCH_MAPPING);
  jump_to_fail_pop(pattern.loc, pc, Op::POP_JUMP_IF_FALSE);
  if (size == 0 && pattern.rest == Name::kNone) {
    --pc.on_top;
    return emit(pattern.loc, Op::POP_TOP);
  }
  if (size > 0) check_length(pattern.loc, ast::CmpOp::GtE, size, pc);
  mapping_keys(pattern.loc, pattern.keys);
  emit(pattern.loc, Op::MATCH_KEYS);
  pc.on_top += 2;  // the keys and the values, above the subject
  fail_if_none(pattern.loc, pc);
  emit(pattern.loc, Op::UNPACK_SEQUENCE, size);
  pc.on_top += size - 1;
  for (const ast::Pattern* value : pattern.patterns) {
    --pc.on_top;
    subpattern(*value, pc);
  }
  pc.on_top -= 2;
  if (pattern.rest != Name::kNone) {
    mapping_rest(pattern.loc, pattern.rest, size, pc);
  } else {
    emit(pattern.loc, Op::POP_TOP);
    emit(pattern.loc, Op::POP_TOP);
  }
}

// Pushes the tuple of the keys. Literals must differ, as keys of a dict differ.
void Generator::mapping_keys(const ast::Loc& loc, Seq<Expr*> keys) {
  LiteralSet seen;
  for (const Expr* key : keys) {
    if (key->kind == ast::ExprKind::Constant) {
      const Object* value = key->as<ast::Constant>()->value;
      if (!seen.add(value)) {
        std::string message = "mapping pattern checks duplicate key (";
        append_repr(value, {context_->target.unicode_version(), context_->int_max_str_digits}, message);
        error(loc, message + ")");
      }
    } else if (key->kind != ast::ExprKind::Attribute) {
      error(loc, "mapping pattern keys may only match literals and attribute lookups");
    }
    visit(*key);
  }
  emit(loc, Op::BUILD_TUPLE, keys.size());
}

// `**rest`: a copy of the subject without the keys.
void Generator::mapping_rest(const ast::Loc& loc, Name rest, u32 size, PatternContext& pc) {
  emit(loc, Op::BUILD_MAP, 0);
  emit(loc, Op::SWAP, 3);
  emit(loc, Op::DICT_UPDATE, 2);
  emit(loc, Op::UNPACK_SEQUENCE, size);
  for (; size > 0; --size) {
    emit(loc, Op::COPY, 1 + size);
    emit(loc, Op::SWAP, 2);
    emit(loc, Op::DELETE_SUBSCR);
  }
  capture(loc, rest, pc);
}

// ---- classes ----

// CPython: compiler_pattern_class.
void Generator::pattern_class(const ast::MatchClass& pattern, PatternContext& pc) {
  u32 positional = pattern.patterns.size();
  u32 count = positional + pattern.kwd_attrs.size();
  if (!pattern.kwd_attrs.empty()) {
    check_class_pattern_attributes(pattern);
    set_loc(pattern.loc);
  }
  visit(*pattern.cls);
  std::size_t mark = items_.size();
  for (Name name : pattern.kwd_attrs) items_.push_back(context_->objects.name(name));
  Object* attributes = context_->objects.tuple(items_.data() + mark, pattern.kwd_attrs.size());
  items_.resize(mark);
  load_const(pattern.loc, attributes);
  emit(pattern.loc, Op::MATCH_CLASS, positional);
  ++pc.on_top;  // the tuple of the attributes, or None
  fail_if_none(pattern.loc, pc);
  emit(pattern.loc, Op::UNPACK_SEQUENCE, count);
  pc.on_top += count - 1;
  for (u32 i = 0; i < count; ++i) {
    --pc.on_top;
    const ast::Pattern& sub = i < positional ? *pattern.patterns[i] : *pattern.kwd_patterns[i - positional];
    if (is_wildcard(sub))
      emit(pattern.loc, Op::POP_TOP);
    else
      subpattern(sub, pc);
  }
}

// CPython: validate_kwd_attrs. The parser gives no place for an attribute's name: its pattern stands in.
void Generator::check_class_pattern_attributes(const ast::MatchClass& pattern) {
  Seq<Name> attributes = pattern.kwd_attrs;
  for (u32 i = 0; i < attributes.size(); ++i) {
    const ast::Loc& here = pattern.kwd_patterns[i]->loc;
    set_loc(here);
    check_forbidden(here, attributes[i], ast::ExprContext::Store);
    for (u32 j = i + 1; j < attributes.size(); ++j) {
      if (attributes[j] != attributes[i]) continue;
      set_loc(pattern.kwd_patterns[j]->loc);
      error(pattern.kwd_patterns[j]->loc,
            "attribute name repeated in class pattern: " + std::string(context_->names.text(attributes[i])));
    }
  }
}

// ---- alternatives ----

// CPython: compiler_pattern_or. Each alternative is matched against a copy of the subject and has to capture the same
// names; where the order differs from that of the first alternative, it is put right on the stack.
void Generator::pattern_or(const ast::MatchSequence& pattern, PatternContext& pc) {
  Label end = new_label();
  u32 size = pattern.patterns.size();
  std::vector<Name> control;  // what the first alternative captures
  for (u32 i = 0; i < size; ++i) {
    const ast::Pattern& alternative = *pattern.patterns[i];
    set_loc(alternative.loc);
    PatternContext inner;
    inner.allow_irrefutable = i + 1 == size && pc.allow_irrefutable;
    emit(alternative.loc, Op::COPY, 1);
    this->pattern(alternative, inner);
    if (i == 0)
      control = inner.stores;
    else
      reorder_captures(alternative.loc, pattern.loc, control, inner);
    jump(alternative.loc, Op::JUMP, end);
    emit_and_reset_fail_pop(alternative.loc, inner);
  }
  emit(pattern.loc, Op::POP_TOP);
  jump_to_fail_pop(pattern.loc, pc, Op::JUMP);
  use_label(end);
  // The captures go below the copy of the subject, what else must stay on top, and the captures before them.
  u32 rotations = static_cast<u32>(control.size()) + 1 + pc.on_top + static_cast<u32>(pc.stores.size());
  for (Name name : control) {
    rotate(pattern.loc, rotations);
    if (std::find(pc.stores.begin(), pc.stores.end(), name) != pc.stores.end())
      error_duplicate_capture(pattern.loc, name);
    pc.stores.push_back(name);
  }
  emit(pattern.loc, Op::POP_TOP);
}

// Brings the captures of an alternative, on the stack and in pc.stores, into the order of `control`.
void Generator::reorder_captures(const ast::Loc& alternative, const ast::Loc& loc, const std::vector<Name>& control,
                                 PatternContext& pc) {
  std::vector<Name>& stores = pc.stores;
  if (stores.size() != control.size()) error(loc, "alternative patterns bind different names");
  for (std::size_t wanted = control.size(); wanted-- > 0;) {
    auto found = std::find(stores.begin(), stores.end(), control[wanted]);
    if (found == stores.end()) error(loc, "alternative patterns bind different names");
    std::size_t at = static_cast<std::size_t>(found - stores.begin());
    if (at == wanted) continue;
    // The names up to the found one move behind those that follow it, so that it ends at its place.
    std::rotate(stores.begin(), found + 1, stores.begin() + static_cast<std::ptrdiff_t>(wanted) + 1);
    for (std::size_t i = 0; i <= at; ++i) rotate(alternative, static_cast<u32>(wanted) + 1);
  }
}

}  // namespace mkpyc::codegen
