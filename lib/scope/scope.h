// Syntax tree -> scopes: which name is local, global, cell or free in which block (CPython: symtable.c), and the
// `from __future__` features (future.c).
//
// In: ast::Module (folded). Out: SymbolTable; each scope-bearing node's `scope` field points at its Scope. A definition
// with type parameters has a block around it, `type_params_scope` (PEP 695); a type parameter's bound and default have
// blocks of their own, `bound_scope` and `default_scope` (PEP 696). Annotations have a block where they are evaluated
// lazily (PEP 649): FunctionDef::annotations_scope for a function's, Scope::annotation_block for a class's or module's.
// Errors: SourceError with the symbol table's messages; RecursionError from the depth limit.
#pragma once

#include <memory>
#include <span>

#include "ast/ast.h"
#include "diag/diag.h"
#include "object/names.h"
#include "target/target.h"

namespace mkpyc::scope {

enum class BlockType : u8 {
  Function,
  Class,
  Module,
  /// Annotations. Kept as text they have no symbols and no parent; evaluated lazily they are a function (PEP 649).
  Annotation,
  /// The value of a `type` statement.
  TypeAlias,
  /// Around a definition or `type` statement that has type parameters.
  TypeParameters,
  /// The bound, constraints or default of a type parameter (CPython 3.12: TypeVarBoundBlock).
  TypeVariable,
};
/// All but classes and modules: names bound there are visible in inner blocks (CPython: _PyST_IsFunctionLike; blocks of
/// annotations count since they are evaluated lazily, and before that nobody asks).
constexpr bool is_function_like(BlockType type) { return type != BlockType::Class && type != BlockType::Module; }

enum class CompKind : u8 { None, List, Dict, Set, Generator };

/// Flags of a symbol (CPython: Include/internal/pycore_symtable.h).
enum SymbolFlags : u32 {
  DEF_GLOBAL = 1,
  DEF_LOCAL = 2,
  DEF_PARAM = 2 << 1,
  DEF_NONLOCAL = 2 << 2,
  USE = 2 << 3,
  DEF_FREE = 2 << 4,
  DEF_FREE_CLASS = 2 << 5,
  DEF_IMPORT = 2 << 6,
  DEF_ANNOT = 2 << 7,
  DEF_COMP_ITER = 2 << 8,
  DEF_TYPE_PARAM = 2 << 9,  // a type parameter
  DEF_COMP_CELL = 2 << 10,  // a cell of a comprehension that was inlined into this block
  DEF_BOUND = DEF_LOCAL | DEF_PARAM | DEF_IMPORT,
};

/// What analysis decided for a name in a block; None for a name that the block does not have.
enum class SymbolScope : u8 { None, Local, GlobalExplicit, GlobalImplicit, Free, Cell };

/// The names that are mangled in a block of type parameters around a class, and in the blocks inside of it up to the
/// class: the type parameters, no others (CPython: ste_mangled_names).
struct MangledNames {
  Seq<Name> names;
  bool contains(Name name) const {
    for (Name mangled : names)
      if (mangled == name) return true;
    return false;
  }
};

struct Symbol {
  Name name;
  u32 flags;
  SymbolScope scope;
};

/// One block (CPython: PySTEntryObject). Lives in the compilation's arena.
struct Scope {
  BlockType type;
  CompKind comprehension = CompKind::None;
  Name name;  // of the function or class; "top" for the module, "<lambda>" and the like for the rest
  ast::Loc loc;
  Scope* parent = nullptr;
  bool nested = false;
  bool generator = false;
  bool coroutine = false;
  bool varargs = false;
  bool varkeywords = false;
  bool returns_value = false;
  bool needs_class_closure = false;  // a class: `__class__` is a cell of its body
  bool needs_classdict = false;      // a class: so is `__classdict__`
  /// A comprehension that is inlined into its parent (PEP 709). Its own inner blocks are then the parent's.
  bool comp_inlined = false;
  /// The block sees the names of the class around it through `__classdict__` (ste_can_see_class_scope).
  bool can_see_class_scope = false;
  /// There are annotations: in an annotation block, of the function; elsewhere, of variables (ste_annotations_used).
  bool annotations_used = false;
  /// A module or class with annotations that are executed or not; `__conditional_annotations__` is a symbol then.
  bool has_conditional_annotations = false;
  bool has_docstring = false;  // module, class, function; known where CPython's symbol table knows it
  bool method = false;         // a function, lambda or comprehension directly in a class
  /// A class with a function whose block of annotations is left out, being empty: it would use `__classdict__`.
  bool has_unannotated_function = false;
  bool has_explicit_global = false;  // a symbol is, or was before it moved, SymbolScope::GlobalExplicit
  bool has_free = false;             // ste_free
  bool has_child_free = false;       // ste_child_free
  /// Symbols in the order in which CPython's dict has them (insertion order). Those that only pass a free name on from
  /// an inner block come last; CPython has them in the order of a hash set, we in that of their first use.
  Seq<Symbol> symbols;
  /// Parameters in order of declaration, mangled (ste_varnames).
  Seq<Name> varnames;
  /// Inner blocks in order; those of an inlined comprehension stand in its place.
  Seq<Scope*> children;
  /// The same before that, where it matters; else empty.
  Seq<Scope*> visited_children;
  /// The block of the annotations of variables in this module or class, or null (ste_annotation_block).
  Scope* annotation_block = nullptr;
  /// Null: all private names are mangled. Else see there.
  const MangledNames* mangled_names = nullptr;

  /// The symbol of a (mangled) name, or null.
  const Symbol* find(Name wanted) const {
    if (buckets == nullptr) {
      for (const Symbol& symbol : symbols)
        if (symbol.name == wanted) return &symbol;
      return nullptr;
    }
    for (u32 i = bucket_of(wanted, bucket_shift);; i = (i + 1) & (~u32{0} >> bucket_shift)) {
      if (buckets[i] == 0) return nullptr;
      if (symbols[buckets[i] - 1].name == wanted) return &symbols[buckets[i] - 1];
    }
  }

  u32 symbols_capacity = 0;  // room that symbols have if they moved, for those of inlined comprehensions

  /// For find(): an open-addressing table of positions in `symbols` plus one, where there are many symbols.
  u32* buckets = nullptr;
  u32 bucket_shift = 0;  // 32 less the binary logarithm of the table's size
  static u32 bucket_of(Name wanted, u32 shift) { return (static_cast<u32>(wanted) * 0x9E3779B1u) >> shift; }
};

/// What `from __future__ import` switched on: CO_FUTURE_* bits, and where the last such import stands.
struct Future {
  u32 flags = 0;
  i32 last_line = -1;
  i32 last_end_line = -1;
  i32 last_end_col = -1;
};

struct Context {
  const Target& target;
  Arena& arena;
  NameTable& names;
  diag::Sink& sink;
  /// How deep the tree may be: see fold::Context.
  int recursion_limit = 2970;
};

/// All blocks of a module; they live in the arena.
struct SymbolTable {
  Scope* top = nullptr;
  Future future;
  /// By name, of the names that there are: 1 if mangling does not change it, whatever the class; a few other names have
  /// 0, too. Valid until the next build.
  std::span<const u8> plain_names = {};
};

/// Reads the module's future statements. Errors: unknown feature, "not a chance".
Future read_future(const ast::Module& module, Context& context);

/// Makes symbol tables; one object serves many files and keeps its memory between them.
class Builder {
 public:
  Builder();
  ~Builder();
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;

  /// Builds and analyses the scopes; `future` comes from read_future.
  SymbolTable build(const ast::Module& module, const Future& future, Context& context);

  struct Scratch;

 private:
  std::unique_ptr<Scratch> scratch_;
};

/// PEP 8's private names: `__x` in class `C` becomes `_C__x` (CPython: _Py_Mangle). `class_name` kNone: no class.
Name mangle(NameTable& names, Name class_name, Name name);
/// The same for a name in a block (CPython: _Py_MaybeMangle).
inline Name mangle(NameTable& names, Name class_name, const Scope& scope, Name name) {
  bool untouched = scope.mangled_names != nullptr && !scope.mangled_names->contains(name);
  return untouched ? name : mangle(names, class_name, name);
}

}  // namespace mkpyc::scope
