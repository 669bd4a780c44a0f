// Warns of `return`, `break` and `continue` that leave a `finally` block (PEP 765). Private to this folder.
#pragma once

#include "fold/fold.h"

namespace mkpyc::fold {

class FinallyCheck {
 public:
  explicit FinallyCheck(Context& context);

  /// What encloses the statements that are looked at, innermost last.
  enum class Around : u8 { Nothing, Finally, Function, Loop };

  /// Enters a part of a statement; leaves it at the end of the object's life.
  class Inside {
   public:
    Inside(FinallyCheck& check, Around around) : check_(check), before_(check.around_) { check.around_ = around; }
    ~Inside() { check_.around_ = before_; }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    FinallyCheck& check_;
    const Around before_;
  };

  bool is_on() const { return is_on_; }
  /// What leaves the innermost block is warned of.
  bool looks() const { return around_ == Around::Finally && is_on_; }
  /// A return, break or continue statement.
  void leaves(const ast::Stmt* node) {
    if (looks()) warn(node);
  }

 private:
  void warn(const ast::Stmt* node);

  Context& context_;
  const bool is_on_;
  Around around_ = Around::Nothing;
};

}  // namespace mkpyc::fold
