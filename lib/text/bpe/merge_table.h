#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay {

/// What a pair of tokens becomes.
struct Merge {
  uint32_t rank = UINT32_MAX;  ///< the lower, the earlier; UINT32_MAX: the pair stays two
  uint32_t token = 0;
};

/// The merges of a BPE model by pair.
class MergeTable {
 public:
  /// Makes place for `count` merges.
  explicit MergeTable(size_t count = 0);
  /// Puts a merge in; one that is there already for the pair is replaced. There must be place.
  void put(uint32_t left, uint32_t right, Merge merge);
  [[nodiscard]] Merge find(uint32_t left, uint32_t right) const {
    const uint64_t key = (static_cast<uint64_t>(left) << 32) | right;
    for (size_t at = slot_of(key);; at = (at + 1) & mask_) {
      if (slots_[at].key == key) return slots_[at].merge;
      if (slots_[at].key == kEmpty) return {};
    }
  }

 private:
  static constexpr uint64_t kEmpty = UINT64_MAX;
  struct Slot {
    uint64_t key = kEmpty;
    Merge merge;
  };
  [[nodiscard]] size_t slot_of(uint64_t key) const {
    return (key * 0x9E3779B97F4A7C15U >> 20) & mask_;
  }

  size_t mask_;
  std::vector<Slot> slots_;
};

}  // namespace assay
