// The one look at every byte of a file before it is tokenized: is it ASCII, is it UTF-8, does it hold what has to be
// changed or refused.
#pragma once

#include <string_view>

namespace mkpyc::source {

struct Scan {
  bool ascii = true;
  bool valid_utf8 = true;
  bool has_carriage_return = false;
  bool has_null = false;
};

Scan scan(std::string_view bytes);

}  // namespace mkpyc::source
