#include "text/bpe/piece_table.h"

#include <xxhash.h>

#include <algorithm>
#include <bit>

namespace assay {

PieceTable::PieceTable(size_t count)
    : mask_(std::bit_ceil(std::max<size_t>(8, 3 * count)) - 1), slots_(mask_ + 1) {}

void PieceTable::put(std::string_view piece, uint32_t token) {
  const uint64_t hash = XXH3_64bits(piece.data(), piece.size());
  size_t at = hash & mask_;
  while (slots_[at].size != 0) at = (at + 1) & mask_;
  slots_[at] = {.hash = hash,
                .begin = static_cast<uint32_t>(bytes_.size()),
                .size = static_cast<uint32_t>(piece.size()),
                .token = token};
  bytes_ += piece;
}

std::optional<uint32_t> PieceTable::find(std::string_view piece) const {
  const uint64_t hash = XXH3_64bits(piece.data(), piece.size());
  for (size_t at = hash & mask_; slots_[at].size != 0; at = (at + 1) & mask_) {
    const Slot& slot = slots_[at];
    if (slot.hash == hash && std::string_view(bytes_).substr(slot.begin, slot.size) == piece) {
      return slot.token;
    }
  }
  return std::nullopt;
}

}  // namespace assay
