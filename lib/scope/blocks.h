// The blocks that are open while the tree is visited, and their symbols. Private to this folder.
//
// Each name has one slot: its symbol in the innermost open block that has one. "Has the current block this name?" is
// then one comparison of block numbers, whatever the name. A symbol keeps the slot's old value, and leaving a block
// puts it back. An inner block can add to an outer one (`global`, assignment expressions in comprehensions), so the
// symbols of a block are a list until the block is left; then they become an array in the arena.
#pragma once

#include <string>

#include "scope/scratch.h"

namespace mkpyc::scope {

class Blocks {
 public:
  Blocks(Context& context, Builder::Scratch& scratch);

  Scope* enter(Name name, BlockType type, const ast::Loc& loc);
  void leave();
  /// Leaves the module's block, the outermost.
  Scope* leave_module();

  Scope* scope() const { return block_->scope; }
  Block& current() { return *block_; }
  bool in_module() const { return block_->number == kModule; }
  bool in_annotation() const { return block_->scope->type == BlockType::Annotation; }

  /// The class whose private names are mangled.
  Name class_name() const { return class_name_; }
  void set_class_name(Name name) { class_name_ = name; }

  /// Adds flags to a name of the current block (CPython: symtable_add_def).
  void add(Name name, u32 flags, const ast::Loc& loc) {
    Name mangled = mangled_name(name);
    Slot slot = slots_[static_cast<u32>(mangled)];
    if (slot.block == block_->number && !block_->in_target && (flags & (DEF_PARAM | DEF_GLOBAL)) == 0) {
      pool_[slot.entry].flags |= flags;
      return;
    }
    add_to(*block_, name, mangled, flags, loc);
  }
  /// The flags of a name of the current block, 0 if it has none.
  u32 flags_of(Name name) { return flags_in(*block_, mangled_name(name)); }
  /// Interns a name while blocks are open.
  Name intern(std::string_view text);
  /// Remembers where a name was declared in the current block.
  void add_directive(Name name, const ast::Loc& loc);
  /// The target of an assignment expression in a comprehension is bound outside of it (CPython:
  /// symtable_extend_namedexpr_scope).
  void bind_outside_comprehension(Name name, const ast::Loc& loc);

 private:
  static constexpr u32 kModule = 1;

  Name mangled_name(Name name) {
    if (class_name_ == Name::kNone || private_names_[static_cast<u32>(name)] == 0) return name;
    return mangle_private(name);
  }
  Name mangle_private(Name name);
  u32 flags_in(const Block& block, Name name) const;
  void add_to(Block& block, Name name, Name mangled, u32 flags, const ast::Loc& loc);
  u32& entry_flags(Block& block, Name name);
  void close(Block& block);
  void know_names();

  Context& context_;
  Builder::Scratch& scratch_;
  // What the hot path reads, out of the scratch vectors.
  Block* block_ = nullptr;
  Slot* slots_ = nullptr;
  const u8* private_names_ = nullptr;
  Entry* pool_ = nullptr;
  Name class_name_ = Name::kNone;
  u32 numbers_ = 0;
};

}  // namespace mkpyc::scope
