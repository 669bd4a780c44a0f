#include "pyc_dump.h"

#include <cstdio>
#include <cstring>
#include <unordered_set>
#include <vector>

#include "assemble/decode.h"
#include "base/arena.h"
#include "marshal/marshal.h"
#include "marshal/reader.h"
#include "pyc_text.h"

namespace mkpyc::dump {
namespace {

class Printer {
 public:
  Printer(const Target& target, std::string& out) : target_(target), out_(out) {}

  // Code objects come after the one that holds them, each once.
  void run(const CodeObject& module) {
    waiting_.push_back(&module);
    for (std::size_t i = 0; i < waiting_.size(); ++i) {
      if (i != 0) out_ += '\n';
      code(*waiting_[i]);
    }
  }

 private:
  void line(const std::string& text) { out_ += text + '\n'; }
  static std::string number(const Object* object) { return object->pinned ? " #" + std::to_string(object->ref) : ""; }
  static std::string text(const Object* object) { return constant_text(object, 100) + number(object); }

  void code(const CodeObject& code) {
    line("code " + std::string(code.qualname->text) + number(&code));
    line("  name " + text(code.name) + ", qualname " + text(code.qualname));
    line("  file " + text(code.filename) + ", first line " + std::to_string(code.firstlineno));
    line("  argcount " + std::to_string(code.argcount) + ", posonlyargcount " + std::to_string(code.posonlyargcount) +
         ", kwonlyargcount " + std::to_string(code.kwonlyargcount) + ", stacksize " + std::to_string(code.stacksize));
    char flags[16];
    std::snprintf(flags, sizeof flags, "0x%x ", code.flags);
    line("  flags " + (flags + flags_text(code.flags)));
    constants(code);
    names("names", *code.names, nullptr);
    names("localsplus", *code.localsplusnames, code.localspluskinds);
    instructions(code);
    handlers(code);
  }

  void constants(const CodeObject& code) {
    line("  consts" + number(code.consts));
    u32 index = 0;
    for (const Object* constant : code.consts->items) {
      line("    " + std::to_string(index++) + ": " + text(constant));
      note_code(constant);
    }
  }

  void note_code(const Object* constant) {
    if (constant->type != Type::Code || !seen_.insert(constant).second) return;
    waiting_.push_back(static_cast<const CodeObject*>(constant));
  }

  void names(const char* title, const TupleObject& names, const BytesObject* kinds) {
    line(std::string("  ") + title + number(&names) + (kinds != nullptr ? ", kinds" + number(kinds) : ""));
    for (u32 i = 0; i < names.items.size(); ++i) {
      std::string row = "    " + std::to_string(i) + ": " + text(names.items[i]);
      if (kinds != nullptr && i < kinds->bytes.size()) row += " " + kind_text(static_cast<u8>(kinds->bytes[i]));
      line(row);
    }
  }

  void instructions(const CodeObject& code) {
    assemble::DecodedCode decoded = assemble::decode_bytecode(code.code->bytes, target_.ops());
    assemble::DecodedLocations locations = assemble::decode_locations(code.linetable->bytes, code.firstlineno);
    line("  code" + number(code.code) + ", locations" + number(code.linetable));
    i32 last_line = -1;
    for (const assemble::DecodedInstr& instr : decoded.instrs) {
      u32 unit = instr.offset / 2;
      bool located = unit < locations.units.size();
      ast::Loc loc = located ? locations.units[unit] : ast::Loc{-1, -1, -1, -1};
      char row[64];
      std::snprintf(row, sizeof row, "%6s %6u  ", loc.line != last_line ? std::to_string(loc.line).c_str() : "",
                    instr.offset);
      std::string what = instruction_text(instr, code, target_);
      what.resize(std::max<std::size_t>(what.size(), 48), ' ');
      line(row + what + "  " + (located ? location_text(loc) : "beyond the location table"));
      last_line = loc.line;
    }
    if (!decoded.complete) line("    (the bytecode is malformed)");
    if (!locations.complete) line("    (the location table is malformed)");
  }

  void handlers(const CodeObject& code) {
    assemble::DecodedHandlers decoded = assemble::decode_exceptions(code.exceptiontable->bytes);
    line("  exception table" + number(code.exceptiontable));
    for (const assemble::DecodedHandler& entry : decoded.entries)
      line("    " + std::to_string(entry.start) + " to " + std::to_string(entry.end) + " -> " +
           std::to_string(entry.target) + ", depth " + std::to_string(entry.depth) + (entry.lasti ? ", lasti" : ""));
    if (!decoded.complete) line("    (the exception table is malformed)");
  }

  const Target& target_;
  std::string& out_;
  std::vector<const CodeObject*> waiting_;
  std::unordered_set<const Object*> seen_;
};

void header(std::string_view bytes, const Target& target, std::string& out) {
  u32 words[4];
  std::memcpy(words, bytes.data(), sizeof words);
  char text[128];
  if ((words[1] & 1) == 0)
    std::snprintf(text, sizeof text, "timestamp, mtime %u, size %u", words[2], words[3]);
  else
    std::snprintf(text, sizeof text, "%s hash %08x%08x", (words[1] & 2) != 0 ? "checked" : "unchecked", words[3],
                  words[2]);
  out += target.cache_tag() + ", magic " + std::to_string(words[0] & 0xFFFF) + ", flags " + std::to_string(words[1]) +
         ": " + text + "\n\n";
}

}  // namespace

bool dump_pyc(std::string_view bytes, std::string& out) {
  const Target* target = marshal::target_of_pyc(bytes);
  if (target == nullptr) {
    out += "not a .pyc of a CPython that mkpyc knows\n";
    return false;
  }
  header(bytes, *target, out);
  Arena arena;
  std::string_view body = bytes.substr(marshal::kHeaderSize);
  marshal::Unmarshalled read = marshal::read(body, arena);
  if (read.object == nullptr || read.object->type != Type::Code) {
    out += "byte " + std::to_string(marshal::kHeaderSize + read.offset) + ": " +
           (read.error.empty() ? "not a code object" : read.error) + "\n";
    return false;
  }
  Printer(*target, out).run(*static_cast<CodeObject*>(read.object));
  if (read.offset != body.size()) out += std::to_string(body.size() - read.offset) + " bytes follow the code object\n";
  return true;
}

}  // namespace mkpyc::dump
