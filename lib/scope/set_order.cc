#include "scope/set_order.h"

#include <algorithm>

#include "base/siphash.h"
#include "base/utf8.h"

namespace mkpyc::scope {
namespace {

// The bytes that CPython keeps a string in: one, two or four for each character.
std::string kept_bytes(std::string_view text) {
  std::u32string codes;
  u32 all = 0;
  for (const char* at = text.data(); at < text.data() + text.size();) {
    codes += static_cast<char32_t>(next_code_point(at));
    all = std::max(all, static_cast<u32>(codes.back()));
  }
  int width = all < 0x100 ? 1 : all < 0x10000 ? 2 : 4;
  std::string bytes;
  for (char32_t code : codes)
    for (int i = 0; i < width; ++i) bytes += static_cast<char>(code >> (8 * i) & 0xFF);
  return bytes;
}

u64 hash_of(std::string_view text) {
  if (text.empty()) return 0;
  u64 hash = siphash13(kept_bytes(text), 0, 0);
  return hash == ~u64{0} ? hash - 1 : hash;
}

// CPython: setobject.c, as far as it decides where a name stands.
class NameSet {
 public:
  NameSet() : slots_(kMinSize) {}

  void add(Name name, u64 hash) {
    Slot& slot = slots_[probe(hash, [&](const Slot& found) {
      return found.state == State::Unused || (found.state == State::Active && found.name == name);
    })];
    if (slot.state == State::Active) return;
    slot = {State::Active, name, hash};
    ++fill_;
    ++used_;
    if (fill_ * 5 >= mask() * 3) resize(used_ > kLarge ? used_ * 2 : used_ * 4);
  }
  void discard(Name name) {
    for (Slot& slot : slots_) {
      if (slot.state != State::Active || slot.name != name) continue;
      slot = {State::Dummy, Name::kNone, ~u64{0}};
      --used_;
    }
  }
  void merge(const NameSet& other) {
    if (other.used_ == 0) return;
    if ((fill_ + other.used_) * 5 >= mask() * 3) resize((used_ + other.used_) * 2);
    if (fill_ == 0 && slots_.size() == other.slots_.size() && other.fill_ == other.used_) {
      *this = other;
      return;
    }
    bool clean = fill_ == 0;
    for (const Slot& slot : other.slots_) {
      if (slot.state != State::Active) continue;
      if (clean)
        insert_clean(slot);
      else
        add(slot.name, slot.hash);
    }
    if (clean) fill_ = used_ = other.used_;
  }
  std::vector<Name> names() const {
    std::vector<Name> found;
    for (const Slot& slot : slots_)
      if (slot.state == State::Active) found.push_back(slot.name);
    return found;
  }

 private:
  static constexpr std::size_t kMinSize = 8, kLarge = 50000, kLinearProbes = 9;
  enum class State : u8 { Unused, Active, Dummy };
  struct Slot {
    State state = State::Unused;
    Name name = Name::kNone;
    u64 hash = 0;
  };
  std::size_t mask() const { return slots_.size() - 1; }

  // The first place on the hash's way that will do: a set is never full.
  template <class Will>
  std::size_t probe(u64 hash, const Will& will) const {
    u64 perturb = hash;
    for (std::size_t i = hash & mask();;) {
      std::size_t last = i + (i + kLinearProbes <= mask() ? kLinearProbes : 0);
      for (std::size_t at = i; at <= last; ++at)
        if (will(slots_[at])) return at;
      perturb >>= 5;
      i = (i * 5 + 1 + perturb) & mask();
    }
  }
  void insert_clean(const Slot& slot) {
    slots_[probe(slot.hash, [](const Slot& found) { return found.state == State::Unused; })] = slot;
  }
  void resize(std::size_t least) {
    std::size_t size = kMinSize;
    while (size <= least) size *= 2;
    std::vector<Slot> old(size);
    old.swap(slots_);
    fill_ = used_;
    for (const Slot& slot : old)
      if (slot.state == State::Active) insert_clean(slot);
  }

  std::vector<Slot> slots_;
  std::size_t fill_ = 0, used_ = 0;
};

bool is_free(const Scope* scope, Name name) {
  const Symbol* symbol = scope->find(name);
  return symbol != nullptr && symbol->scope == SymbolScope::Free;
}

class Simulation {
 public:
  explicit Simulation(const NameTable& table) : table_(table) {}

  /// The set of the names that are free in the inner blocks of a block (CPython: newfree in analyze_block).
  NameSet free_inside(const Scope* scope) const {
    NameSet free;
    for (const Scope* inner : scope->visited_children.empty() ? scope->children : scope->visited_children) {
      NameSet of_inner = free_in(inner, free);
      if (inner->comp_inlined) drop_bound(scope, inner, of_inner);
      free.merge(of_inner);
    }
    for (const Symbol& symbol : scope->symbols)
      if (symbol.scope == SymbolScope::Cell || symbol.scope == SymbolScope::Local) free.discard(symbol.name);
    return free;
  }

 private:
  // What a block adds to the names that its elder siblings have free.
  NameSet free_in(const Scope* scope, const NameSet& before) const {
    NameSet free;
    free.merge(before);
    for (const Symbol& symbol : scope->symbols)
      if (symbol.scope == SymbolScope::Free && symbol.flags != 0)
        free.add(symbol.name, hash_of(table_.text(symbol.name)));
    free.merge(free_inside(scope));
    return free;
  }
  static void drop_bound(const Scope* scope, const Scope* comp, NameSet& free) {
    for (const Symbol& symbol : comp->symbols) {
      const Symbol* bound = scope->find(symbol.name);
      if (bound == nullptr || (bound->flags & DEF_BOUND) == 0 || scope->type == BlockType::Class) continue;
      bool inner = std::any_of(comp->children.begin(), comp->children.end(),
                               [&](const Scope* child) { return is_free(child, symbol.name); });
      if (!inner) free.discard(symbol.name);
    }
  }

  const NameTable& table_;
};

}  // namespace

void order_as_set(const Scope* comp, std::vector<Name>& names, const NameTable& table) {
  std::vector<Name> order = Simulation(table).free_inside(comp).names();
  auto place = [&](Name name) { return std::find(order.begin(), order.end(), name) - order.begin(); };
  std::stable_sort(names.begin(), names.end(), [&](Name left, Name right) { return place(left) < place(right); });
}

}  // namespace mkpyc::scope
