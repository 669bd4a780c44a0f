// The memory that the symbol table's two passes use again from file to file. Private to this folder; what the parts
// mean stands in blocks.h and analyze.cc.
#pragma once

#include <unordered_map>
#include <vector>

#include "scope/scope.h"

namespace mkpyc::scope {

inline constexpr u32 kNothing = ~u32{0};

/// The innermost open block that has a name, and the name's entry there.
struct Slot {
  u32 block = 0;         // number of the block; 0: no open block has the name
  u32 entry = kNothing;  // in `pool`
};

/// A symbol of an open block.
struct Entry {
  Name name;
  u32 flags;
  u32 next;     // the next symbol of the same block
  Slot hidden;  // the slot of the name before this block had it
};

/// The names that are mangled around a generic class, while its type parameters are visited one after the other.
struct GrowingMangledNames : MangledNames {
  void add(Arena& arena, Name name);
};

/// A block that is being visited.
struct Block {
  Scope* scope = nullptr;
  u32 number = 0;  // larger than that of the enclosing blocks
  u32 last = 0;    // the last of its symbols in `pool`; the first is the next of entry pool_start, which is none
  u32 count = 0;   // of symbols
  u32 pool_start = 0, params_start = 0, children_start = 0;  // sizes of the scratch vectors when the block was entered
  u32 iterables = 0;
  bool in_target = false;
  /// A class with type parameters is around, with no class between: what see at Scope::mangled_names.
  GrowingMangledNames* mangled_names = nullptr;
  /// In a statement that is executed or not (ste_in_conditional_block).
  bool conditional = false;
  bool in_try = false;  // in any part of a try statement
  /// In an annotation of a local variable, which nobody evaluates (ste_in_unevaluated_annotation).
  bool unevaluated = false;
  /// For messages: what the block is, if its type does not tell (ste_scope_info).
  const char* info = nullptr;
  /// The index in Scratch::annotations of what the annotations of the block's variables have so far.
  u32 annotations = kNothing;
};

/// The block of the annotations in a class or module. It is entered once for each annotation and does not know what
/// was before; this is the sum.
struct AnnotationBlock {
  Scope* scope = nullptr;
  std::vector<Symbol> symbols;
  std::vector<Scope*> children;
  std::unordered_map<Name, u32> places;  // of names in `symbols`
};

/// A `global` or `nonlocal` statement, or an assignment expression in a comprehension: where errors are reported.
struct Directive {
  const Scope* scope;
  Name name;
  ast::Loc loc;
};

/// What the enclosing blocks say of a name.
struct Visible {
  bool bound = false;       // a function binds it
  bool global = false;      // it is declared global
  bool type_param = false;  // and what binds it is a type parameter
  friend bool operator==(const Visible&, const Visible&) = default;
};

struct Undo {
  Name name;
  Visible before;
};

struct Builder::Scratch {
  // first pass
  std::vector<Slot> slots;   // by name
  std::vector<u8> is_plain;  // by name: it is not private, nor `super` or `__debug__`
  std::vector<Entry> pool;   // its size is its capacity
  std::vector<Block> blocks;
  std::vector<Name> params;      // of the open blocks, innermost last
  std::vector<Scope*> children;  // of the open blocks, innermost last
  std::vector<Directive> directives;
  std::vector<AnnotationBlock> annotations;  // its size is the most that were open at once
  u32 open_annotations = 0;
  // second pass
  std::vector<Visible> visible;  // by name
  std::vector<Undo> undo;
  std::vector<Name> free;           // of the blocks whose parents are not done
  std::vector<u32> stamp;           // by name: the last resolve_free() that saw it
  std::vector<Name> inlined_cells;  // cells of inlined comprehensions, of the blocks that are not done
  std::vector<Name> passed_on;      // free names that get a symbol in the block that is being finished
  /// False while a build runs: after an error the vectors by name have to be cleared.
  bool clean = true;
};

/// Makes or completes the table by which Scope::find looks for one of many symbols.
void index_symbols(Scope* scope, Arena& arena);
/// Adds a symbol that the scope does not have.
void append_symbol(Scope* scope, const Symbol& symbol, Arena& arena);

/// The second pass: decides each symbol's scope. Errors: the directives that contradict each other or find nothing.
void analyze(Scope* top, Context& context, Builder::Scratch& scratch);

/// A SyntaxError at a place, as PyErr_RangedSyntaxLocationObject makes it: columns count bytes.
diag::SourceError error_at(const ast::Loc& loc, std::string message);

}  // namespace mkpyc::scope
