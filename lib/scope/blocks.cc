#include "scope/blocks.h"

#include <algorithm>

#include "base/check.h"

namespace mkpyc::scope {
namespace {

constexpr std::size_t kFirstPool = 256;

std::string quoted(const NameTable& names, Name name) {
  std::string text("'");
  return text.append(names.text(name)).append("'");
}

}  // namespace

diag::SourceError error_at(const ast::Loc& loc, std::string message) {
  return {.exception = diag::Exception::SyntaxError,
          .message = std::move(message),
          .line = loc.line,
          .offset = loc.col + 1,
          .end_line = loc.end_line,
          .end_offset = loc.end_col + 1,
          .located = true,
          .text_from = diag::TextFrom::kFile};
}

Blocks::Blocks(Context& context, Builder::Scratch& scratch) : context_(context), scratch_(scratch) {
  if (!scratch_.clean) scratch_.slots.clear();
  // Static names are the same in all files.
  if (scratch_.is_plain.size() > names::kStaticCount) scratch_.is_plain.resize(names::kStaticCount);
  scratch_.blocks.clear();
  scratch_.params.clear();
  scratch_.children.clear();
  scratch_.directives.clear();
  pool_ = scratch_.pool.data();
  know_names();
}

// Makes room for all names there are. Slots are empty again when a build is done.
void Blocks::know_names() {
  const NameTable& names = context_.names;
  if (scratch_.slots.size() < names.size()) scratch_.slots.resize(names.size());
  std::size_t known = scratch_.is_plain.size();
  scratch_.is_plain.resize(names.size());
  for (std::size_t id = known; id < names.size(); ++id)
    scratch_.is_plain[id] = !names.text(static_cast<Name>(id)).starts_with("__");
  scratch_.is_plain[names::k_super_] = 0;
  slots_ = scratch_.slots.data();
  is_plain_ = scratch_.is_plain.data();
}

void Blocks::grow_pool() {
  scratch_.pool.resize(std::max(kFirstPool, scratch_.pool.size() * 2));
  pool_ = scratch_.pool.data();
}

Name Blocks::mangle_private(Name name) {
  Name mangled = mangle(context_.names, class_name_, name);
  if (static_cast<u32>(mangled) >= scratch_.is_plain.size()) know_names();
  return mangled;
}

Name Blocks::intern(std::string_view text) {
  Name name = context_.names.intern(text);
  if (static_cast<u32>(name) >= scratch_.is_plain.size()) know_names();
  return name;
}

void Blocks::set_current(Block& block) {
  block_ = &block;
  usual_block_ = block.in_target ? kNoBlock : block.number;
}

Scope* Blocks::enter(Name name, BlockType type, const ast::Loc& loc) {
  Scope* outer = block_ == nullptr ? nullptr : block_->scope;
  Scope* scope = context_.arena.make<Scope>();
  scope->type = type;
  scope->name = name;
  scope->loc = loc;
  scope->parent = outer;
  scope->nested = outer != nullptr && (outer->nested || outer->type == BlockType::Function);
  make_room();
  u32 head = pool_size_++;
  pool_[head].next = kNothing;
  Block block{.scope = scope,
              .number = ++numbers_,
              .last = head,
              .pool_start = head,
              .params_start = static_cast<u32>(scratch_.params.size()),
              .children_start = static_cast<u32>(scratch_.children.size()),
              .iterables = block_ == nullptr ? 0 : block_->iterables};
  scratch_.blocks.push_back(block);
  set_current(scratch_.blocks.back());
  return scope;
}

// The block's symbols, parameters and inner blocks become arrays of its scope.
void Blocks::close(Block& block) {
  Scope* scope = block.scope;
  Arena& arena = context_.arena;
  scope->symbols = {arena.array<Symbol>(block.count), block.count};
  Symbol* symbol = scope->symbols.begin();
  for (u32 at = pool_[block.pool_start].next; at != kNothing; at = pool_[at].next) {
    const Entry& entry = pool_[at];
    *symbol++ = {entry.name, entry.flags, SymbolScope::None};
    slots_[static_cast<u32>(entry.name)] = entry.hidden;
  }
  // Unless an inner block has added to an outer one.
  if (pool_size_ == block.pool_start + 1 + block.count) pool_size_ = block.pool_start;
  auto& params = scratch_.params;
  scope->varnames = Seq<Name>::copy(arena, params.data() + block.params_start, params.size() - block.params_start);
  params.resize(block.params_start);
  auto& children = scratch_.children;
  scope->children =
      Seq<Scope*>::copy(arena, children.data() + block.children_start, children.size() - block.children_start);
  children.resize(block.children_start);
}

void Blocks::leave() {
  Scope* scope = block_->scope;
  close(*block_);
  scratch_.blocks.pop_back();
  set_current(scratch_.blocks.back());
  // The blocks of annotations that are kept as text are nobody's: their names are not resolved.
  if (scope->type != BlockType::Annotation) scratch_.children.push_back(scope);
}

Scope* Blocks::leave_module() {
  MKPYC_CHECK(in_module());
  Scope* scope = block_->scope;
  close(*block_);
  scratch_.blocks.clear();
  return scope;
}

u32 Blocks::flags_in(const Block& block, Name name) const {
  Slot slot = slots_[static_cast<u32>(name)];
  while (slot.block > block.number) slot = pool_[slot.entry].hidden;
  return slot.block == block.number ? pool_[slot.entry].flags : 0;
}

// The flags of the name's symbol in the block, which is made if need be.
u32& Blocks::entry_flags(Block& block, Name name) {
  make_room();
  Slot* slot = &slots_[static_cast<u32>(name)];
  while (slot->block > block.number) slot = &pool_[slot->entry].hidden;
  return slot->block == block.number ? pool_[slot->entry].flags : add_entry(block, name, 0, *slot);
}

// The name is new in the block, or an iteration variable.
void Blocks::add_seldom(Name name, Name mangled, u32 flags, const ast::Loc& loc) {
  if (block_->in_target) return add_to(*block_, name, mangled, flags, loc);
  make_room();
  add_entry(*block_, mangled, flags, slots_[static_cast<u32>(mangled)]);
}

// CPython: symtable_add_def_helper.
void Blocks::add_to(Block& block, Name name, Name mangled, u32 flags, const ast::Loc& loc) {
  u32& known = entry_flags(block, mangled);
  if ((flags & known & DEF_PARAM) != 0)
    throw error_at(loc, "duplicate argument " + quoted(context_.names, name) + " in function definition");
  known |= flags;
  if (block.in_target) {
    if ((known & (DEF_GLOBAL | DEF_NONLOCAL)) != 0)
      throw error_at(
          loc, "comprehension inner loop cannot rebind assignment expression target " + quoted(context_.names, name));
    known |= DEF_COMP_ITER;
  }
  if ((flags & DEF_PARAM) != 0)
    scratch_.params.push_back(mangled);
  else if ((flags & DEF_GLOBAL) != 0)
    entry_flags(scratch_.blocks.front(), mangled) |= flags;
}

void Blocks::add_directive(Name name, const ast::Loc& loc) {
  scratch_.directives.push_back({block_->scope, mangled_name(name), loc});
}

void Blocks::bind_outside_comprehension(Name name, const ast::Loc& loc) {
  for (auto block = scratch_.blocks.rbegin(); block != scratch_.blocks.rend(); ++block) {
    const Scope* scope = block->scope;
    // CPython looks these two up by the name that is not mangled.
    if (scope->comprehension != CompKind::None) {
      if ((flags_in(*block, name) & DEF_COMP_ITER) != 0)
        throw error_at(loc, "assignment expression cannot rebind comprehension iteration variable " +
                                quoted(context_.names, name));
    } else if (scope->type == BlockType::Function) {
      bool global = (flags_in(*block, name) & DEF_GLOBAL) != 0;
      add_to(*block_, name, mangled_name(name), global ? DEF_GLOBAL : DEF_NONLOCAL, loc);
      add_directive(name, loc);
      return add_to(*block, name, mangled_name(name), DEF_LOCAL, loc);
    } else if (scope->type == BlockType::Module) {
      add_global(name, loc);
      add_directive(name, loc);
      return add_to(*block, name, mangled_name(name), DEF_GLOBAL, loc);
    } else if (scope->type == BlockType::Class) {
      throw error_at(loc, "assignment expression within a comprehension cannot be used in a class body");
    }
  }
}

}  // namespace mkpyc::scope
