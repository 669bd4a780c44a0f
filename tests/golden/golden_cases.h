// Reads the golden cases and what real CPythons answered (tests/golden/regenerate).
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "base/int.h"

namespace mkpyc::golden {

struct Answer {
  std::vector<std::string> targets;
  std::vector<int> levels;
  std::vector<std::string> warnings;  // "LINE CATEGORY JSON"
  std::string code;                   // base64; empty for an error
  std::string error;                  // "CLASS JSON"
};

inline std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  std::vector<std::string> lines;
  std::string all = text.str();
  for (std::size_t at = 0; at < all.size();) {
    std::size_t end = all.find('\n', at);
    end = end == std::string::npos ? all.size() : end + 1;
    lines.push_back(all.substr(at, end - at));
    at = end;
  }
  return lines;
}

inline std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text;
}

inline std::map<std::string, std::string> read_cases(const std::filesystem::path& path) {
  std::map<std::string, std::string> cases;
  std::string* current = nullptr;
  for (const std::string& line : lines_of(path)) {
    if (line.starts_with("--- "))
      current = &cases[trimmed(line.substr(4))];
    else if (current != nullptr)
      *current += line;
  }
  return cases;
}

template <class T>
std::vector<T> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<T> found;
  for (T word; in >> word;) found.push_back(word);
  return found;
}

inline std::map<std::string, std::vector<Answer>> read_expected(const std::filesystem::path& path) {
  std::map<std::string, std::vector<Answer>> answers;
  std::vector<Answer>* current = nullptr;
  for (const std::string& raw : lines_of(path)) {
    std::string line = trimmed(raw);
    if (line.starts_with("#")) continue;
    if (line.starts_with("--- ")) {
      current = &answers[line.substr(4)];
    } else if (line.starts_with("for ")) {
      std::size_t split = line.find(" levels ");
      current->push_back(
          {words<std::string>(line.substr(4, split - 4)), words<int>(line.substr(split + 8)), {}, {}, {}});
    } else if (line.starts_with("warning ")) {
      current->back().warnings.push_back(line.substr(8));
    } else if (line.starts_with("code ")) {
      current->back().code = line.substr(5);
    } else if (line.starts_with("error ")) {
      current->back().error = line.substr(6);
    }
  }
  return answers;
}

inline std::string base64(std::string_view bytes) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    u32 group = static_cast<u8>(bytes[i]) << 16;
    if (i + 1 < bytes.size()) group |= static_cast<u8>(bytes[i + 1]) << 8;
    if (i + 2 < bytes.size()) group |= static_cast<u8>(bytes[i + 2]);
    for (std::size_t k = 0; k < 4; ++k) text += i + k <= bytes.size() ? digits[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

inline std::vector<std::string> topics(const std::filesystem::path& root) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(root / "cases"))
    found.push_back(entry.path().stem().string());
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace mkpyc::golden
