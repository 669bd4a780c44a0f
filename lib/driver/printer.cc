#include "driver/printer.h"

#include <cstdio>

#include "driver/pystr.h"

namespace mkpyc::driver {

std::string Printer::quoted(std::string_view path) const { return repr(path, plan_.unicode); }

void Printer::print(const std::string& text) {
  if (!out_.print(text) && death_.empty()) death_ = out_.error();
}

void Printer::begin(std::vector<Slot> roots) {
  roots_ = std::move(roots);
  stack_.assign(1, Frame{&roots_});
  announced_ = false;
}

bool Printer::advance() {
  while (!stack_.empty() && death_.empty()) {
    Frame& frame = stack_.back();
    if (frame.next == frame.slots->size()) {
      leave_directory();
      continue;
    }
    Slot& slot = (*frame.slots)[frame.next];
    if (const Note* note = std::get_if<Note>(&slot)) {
      if (!json_) print(note->text);
      ++frame.next;
      continue;
    }
    if (auto* file = std::get_if<std::unique_ptr<FileTask>>(&slot)) {
      if (!advance_file(**file)) return false;
      file->reset();
      ++frame.next;
      announced_ = false;
    } else if (!advance_directory(*std::get<std::unique_ptr<DirectoryTask>>(slot))) {
      return false;
    }
  }
  return true;
}

// Down into a directory as soon as it is listed.
bool Printer::advance_directory(DirectoryTask& directory) {
  if (!announced_ && plan_.quiet == 0 && !json_) print("Listing " + quoted(directory.path()) + "...");
  announced_ = true;
  if (!directory.done()) return false;
  ++totals_.directories;
  totals_.fresh += directory.fresh_files();
  if (!directory.listed() && plan_.quiet < 2 && !json_) print("Can't list " + quoted(directory.path()));
  stack_.push_back({&directory.slots(), 0, &directory});
  announced_ = false;
  return true;
}

void Printer::leave_directory() {
  DirectoryTask* directory = stack_.back().directory;
  if (directory != nullptr && !directory->death().empty()) death_ = directory->death();
  stack_.pop_back();
  if (stack_.empty()) return;
  Frame& parent = stack_.back();
  std::get<std::unique_ptr<DirectoryTask>>((*parent.slots)[parent.next++]).reset();
}

bool Printer::advance_file(FileTask& file) {
  if (file.is_follower() && !file.done()) return false;
  if (file.is_follower() && file.skipped()) return true;
  if (!announced_ && plan_.quiet == 0 && !json_) print("Compiling " + quoted(file.path()) + "...");
  announced_ = true;
  if (!file.done() || !death_.empty()) return false;
  print_outcome(file);
  return true;
}

void Printer::count(const FileOutcome& outcome) {
  ++(outcome.failed ? totals_.failed : totals_.compiled);
  totals_.warnings += outcome.warnings.size();
  totals_.source_bytes += outcome.source_bytes;
  totals_.pyc_bytes += outcome.pyc_bytes;
  if (outcome.failed) success_ = false;
}

void Printer::print_outcome(FileTask& file) {
  const FileOutcome& outcome = file.outcome();
  count(outcome);
  if (json_) {
    print_json(file, outcome);
    return;
  }
  print_warnings(outcome);
  if (outcome.failed && plan_.quiet < 2) print_failure(file, outcome);
}

void Printer::print_warnings(const FileOutcome& outcome) {
  for (const WarningText& warning : outcome.warnings)
    if (shown_warnings_.admits(warning)) err_.write(warning.text());
}

// CPython: compileall.py compile_file
void Printer::print_failure(const FileTask& file, const FileOutcome& outcome) {
  if (plan_.quiet > 0)
    print("*** Error compiling " + quoted(file.path()) + "...");
  else if (!out_.write("*** ") && death_.empty())
    death_ = out_.error();
  if (!death_.empty()) return;
  if (outcome.refused_by_compiler && out_.closed()) {
    death_ = "AttributeError: 'NoneType' object has no attribute 'encoding'";  // sys.stdout
    return;
  }
  if (outcome.refused_by_compiler) {
    print(out_.escape(outcome.message));
    return;
  }
  std::size_t colon = outcome.message.find(':') + 1;  // print(type + ':', text)
  if (!out_.write(outcome.message.substr(0, colon)) || !out_.write(" ")) death_ = out_.error();
  print(outcome.message.substr(colon + 1));
}

void Printer::print_json(const FileTask& file, const FileOutcome& outcome) {
  std::string line = "{\"source\": " + json_string(file.path()) +
                     ", \"status\": " + (outcome.failed ? "\"failed\"" : "\"compiled\"") + ", \"pycs\": [";
  for (const std::string& pyc : outcome.pycs) line += (&pyc == &outcome.pycs.front() ? "" : ", ") + json_string(pyc);
  line += "], \"warnings\": [";
  for (const WarningText& warning : outcome.warnings)
    line += (&warning == &outcome.warnings.front() ? "" : ", ") + json_string(warning.text());
  line += "]";
  if (outcome.failed)
    line += ", \"error\": {\"type\": " + json_string(outcome.error_type) +
            ", \"line\": " + std::to_string(outcome.error_line) +
            ", \"offset\": " + std::to_string(outcome.error_offset) + ", \"message\": " + json_string(outcome.message) +
            "}";
  print(line + "}");
}

std::string json_string(std::string_view text) {
  std::string result = "\"";
  for (std::size_t at = 0; at < text.size();) {
    std::size_t start = at;
    u32 code = next_character(text, at);
    if (code == '"' || code == '\\') {
      result += '\\';
      result += static_cast<char>(code);
    } else if (code < 0x20 || code == 0x7F || (code >= 0xDC80 && code <= 0xDCFF)) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", code);
      result += escape;
    } else {
      result += text.substr(start, at - start);
    }
  }
  return result + "\"";
}

}  // namespace mkpyc::driver
