#include "text/bpe/merge_table.h"

#include <algorithm>
#include <bit>

namespace assay {

MergeTable::MergeTable(size_t count)
    : mask_(std::bit_ceil(std::max<size_t>(8, 3 * count)) - 1), slots_(mask_ + 1) {}

void MergeTable::put(uint32_t left, uint32_t right, Merge merge) {
  const uint64_t key = (static_cast<uint64_t>(left) << 32) | right;
  size_t at = slot_of(key);
  while (slots_[at].key != kEmpty && slots_[at].key != key) at = (at + 1) & mask_;
  slots_[at] = {.key = key, .merge = merge};
}

}  // namespace assay
