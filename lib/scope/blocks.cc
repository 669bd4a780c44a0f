#include "scope/blocks.h"

#include <algorithm>

#include "base/check.h"
#include "base/likely.h"
#include "target/features.h"

namespace mkpyc::scope {
namespace {

constexpr std::size_t kFirstPool = 256;

std::string quoted(const NameTable& names, Name name) {
  std::string text("'");
  return text.append(names.text(name)).append("'");
}

// To be copied: compilers make a slow loop of so many defaults.
constexpr Scope kEmptyScope{};

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

Blocks::Blocks(Context& context, bool text_annotations, Builder::Scratch& scratch)
    : context_(context),
      scratch_(scratch),
      lazy_annotations_(context.target.on(Feature::lazy_annotations)),
      text_annotations_(text_annotations) {
  if (!scratch_.clean) scratch_.slots.clear();
  // Static names are the same in all files.
  if (scratch_.is_plain.size() > names::kStaticCount) scratch_.is_plain.resize(names::kStaticCount);
  scratch_.blocks.clear();
  scratch_.params.clear();
  scratch_.children.clear();
  scratch_.directives.clear();
  scratch_.open_annotations = 0;
  pool_ = scratch_.pool.data();
  know_names();
}

// Makes room for all names there are. Slots are empty again when a build is done.
void Blocks::know_names() {
  const NameTable& names = context_.names;
  if (scratch_.slots.size() < names.size()) scratch_.slots.resize(names.size());
  std::size_t known = scratch_.is_plain.size();
  scratch_.is_plain.resize(names.size());
  for (std::size_t id = known; id < names.size(); ++id) {
    std::string_view text = names.text(static_cast<Name>(id));
    scratch_.is_plain[id] = likely(!text.starts_with("__")) || text.ends_with("__");
  }
  // What the symbol table knows by name.
  scratch_.is_plain[names::k_super_] = scratch_.is_plain[names::k_dunder_debug] = 0;
  slots_ = scratch_.slots.data();
  is_plain_ = scratch_.is_plain.data();
}

void Blocks::grow_pool() {
  scratch_.pool.resize(std::max(kFirstPool, scratch_.pool.size() * 2));
  pool_ = scratch_.pool.data();
}

// A private name in a class (CPython: _Py_MaybeMangle).
Name Blocks::mangle_private(Name name) {
  if (block_->mangled_names != nullptr && !block_->mangled_names->contains(name)) return name;
  Name mangled = mangle(context_.names, class_name_, name);
  if (static_cast<u32>(mangled) >= scratch_.is_plain.size()) know_names();
  return mangled;
}

// As a block around the current one mangles it.
Name Blocks::mangled_in(const Block& block, Name name) {
  bool untouched = block.mangled_names != nullptr && !block.mangled_names->contains(name);
  if (class_name_ == Name::kNone || is_plain(name) || untouched) return name;
  Name mangled = mangle(context_.names, class_name_, name);
  if (static_cast<u32>(mangled) >= scratch_.is_plain.size()) know_names();
  return mangled;
}

void GrowingMangledNames::add(Arena& arena, Name name) {
  if ((names.count & (names.count - 1)) == 0) {
    Name* more = arena.array<Name>(names.count == 0 ? 1 : names.count * 2);
    std::copy(names.begin(), names.end(), more);
    names.items = more;
  }
  names.items[names.count++] = name;
}

void Blocks::mangle_only_type_params() {
  block_->mangled_names = context_.arena.make<GrowingMangledNames>();
  block_->scope->mangled_names = block_->mangled_names;
}

Name Blocks::intern(std::string_view text) {
  Name name = context_.names.intern(text);
  if (static_cast<u32>(name) >= scratch_.is_plain.size()) know_names();
  return name;
}

void Blocks::set_current(Block& block) {
  block_ = &block;
  usual_block_ = block.in_target || block.unevaluated ? kNoBlock : block.number;
}

// A block directly inside of the current one.
Scope* Blocks::make_scope(Name name, BlockType type, const ast::Loc& loc) {
  Scope* outer = block_ == nullptr ? nullptr : block_->scope;
  Scope* scope = context_.arena.make<Scope>(kEmptyScope);
  scope->type = type;
  scope->name = name;
  scope->loc = loc;
  scope->parent = outer;
  scope->nested = outer != nullptr && (outer->nested || is_function_like(outer->type));
  scope->method = outer != nullptr && outer->type == BlockType::Class && type == BlockType::Function;
  // A class mangles all names.
  if (outer != nullptr && type != BlockType::Class) scope->mangled_names = block_->mangled_names;
  return scope;
}

Scope* Blocks::enter(Name name, BlockType type, const ast::Loc& loc) {
  Scope* scope = make_scope(name, type, loc);
  make_room();
  u32 head = pool_size_++;
  pool_[head].next = kNothing;
  u32 iterables = block_ == nullptr ? 0 : block_->iterables;
  GrowingMangledNames* mangled_names = scope->mangled_names == nullptr ? nullptr : block_->mangled_names;
  // Filled where it stays: a copy would have to wait for what was just written.
  Block& block = scratch_.blocks.emplace_back();
  block.scope = scope;
  block.number = ++numbers_;
  block.last = block.pool_start = head;
  block.params_start = static_cast<u32>(scratch_.params.size());
  block.children_start = static_cast<u32>(scratch_.children.size());
  block.iterables = iterables;
  block.mangled_names = mangled_names;
  set_current(block);
  if (lazy_annotations_) add_implicit_format(loc);
  return scope;
}

Scope* Blocks::add_empty_annotations(const ast::Loc& loc) {
  if (text_annotations_) return nullptr;  // nobody's
  if (scope()->type == BlockType::Class) scope()->has_unannotated_function = true;
  if (!scope()->can_see_class_scope) return nullptr;
  // What it would be if it were entered and left at once.
  Arena& arena = context_.arena;
  Scope* made = make_scope(names::dunder_annotate, BlockType::Annotation, loc);
  made->can_see_class_scope = true;
  made->symbols = Seq<Symbol>::copy(arena, {Symbol{names::dot_format, DEF_PARAM | USE, SymbolScope::None},
                                            Symbol{names::dunder_classdict, USE, SymbolScope::None}});
  made->varnames = Seq<Name>::copy(arena, {names::dot_format});
  scratch_.children.push_back(made);
  return made;
}

// What is evaluated lazily is a function of the format in which its result is wanted.
void Blocks::add_implicit_format(const ast::Loc& loc) {
  BlockType type = scope()->type;
  if (type != BlockType::Annotation && type != BlockType::TypeAlias && type != BlockType::TypeVariable) return;
  add_param(names::dot_format, loc);
  add(names::dot_format, USE, loc);
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

// The blocks of annotations that are kept as text are nobody's: their names are not resolved.
bool Blocks::is_someones(const Scope* scope) const {
  return scope->type != BlockType::Annotation || !text_annotations_;
}

void Blocks::leave() {
  Scope* scope = block_->scope;
  if (block_->annotations != kNothing) close_annotations(*block_);
  close(*block_);
  scratch_.blocks.pop_back();
  set_current(scratch_.blocks.back());
  if (is_someones(scope)) scratch_.children.push_back(scope);
}

bool Blocks::enter_annotation(const ast::Loc& loc) {
  bool is_first = block_->annotations == kNothing;
  if (is_first) {
    block_->annotations = scratch_.open_annotations++;
    if (scratch_.annotations.size() < scratch_.open_annotations) scratch_.annotations.emplace_back();
    scratch_.annotations[block_->annotations] = {};
  }
  u32 index = block_->annotations;
  Scope* owner = block_->scope;
  Scope* scope = enter(names::dunder_annotate, BlockType::Annotation, loc);
  if (is_first) {
    owner->annotation_block = scope;
    scratch_.annotations[index].scope = scope;
  }
  block_->scope = owner->annotation_block;
  block_->annotations = index;
  return !is_first;
}

// The block's symbols and inner blocks go to the sum of all annotations.
void Blocks::leave_annotation() {
  AnnotationBlock& sum = scratch_.annotations[block_->annotations];
  bool is_first = sum.symbols.empty();
  close(*block_);
  for (const Symbol& symbol : sum.scope->symbols) {
    auto [place, is_new] = sum.places.try_emplace(symbol.name, static_cast<u32>(sum.symbols.size()));
    if (is_new)
      sum.symbols.push_back(symbol);
    else
      sum.symbols[place->second].flags |= symbol.flags;
  }
  sum.children.insert(sum.children.end(), sum.scope->children.begin(), sum.scope->children.end());
  scratch_.blocks.pop_back();
  set_current(scratch_.blocks.back());
  if (is_first && is_someones(sum.scope)) scratch_.children.push_back(sum.scope);
}

// All annotations of the block have been seen.
void Blocks::close_annotations(Block& block) {
  AnnotationBlock& sum = scratch_.annotations[block.annotations];
  sum.scope->symbols = Seq<Symbol>::copy(context_.arena, sum.symbols.data(), sum.symbols.size());
  sum.scope->children = Seq<Scope*>::copy(context_.arena, sum.children.data(), sum.children.size());
  scratch_.open_annotations = block.annotations;
}

Scope* Blocks::leave_module() {
  MKPYC_CHECK(in_module());
  Scope* scope = block_->scope;
  if (block_->annotations != kNothing) close_annotations(*block_);
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

void Blocks::set_unevaluated() {
  block_->unevaluated = true;
  usual_block_ = kNoBlock;
}

// The name is new in the block, or an iteration variable, or of no importance.
void Blocks::add_seldom(Name name, Name mangled, u32 flags, const ast::Loc& loc) {
  if (block_->unevaluated) return;
  if (block_->in_target) return add_to(*block_, name, mangled, flags, loc);
  make_room();
  add_entry(*block_, mangled, flags, slots_[static_cast<u32>(mangled)]);
}

diag::SourceError Blocks::duplicate(Name name, u32 flags, const ast::Loc& loc) const {
  const std::string shown = quoted(context_.names, name);
  if ((flags & DEF_PARAM) == 0) return error_at(loc, "duplicate type parameter " + shown);
  bool reworded = context_.target.on(Feature::duplicate_parameter_reworded);
  return error_at(loc, (reworded ? "duplicate parameter " : "duplicate argument ") + shown + " in function definition");
}

// CPython: symtable_add_def_helper.
void Blocks::add_to(Block& block, Name name, Name mangled, u32 flags, const ast::Loc& loc) {
  u32& known = entry_flags(block, mangled);
  if ((flags & known & (DEF_PARAM | DEF_TYPE_PARAM)) != 0) throw duplicate(name, flags, loc);
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

void Blocks::add_type_param(Name name, const ast::Loc& loc) {
  if (block_->mangled_names != nullptr) block_->mangled_names->add(context_.arena, name);
  add_to(*block_, name, mangled_name(name), DEF_TYPE_PARAM | DEF_LOCAL, loc);
}

// False if the block leaves the target of the assignment expression to a block around it.
bool Blocks::walrus_ends_at(Block& block, Name name, const ast::Loc& loc) {
  Scope* scope = block.scope;
  // CPython used to look it up by the name that is not mangled.
  Name looked_up = context_.target.on(Feature::walrus_looks_up_mangled) ? mangled_in(block, name) : name;
  if (scope->comprehension != CompKind::None) {
    u32 flags = flags_in(block, looked_up);
    bool bound = (flags & DEF_LOCAL) != 0 || !context_.target.on(Feature::walrus_conflicts_with_bound_only);
    if ((flags & DEF_COMP_ITER) != 0 && bound)
      throw error_at(
          loc, "assignment expression cannot rebind comprehension iteration variable " + quoted(context_.names, name));
    return false;
  }
  const std::string refusal = "assignment expression within a comprehension cannot be used ";
  switch (scope->type) {
    case BlockType::Function: {
      bool global = (flags_in(block, looked_up) & DEF_GLOBAL) != 0;
      add_to(*block_, name, mangled_name(name), global ? DEF_GLOBAL : DEF_NONLOCAL, loc);
      add_directive(name, loc);
      add_to(block, name, mangled_name(name), DEF_LOCAL, loc);
      return true;
    }
    case BlockType::Module:
      add_global(name, loc);
      add_directive(name, loc);
      add_to(block, name, mangled_name(name), DEF_GLOBAL, loc);
      return true;
    case BlockType::Class: throw error_at(loc, refusal + "in a class body");
    case BlockType::TypeParameters: throw error_at(loc, refusal + "within the definition of a generic");
    case BlockType::TypeAlias: throw error_at(loc, refusal + "in a type alias");
    case BlockType::TypeVariable: throw error_at(loc, refusal + "in a TypeVar bound");
    case BlockType::Annotation: return false;
  }
  return false;
}

void Blocks::bind_outside_comprehension(Name name, const ast::Loc& loc) {
  for (auto block = scratch_.blocks.rbegin(); block != scratch_.blocks.rend(); ++block)
    if (walrus_ends_at(*block, name, loc)) return;
}

}  // namespace mkpyc::scope
