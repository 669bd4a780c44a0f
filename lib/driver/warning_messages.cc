#include <fcntl.h>

#include <memory>
#include <string>
#include <vector>

#include "base/utf8.h"
#include "driver/messages.h"
#include "driver/pystr.h"
#include "driver/source_file.h"
#include "source/newlines.h"
#include "source/source.h"

namespace mkpyc::driver {
namespace {

// The lines of a file, decoded by its cookie; none if that is not possible (CPython: linecache.py). The file is read
// once, when the first line is asked for.
class CachedLines {
 public:
  explicit CachedLines(const CompiledSource& source) : source_(source) {}

  /// With its end. Empty if there is no such line.
  std::string_view line(int number) {
    if (!read_) read();
    std::size_t index = static_cast<std::size_t>(number) - 1;
    return number >= 1 && index < lines_.size() ? lines_[index] : std::string_view();
  }

 private:
  void read() {
    read_ = true;
    std::string_view filename = source_.filename;
    if (filename.empty() || (filename.starts_with('<') && filename.ends_with('>'))) return;
    SourceFile file;
    if (!file.read(AT_FDCWD, std::string(filename).c_str())) return;
    try {
      // Decoding may have brought carriage returns to light, and these lines are those of a text file.
      std::string_view text = source::decode(file.bytes(), true, source_.target, arena_).text;
      text_.resize(text.size());
      text_.resize(static_cast<std::size_t>(source::copy_newlines(text, text_.data()) - text_.data()));
    } catch (const diag::SourceError&) {
      return;
    }
    if (find_utf8_error(text_)) return;
    for (std::string_view rest = text_; !rest.empty();) lines_.push_back(take_line(rest));
  }

  const CompiledSource& source_;
  Arena arena_;
  std::string text_;
  std::vector<std::string_view> lines_;
  bool read_ = false;
};

const char* category_name(diag::Category category) {
  return category == diag::Category::SyntaxWarning ? "SyntaxWarning" : "DeprecationWarning";
}

}  // namespace

// CPython: warnings.py _formatwarnmsg_impl
void add_warning_messages(std::span<const diag::Warning> warnings, const CompiledSource& source,
                          const FileWarnings& filters, std::vector<WarningText>& messages) {
  CachedLines lines(source);
  int shown_line = 0;
  std::shared_ptr<const std::string> shown;
  for (const diag::Warning& warning : warnings) {
    WarningText& message = messages.emplace_back();
    bool callers = warning.origin == diag::Origin::Runtime;
    message.header = std::string(callers ? diag::kCallersFile : source.filename) + ":" + std::to_string(warning.line) +
                     ": " + category_name(warning.category) + ": " + warning.message + "\n";
    message.registrations = filters.registrations(warning);
    if (callers) continue;  // its lines are in no file
    if (warning.line != shown_line) {
      shown_line = warning.line;
      std::string_view line = lines.line(warning.line);
      shown = line.empty() ? nullptr : std::make_shared<const std::string>("  " + std::string(strip(line)) + "\n");
    }
    message.line = shown;
  }
}

}  // namespace mkpyc::driver
