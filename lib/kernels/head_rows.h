#pragma once

#include <cstdint>

#include "kernels/lanes.h"

/// Heads of a model's queries or keys [B, T, H, d] as single rows, for the CPU and for a GPU.
namespace assay::kernels::rows {

/// One head of one position.
struct HeadPlace {
  int64_t sequence = 0;
  int64_t position = 0;
  int64_t head = 0;
};

/// What lies in which order; half = d / 2.
struct HeadShape {
  int64_t seq_len = 0;
  int64_t heads = 0;
  int64_t half = 0;
  bool shared_angles = false;  ///< all sequences have the angles [T, half], else [B, T, half]

  /// Of a row below 2^32: a GPU divides much faster in 32 bits.
  [[nodiscard]] ASSAY_ON_ANY_DEVICE HeadPlace place_of(int64_t row) const {
    const auto narrow_row = static_cast<uint32_t>(row);
    const uint32_t position = narrow_row / static_cast<uint32_t>(heads);
    const uint32_t sequence = position / static_cast<uint32_t>(seq_len);
    return {sequence, position - sequence * static_cast<uint32_t>(seq_len),
            narrow_row - position * static_cast<uint32_t>(heads)};
  }
  ASSAY_ON_ANY_DEVICE void advance(HeadPlace& place) const {
    if (++place.head < heads) return;
    place.head = 0;
    if (++place.position < seq_len) return;
    place.position = 0;
    ++place.sequence;
  }
  [[nodiscard]] ASSAY_ON_ANY_DEVICE int64_t first_angle(const HeadPlace& at) const {
    return ((shared_angles ? 0 : at.sequence * seq_len) + at.position) * half;
  }
};

/// Heads of which those of a position follow each other; steps in numbers of T.
template <class T>
struct HeadRows {
  const T* first = nullptr;
  int64_t sequence_step = 0;
  int64_t position_step = 0;
  int64_t width = 0;  ///< of a head

  [[nodiscard]] ASSAY_ON_ANY_DEVICE const T* at(const HeadPlace& place) const {
    return first + place.sequence * sequence_step + place.position * position_step +
           place.head * width;
  }
};

/// Heads to be normed and turned; cos and sin as `shape` says.
template <class T>
struct NormedHeads {
  HeadShape shape;
  HeadRows<T> x;
  const T* weight;  ///< [2 x half]
  const float* cos;
  const float* sin;
};

}  // namespace assay::kernels::rows
