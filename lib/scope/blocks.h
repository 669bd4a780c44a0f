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
  Blocks(Context& context, bool text_annotations, Builder::Scratch& scratch);

  Scope* enter(Name name, BlockType type, const ast::Loc& loc);
  void leave();
  /// For a function without annotations where they are evaluated lazily: CPython has a block for them all the same.
  /// Null if it makes no difference but to the current block, which knows then.
  Scope* add_empty_annotations(const ast::Loc& loc);
  /// Leaves the module's block, the outermost.
  Scope* leave_module();

  Scope* scope() const { return block_->scope; }
  /// In how many iterables of comprehensions the visited expression is (CPython: ste_comp_iter_expr).
  u32 iterables() const { return block_->iterables; }
  void enter_iterable() { ++block_->iterables; }
  void leave_iterable() { --block_->iterables; }
  /// In the target of a comprehension's `for`: names become iteration variables (ste_comp_iter_target).
  void enter_target() { block_->in_target = true, usual_block_ = kNoBlock; }
  void leave_target() { block_->in_target = false, usual_block_ = block_->number; }
  bool in_module() const { return block_->number == kModule; }
  /// The parts of the current block that end with it.
  Block& block() { return *block_; }

  /// The class whose private names are mangled.
  Name class_name() const { return class_name_; }
  void set_class_name(Name name) { class_name_ = name; }
  /// In the current block and those inside of it up to a class, only names of type parameters are mangled from now on.
  void mangle_only_type_params();

  /// The block of an annotation of a variable of the current class or module. It is made with the first annotation; all
  /// have one Scope. False for the first one.
  bool enter_annotation(const ast::Loc& loc);
  void leave_annotation();
  /// From here on the names of the current block, which is an annotation's, do not count.
  void set_unevaluated();

  /// Adds flags to a name of the current block, other than DEF_PARAM and DEF_GLOBAL (CPython: symtable_add_def).
  void add(Name name, u32 flags, const ast::Loc& loc) { add_mangled(name, mangled_name(name), flags, loc); }
  /// The same for a name that is_plain().
  void add_plain(Name name, u32 flags, const ast::Loc& loc) { add_mangled(name, name, flags, loc); }
  /// False for private names, `super` and `__debug__`: for the few that need more than to be added.
  bool is_plain(Name name) const { return is_plain_[static_cast<u32>(name)] != 0; }
  void add_param(Name name, const ast::Loc& loc) {
    Name mangled = mangled_name(name);
    Slot& slot = slots_[static_cast<u32>(mangled)];
    if (slot.block == block_->number || block_->in_target) return add_to(*block_, name, mangled, DEF_PARAM, loc);
    make_room();
    add_entry(*block_, mangled, DEF_PARAM, slot);
    scratch_.params.push_back(mangled);
  }
  void add_global(Name name, const ast::Loc& loc) { add_to(*block_, name, mangled_name(name), DEF_GLOBAL, loc); }
  void add_type_param(Name name, const ast::Loc& loc);
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
  static constexpr u32 kNoBlock = ~u32{0};

  Name mangled_name(Name name) { return class_name_ == Name::kNone || is_plain(name) ? name : mangle_private(name); }
  void add_mangled(Name name, Name mangled, u32 flags, const ast::Loc& loc) {
    Slot slot = slots_[static_cast<u32>(mangled)];
    if (slot.block != usual_block_) return add_seldom(name, mangled, flags, loc);
    pool_[slot.entry].flags |= flags;
  }
  Name mangle_private(Name name);
  Name mangled_in(const Block& block, Name name);
  bool walrus_ends_at(Block& block, Name name, const ast::Loc& loc);
  u32 flags_in(const Block& block, Name name) const;
  void add_seldom(Name name, Name mangled, u32 flags, const ast::Loc& loc);
  void add_to(Block& block, Name name, Name mangled, u32 flags, const ast::Loc& loc);
  diag::SourceError duplicate(Name name, u32 flags, const ast::Loc& loc) const;
  u32& entry_flags(Block& block, Name name);
  /// Makes a symbol of the block; `slot` is the place in the name's chain where it belongs. There must be room.
  u32& add_entry(Block& block, Name name, u32 flags, Slot& slot) {
    u32 at = pool_size_++;
    pool_[at] = {.name = name, .flags = flags, .next = kNothing, .hidden = slot};
    slot = {block.number, at};
    pool_[block.last].next = at;
    block.last = at;
    ++block.count;
    return pool_[at].flags;
  }
  void make_room() {
    if (pool_size_ == scratch_.pool.size()) [[unlikely]]
      grow_pool();
  }
  void grow_pool();
  Scope* make_scope(Name name, BlockType type, const ast::Loc& loc);
  void set_current(Block& block);
  void add_implicit_format(const ast::Loc& loc);
  bool is_someones(const Scope* scope) const;
  void close(Block& block);
  void close_annotations(Block& block);
  void know_names();

  Context& context_;
  Builder::Scratch& scratch_;
  // What the hot path reads, out of the scratch vectors.
  Block* block_ = nullptr;
  /// The current block's number, or that of none while names need more than their flags.
  u32 usual_block_ = kNoBlock;
  Slot* slots_ = nullptr;
  const u8* is_plain_ = nullptr;
  Entry* pool_ = nullptr;
  u32 pool_size_ = 0;
  const bool lazy_annotations_;
  const bool text_annotations_;
  Name class_name_ = Name::kNone;
  u32 numbers_ = 0;
};

}  // namespace mkpyc::scope
