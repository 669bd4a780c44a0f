#include "draft.h"

namespace mkpyc::make_grammar {
namespace {

// What an alternative can begin with, as far as it is known; true if something was added. Look-ahead and what may
// match nothing is passed over; anything that may raise an error without matching makes it "any token".
bool add_first(Alternative& alternative, const std::vector<Rule>& rules) {
  std::size_t before = alternative.first.size();
  bool any_before = alternative.any;
  bool open = true;
  for (const Item& item : alternative.items) {
    if (!open) break;
    if (item.op == "kCut" || item.ahead != "kNo") continue;
    if (item.forced) alternative.any = true;
    open = item.optional;
    if (item.op == "kToken") {
      alternative.first.insert(item.kind);
    } else if (item.op == "kSoftKeyword" || item.op == "kAnySoftKeyword") {
      alternative.first.insert("Name");
    } else if (item.is_rule()) {
      const Rule& rule = rules[item.rule];
      open = open || rule.kind == "kLoop0";
      for (const Alternative& inner : rule.alternatives) {
        alternative.first.insert(inner.first.begin(), inner.first.end());
        alternative.any = alternative.any || inner.any;
      }
    }
  }
  if (open) alternative.any = true;
  return alternative.first.size() != before || alternative.any != any_before;
}

}  // namespace

void find_first_sets(Grammar& grammar) {
  // From the last to the first: a rule mostly uses later ones.
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = grammar.rules.size(); i-- > 0;)
      for (Alternative& alternative : grammar.rules[i].alternatives)
        changed = add_first(alternative, grammar.rules) || changed;
  }
}

}  // namespace mkpyc::make_grammar
