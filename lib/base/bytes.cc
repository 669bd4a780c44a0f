#include "base/bytes.h"

#include <algorithm>

namespace mkpyc {

void ByteWriter::grow(std::size_t count) {
  std::size_t wanted = std::max<std::size_t>({4096, capacity_ * 2, size_ + count});
  std::unique_ptr<char[]> larger(new char[wanted]);
  if (size_ != 0) std::memcpy(larger.get(), data_.get(), size_);
  data_ = std::move(larger);
  capacity_ = wanted;
}

}  // namespace mkpyc
