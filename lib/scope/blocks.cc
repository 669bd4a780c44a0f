#include "scope/blocks.h"

#include "base/check.h"

namespace mkpyc::scope {
namespace {

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
  scratch_.private_names.clear();
  scratch_.pool.clear();
  scratch_.blocks.clear();
  scratch_.params.clear();
  scratch_.children.clear();
  scratch_.directives.clear();
  know_names();
}

// Makes room for all names there are. Slots are empty again when a build is done.
void Blocks::know_names() {
  const NameTable& names = context_.names;
  if (scratch_.slots.size() < names.size()) scratch_.slots.resize(names.size());
  for (u32 id = static_cast<u32>(scratch_.private_names.size()); id < names.size(); ++id)
    scratch_.private_names.push_back(names.text(static_cast<Name>(id)).starts_with("__"));
  slots_ = scratch_.slots.data();
  private_names_ = scratch_.private_names.data();
}

Name Blocks::mangle_private(Name name) {
  Name mangled = mangle(context_.names, class_name_, name);
  if (static_cast<u32>(mangled) >= scratch_.private_names.size()) know_names();
  return mangled;
}

Name Blocks::intern(std::string_view text) {
  Name name = context_.names.intern(text);
  if (static_cast<u32>(name) >= scratch_.private_names.size()) know_names();
  return name;
}

Scope* Blocks::enter(Name name, BlockType type, const ast::Loc& loc) {
  Scope* outer = block_ == nullptr ? nullptr : block_->scope;
  Scope* scope = context_.arena.make<Scope>();
  scope->type = type;
  scope->name = name;
  scope->loc = loc;
  scope->parent = outer;
  scope->nested = outer != nullptr && (outer->nested || outer->type == BlockType::Function);
  Block block{.scope = scope,
              .number = ++numbers_,
              .pool_start = static_cast<u32>(scratch_.pool.size()),
              .params_start = static_cast<u32>(scratch_.params.size()),
              .children_start = static_cast<u32>(scratch_.children.size()),
              .iterables = block_ == nullptr ? 0 : block_->iterables};
  scratch_.blocks.push_back(block);
  block_ = &scratch_.blocks.back();
  return scope;
}

// The block's symbols, parameters and inner blocks become arrays of its scope.
void Blocks::close(Block& block) {
  Scope* scope = block.scope;
  Arena& arena = context_.arena;
  scope->symbols = {arena.array<Symbol>(block.count), block.count};
  Symbol* symbol = scope->symbols.begin();
  for (u32 at = block.first; at != kNothing; at = pool_[at].next) {
    const Entry& entry = pool_[at];
    *symbol++ = {entry.name, entry.flags, SymbolScope::None};
    slots_[static_cast<u32>(entry.name)] = entry.hidden;
  }
  if (scratch_.pool.size() == block.pool_start + block.count) scratch_.pool.resize(block.pool_start);
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
  block_ = &scratch_.blocks.back();
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
  Slot* slot = &slots_[static_cast<u32>(name)];
  while (slot->block > block.number) slot = &pool_[slot->entry].hidden;
  if (slot->block == block.number) return pool_[slot->entry].flags;
  u32 at = static_cast<u32>(scratch_.pool.size());
  Entry entry{.name = name, .flags = 0, .next = kNothing, .hidden = *slot};
  *slot = {block.number, at};
  scratch_.pool.push_back(entry);
  pool_ = scratch_.pool.data();
  (block.first == kNothing ? block.first : pool_[block.last].next) = at;
  block.last = at;
  ++block.count;
  return pool_[at].flags;
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
      add(name, global ? DEF_GLOBAL : DEF_NONLOCAL, loc);
      add_directive(name, loc);
      return add_to(*block, name, mangled_name(name), DEF_LOCAL, loc);
    } else if (scope->type == BlockType::Module) {
      add(name, DEF_GLOBAL, loc);
      add_directive(name, loc);
      return add_to(*block, name, mangled_name(name), DEF_GLOBAL, loc);
    } else if (scope->type == BlockType::Class) {
      throw error_at(loc, "assignment expression within a comprehension cannot be used in a class body");
    }
  }
}

}  // namespace mkpyc::scope
